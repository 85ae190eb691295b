// What values have to meet besides their type: the constraints of JSON Schema, as a constant that readers and
// tests share.

import { type CheckedModel, type CheckModel, isForeignCheck, type TypeModel } from '../model.js';
import { check, local } from './calls.js';
import { planMemberNames } from './objects.js';
import type { OwnCheck, ReaderPlan, TestPlan } from './plan.js';
import { planReader } from './readers.js';
import { planTest } from './tests.js';
import type { TypeGraph } from './type-graph.js';
import { named, type Use } from './use.js';

/** Reads a value of the type, and checks what came of it. */
export function planCheckedReader(use: Use, { type, checks }: CheckedModel): ReaderPlan {
  const reader = planReader(use, type);
  const constant = planChecks(use, type, checks);
  return constant === undefined ? reader : { kind: 'checked', reader, checks: constant };
}

/** Tests whether it is a value of the type and meets its checks. */
export function planCheckedTest(use: Use, { type, checks }: CheckedModel): TestPlan {
  const test = planTest(use, type);
  const constant = planChecks(use, type, checks);
  return constant === undefined ? test : { kind: 'all', of: [test, check('meets', local(constant))] };
}

/** The constant with the checks, those that are code of the contract's author aside. */
export function planChecks(use: Use, type: TypeModel, checks: readonly CheckModel[]): string | undefined {
  const own = checks.filter(isOwnCheck);
  if (own.length === 0) return undefined;
  const { planner, subject } = named(use, type);
  const counts = own.some(({ kind }) => kind === 'minProperties' || kind === 'maxProperties');
  const members = counts ? planCounted(use, type) : undefined;
  return planner.constantFor({ kind: 'checks', checks: own, members }, `${subject}Checks`);
}

const isOwnCheck = (check: CheckModel): check is OwnCheck => !isForeignCheck(check);

/** The constant with the members that count, for an object that drops all others. */
function planCounted(use: Use, type: TypeModel): string | undefined {
  const object = use.planner.graph.shape(type);
  if (object.kind !== 'object' || object.indexes.length > 0 || object.additionalProperties !== 'drop')
    return undefined;
  return planMemberNames(named(use, type), object);
}

/** The type whose test says enough where a reader follows that says the rest, and says what is wrong. */
export function withoutOwnChecks(graph: TypeGraph, type: TypeModel): TypeModel {
  const resolved = graph.resolve(type);
  if (resolved.kind !== 'checked') return type;
  const foreign = resolved.checks.filter(isForeignCheck);
  return foreign.length === 0 ? resolved.type : { ...resolved, checks: foreign };
}
