// Exact guards of objects and tuples: functions of their own.

import type { MemberModel, ObjectModel, TypeModel } from '../model.js';
import type { ExactMember, ExactObject, ExactTest } from './exact-plan.js';
import { callExact, planExact } from './exact-tests.js';
import { pascalCase } from './name-scope.js';
import type { FunctionPlan } from './plan.js';
import { withoutUndefined } from './unions.js';
import { part, type Use } from './use.js';

export function planExactObject(use: Use, type: ObjectModel): ExactTest {
  const { planner, subject } = use;
  const isOpen = planner.exact.isOpen(type);
  const keeps = type.indexes.length === 0 && type.additionalProperties === 'keep';
  const others = keeps ? { kind: 'opaque' as const } : type.indexes[0]?.type;
  const parts = [...type.members.map((member) => member.type), ...(others === undefined ? [] : [others])];
  const plan = (name: string): FunctionPlan => ({
    kind: 'exactObject',
    name,
    isOpen,
    deepest: planner.exact.deepest(parts),
    required: type.members.filter((member) => !member.optional).map((member) => planMember(use, member)),
    optional: type.members.filter((member) => member.optional).map((member) => planMember(use, member)),
    others: others && planOthers(use, type, others),
  });
  return callExact(isOpen, planner.functionFor(type, 'isExact', subject, plan));
}

/** Where JSON would differ, `undefined` does not pass. */
function planMember(use: Use, { name, type }: MemberModel): ExactMember {
  const { graph } = use.planner;
  return { name, test: planExact(part(use, pascalCase(name)), withoutUndefined(graph, type)) };
}

function planOthers(use: Use, { members }: ObjectModel, others: TypeModel): ExactObject['others'] {
  const { planner, subject } = use;
  const values = members.map((member) => member.name);
  const known =
    values.length === 0 ? undefined : planner.constantFor({ kind: 'literals', values }, `${subject}Members`);
  return { known, test: planExact(part(use, 'Other'), withoutUndefined(planner.graph, others)) };
}

/** None of its items is optional: where it ends would be another place in JSON. */
export function planExactTuple(use: Use, type: TypeModel & { readonly kind: 'tuple' }): ExactTest {
  const { planner, subject } = use;
  const { items } = type;
  const isOpen = planner.exact.isOpen(type);
  const at = items.findIndex((item) => item.rest);
  const end = at === -1 ? items.length : at;
  const planItem = (item: { readonly type: TypeModel }, suffix: string): ExactTest =>
    planExact(part(use, suffix), withoutUndefined(planner.graph, item.type));
  const plan = (name: string): FunctionPlan => ({
    kind: 'exactTuple',
    name,
    isOpen,
    deepest: planner.exact.deepest(items.map((item) => item.type)),
    before: items.slice(0, end).map((item, index) => planItem(item, `${index}`)),
    rest: items[at] && planItem(items[at], 'Rest'),
    after: items.slice(end + 1).map((item, index) => planItem(item, `${end + 1 + index}`)),
  });
  return callExact(isOpen, planner.functionFor(JSON.stringify(type), 'isExact', subject, plan));
}
