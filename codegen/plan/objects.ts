// Functions for objects: reading them, and telling whether a value is one.

import type { IndexModel, MemberModel, ObjectModel, TypeModel } from '../model.js';
import { pascalCase } from './name-scope.js';
import type {
  FunctionPlan,
  FunctionRef,
  IndexesPlan,
  IndexPlan,
  MemberPlan,
  MemberTest,
  ObjectGuard,
  OthersPlan,
  TestPlan,
} from './plan.js';
import { planReader, planRef } from './readers.js';
import { planGuard, planTest } from './tests.js';
import type { TypeGraph } from './type-graph.js';
import { withoutUndefined } from './unions.js';
import { guardPrefix, part, readerPrefix, type Use } from './use.js';

/** `{}`: whatever is not null or undefined, of which nothing is taken. */
export const isEmptyObject = (type: TypeModel): boolean =>
  type.kind === 'object' &&
  type.members.length === 0 &&
  type.indexes.length === 0 &&
  type.additionalProperties === 'drop';

/** What all members are, if the type says no more than that. */
export const recordValue = ({ members, indexes }: ObjectModel): TypeModel | undefined =>
  members.length === 0 ? onlyIndex(indexes)?.type : undefined;

/** The one index signature, if there is one and it is for all names. */
const onlyIndex = (indexes: readonly IndexModel[]): IndexModel | undefined =>
  indexes.length === 1 && indexes[0]?.key.kind === 'string' ? indexes[0] : undefined;

/** The function that reads an object. */
export function planObject(use: Use, type: ObjectModel): FunctionRef {
  const plan = (name: string): FunctionPlan => ({
    kind: 'object',
    name,
    required: type.members.filter((member) => !member.optional).map((member) => planMember(use, member)),
    optional: type.members.filter((member) => member.optional).map((member) => planMember(use, member)),
    weak: planWeak(use, type),
    others: planOthers(use, type),
  });
  return use.planner.functionFor(type, readerPrefix(use, type), use.subject, plan);
}

function planMember(use: Use, member: MemberModel): MemberPlan {
  const { graph } = use.planner;
  const reader = planReader(part(use, pascalCase(member.name)), withoutUndefined(graph, member.type));
  const { name, exact = false } = member;
  return { name, undefinable: isUndefinable(graph, member), exact, reader };
}

/** Such a member is absent in JSON when it is `undefined`. */
const isUndefinable = (graph: TypeGraph, { optional, type }: MemberModel): boolean =>
  !optional && graph.has(type, 'undefined') && !graph.has(type, 'opaque');

function planOthers(use: Use, type: ObjectModel): OthersPlan {
  const { indexes, additionalProperties } = type;
  const index = onlyIndex(indexes);
  if (index !== undefined) {
    return {
      kind: 'index',
      known: planMemberNames(use, type),
      reader: planRef(part(use, 'Other'), index.type),
    };
  }
  if (indexes.length > 0) return planIndexes(use, type, planRef);
  if (additionalProperties === 'drop') return { kind: 'drop' };
  return { kind: additionalProperties, known: planMemberNames(use, type) };
}

function planIndexes(
  use: Use,
  type: ObjectModel,
  planFunction: (use: Use, type: TypeModel) => FunctionRef,
): IndexesPlan {
  const { planner, subject } = use;
  const indexes = type.indexes.map(
    (index, at): IndexPlan => ({
      key: planKey(use, index.key),
      function: planFunction(part(use, `Other${at + 1}`), index.type),
    }),
  );
  return {
    kind: 'indexes',
    known: planMemberNames(use, type),
    indexes: planner.constantFor({ kind: 'indexes', indexes }, `${subject}Indexes`),
    unnamed: type.additionalProperties,
  };
}

function planKey({ planner, subject }: Use, key: IndexModel['key']): IndexPlan['key'] {
  if (key.kind !== 'template') return key.kind;
  const { texts, holes } = key;
  return { template: planner.constantFor({ kind: 'template', texts, holes }, `${subject}Names`) };
}

/** TypeScript calls a type weak if no member is required, and refuses values that share no member with it. */
function planWeak(use: Use, type: ObjectModel): string | undefined {
  const isWeak = type.members.length > 0 && type.members.every((member) => member.optional);
  const takesAny = type.indexes.length > 0 || type.additionalProperties === 'keep';
  return isWeak && !takesAny ? planMemberNames(use, type) : undefined;
}

/** The constant with the names of all members. */
export function planMemberNames({ planner, subject }: Use, type: ObjectModel): string {
  const values = type.members.map((member) => member.name);
  return planner.constantFor({ kind: 'literals', values }, `${subject}Members`);
}

/** The function that tells whether a value is such an object. */
export function planObjectGuard(use: Use, type: ObjectModel): FunctionRef {
  const plan = (name: string): FunctionPlan => ({
    kind: 'objectGuard',
    name,
    members: type.members
      .map((member) => planMemberTest(use, member))
      .sort((a, b) => costOf(a.test) - costOf(b.test)),
    weak: planWeak(use, type),
    others: planOtherTests(use, type),
  });
  return use.planner.functionFor(type, guardPrefix(use, type), use.subject, plan);
}

function planMemberTest(use: Use, member: MemberModel): MemberTest {
  const { name, optional, exact = false, type } = member;
  const { graph } = use.planner;
  const test = planTest(part(use, pascalCase(name)), type);
  const undefinable = isUndefinable(graph, member);
  if (!optional || graph.has(type, 'undefined')) return { name, undefinable, exact, test };
  const orNothing: TestPlan = { kind: 'any', of: [{ kind: 'equals', value: undefined }, test] };
  return { name, undefinable, exact, test: orNothing };
}

/** Literals first: they fail soonest and cost least. */
const costOf = (test: TestPlan): number =>
  test.kind === 'equals' || test.kind === 'listed' ? 0 : test.kind === 'guard' ? 2 : 1;

function planOtherTests(use: Use, type: ObjectModel): ObjectGuard['others'] {
  const index = onlyIndex(type.indexes);
  if (index !== undefined) {
    return {
      kind: 'index',
      known: planMemberNames(use, type),
      guard: planGuard(part(use, 'Other'), index.type),
    };
  }
  if (type.indexes.length > 0) return planIndexes(use, type, planGuard);
  return type.additionalProperties === 'refuse'
    ? { kind: 'none', known: planMemberNames(use, type) }
    : { kind: 'any' };
}
