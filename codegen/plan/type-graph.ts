// Questions about the types of a service that need their references followed.

import { isForeignCheck, type NamedType, partsOf, type TypeModel } from '../model.js';
import { memoize } from './memoize.js';

/** Turning values into JSON data, or data into values. */
export type Direction = 'encode' | 'decode';

export interface TypeGraph {
  /** The type behind references. */
  resolve(type: TypeModel): TypeModel;
  /** The type behind references and checks: what its values look like. */
  shape(type: TypeModel): TypeModel;
  /** The members of a union, and of unions in it; the type itself if it is none. No member is a union. */
  branches(type: TypeModel): readonly TypeModel[];
  /** Whether the type's values and their JSON data are the same, so that one function serves both directions. */
  isSymmetric(type: TypeModel): boolean;
  /** Whether a named type contains itself (or leads from one that does to another). */
  isRecursive(name: string): boolean;
  /** Whether a union stands in the type, or is it, whose branches only a look into values tells apart. */
  holdsChoice(type: TypeModel): boolean;
  /** Whether the type is of a kind, or a union with such a branch. */
  has(type: TypeModel, kind: TypeModel['kind']): boolean;
  /** Whether null is one of the type's values. */
  acceptsNull(type: TypeModel): boolean;
  /** A question as one about a type and everything within it, whose answers for named types are worked out once. */
  whereWithin(predicate: (type: TypeModel) => boolean): (type: TypeModel) => boolean;
}

export function createTypeGraph(types: ReadonlyMap<string, NamedType>): TypeGraph {
  const resolve = (type: TypeModel): TypeModel => {
    if (type.kind !== 'reference') return type;
    const named = types.get(type.name);
    if (named === undefined) throw new Error(`the model has no type ${type.name}`);
    return resolve(named.type);
  };

  const shape = (type: TypeModel): TypeModel => {
    const resolved = resolve(type);
    return resolved.kind === 'checked' ? shape(resolved.type) : resolved;
  };

  const branches = (type: TypeModel, within: readonly TypeModel[] = []): readonly TypeModel[] => {
    const union = resolve(type);
    if (union.kind !== 'union') return [type];
    if (within.includes(union)) return [];
    return union.members.flatMap((member) => branches(member, [...within, union]));
  };

  const has = (type: TypeModel, kind: TypeModel['kind']): boolean =>
    branches(type).some((branch) => {
      const resolved = resolve(branch);
      return resolved.kind === 'checked' ? has(resolved.type, kind) : resolved.kind === kind;
    });
  const acceptsNull = (type: TypeModel): boolean => has(type, 'null') || has(type, 'opaque');

  const differsFromJson = (type: TypeModel): boolean =>
    UNLIKE_JSON.has(type.kind) ||
    (type.kind === 'checked' && type.checks.some(isForeignCheck)) ||
    itemsOf(type).some((item) => has(item, 'undefined') && !acceptsNull(item)) ||
    (type.kind === 'tuple' && type.items.some((item) => item.optional));

  const whereWithin: TypeGraph['whereWithin'] = (predicate) => {
    const names = namesWhere(types, predicate);
    return memoize((type: TypeModel) => someWithin(type, predicate, names));
  };
  const isUnlikeJson = whereWithin(differsFromJson);
  const isSymmetric = (type: TypeModel): boolean => !isUnlikeJson(type);
  const isContainer = (type: TypeModel): boolean => CONTAINERS.has(shape(type).kind);
  const holdsChoice = whereWithin(
    (type) => type.kind === 'union' && branches(type).filter(isContainer).length > 1,
  );
  const recursive = recursiveNames(types);
  const isRecursive = (name: string): boolean => recursive.has(name);
  return { resolve, shape, branches, isSymmetric, isRecursive, holdsChoice, has, acceptsNull, whereWithin };
}

type Predicate = (type: TypeModel) => boolean;

/** Whether the predicate holds for the type or for one within it; `known` has the named types for which it does. */
const someWithin = (type: TypeModel, predicate: Predicate, known: ReadonlySet<string>): boolean =>
  predicate(type) ||
  (type.kind === 'reference'
    ? known.has(type.name)
    : partsOf(type).some((part) => someWithin(part, predicate, known)));

/** The named types for which, or for a type within them, the predicate holds. */
function namesWhere(types: ReadonlyMap<string, NamedType>, predicate: Predicate): ReadonlySet<string> {
  const names = new Set<string>();
  for (let before = -1; before < names.size; ) {
    before = names.size;
    for (const [name, { type }] of types) {
      if (!names.has(name) && someWithin(type, predicate, names)) names.add(name);
    }
  }
  return names;
}

const CONTAINERS: ReadonlySet<TypeModel['kind']> = new Set(['object', 'array', 'tuple', 'map', 'set']);

const UNLIKE_JSON: ReadonlySet<TypeModel['kind']> = new Set([
  'date',
  'bytes',
  'buffer',
  'url',
  'bigint',
  'bigintLiteral',
  'map',
  'set',
]);

/** The types of a list's items: there JSON has no `undefined`. */
function itemsOf(type: TypeModel): readonly TypeModel[] {
  if (type.kind === 'array' || type.kind === 'set') return [type.item];
  if (type.kind === 'map') return [type.key, type.value];
  return type.kind === 'tuple' ? type.items.map((item) => item.type) : [];
}

/**
 * The named types that contain themselves: what is left when those are taken away that lead to no other or to
 * which no other leads, again and again. What leads from one circle to another is left too, which does no harm.
 */
function recursiveNames(types: ReadonlyMap<string, NamedType>): ReadonlySet<string> {
  const references = new Map([...types].map(([name, { type }]) => [name, referencesIn(type)]));
  const leadsTo = (name: string): readonly string[] => references.get(name) ?? [];
  let left: ReadonlySet<string> = new Set(types.keys());
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const isReached = new Set([...left].flatMap(leadsTo));
    const isLeft = (name: string): boolean =>
      isReached.has(name) && leadsTo(name).some((next) => left.has(next));
    left = new Set([...left].filter(isLeft));
  }
  return left;
}

/** The names that a type refers to itself, without following them. */
const referencesIn = (type: TypeModel): readonly string[] =>
  type.kind === 'reference' ? [type.name] : partsOf(type).flatMap(referencesIn);
