// How to tell whether a value agrees with a type, without copying it. Planned only where a union needs it.

import type { Data } from '../../templates/code.js';
import type { TypeModel } from '../model.js';
import { type CodecPlanner, guardPrefix } from './codec-planner.js';
import { literalsOf } from './literals.js';
import { isEmptyObject, planObjectGuard } from './objects.js';
import type { FunctionRef, LiteralValue, Operand, TestPlan } from './plan.js';
import { withoutUndefined } from './readers.js';
import { planTupleGuard } from './tuples.js';
import type { Direction } from './type-graph.js';

/** Plans the test of a value. `subject` names what has no name of its own. */
export function planTest(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): TestPlan {
  const { graph } = planner;
  const resolved = graph.resolve(type);
  if (type.kind !== 'reference') return planResolved(planner, resolved, direction, subject);
  if (!graph.isRecursive(type.name)) return planResolved(planner, resolved, direction, type.name);
  const ref = recursiveGuard(planner, resolved, direction, type.name);
  return { kind: 'guard', function: ref, operands: [], recursive: true };
}

/** The function that tests a type that contains itself. */
function recursiveGuard(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  if (type.kind === 'object' && type.members.length > 0)
    return planObjectGuard(planner, type, direction, subject);
  if (type.kind === 'tuple') return planTupleGuard(planner, type, direction, subject);
  return planner.functionFor(type, guardPrefix(planner.graph, type, direction), subject, (name) => ({
    kind: 'guard',
    name,
    test: planResolved(planner, type, direction, subject),
  }));
}

function planResolved(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): TestPlan {
  const isEncode = direction === 'encode';
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
      return listed(planner, type.values, `${type.name}Values`);
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
    case 'url':
      return check(isEncode ? 'isUrl' : 'isHref');
    case 'array':
    case 'set':
      return planListTest(planner, type, direction, subject);
    case 'map':
      return guard(
        isEncode ? 'isMap' : 'isPairs',
        planItemGuardRef(planner, type.key, direction, `${subject}Key`),
        planItemGuardRef(planner, type.value, direction, `${subject}Value`),
      );
    case 'tuple':
      return localGuard(planTupleGuard(planner, type, direction, subject));
    case 'object':
      if (isEmptyObject(type)) return check('isSomething');
      if (type.members.length === 0 && type.index !== undefined) {
        return guard('isRecord', planGuardRef(planner, type.index, direction, `${subject}Value`));
      }
      return localGuard(planObjectGuard(planner, type, direction, subject));
    case 'union':
      return planUnionTest(planner, type, direction, subject);
    case 'reference':
      return planTest(planner, type, direction, subject);
  }
}

function planListTest(
  planner: CodecPlanner,
  type: TypeModel & { kind: 'array' | 'set' },
  direction: Direction,
  subject: string,
): TestPlan {
  const isSet = type.kind === 'set' && direction === 'encode';
  return guard(
    isSet ? 'isSet' : 'isArray',
    planItemGuardRef(planner, type.item, direction, `${subject}Item`),
  );
}

function planUnionTest(
  planner: CodecPlanner,
  type: TypeModel & { kind: 'union' },
  direction: Direction,
  subject: string,
): TestPlan {
  const literals = literalsOf(planner.graph, type);
  if (literals !== undefined) return listed(planner, literals, `${subject}Values`);
  const branches = planner.graph.branches(type);
  return {
    kind: 'any',
    of: branches.map((branch, index) => planTest(planner, branch, direction, `${subject}${index + 1}`)),
  };
}

function listed(planner: CodecPlanner, values: readonly LiteralValue[], subject: string): TestPlan {
  return { kind: 'listed', constant: planner.constantFor({ kind: 'literals', values }, subject) };
}

/** How an item of a list is tested: `undefined` travels as null there. */
export function planItemTest(
  planner: CodecPlanner,
  item: TypeModel,
  direction: Direction,
  subject: string,
): TestPlan {
  const { graph } = planner;
  if (!graph.accepts(item, 'undefined')) return planTest(planner, item, direction, subject);
  const test = planTest(planner, withoutUndefined(graph, item), direction, subject);
  if (graph.accepts(item, 'null')) return test;
  return { kind: 'any', of: [{ kind: 'equals', value: direction === 'encode' ? undefined : null }, test] };
}

/** The function that tests items of a list. */
export const planItemGuardRef = (
  planner: CodecPlanner,
  item: TypeModel,
  direction: Direction,
  subject: string,
): FunctionRef => toRef(planner, item, direction, subject, planItemTest(planner, item, direction, subject));

/** The function that tests values of a type. */
export const planGuardRef = (
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): FunctionRef => toRef(planner, type, direction, subject, planTest(planner, type, direction, subject));

/** The function that tests a branch of a union, whose results are remembered in any case. */
export function planBranchGuard(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  const test = planTest(planner, type, direction, subject);
  const isCall = test.kind === 'guard' && test.operands.length === 0;
  return isCall ? test.function : toRef(planner, type, direction, subject, test);
}

function toRef(
  planner: CodecPlanner,
  type: TypeModel,
  direction: Direction,
  subject: string,
  test: TestPlan,
): FunctionRef {
  if (test.kind === 'typeof' && test.type !== 'bigint')
    return { kind: 'wire', name: TYPEOF_GUARDS[test.type] };
  const isCall = (test.kind === 'guard' && !test.recursive) || test.kind === 'check';
  if (isCall && test.operands.length === 0) return test.function;
  const prefix = guardPrefix(planner.graph, { kind: 'array', item: type }, direction);
  return planner.functionFor(JSON.stringify(test), prefix, subject, (name) => ({
    kind: 'guard',
    name,
    test,
  }));
}

const TYPEOF_GUARDS = { string: 'isString', boolean: 'isBoolean' } as const;

const local = (name: string): FunctionRef => ({ kind: 'local', name });
const data = (value: Data): Operand => ({ kind: 'data', value });
/** A test of the value alone, by a function of `wire`. */
export function check(name: string, ...operands: readonly Operand[]): TestPlan {
  return { kind: 'check', function: { kind: 'wire', name }, operands };
}

const guard = (name: string, ...operands: readonly Operand[]): TestPlan => ({
  kind: 'guard',
  function: { kind: 'wire', name },
  operands,
  recursive: false,
});
const localGuard = (ref: FunctionRef): TestPlan => ({
  kind: 'guard',
  function: ref,
  operands: [],
  recursive: false,
});
