// Functions for unions: which branch a value belongs to.

import type { TypeModel, UnionModel } from '../model.js';
import { type CodecPlanner, readerPrefix } from './codec-planner.js';
import { findDiscriminant, literalsOf, type ObjectBranch } from './literals.js';
import { pascalCase } from './name-scope.js';
import type {
  ArmPlan,
  CasePlan,
  FunctionPlan,
  FunctionRef,
  LiteralValue,
  Operand,
  ReaderPlan,
  TestPlan,
} from './plan.js';
import { planReader, planRef, unionOf } from './readers.js';
import { check, planBranchGuard, planTest } from './tests.js';
import type { Direction, TypeGraph } from './type-graph.js';

/** What planning one union shares. */
interface Choice {
  readonly planner: CodecPlanner;
  readonly direction: Direction;
  readonly subject: string;
  /** The union as text. */
  readonly text: string;
}

/** How a union of at least two kinds of values is read. */
export function planChoice(
  planner: CodecPlanner,
  type: UnionModel,
  direction: Direction,
  subject: string,
): ReaderPlan {
  const { graph } = planner;
  const choice: Choice = { planner, direction, subject, text: type.text };
  const branches = graph.branches(type);
  const objects = objectBranches(graph, branches);
  if (objects.length === branches.length) return planObjects(choice, objects);
  if (branches.every((branch) => familyOf(graph.resolve(branch), direction) === 'array')) {
    return planMatching(choice, branches);
  }
  const prefix = readerPrefix(graph, type, direction);
  const key = JSON.stringify(type);
  return toCall(planner.functionFor(key, prefix, subject, (name) => planArms(choice, name, branches)));
}

const toCall = (ref: FunctionRef): ReaderPlan => ({ kind: 'call', function: ref, operands: [] });

const objectBranches = (graph: TypeGraph, branches: readonly TypeModel[]): readonly ObjectBranch[] =>
  branches.flatMap((type) => {
    const object = graph.resolve(type);
    return object.kind === 'object' ? [{ type, object }] : [];
  });

/** Objects: a switch over the member that tells them apart, or else a guard for each. */
function planObjects(choice: Choice, branches: readonly ObjectBranch[]): ReaderPlan {
  const { planner, direction, subject } = choice;
  const types = branches.map((branch) => branch.type);
  const discriminant = findDiscriminant(planner.graph, branches);
  if (discriminant === undefined) return planMatching(choice, types);
  const { member, groups } = discriminant;
  const values = groups.flatMap((group) => group.values);
  const prefix = readerPrefix(planner.graph, unionOf(types, ''), direction);
  const ref = planner.functionFor(JSON.stringify(types), prefix, subject, (name) => ({
    kind: 'switch',
    name,
    member,
    cases: groups.map((group) => planCase(choice, group.values, group.branches)),
    expected: planner.constantFor({ kind: 'literals', values }, `${subject}${pascalCase(member)}Values`),
  }));
  return toCall(ref);
}

/** Each branch with its guard: a value is read by all that it agrees with. */
function planMatching(
  { planner, direction, subject, text }: Choice,
  types: readonly TypeModel[],
): ReaderPlan {
  const branches = types.map((type, index) => ({
    guard: planBranchGuard(planner, type, direction, `${subject}${index + 1}`),
    reader: planRef(planner, type, direction, `${subject}${index + 1}`),
  }));
  const constant = planner.constantFor({ kind: 'branches', branches }, `${subject}Branches`);
  const operands: Operand[] = [
    { kind: 'local', name: constant },
    { kind: 'data', value: text },
  ];
  return { kind: 'call', function: { kind: 'wire', name: 'matching' }, operands };
}

function planCase(
  { planner, direction, subject, text }: Choice,
  values: readonly LiteralValue[],
  branches: readonly ObjectBranch[],
): CasePlan {
  const types = branches.map((branch) => branch.type);
  const narrowed = unionOf(types, types.length === 1 ? text : types.map(nameOf).join(' | '));
  const suffix = pascalCase(String(values[0]));
  return { values, reader: planRef(planner, narrowed, direction, subject + suffix) };
}

const nameOf = (type: TypeModel): string => (type.kind === 'reference' ? type.name : type.kind);

/** Kinds that are told apart without looking into the value come first, strings of any content last. */
function planArms(choice: Choice, name: string, branches: readonly TypeModel[]): FunctionPlan {
  const { planner, direction, text } = choice;
  const families = new Map<Family, TypeModel[]>();
  for (const branch of branches) {
    const family = familyOf(planner.graph.resolve(branch), direction);
    families.set(family, [...(families.get(family) ?? []), branch]);
  }
  const arms = FAMILIES.flatMap((family) => planFamily(choice, family, families.get(family) ?? []));
  return { kind: 'choice', name, arms, expected: text };
}

/** What a value's kind says before its content is looked at, in the order in which branches are tried. */
const FAMILIES = ['literal', 'plain', 'instance', 'array', 'object', 'text', 'string'] as const;
type Family = (typeof FAMILIES)[number];

function familyOf({ kind }: TypeModel, direction: Direction): Family {
  switch (kind) {
    case 'literal':
    case 'enum':
    case 'null':
      return 'literal';
    case 'template':
      return 'text';
    case 'date':
    case 'bytes':
    case 'url':
    case 'bigint':
    case 'bigintLiteral':
      return direction === 'encode' ? 'instance' : 'text';
    case 'map':
    case 'set':
      return direction === 'encode' ? 'instance' : 'array';
    case 'array':
    case 'tuple':
      return 'array';
    case 'object':
      return 'object';
    case 'string':
      return 'string';
    default:
      return 'plain';
  }
}

function planFamily(choice: Choice, family: Family, types: readonly TypeModel[]): readonly ArmPlan[] {
  if (types.length === 0) return [];
  if (family === 'literal') return [planLiterals(choice, types)];
  if (family === 'array') return [{ test: { kind: 'array' }, reader: planArrays(choice, types) }];
  if (family === 'object') return [{ test: IS_OBJECT, reader: planObjectArm(choice, types) }];
  return guardedArms(choice, types);
}

const IS_OBJECT = check('isObject');

function planLiterals({ planner, subject }: Choice, types: readonly TypeModel[]): ArmPlan {
  const values = literalsOf(planner.graph, unionOf(types, '')) ?? [];
  const [only] = values;
  if (only !== undefined && values.length === 1)
    return { test: { kind: 'equals', value: only }, reader: undefined };
  const constant = planner.constantFor({ kind: 'literals', values }, `${subject}Values`);
  return { test: { kind: 'listed', constant }, reader: undefined };
}

function planArrays(choice: Choice, types: readonly TypeModel[]): ReaderPlan {
  const { planner, direction, subject } = choice;
  const [only] = types;
  if (only !== undefined && types.length === 1)
    return planReader(planner, only, direction, `${subject}Array`);
  return planMatching({ ...choice, subject: `${subject}Array` }, types);
}

function planObjectArm(choice: Choice, types: readonly TypeModel[]): ReaderPlan {
  const { planner, direction, subject } = choice;
  const [only] = types;
  if (only !== undefined && types.length === 1)
    return planReader(planner, only, direction, `${subject}Object`);
  return planObjects({ ...choice, subject: `${subject}Object` }, objectBranches(planner.graph, types));
}

const guardedArms = (choice: Choice, types: readonly TypeModel[]): readonly ArmPlan[] =>
  types.map((type, index) => {
    const { planner, direction } = choice;
    const subject = `${choice.subject}${index + 1}`;
    const reader = planReader(planner, type, direction, subject);
    return {
      test: onlyCollection(choice, type, types) ?? planTest(planner, type, direction, subject),
      reader: readerUnlessSame(planner, type, reader),
    };
  });

/** The only set of a union takes all sets, so that its refusal names the item; the same for maps. */
function onlyCollection(
  { planner: { graph } }: Choice,
  type: TypeModel,
  types: readonly TypeModel[],
): TestPlan | undefined {
  const { kind } = graph.resolve(type);
  const isOnly = types.filter((other) => graph.resolve(other).kind === kind).length === 1;
  if (!isOnly) return undefined;
  return kind === 'set' ? check('isAnySet') : kind === 'map' ? check('isAnyMap') : undefined;
}

/** Strings, numbers and booleans that passed their test are their own copies. */
const readerUnlessSame = (
  { graph }: CodecPlanner,
  type: TypeModel,
  reader: ReaderPlan,
): ReaderPlan | undefined => (SAME.has(graph.resolve(type).kind) ? undefined : reader);

const SAME: ReadonlySet<TypeModel['kind']> = new Set([
  'string',
  'number',
  'boolean',
  'template',
  'undefined',
]);
