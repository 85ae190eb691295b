// Unions made of others: without a member, or of some of them.

import type { TypeModel } from '../model.js';
import type { TypeGraph } from './type-graph.js';

/** The union of these branches. */
export function unionOf(members: readonly TypeModel[], text: string): TypeModel {
  const [only] = members;
  return only !== undefined && members.length === 1 ? only : { kind: 'union', members, text };
}

/** What an optional member or parameter, or an item of a list, is when it is there. */
export function withoutUndefined(graph: TypeGraph, type: TypeModel): TypeModel {
  if (!graph.has(type, 'undefined')) return type;
  const resolved = graph.resolve(type);
  const branches = graph.branches(type).filter((branch) => graph.resolve(branch).kind !== 'undefined');
  return unionOf(branches, resolved.kind === 'union' ? resolved.text : resolved.kind);
}
