// One of the two contracts that are compared, with what questions about its types need.

import type { CheckModel, ObjectModel, ServiceModel, TypeModel } from '../model.js';
import { hashTypes } from '../plan/contract-hash.js';
import { createTypeGraph, type TypeGraph } from '../plan/type-graph.js';

export interface Side {
  readonly service: ServiceModel;
  readonly graph: TypeGraph;
  /** Digest of a named type: equal ones travel alike. */
  hashOf(name: string): string;
  /** A name for types that are looked at again and again: references and unions. `undefined` for others. */
  idOf(type: TypeModel): string | undefined;
  /** The members of an object type that tell it apart: required ones that are one literal, by name. */
  tagsOf(type: ObjectModel): ReadonlyMap<string, unknown>;
}

export function createSide(service: ServiceModel): Side {
  const hashes = hashTypes(service.types);
  const graph = createTypeGraph(service.types);
  return {
    service,
    graph: { ...graph, branches: remembered((type) => graph.branches(type)) },
    hashOf: (name) => hashes.get(name) ?? '',
    idOf: remembered(createNaming()),
    tagsOf: remembered((type) => tagsOf(graph, type)),
  };
}

/** Each type is asked about once. */
function remembered<Type extends TypeModel, Answer>(answer: (type: Type) => Answer): (type: Type) => Answer {
  const known = new WeakMap<Type, { readonly answer: Answer }>();
  return (type) => {
    const found = known.get(type) ?? { answer: answer(type) };
    known.set(type, found);
    return found.answer;
  };
}

/** Every use of an alias of a union is a union of its own, which would have to be compared with all others. */
function createNaming(): Side['idOf'] {
  const unions = new Map<string, string>();
  return (type) => {
    if (type.kind === 'reference') return type.name;
    if (type.kind !== 'union') return undefined;
    const text = JSON.stringify(type.members);
    const id = unions.get(text) ?? `|${unions.size}`;
    unions.set(text, id);
    return id;
  };
}

function tagsOf(graph: TypeGraph, { members }: ObjectModel): ReadonlyMap<string, unknown> {
  return new Map(
    members.flatMap(({ name, optional, type }) => {
      const shape = graph.shape(type);
      return optional || shape.kind !== 'literal' ? [] : [[name, shape.value] as const];
    }),
  );
}

/** Whether two object types have a member that is one literal here and another there: nothing is both. */
export function areTold(from: Side, a: TypeModel, to: Side, b: TypeModel): boolean {
  if (a.kind !== 'object' || b.kind !== 'object') return false;
  const others = to.tagsOf(b);
  return [...from.tagsOf(a)].some(([name, value]) => others.has(name) && others.get(name) !== value);
}

/** A type without its checks, and all of these. */
export interface Unchecked {
  readonly type: TypeModel;
  readonly checks: readonly CheckModel[];
}

/** Takes the checks off a type, those of the types that it refers to included. */
export function unchecked(side: Side, type: TypeModel): Unchecked {
  const resolved = side.graph.resolve(type);
  if (resolved.kind !== 'checked') return { type: resolved, checks: [] };
  const inner = unchecked(side, resolved.type);
  return { type: inner.type, checks: [...resolved.checks, ...inner.checks] };
}

/** The branches of a type, without the two kinds of nothing. */
export const somethingOf = (side: Side, type: TypeModel): readonly TypeModel[] =>
  side.graph.branches(type).filter((branch) => {
    const { kind } = side.graph.resolve(branch);
    return kind !== 'null' && kind !== 'undefined';
  });

export const memberOf = ({ members }: ObjectModel, name: string) =>
  members.find((member) => member.name === name);

/** Whether a member, or an argument, may be left out. */
export const mayBeAbsent = (
  { graph }: Side,
  { optional, type }: { readonly optional: boolean; readonly type: TypeModel },
): boolean => optional || graph.has(type, 'undefined');
