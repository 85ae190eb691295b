// Unions and enums of literals only, and the member by whose literals objects can be told apart.

import type { ObjectModel, TypeModel } from '../model.js';
import type { LiteralValue } from './plan.js';
import type { TypeGraph } from './type-graph.js';

/** The type's values, if they are all literals. */
export function literalsOf(graph: TypeGraph, type: TypeModel): readonly LiteralValue[] | undefined {
  const values: LiteralValue[] = [];
  for (const branch of graph.branches(type)) {
    const resolved = graph.resolve(branch);
    if (resolved.kind === 'literal') values.push(resolved.value);
    else if (resolved.kind === 'enum') values.push(...resolved.values);
    else if (resolved.kind === 'boolean') values.push(true, false);
    else if (resolved.kind === 'null') values.push(null);
    else if (resolved.kind !== 'never') return undefined;
  }
  return [...new Set(values)];
}

/** A branch of a union that is an object. */
export interface ObjectBranch {
  /** The branch as the union has it: a reference, where the object has a name. */
  readonly type: TypeModel;
  readonly object: ObjectModel;
}

/** A member that tells objects apart, and which of them each of its literals leaves. */
export interface Discriminant {
  readonly member: string;
  readonly groups: readonly DiscriminantGroup[];
}

export interface DiscriminantGroup {
  /** `undefined` stands for the absence of the member. */
  readonly values: readonly (LiteralValue | undefined)[];
  readonly branches: readonly ObjectBranch[];
}

/** Whether a group is for values that do not have the member: it can have all branches. */
export const isAbsence = ({ values }: DiscriminantGroup): boolean =>
  values.length === 1 && values[0] === undefined;

/**
 * The member that leaves the most groups; of several, the first, and rather one that is always there. `undefined` if
 * there is none: a member does not tell branches apart if one of its literals leaves all of them.
 */
export function findDiscriminant(
  graph: TypeGraph,
  branches: readonly ObjectBranch[],
): Discriminant | undefined {
  const names = branches[0]?.object.members.map((member) => member.name) ?? [];
  const candidates = names
    .map((member) => ({ member, groups: groupBy(graph, branches, member) }))
    .filter(
      ({ groups }) =>
        groups.filter((group) => !isAbsence(group)).length > 1 &&
        groups.every((group) => isAbsence(group) || group.branches.length < branches.length),
    );
  const required = candidates.filter(({ groups }) =>
    groups.every(({ values }) => !values.includes(undefined)),
  );
  return (required.length > 0 ? required : candidates).reduce<Discriminant | undefined>(
    (best, next) => (best === undefined || next.groups.length > best.groups.length ? next : best),
    undefined,
  );
}

/** No groups if the member is not a literal in every branch. */
function groupBy(
  graph: TypeGraph,
  branches: readonly ObjectBranch[],
  name: string,
): readonly DiscriminantGroup[] {
  const byValue = new Map<LiteralValue | undefined, ObjectBranch[]>();
  for (const branch of branches) {
    const member = branch.object.members.find((candidate) => candidate.name === name);
    const values = member && literalsOf(graph, member.type);
    if (values === undefined) return [];
    for (const value of member?.optional ? [...values, undefined] : values)
      byValue.set(value, [...(byValue.get(value) ?? []), branch]);
  }
  const groups: { values: (LiteralValue | undefined)[]; branches: ObjectBranch[] }[] = [];
  for (const [value, left] of byValue) {
    const same = groups.find((group) => sameItems(group.branches, left));
    if (same === undefined) groups.push({ values: [value], branches: left });
    else same.values.push(value);
  }
  return groups.toSorted((a, b) => Number(isAbsence(a)) - Number(isAbsence(b)));
}

const sameItems = <Item>(a: readonly Item[], b: readonly Item[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);
