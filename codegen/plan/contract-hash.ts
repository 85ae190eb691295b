// The contract hash: a digest of everything that two ends must agree on, and of nothing else.

import { createHash } from 'node:crypto';
import {
  isForeignCheck,
  type MethodModel,
  type NamedType,
  type ObjectModel,
  type ServiceModel,
  type TupleItem,
  type TypeModel,
} from '../model.js';

/**
 * 64 hex characters over service, major version, methods, types, one-way, events and errors. Documentation, other
 * options, the names of types and parameters, and any order of declarations leave it as it is.
 */
export function contractHash(service: ServiceModel): string {
  const hashes = hashTypes(service.types);
  return digest({
    service: service.name,
    major: service.version.major,
    methods: sortedBy(service.methods, (method) => method.name).map((method) =>
      canonicalMethod(method, hashes),
    ),
  });
}

/** Methods without their names, as texts: those of methods which are alike are equal. */
export function canonicalSignatures(
  methods: readonly MethodModel[],
  types: ReadonlyMap<string, NamedType>,
): string[] {
  const hashes = hashTypes(types);
  return methods.map((method) => JSON.stringify(canonicalMethod({ ...method, name: '' }, hashes)));
}

/** A type as text: that of types which travel alike is equal. */
export const canonicalText = (type: TypeModel, types: ReadonlyMap<string, NamedType>): string =>
  JSON.stringify(canonicalType(type, hashTypes(types)));

/** Digests of named types, by name. */
type TypeHashes = ReadonlyMap<string, string>;

/**
 * Digests of all named types. They may refer to each other in circles, so it goes in rounds: each refines the
 * digests of the round before, until no two types are told apart that were not before.
 */
export function hashTypes(types: ReadonlyMap<string, NamedType>): TypeHashes {
  const known = knownHashes.get(types);
  if (known !== undefined) return known;
  const hashes = refineHashes(types);
  knownHashes.set(types, hashes);
  return hashes;
}

/** Models never change. */
const knownHashes = new WeakMap<ReadonlyMap<string, NamedType>, TypeHashes>();

function refineHashes(types: ReadonlyMap<string, NamedType>): TypeHashes {
  let hashes: TypeHashes = new Map([...types.keys()].map((name) => [name, '']));
  for (let distinct = 0; ; ) {
    const last = hashes;
    hashes = new Map([...types].map(([name, { type }]) => [name, digest(canonicalType(type, last))]));
    const found = new Set(hashes.values()).size;
    if (found === distinct) return hashes;
    distinct = found;
  }
}

function canonicalMethod(method: MethodModel, hashes: TypeHashes): unknown {
  return {
    name: method.name,
    oneWay: method.oneWay,
    // Only where there is one: contracts without events keep the hashes that they have.
    ...(method.options.event === true && { event: true }),
    parameters: method.parameters.map(({ optional, isRest, type }) => ({
      optional,
      ...(isRest && { isRest }),
      type: canonicalType(type, hashes),
    })),
    result: method.result === undefined ? null : canonicalType(method.result.type, hashes),
    errors: sortedBy(method.throws, (error) => error.name).map(({ name, data }) => ({
      name,
      data: canonicalType(data, hashes),
    })),
  };
}

function canonicalType(type: TypeModel, hashes: TypeHashes): unknown {
  const inner = (part: TypeModel) => canonicalType(part, hashes);
  switch (type.kind) {
    case 'reference':
      return { kind: 'reference', hash: hashes.get(type.name) };
    case 'enum':
      return inner({
        kind: 'union',
        members: type.values.map((value) => ({ kind: 'literal', value })),
        text: '',
      });
    case 'union':
      return {
        kind: 'union',
        members: sortedBy(type.members.map(inner), (member) => JSON.stringify(member)),
      };
    case 'object':
      return canonicalObject(type, hashes);
    case 'array':
    case 'set':
      return { kind: type.kind, item: inner(type.item) };
    case 'map':
      return { kind: 'map', key: inner(type.key), value: inner(type.value) };
    case 'checked': {
      // Classes and schemas are code, which nobody can compare: what they are called says nothing.
      const checks = type.checks.filter((check) => !isForeignCheck(check));
      if (checks.length === 0) return inner(type.type);
      return { kind: 'checked', type: inner(type.type), checks: sortedBy(checks, ({ kind }) => kind) };
    }
    case 'tuple':
      return { kind: 'tuple', items: type.items.map((item) => canonicalItem(item, hashes)) };
    case 'buffer':
      return { kind: 'bytes' };
    default:
      return type;
  }
}

/** Whether `undefined` may stand where nothing has to is nothing that travels. */
const canonicalItem = ({ type, optional, rest }: TupleItem, hashes: TypeHashes): unknown => ({
  type: canonicalType(type, hashes),
  optional,
  rest,
});

function canonicalObject(
  { members, indexes, additionalProperties }: ObjectModel,
  hashes: TypeHashes,
): unknown {
  const canonicalIndexes = indexes.map(({ key, type }) => ({ key, type: canonicalType(type, hashes) }));

  return {
    kind: 'object',
    members: sortedBy(members, (member) => member.name).map(({ name, optional, type }) => ({
      name,
      optional,
      type: canonicalType(type, hashes),
    })),
    indexes: sortedBy(canonicalIndexes, ({ key }) => JSON.stringify(key)),
    additionalProperties,
  };
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

const sortedBy = <Item>(items: readonly Item[], key: (item: Item) => string): Item[] =>
  items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
