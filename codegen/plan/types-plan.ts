// What the types file of a self-contained client declares: every type of a contract, with a name of its own.

import type { Import, TypeSource } from '../../templates/code.js';
import type { EnumModel, ErrorModel, NamedType, ServiceModel, TypeModel, TypeText } from '../model.js';
import { typePieces } from '../outputs/type-pieces.js';
import { createNameScope } from './name-scope.js';
import { generatedNames } from './service-plan.js';

export interface TypesPlan {
  /** The contract's name in the file. */
  readonly contractName: string;
  readonly types: readonly TypeDeclaration[];
  readonly enums: readonly EnumDeclaration[];
  readonly errors: readonly ErrorDeclaration[];
}

export interface TypeDeclaration {
  readonly name: string;
  readonly doc: string | undefined;
  /** What its values consist of, all of which they agree with; for other types than objects none. */
  readonly shapes: readonly ShapeDeclaration[];
  /** The type, if it is no object type. */
  readonly is: TypeSource | undefined;
}

/** Members, or one index signature: together they could contradict each other in one declaration. */
export type ShapeDeclaration =
  | { readonly kind: 'members'; readonly members: readonly MemberDeclaration[] }
  | { readonly kind: 'index'; readonly key: TypeSource; readonly type: TypeSource };

export interface MemberDeclaration {
  readonly name: string;
  readonly optional: boolean;
  readonly doc: string | undefined;
  readonly type: TypeSource;
}

export interface EnumDeclaration {
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly value: string | number }[];
}

export interface ErrorDeclaration {
  readonly name: string;
  /** Its name on the wire. */
  readonly declaredName: string;
  readonly doc: string | undefined;
  /** `undefined` for errors without data. */
  readonly data: TypeSource | undefined;
}

/** The names that the types of a service have in its types file. */
export interface LocalTypeNames {
  readonly contract: string;
  error(error: ErrorModel): string;
  /** The source of a type, with the names in it. */
  text(type: TypeModel): TypeText;
  readonly plan: TypesPlan;
}

/** Names that the source of types has a use for. */
const TAKEN =
  `Array Buffer Date Infinity Map Promise ServiceError Set URL Uint8Array any asserts async bigint boolean
  declare get infer is keyof module namespace never number object of out override readonly satisfies set string symbol
  type undefined unique unknown`.split(/\s+/);

export function planTypes(service: ServiceModel): LocalTypeNames {
  const generated = Object.values(generatedNames(service)).filter((name) => name !== undefined);
  const scope = createNameScope([...TAKEN, ...generated]);
  const contract = scope.declare(service.contractName);
  const errors = new Map<string, ErrorModel>();
  for (const error of service.methods.flatMap(({ throws }) => throws)) errors.set(keyOf(error), error);
  const errorNames = new Map([...errors].map(([key, { name }]) => [key, scope.declare(name)]));
  const typeNames = new Map([...service.types.keys()].map((name) => [name, scope.declare(name)]));
  const enums = new Map<string, EnumDeclaration>();

  const enumName = (type: EnumModel): string => {
    const key = JSON.stringify(type);
    const known = enums.get(key) ?? declareEnum(type, scope.declare(type.name));
    enums.set(key, known);
    return known.name;
  };

  const text = (type: TypeModel): TypeText => {
    const names = new Set<string>();
    const source = typePieces(type).map((piece) => {
      if (typeof piece === 'string') return piece;
      const { name, enumeration } = piece;
      const local = enumeration === undefined ? (typeNames.get(name) ?? name) : enumName(enumeration);
      names.add(local);
      return local;
    });
    const from = { file: service.place.file };
    return { source: source.join(''), imports: [...names].map((name) => ({ name, from })) };
  };

  const sourceOf = (type: TypeModel): TypeSource => ({
    kind: 'type',
    source: text(type).source,
    imports: NONE,
  });
  const error = (model: ErrorModel): string => errorNames.get(keyOf(model)) ?? model.name;
  const types = [...service.types.values()].map((type) =>
    declareType(type, typeNames.get(type.name) ?? type.name, sourceOf),
  );
  const declaredErrors = [...errors.values()].map(
    (model): ErrorDeclaration => ({
      name: error(model),
      declaredName: model.name,
      doc: model.doc,
      data: model.data.kind === 'undefined' ? undefined : sourceOf(model.data),
    }),
  );
  return {
    contract,
    error,
    text,
    get plan() {
      // Enums are found while the source of signatures is written.
      return { contractName: contract, types, enums: [...enums.values()], errors: declaredErrors };
    },
  };
}

const NONE: readonly Import[] = [];

/** Two errors of one name can come from two files. */
const keyOf = ({ name, from }: ErrorModel): string => JSON.stringify([name, from]);

const declareEnum = ({ values, memberNames }: EnumModel, name: string): EnumDeclaration => ({
  name,
  members: values.map((value, index) => ({ name: memberNames[index] ?? String(value), value })),
});

function declareType(
  { type, docs }: NamedType,
  name: string,
  sourceOf: (type: TypeModel) => TypeSource,
): TypeDeclaration {
  const doc = docs?.doc;
  if (type.kind !== 'object') return { name, doc, shapes: [], is: sourceOf(type) };
  const members = type.members.map(
    (member): MemberDeclaration => ({
      name: member.name,
      optional: member.optional,
      doc: docs?.members.get(member.name),
      type: sourceOf(member.type),
    }),
  );
  const indexes = type.indexes.map(
    ({ key, type: value }): ShapeDeclaration => ({
      kind: 'index',
      key: sourceOf(key),
      type: sourceOf(value),
    }),
  );
  const own: ShapeDeclaration[] =
    members.length > 0 || indexes.length === 0 ? [{ kind: 'members', members }] : [];
  return { name, doc, shapes: [...own, ...indexes], is: undefined };
}
