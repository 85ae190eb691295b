// Functions for objects: reading them, and telling whether a value is one.

import type { MemberModel, ObjectModel } from '../model.js';
import { type CodecPlanner, guardPrefix, readerPrefix } from './codec-planner.js';
import { pascalCase } from './name-scope.js';
import type { FunctionRef, MemberPlan, MemberTest, ObjectGuard, OthersPlan, TestPlan } from './plan.js';
import { planReader, planRef, withoutUndefined } from './readers.js';
import { planGuardRef, planTest } from './tests.js';
import type { Direction } from './type-graph.js';

/** `{}`: whatever is not null or undefined, of which nothing is taken. */
export const isEmptyObject = (type: ObjectModel): boolean =>
  type.members.length === 0 && type.index === undefined && type.additionalProperties === 'drop';

export function planObject(
  planner: CodecPlanner,
  type: ObjectModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  const { graph } = planner;
  const readerOf = (member: MemberModel): MemberPlan => ({
    name: member.name,
    reader: planReader(planner, member.type, direction, subject + pascalCase(member.name)),
  });
  return planner.functionFor(type, readerPrefix(graph, type, direction), subject, (name) => ({
    kind: 'object',
    name,
    required: type.members.filter((member) => !member.optional).map(readerOf),
    optional: type.members
      .filter((member) => member.optional)
      .map((member) => readerOf({ ...member, type: withoutUndefined(graph, member.type) })),
    weak: planWeak(planner, type, subject),
    others: planOthers(planner, type, direction, subject),
  }));
}

function planOthers(
  planner: CodecPlanner,
  type: ObjectModel,
  direction: Direction,
  subject: string,
): OthersPlan {
  if (type.index === undefined && type.additionalProperties === 'drop') return { kind: 'drop' };
  const known = planKnown(planner, type, subject);
  if (type.index === undefined)
    return { kind: type.additionalProperties === 'keep' ? 'keep' : 'refuse', known };
  return { kind: 'index', known, reader: planRef(planner, type.index, direction, `${subject}Other`) };
}

/** TypeScript calls a type weak if no member is required, and refuses values that share no member with it. */
function planWeak(planner: CodecPlanner, type: ObjectModel, subject: string): string | undefined {
  const isWeak = type.members.length > 0 && type.members.every((member) => member.optional);
  const takesAny = type.index !== undefined || type.additionalProperties === 'keep';
  return isWeak && !takesAny ? planKnown(planner, type, subject) : undefined;
}

const planKnown = (planner: CodecPlanner, type: ObjectModel, subject: string): string =>
  planner.constantFor(
    { kind: 'literals', values: type.members.map((member) => member.name) },
    `${subject}Members`,
  );

export function planObjectGuard(
  planner: CodecPlanner,
  type: ObjectModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  return planner.functionFor(type, guardPrefix(planner.graph, type, direction), subject, (name) => ({
    kind: 'objectGuard',
    name,
    members: type.members
      .map((member) => planMemberTest(planner, member, direction, subject))
      .sort((a, b) => costOf(a.test) - costOf(b.test)),
    weak: planWeak(planner, type, subject),
    others: planOtherTests(planner, type, direction, subject),
  }));
}

function planMemberTest(
  planner: CodecPlanner,
  member: MemberModel,
  direction: Direction,
  subject: string,
): MemberTest {
  const test = planTest(planner, member.type, direction, subject + pascalCase(member.name));
  const mayBeAbsent = member.optional && !planner.graph.accepts(member.type, 'undefined');
  return {
    name: member.name,
    test: mayBeAbsent ? { kind: 'any', of: [{ kind: 'equals', value: undefined }, test] } : test,
  };
}

/** Literals first: they fail soonest and cost least. */
const costOf = (test: TestPlan): number =>
  test.kind === 'equals' || test.kind === 'listed' ? 0 : test.kind === 'guard' ? 2 : 1;

function planOtherTests(
  planner: CodecPlanner,
  type: ObjectModel,
  direction: Direction,
  subject: string,
): ObjectGuard['others'] {
  if (type.index !== undefined) {
    const guard = planGuardRef(planner, type.index, direction, `${subject}Other`);
    return { kind: 'index', known: planKnown(planner, type, subject), guard };
  }
  if (type.additionalProperties !== 'refuse') return { kind: 'any' };
  return { kind: 'none', known: planKnown(planner, type, subject) };
}
