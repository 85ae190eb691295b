// Which types have exact guards, and how many levels of containers their values have.

import { type ObjectModel, partsOf, type TypeModel, type UnionModel } from '../model.js';
import { type Decision, decide, trialsOf } from './exact-unions.js';
import type { ObjectBranch } from './literals.js';
import { memoize } from './memoize.js';
import type { TypeGraph } from './type-graph.js';

/** As many levels as `src/wire/at.ts` lets in. */
const MAX_LEVELS = 64;

export interface ExactTypes {
  /** Whether values can be tested exactly. */
  isTestable(type: TypeModel): boolean;
  /** Whether they can, and there is something to gain by it: they are containers. */
  hasGuard(type: TypeModel): boolean;
  /** Whether values may have any number of levels. */
  isOpen(type: TypeModel): boolean;
  /** The deepest level on which a container of these parts may stand. */
  deepest(parts: readonly TypeModel[]): number;
  /** How the objects of a union are told apart; `undefined` if there are none. */
  decisionOf(union: UnionModel): Decision | undefined;
}

export function createExactTypes(graph: TypeGraph): ExactTypes {
  const isRecursive = graph.whereWithin((type) => type.kind === 'reference' && graph.isRecursive(type.name));
  const hasOpaque = graph.whereWithin((type) => type.kind === 'opaque' || keepsOthers(type));
  const isOpen = (type: TypeModel): boolean => isRecursive(type) || hasOpaque(type);
  const decisionOf = memoize((union: UnionModel) => decideUnion(graph, union));

  const trialsIn = (type: TypeModel): readonly TypeModel[] =>
    type.kind === 'union' ? trialsOfUnion(graph, type, decisionOf(type)) : [];
  const holdsTrials = graph.whereWithin((type) => trialsIn(type).length > 0);
  // Trying branches one after the other takes linear time only if they lead to no further trials.
  const hinders = (type: TypeModel): boolean =>
    (type.kind === 'object' && isOdd(type)) ||
    trialsIn(type).some((branch) => isRecursive(branch) || holdsTrials(branch));
  const isHindered = graph.whereWithin(hinders);
  const hasContainers = graph.whereWithin(({ kind }) => CONTAINERS.has(kind) || kind === 'opaque');
  const levelsOf = createLevels(graph);
  const isTestable = (type: TypeModel): boolean =>
    graph.isSymmetric(type) && !isHindered(type) && (isOpen(type) || levelsOf(type) <= MAX_LEVELS);
  /** Of types whose own containers are not open: those look after themselves. */
  const closedLevels = (type: TypeModel): number => {
    if (!isOpen(type)) return levelsOf(type);
    const shape = graph.shape(type);
    return shape.kind === 'union' ? Math.max(0, ...graph.branches(shape).map(closedLevels)) : 0;
  };
  return {
    isTestable,
    isOpen,
    decisionOf,
    hasGuard: (type) => isTestable(type) && hasContainers(type),
    deepest: (parts) => MAX_LEVELS - Math.max(0, ...parts.map(closedLevels)),
  };
}

const CONTAINERS: ReadonlySet<TypeModel['kind']> = new Set(['array', 'tuple', 'object']);

/** The compiler does not follow conditions without end. */
const MOST_MEMBERS = 500;

const keepsOthers = (type: TypeModel): boolean =>
  type.kind === 'object' && type.indexes.length === 0 && type.additionalProperties === 'keep';

/** Objects that are left to their readers: what these refuse or choose by the names of members. */
const isOdd = ({ members, indexes }: ObjectModel): boolean =>
  members.some(({ name }) => name === '__proto__' || name === 'constructor') ||
  members.length > MOST_MEMBERS ||
  indexes.length > 1 ||
  indexes.some(({ key }) => key.kind !== 'string');

function decideUnion(graph: TypeGraph, union: UnionModel): Decision | undefined {
  const objects = graph.branches(union).flatMap((type): ObjectBranch[] => {
    const object = graph.shape(type);
    return object.kind === 'object' ? [{ type, object }] : [];
  });
  return objects.length === 0 ? undefined : decide(graph, objects);
}

/** The branches of a union among which a value has to be tried one after the other. */
function trialsOfUnion(
  graph: TypeGraph,
  union: UnionModel,
  decision: Decision | undefined,
): readonly TypeModel[] {
  const lists = graph.branches(union).filter((branch) => LISTS.has(graph.shape(branch).kind));
  const objects = decision === undefined ? [] : trialsOf(decision);
  return [...(lists.length > 1 ? lists : []), ...objects.map(({ type }) => type)];
}

const LISTS: ReadonlySet<TypeModel['kind']> = new Set(['array', 'tuple']);

/** How many levels of containers the values of types have that are not open. */
function createLevels(graph: TypeGraph): (type: TypeModel) => number {
  const levelsOf = memoize((type: TypeModel): number => {
    const resolved = graph.resolve(type);
    if (resolved !== type) return levelsOf(resolved);
    const below = Math.max(0, ...partsOf(type).map(levelsOf));
    return CONTAINERS.has(type.kind) ? below + 1 : below;
  });
  return levelsOf;
}
