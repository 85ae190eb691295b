// Which of several objects a value can be, for exact guards: found by looking at one member, wherever that is enough.

import type { MemberModel, ObjectModel } from '../model.js';
import { findDiscriminant, isAbsence, type ObjectBranch } from './literals.js';
import type { LiteralValue } from './plan.js';
import type { TypeGraph } from './type-graph.js';

/** How the branch is found that a value can agree with exactly. */
export type Decision =
  | { readonly kind: 'only'; readonly branch: ObjectBranch }
  | { readonly kind: 'switch'; readonly member: string; readonly cases: readonly DecisionCase[] }
  /** Who has the member of an arm can only be its branch. */
  | { readonly kind: 'chain'; readonly arms: readonly DecisionArm[]; readonly last: Decision }
  /** One after the other. */
  | { readonly kind: 'trial'; readonly branches: readonly ObjectBranch[] };

export interface DecisionCase {
  /** `undefined` stands for the absence of the member. */
  readonly values: readonly (LiteralValue | undefined)[];
  readonly decision: Decision;
}

export interface DecisionArm {
  readonly member: string;
  readonly branch: ObjectBranch;
}

export function decide(graph: TypeGraph, branches: readonly ObjectBranch[]): Decision {
  const [only] = branches;
  if (only !== undefined && branches.length === 1) return { kind: 'only', branch: only };
  const discriminant = findDiscriminant(graph, branches);
  if (discriminant !== undefined) {
    const { member, groups } = discriminant;
    const cases = groups.map((group) => ({
      values: group.values,
      // Without the member, all branches may be left.
      decision: isAbsence(group) ? decideByNames(graph, group.branches) : decide(graph, group.branches),
    }));
    return { kind: 'switch', member, cases };
  }
  return decideByNames(graph, branches);
}

function decideByNames(graph: TypeGraph, branches: readonly ObjectBranch[]): Decision {
  const [only] = branches;
  if (only !== undefined && branches.length === 1) return { kind: 'only', branch: only };
  const arm = findArm(graph, branches);
  if (arm === undefined) return { kind: 'trial', branches };
  const last = decide(
    graph,
    branches.filter((branch) => branch !== arm.branch),
  );
  return last.kind === 'chain'
    ? { kind: 'chain', arms: [arm, ...last.arms], last: last.last }
    : { kind: 'chain', arms: [arm], last };
}

/** A member that one of the branches requires and no other one can have. */
function findArm(graph: TypeGraph, branches: readonly ObjectBranch[]): DecisionArm | undefined {
  for (const branch of branches) {
    const others = branches.filter((other) => other !== branch);
    const member = branch.object.members.find(
      (candidate) =>
        isRequired(graph, candidate) && others.every(({ object }) => !canHave(graph, object, candidate.name)),
    );
    if (member !== undefined) return { member: member.name, branch };
  }
  return undefined;
}

const isRequired = (graph: TypeGraph, { optional, type }: MemberModel): boolean =>
  !optional && !graph.has(type, 'undefined');

const canHave = (graph: TypeGraph, object: ObjectModel, name: string): boolean =>
  object.indexes.length > 0 ||
  object.additionalProperties === 'keep' ||
  object.members.some((member) => member.name === name && !isNothing(graph, member));

/** `name?: never`, which says that the member is not there. */
const isNothing = (graph: TypeGraph, { type }: MemberModel): boolean =>
  graph.branches(type).every((branch) => NOTHING.has(graph.resolve(branch).kind));

const NOTHING: ReadonlySet<string> = new Set(['never', 'undefined']);

/** The branches among which a value has to be tried one after the other. */
export function trialsOf(decision: Decision): readonly ObjectBranch[] {
  switch (decision.kind) {
    case 'only':
      return [];
    case 'trial':
      return decision.branches;
    case 'chain':
      return trialsOf(decision.last);
    case 'switch':
      return decision.cases.flatMap((each) => trialsOf(each.decision));
  }
}
