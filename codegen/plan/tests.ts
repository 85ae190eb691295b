// How to tell whether a value agrees with a type, without copying it. Planned only where a union needs it.

import { isForeignCheck, type ObjectModel, type TypeModel } from '../model.js';
import { check, data, guard, local, localGuard } from './calls.js';
import { planCheckedTest } from './checks.js';
import { planForeignTest } from './foreign-checks.js';
import { literalsOf } from './literals.js';
import { isEmptyObject, planObjectGuard, recordValue } from './objects.js';
import type { FunctionRef, LiteralValue, TestPlan } from './plan.js';
import { planTupleGuard } from './tuples.js';
import { withoutUndefined } from './unions.js';
import { guardPrefix, listOf, named, part, type Use } from './use.js';

/** Plans the test of a value. */
export function planTest(use: Use, type: TypeModel): TestPlan {
  const { graph } = use.planner;
  const resolved = graph.resolve(type);
  return type.kind === 'reference' && graph.isRecursive(type.name)
    ? localGuard(planRecursive(named(use, type), resolved), true)
    : planResolved(named(use, type), resolved);
}

/** A type that contains itself has a function of its own. */
function planRecursive(use: Use, type: TypeModel): FunctionRef {
  if (type.kind === 'object' && recordValue(type) === undefined) return planObjectGuard(use, type);
  if (type.kind === 'tuple') return planTupleGuard(use, type);
  const plan = (name: string) => ({ kind: 'guard', name, test: planResolved(use, type) }) as const;
  return use.planner.functionFor(type, guardPrefix(use, type), use.subject, plan);
}

function planResolved(use: Use, type: TypeModel): TestPlan {
  const { planner, subject } = use;
  const isEncode = use.direction === 'encode';
  switch (type.kind) {
    case 'string':
    case 'boolean':
      return { kind: 'typeof', type: type.kind };
    case 'number':
      return check('isNumber');
    case 'null':
      return { kind: 'equals', value: null };
    case 'undefined':
      return { kind: 'equals', value: undefined };
    case 'never':
      return { kind: 'any', of: [] };
    case 'opaque':
      return check('isPresent');
    case 'literal':
      return { kind: 'equals', value: type.value };
    case 'enum':
      return planListed(use, type.values, `${type.name}Values`);
    case 'template': {
      const { texts, holes } = type;
      return check(
        'isTemplate',
        local(planner.constantFor({ kind: 'template', texts, holes }, `${subject}Template`)),
      );
    }
    case 'date':
      return check(isEncode ? 'isDate' : 'isDateText');
    case 'bigint':
      return isEncode ? { kind: 'typeof', type: 'bigint' } : check('isBigintText');
    case 'bigintLiteral':
      return isEncode ? check('isBigintLiteral', data(type.value)) : { kind: 'equals', value: type.value };
    case 'bytes':
      return check(isEncode ? 'isBytes' : 'isBase64');
    case 'buffer':
      return check(isEncode ? 'isBuffer' : 'isBase64');
    case 'url':
      return check(isEncode ? 'isUrl' : 'isHref');
    case 'array':
      return guard('isArray', planItemGuard(part(use, 'Item'), type.item));
    case 'set':
      return guard(isEncode ? 'isSet' : 'isItems', planItemGuard(part(use, 'Item'), type.item));
    case 'map': {
      const key = planItemGuard(part(use, 'Key'), type.key);
      return guard(isEncode ? 'isMap' : 'isPairs', key, planItemGuard(part(use, 'Value'), type.value));
    }
    case 'tuple':
      return localGuard(planTupleGuard(use, type));
    case 'object':
      if (isEmptyObject(type)) return check('isSomething');
      return planObjectTest(use, type);
    case 'union':
      return planUnion(use, type);
    case 'checked':
      return type.checks.some(isForeignCheck) ? planForeignTest(use, type) : planCheckedTest(use, type);
    case 'reference':
      return planTest(use, type);
  }
}

function planObjectTest(use: Use, type: ObjectModel): TestPlan {
  const value = recordValue(type);
  return value === undefined
    ? localGuard(planObjectGuard(use, type))
    : guard('isRecord', planGuard(part(use, 'Value'), value));
}

function planUnion(use: Use, type: TypeModel & { kind: 'union' }): TestPlan {
  const { graph } = use.planner;
  const literals = literalsOf(graph, type);
  if (literals !== undefined) return planListed(use, literals, `${use.subject}Values`);
  const branches = graph.branches(type);
  return { kind: 'any', of: branches.map((branch, index) => planBranch(part(use, `${index + 1}`), branch)) };
}

/**
 * A branch in which other branches have to be told apart: its result is remembered. Otherwise each branch would look
 * through them again, those through the next, and the time would double with every level.
 */
function planBranch(use: Use, branch: TypeModel): TestPlan {
  const test = planTest(use, branch);
  const isRepeated = use.planner.graph.holdsChoice(branch) && test.kind === 'guard' && !test.recursive;
  return isRepeated ? localGuard(toRef(use, branch, test), true) : test;
}

const planListed = ({ planner }: Use, values: readonly LiteralValue[], subject: string): TestPlan => ({
  kind: 'listed',
  constant: planner.constantFor({ kind: 'literals', values }, subject),
});

/** How an item of a list is tested: `undefined` travels as null there. */
export function planItemTest(use: Use, item: TypeModel): TestPlan {
  const { graph } = use.planner;
  const test = planTest(use, withoutUndefined(graph, item));
  if (!graph.has(item, 'undefined') || graph.acceptsNull(item)) return test;
  const nothing = use.direction === 'encode' ? undefined : null;
  return { kind: 'any', of: [{ kind: 'equals', value: nothing }, test] };
}

/** The function that tests items of a list. */
export const planItemGuard = (use: Use, item: TypeModel): FunctionRef =>
  toRef(use, item, planItemTest(use, item));

/** The function that tests values of a type. */
export const planGuard = (use: Use, type: TypeModel): FunctionRef => toRef(use, type, planTest(use, type));

/** The function that tests a branch of a union, whose results are remembered in any case. */
export function planBranchGuard(use: Use, type: TypeModel): FunctionRef {
  const test = planTest(use, type);
  return test.kind === 'guard' && test.operands.length === 0 ? test.function : toRef(use, type, test);
}

const TYPEOF_GUARDS = { string: 'isString', boolean: 'isBoolean' } as const;

/** The function that a test consists of, or a new one for it. */
function toRef(use: Use, type: TypeModel, test: TestPlan): FunctionRef {
  if (test.kind === 'typeof' && test.type !== 'bigint')
    return { kind: 'wire', name: TYPEOF_GUARDS[test.type] };
  const isCall = (test.kind === 'guard' && !test.recursive) || test.kind === 'check';
  if (isCall && test.operands.length === 0) return test.function;
  const plan = (name: string) => ({ kind: 'guard', name, test }) as const;
  return use.planner.functionFor(JSON.stringify(test), guardPrefix(use, listOf(type)), use.subject, plan);
}
