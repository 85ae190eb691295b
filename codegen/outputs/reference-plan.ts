// What a Markdown reference shows: services, methods and types with every decision made about words and links.

import {
  type ErrorModel,
  type MethodModel,
  type NamedType,
  queueOf,
  type ServiceModel,
  type TypeModel,
  versionOf,
} from '../model.js';
import { contractHash } from '../plan/contract-hash.js';
import { type DocParts, splitDoc } from './doc-parts.js';
import { describeCheck } from './schema.js';
import { type TypePiece, typePieces } from './type-pieces.js';

export interface ReferencePlan {
  readonly services: readonly ServiceReference[];
  /** The contracts as the document sees them. */
  readonly contractPaths: readonly string[];
}

export interface ServiceReference {
  readonly anchor: string;
  readonly name: string;
  readonly version: string;
  readonly queue: string;
  readonly contractHash: string;
  readonly doc: DocParts;
  readonly options: readonly OptionReference[];
  readonly methods: readonly MethodReference[];
  readonly types: readonly TypeReference[];
}

/** An option as a contract writes it. */
export interface OptionReference {
  readonly name: string;
  readonly value: string;
}

export interface MethodReference {
  readonly anchor: string;
  readonly name: string;
  readonly kind: 'call' | 'one-way call' | 'event';
  readonly doc: DocParts;
  readonly parameters: readonly MemberReference[];
  /** `undefined` for one-way methods. */
  readonly result: readonly LinkedPiece[] | undefined;
  readonly errors: readonly MemberReference[];
  readonly options: readonly OptionReference[];
}

/** A parameter, a member or an error. */
export interface MemberReference {
  readonly name: string;
  readonly optional: boolean;
  readonly isRest: boolean;
  readonly type: readonly LinkedPiece[];
  readonly doc: DocParts;
  /** What its values have to meet besides their type, as in `maxLength 5`. */
  readonly checks: readonly string[];
}

export interface TypeReference {
  readonly anchor: string;
  readonly name: string;
  readonly doc: DocParts;
  /** The members of an object type; of others, what they are. */
  readonly members: readonly MemberReference[] | undefined;
  readonly is: readonly LinkedPiece[] | undefined;
  readonly checks: readonly string[];
}

/** A piece of a type's source; named types have an anchor. */
export interface LinkedPiece {
  readonly source: string;
  readonly anchor: string | undefined;
}

export const planReference = (
  services: readonly ServiceModel[],
  contractPath: (service: ServiceModel) => string,
): ReferencePlan => ({
  services: services.map(serviceReference),
  contractPaths: [...new Set(services.map(contractPath))],
});

const anchorOf = (service: ServiceModel, ...parts: readonly string[]): string =>
  [queueOf(service), ...parts].join('.');

function serviceReference(service: ServiceModel): ServiceReference {
  const { name, doc, options, methods, types } = service;
  return {
    anchor: anchorOf(service),
    name,
    version: versionOf(service),
    queue: queueOf(service),
    contractHash: contractHash(service),
    doc: splitDoc(doc),
    options: optionsOf(options),
    methods: methods.map((method) => methodReference(service, method)),
    types: [...types.values()].map((type) => typeReference(service, type)),
  };
}

/** What is said in other places is left out: that it is an event, and that it is deprecated. */
const optionsOf = (options: ServiceModel['options']): OptionReference[] =>
  Object.entries(options)
    .filter(([name]) => name !== 'event' && name !== 'deprecated')
    .map(([name, value]) => ({ name, value: typeof value === 'string' ? value : JSON.stringify(value) }));

/** A result that is nothing is `void` to readers. */
const resultPieces = (service: ServiceModel, type: TypeModel): readonly LinkedPiece[] =>
  type.kind === 'undefined' ? [{ source: 'void', anchor: undefined }] : linked(service, type);

function methodReference(service: ServiceModel, method: MethodModel): MethodReference {
  const { name, oneWay, options, parameters, result, throws } = method;
  const doc = splitDoc(method.doc);
  return {
    anchor: anchorOf(service, 'method', name),
    name,
    kind: options.event === true ? 'event' : oneWay ? 'one-way call' : 'call',
    doc,
    parameters: parameters.map((parameter) => ({
      ...memberOf(service, parameter.type, splitDoc(doc.parameters.get(parameter.name))),
      ...parameter,
      type: linked(service, parameter.isRest ? { kind: 'array', item: parameter.type } : parameter.type),
    })),
    result: result && resultPieces(service, result.type),
    errors: throws.map((error) => errorReference(service, error)),
    options: optionsOf(options),
  };
}

const errorReference = (service: ServiceModel, { name, data, doc }: ErrorModel): MemberReference => ({
  ...memberOf(service, data, splitDoc(doc)),
  name,
});

const memberOf = (service: ServiceModel, type: TypeModel, doc: DocParts): MemberReference => ({
  name: '',
  optional: false,
  isRest: false,
  type: linked(service, type),
  doc,
  checks: checksOf(type),
});

function typeReference(service: ServiceModel, { name, type, docs }: NamedType): TypeReference {
  const isObject = type.kind === 'object' && type.indexes.length === 0;
  return {
    anchor: anchorOf(service, 'type', name),
    name,
    doc: splitDoc(docs?.doc),
    members: isObject
      ? type.members.map((member) => ({
          ...memberOf(service, member.type, splitDoc(docs?.members.get(member.name))),
          name: member.name,
          optional: member.optional,
        }))
      : undefined,
    is: isObject ? undefined : linked(service, type),
    checks: checksOf(type),
  };
}

/** The checks of a type, and of the branches of a union. */
function checksOf(type: TypeModel): readonly string[] {
  if (type.kind === 'union') return [...new Set(type.members.flatMap(checksOf))];
  return type.kind === 'checked' ? type.checks.map(describeCheck) : [];
}

const linked = (service: ServiceModel, type: TypeModel): readonly LinkedPiece[] =>
  typePieces(type).flatMap((piece) => linkedPiece(service, piece));

/** An enum shows its values: clients use them, whatever its members are called. */
function linkedPiece(service: ServiceModel, piece: TypePiece): readonly LinkedPiece[] {
  if (typeof piece === 'string') return [{ source: piece, anchor: undefined }];
  const { name, enumeration } = piece;
  if (enumeration === undefined) return [{ source: name, anchor: anchorOf(service, 'type', name) }];
  const values = enumeration.values.map((value): TypeModel => ({ kind: 'literal', value }));
  return linked(service, { kind: 'union', members: values, text: '' });
}
