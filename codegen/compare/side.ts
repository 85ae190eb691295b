// One of the two contracts that are compared, with what questions about its types need.

import type { CheckModel, ObjectModel, ServiceModel, TypeModel } from '../model.js';
import { hashTypes } from '../plan/contract-hash.js';
import { createTypeGraph, type TypeGraph } from '../plan/type-graph.js';

export interface Side {
  readonly service: ServiceModel;
  readonly graph: TypeGraph;
  /** Digest of a named type: equal ones travel alike. */
  hashOf(name: string): string;
}

export function createSide(service: ServiceModel): Side {
  const hashes = hashTypes(service.types);
  return {
    service,
    graph: createTypeGraph(service.types),
    hashOf: (name) => hashes.get(name) ?? '',
  };
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
