// Functions for unions: which branch a value belongs to.

import type { TypeModel, UnionModel } from '../model.js';
import { type CodecPlanner, readerPrefix } from './codec-planner.js';
import { findDiscriminant, type LiteralValue, literalsOf, type ObjectBranch } from './literals.js';
import { pascalCase } from './name-scope.js';
import type { ArmPlan, CasePlan, FunctionPlan, FunctionRef, ReaderPlan, TestPlan } from './plan.js';
import { planReader, planRef, unionOf } from './readers.js';
import { planTest } from './tests.js';
import type { Direction, TypeGraph } from './type-graph.js';

/** What planning one union shares. */
interface Choice {
  readonly planner: CodecPlanner;
  readonly direction: Direction;
  readonly subject: string;
  /** The union as text. */
  readonly text: string;
}

/** The function that reads a union of at least two kinds of values. */
export function planChoice(
  planner: CodecPlanner,
  type: UnionModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  const choice: Choice = { planner, direction, subject, text: type.text };
  return planner.functionFor(type, readerPrefix(planner.graph, type, direction), subject, (name) => {
    const branches = planner.graph.branches(type);
    const objects = objectBranches(planner.graph, branches);
    return objects.length === branches.length
      ? planObjects(choice, name, objects)
      : planArms(choice, name, branches);
  });
}

const objectBranches = (graph: TypeGraph, branches: readonly TypeModel[]): readonly ObjectBranch[] =>
  branches.flatMap((type) => {
    const object = graph.resolve(type);
    return object.kind === 'object' ? [{ type, object }] : [];
  });

/** Objects: a switch over the member that tells them apart, or else one guard after the other. */
function planObjects(choice: Choice, name: string, branches: readonly ObjectBranch[]): FunctionPlan {
  const { planner, subject } = choice;
  const discriminant = findDiscriminant(planner.graph, branches);
  if (discriminant === undefined) return planGuarded(choice, name, branches);
  const { member, groups } = discriminant;
  const all = groups.flatMap((group) => group.values);
  return {
    kind: 'switch',
    name,
    member,
    cases: groups.map((group) => planCase(choice, group.values, group.branches)),
    expected: planner.constantFor({ kind: 'literals', values: all }, `${subject}${pascalCase(member)}Values`),
  };
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

/** The branch with the most members comes first: of several that match, it keeps the most. */
function planGuarded(choice: Choice, name: string, branches: readonly ObjectBranch[]): FunctionPlan {
  const widest = branches.toSorted((a, b) => b.object.members.length - a.object.members.length);
  const types = widest.map((branch) => branch.type);
  return {
    kind: 'choice',
    name,
    arms: guardedArms(choice, types),
    expected: choice.text,
    branches: refs(choice, types),
  };
}

/** Kinds that are told apart without looking into the value come first, strings of any content last. */
function planArms(choice: Choice, name: string, branches: readonly TypeModel[]): FunctionPlan {
  const { planner, direction } = choice;
  const families = new Map<Family, TypeModel[]>();
  for (const branch of branches) {
    const family = familyOf(planner.graph.resolve(branch), direction);
    families.set(family, [...(families.get(family) ?? []), branch]);
  }
  return {
    kind: 'choice',
    name,
    arms: FAMILIES.flatMap((family) => planFamily(choice, family, families.get(family) ?? [])),
    expected: choice.text,
    branches: refs(choice, families.get('array') ?? []),
  };
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
  if (family === 'array' && types.length === 1) return [wholeFamily(choice, types, { kind: 'array' })];
  if (family === 'object') return [wholeFamily(choice, types, IS_OBJECT)];
  return guardedArms(choice, types);
}

const IS_OBJECT: TestPlan = { kind: 'check', function: { kind: 'wire', name: 'isObject' }, operands: [] };

function planLiterals({ planner, subject }: Choice, types: readonly TypeModel[]): ArmPlan {
  const values = literalsOf(planner.graph, unionOf(types, '')) ?? [];
  const [only] = values;
  if (only !== undefined && values.length === 1)
    return { test: { kind: 'equals', value: only }, reader: undefined };
  const constant = planner.constantFor({ kind: 'literals', values }, `${subject}Values`);
  return { test: { kind: 'listed', constant }, reader: undefined };
}

/** All values of a kind go to one reader, whose refusal is then the right one. */
function wholeFamily(choice: Choice, types: readonly TypeModel[], test: TestPlan): ArmPlan {
  const { planner, direction, subject, text } = choice;
  return { test, reader: planReader(planner, unionOf(types, text), direction, `${subject}Object`) };
}

const guardedArms = (
  { planner, direction, subject }: Choice,
  types: readonly TypeModel[],
): readonly ArmPlan[] =>
  types.map((type, index) => ({
    test: planTest(planner, type, direction, `${subject}${index + 1}`),
    reader: readerUnlessSame(planner, type, planReader(planner, type, direction, `${subject}${index + 1}`)),
  }));

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

const refs = (
  { planner, direction, subject }: Choice,
  types: readonly TypeModel[],
): readonly FunctionRef[] =>
  types.length < 2
    ? []
    : types.map((type, index) => planRef(planner, type, direction, `${subject}${index + 1}`));
