// How to tell whether a value is just what copying it would give: then it needs no copy. What says no is read.

import type { CheckedModel, CheckModel, ObjectModel, TypeModel, UnionModel } from '../model.js';
import { local } from './calls.js';
import { planChecks } from './checks.js';
import { planExactObject, planExactTuple } from './exact-objects.js';
import type { ExactTest } from './exact-plan.js';
import type { Decision } from './exact-unions.js';
import { literalsOf, type ObjectBranch } from './literals.js';
import { pascalCase } from './name-scope.js';
import { isEmptyObject } from './objects.js';
import type { FunctionRef, LiteralValue, Operand } from './plan.js';
import { withoutUndefined } from './unions.js';
import { named, part, type Use } from './use.js';

/** Plans the test of a value whose type is testable. */
export function planExact(use: Use, type: TypeModel): ExactTest {
  const { graph } = use.planner;
  const resolved = graph.resolve(type);
  const isAlias = ALIASES.has(resolved.kind);
  return isAlias && type.kind === 'reference' && graph.isRecursive(type.name)
    ? planRecursive(named(use, type), resolved)
    : planResolved(named(use, type), resolved);
}

/** What has no function of its own unless it contains itself. */
const ALIASES: ReadonlySet<TypeModel['kind']> = new Set(['union', 'array', 'checked']);

/** A type that contains itself has a function of its own. */
function planRecursive(use: Use, type: TypeModel): ExactTest {
  const plan = (name: string) =>
    ({ kind: 'exactTest', name, isOpen: true, test: planResolved(use, type) }) as const;
  return { kind: 'open', function: use.planner.functionFor(type, 'isExact', use.subject, plan) };
}

/** The test that calls a function of the file. */
export const callExact = (isOpen: boolean, ref: FunctionRef): ExactTest => ({
  kind: isOpen ? 'open' : 'closed',
  function: ref,
});

const NOTHING: ExactTest = { kind: 'any', of: [] };

function planResolved(use: Use, type: TypeModel): ExactTest {
  const { planner, subject } = use;
  switch (type.kind) {
    case 'string':
    case 'boolean':
      return { kind: 'typeof', type: type.kind };
    case 'number':
      return { kind: 'number' };
    case 'null':
      return { kind: 'equals', value: null };
    case 'literal':
      return { kind: 'equals', value: type.value };
    case 'enum':
      return planListed(use, type.values, `${type.name}Values`);
    case 'template': {
      const { texts, holes } = type;
      const constant = planner.constantFor({ kind: 'template', texts, holes }, `${subject}Template`);
      return check('isTemplate', local(constant));
    }
    case 'opaque':
      return { kind: 'open', function: { kind: 'wire', name: 'isExactJson' } };
    case 'array':
      return planList(use, type.item);
    case 'tuple':
      return planExactTuple(use, type);
    case 'object':
      return planObject(use, type);
    case 'union':
      return planUnion(use, type);
    case 'checked':
      return { kind: 'all', of: [planExact(use, type.type), ...planChecked(use, type)] };
    // As a member they are not there, and then they are not tested.
    case 'undefined':
    case 'never':
      return NOTHING;
    default:
      throw new Error(`there is no exact guard for ${type.kind}`);
  }
}

const check = (name: string, ...operands: readonly Operand[]): ExactTest => ({
  kind: 'check',
  function: { kind: 'wire', name },
  operands,
});

const planObject = (use: Use, type: ObjectModel): ExactTest =>
  isEmptyObject(type) ? check('isExactAnything') : planExactObject(use, type);

/** Up to so many literals are compared one by one, which is quicker than a look into a set. */
const MOST_COMPARED = 5;

function planListed({ planner }: Use, values: readonly LiteralValue[], subject: string): ExactTest {
  return values.length <= MOST_COMPARED
    ? anyOf(values.map((value) => ({ kind: 'equals', value })))
    : { kind: 'listed', constant: planner.constantFor({ kind: 'literals', values }, subject) };
}

const anyOf = (all: readonly ExactTest[]): ExactTest => {
  const tests = all.filter((test) => test !== NOTHING);
  const [only] = tests;
  return only !== undefined && tests.length === 1 ? only : { kind: 'any', of: tests };
};

const LISTS: ReadonlySet<TypeModel['kind']> = new Set(['array', 'tuple']);
const OBJECTS: ReadonlySet<TypeModel['kind']> = new Set(['object']);

/** Lists of equal items share a function. */
function planList(use: Use, item: TypeModel): ExactTest {
  const { planner } = use;
  const subject = item.kind === 'reference' ? item.name : subjectOf(use, item);
  const test = planExact({ ...use, subject }, withoutUndefined(planner.graph, item));
  const isOpen = planner.exact.isOpen(item);
  const plan = (name: string) =>
    ({ kind: 'exactList', name, isOpen, deepest: planner.exact.deepest([item]), item: test }) as const;
  const key = JSON.stringify(['list', test]);
  return callExact(isOpen, planner.functionFor(key, 'isExact', `${subject}List`, plan));
}

const subjectOf = ({ subject }: Use, { kind }: TypeModel): string =>
  SHARED.has(kind) ? pascalCase(kind) : `${subject}Item`;

/** Items whose lists are named for them, wherever they stand. */
const SHARED: ReadonlySet<TypeModel['kind']> = new Set(['string', 'number', 'boolean', 'opaque']);

function planUnion(use: Use, type: UnionModel): ExactTest {
  const { graph, exact } = use.planner;
  if (graph.has(type, 'opaque')) return planResolved(use, { kind: 'opaque' });
  const literals = literalsOf(graph, type);
  if (literals !== undefined) return planListed(use, literals, `${use.subject}Values`);
  const plan = (branches: readonly TypeModel[]): ExactTest[] =>
    branches.map((branch, index) =>
      planExact(part(use, branches.length === 1 ? '' : `${index + 1}`), branch),
    );
  const isIn = (kinds: ReadonlySet<TypeModel['kind']>) => (branch: TypeModel) =>
    kinds.has(graph.shape(branch).kind);
  const lists = plan(graph.branches(type).filter(isIn(LISTS)));
  const others = plan(
    graph.branches(type).filter((branch) => !isIn(LISTS)(branch) && !isIn(OBJECTS)(branch)),
  );
  const decision = exact.decisionOf(type);
  if (decision === undefined) return anyOf([...others, ...lists]);
  const object = planDecision(use, decision);
  if (lists.length === 0) return anyOf([...others, object]);
  return anyOf([...others, { kind: 'split', list: anyOf(lists), object }]);
}

/** Limits of numbers as conditions, all else as a constant. */
function planChecked(use: Use, { type, checks }: CheckedModel): readonly ExactTest[] {
  const isNumber = use.planner.graph.shape(type).kind === 'number';
  const limits = isNumber ? checks.flatMap(planLimit) : [];
  const others = checks.filter((each) => !isNumber || planLimit(each).length === 0);
  const constant = planChecks(use, type, others);
  return constant === undefined ? limits : [...limits, check('meets', local(constant))];
}

function planLimit(each: CheckModel): readonly ExactTest[] {
  switch (each.kind) {
    case 'minimum':
      return [{ kind: 'limit', operator: '>=', value: each.value }];
    case 'maximum':
      return [{ kind: 'limit', operator: '<=', value: each.value }];
    case 'exclusiveMinimum':
      return [{ kind: 'limit', operator: '>', value: each.value }];
    case 'exclusiveMaximum':
      return [{ kind: 'limit', operator: '<', value: each.value }];
    default:
      return [];
  }
}

/** How an object is tested that can be one of several. */
function planDecision(use: Use, decision: Decision): ExactTest {
  switch (decision.kind) {
    case 'only':
      return planBranch(use, decision.branch);
    case 'trial':
      return anyOf(decision.branches.map((branch, index) => planBranch(part(use, `${index + 1}`), branch)));
    case 'switch':
    case 'chain':
      return planDecisionFunction(use, decision);
  }
}

const planBranch = (use: Use, { type }: ObjectBranch): ExactTest => planExact(use, type);

function planDecisionFunction(use: Use, decision: Decision & { kind: 'switch' | 'chain' }): ExactTest {
  const { planner } = use;
  const isOpen = branchesOf(decision).some(({ type }) => planner.exact.isOpen(type));
  const key = JSON.stringify(['decision', branchesOf(decision).map(({ type }) => type)]);
  const plan = (name: string) => ({ name, isOpen, ...planArms(use, decision) }) as const;
  return callExact(isOpen, planner.functionFor(key, 'isExact', use.subject, plan));
}

function planArms(use: Use, decision: Decision & { kind: 'switch' | 'chain' }) {
  if (decision.kind === 'switch') {
    const cases = decision.cases.map(({ values, decision: next }) => ({
      values,
      test: planDecision(part(use, pascalCase(String(values[0]))), next),
    }));
    return { kind: 'exactSwitch', member: decision.member, cases } as const;
  }
  const arms = decision.arms.map(({ member, branch }) => ({
    name: member,
    test: planBranch(part(use, pascalCase(member)), branch),
  }));
  return { kind: 'exactChain', arms, last: planDecision(part(use, 'Other'), decision.last) } as const;
}

function branchesOf(decision: Decision): readonly ObjectBranch[] {
  switch (decision.kind) {
    case 'only':
      return [decision.branch];
    case 'trial':
      return decision.branches;
    case 'chain':
      return [...decision.arms.map(({ branch }) => branch), ...branchesOf(decision.last)];
    case 'switch':
      return decision.cases.flatMap((each) => branchesOf(each.decision));
  }
}
