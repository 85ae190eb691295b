// Unions that take more than a look at null: which branch a value belongs to.

import type { TypeModel, UnionModel } from '../model.js';
import { call, check, data, local } from './calls.js';
import { withoutOwnChecks } from './checks.js';
import {
  type DiscriminantGroup,
  findDiscriminant,
  isAbsence,
  literalsOf,
  type ObjectBranch,
} from './literals.js';
import { pascalCase } from './name-scope.js';
import { isEmptyObject } from './objects.js';
import type { ArmPlan, CasePlan, FunctionPlan, FunctionRef, ReaderPlan, TestPlan } from './plan.js';
import { planReader, planRef } from './readers.js';
import { planBranchGuard, planTest } from './tests.js';
import type { Direction, TypeGraph } from './type-graph.js';
import { unionOf } from './unions.js';
import { part, readerPrefix, type Use } from './use.js';

/** The use of a union, with the union as text. */
interface Choice extends Use {
  readonly text: string;
}

/** Whether the union has at least two kinds of values that are no literals. */
export function isChoice(graph: TypeGraph, type: UnionModel): boolean {
  const kinds = graph.branches(type).map((branch) => graph.resolve(branch).kind);
  const values = kinds.filter((kind) => kind !== 'null' && kind !== 'never');
  return (
    values.length > 1 &&
    !kinds.includes('opaque') &&
    !kinds.includes('undefined') &&
    literalsOf(graph, type) === undefined
  );
}

/** How such a union is read. */
export function planChoice(use: Use, type: UnionModel): ReaderPlan {
  const { planner, direction, subject } = use;
  const { graph } = planner;
  const choice: Choice = { ...use, text: type.text };
  const branches = graph.branches(type);
  const isAnything = (branch: TypeModel): boolean => isEmptyObject(graph.shape(branch));
  if (branches.some(isAnything)) {
    // It accepts values of all kinds, of which the other branches may take more.
    return planMatching(
      choice,
      branches.toSorted((a, b) => Number(isAnything(a)) - Number(isAnything(b))),
    );
  }
  const objects = objectBranches(graph, branches);
  if (objects.length === branches.length) return planObjects(choice, objects);
  const families = branches.map((branch) => familyOf(graph, branch, direction));
  if (families.every((family) => family === 'array')) return planMatching(choice, branches);
  const plan = (name: string) => planArms(choice, name, branches);
  return call(planner.functionFor(JSON.stringify(type), readerPrefix(use, type), subject, plan));
}

const objectBranches = (graph: TypeGraph, branches: readonly TypeModel[]): readonly ObjectBranch[] =>
  branches.flatMap((type) => {
    const object = graph.shape(type);
    return object.kind === 'object' ? [{ type, object }] : [];
  });

/** Objects: a switch over the member that tells them apart, or else a guard for each. */
function planObjects(choice: Choice, branches: readonly ObjectBranch[]): ReaderPlan {
  const { planner, subject } = choice;
  const types = branches.map((branch) => branch.type);
  const discriminant = findDiscriminant(planner.graph, branches);
  if (discriminant === undefined) return planMatching(choice, types);
  const { member, groups } = discriminant;
  const values = groups.flatMap((group) => group.values).filter((value) => value !== undefined);
  const plan = (name: string): FunctionPlan => ({
    kind: 'switch',
    name,
    member,
    cases: groups.map((group) => planCase(choice, group)),
    expected: planner.constantFor({ kind: 'literals', values }, `${subject}${pascalCase(member)}Values`),
  });
  const prefix = readerPrefix(choice, unionOf(types, ''));
  return call(planner.functionFor(JSON.stringify(types), prefix, subject, plan));
}

function planCase(choice: Choice, group: DiscriminantGroup): CasePlan {
  const { values, branches } = group;
  const types = branches.map((branch) => branch.type);
  const text = types.map((type) => (type.kind === 'reference' ? type.name : type.kind)).join(' | ');
  const use = part(choice, values[0] === undefined ? 'Other' : pascalCase(String(values[0])));
  // What does not have the member can be of any branch again: it is not to look for it once more.
  const isOpen = isAbsence(group) && types.length > 1;
  return { values, reader: isOpen ? planOpen({ ...use, text }, types) : planRef(use, unionOf(types, text)) };
}

function planOpen(choice: Choice, types: readonly TypeModel[]): FunctionRef {
  const prefix = readerPrefix(choice, unionOf(types, ''));
  const plan = (name: string) => ({ kind: 'reader', name, reader: planMatching(choice, types) }) as const;
  return choice.planner.functionFor(`open ${JSON.stringify(types)}`, prefix, choice.subject, plan);
}

/** Each branch with its guard: a value is read by all that it agrees with. */
function planMatching(choice: Choice, types: readonly TypeModel[]): ReaderPlan {
  const { planner, subject, text } = choice;
  const branches = types.map((type, index) => {
    const use = part(choice, `${index + 1}`);
    return { guard: planBranchGuard(use, type), reader: planRef(use, type) };
  });
  const constant = planner.constantFor({ kind: 'branches', branches }, `${subject}Branches`);
  return call({ kind: 'wire', name: 'matching' }, local(constant), data(text));
}

/** What a value's kind says before its content is looked at, in the order in which branches are tried. */
const FAMILIES = ['literal', 'plain', 'instance', 'array', 'object', 'text', 'string'] as const;
type Family = (typeof FAMILIES)[number];

function familyOf(graph: TypeGraph, branch: TypeModel, direction: Direction): Family {
  const { kind } = graph.shape(branch);
  switch (kind) {
    case 'literal':
    case 'enum':
    case 'null':
      // A literal with checks is more than one of a list.
      return graph.resolve(branch).kind === 'checked' ? 'plain' : 'literal';
    case 'template':
      return 'text';
    case 'date':
    case 'bytes':
    case 'buffer':
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

function planArms(choice: Choice, name: string, branches: readonly TypeModel[]): FunctionPlan {
  const { graph } = choice.planner;
  const inFamily = (family: Family) =>
    branches.filter((branch) => familyOf(graph, branch, choice.direction) === family);
  const arms = FAMILIES.flatMap((family) => planFamily(choice, family, inFamily(family)));
  return { kind: 'choice', name, arms, expected: choice.text };
}

function planFamily(choice: Choice, family: Family, types: readonly TypeModel[]): readonly ArmPlan[] {
  if (types.length === 0) return [];
  if (family === 'literal') return [planLiterals(choice, types)];
  if (family === 'array') return [{ test: { kind: 'array' }, reader: planAll(choice, 'Array', types) }];
  if (family === 'object') return [{ test: check('isObject'), reader: planAll(choice, 'Object', types) }];
  return types.map((type, index) => planArm(part(choice, `${index + 1}`), type, types));
}

function planLiterals({ planner, subject }: Choice, types: readonly TypeModel[]): ArmPlan {
  const values = literalsOf(planner.graph, unionOf(types, '')) ?? [];
  const [only] = values;
  if (only !== undefined && values.length === 1) {
    return { test: { kind: 'equals', value: only }, reader: undefined };
  }
  const constant = planner.constantFor({ kind: 'literals', values }, `${subject}Values`);
  return { test: { kind: 'listed', constant }, reader: undefined };
}

/** All arrays, or all objects, of the union. */
function planAll(choice: Choice, suffix: string, types: readonly TypeModel[]): ReaderPlan {
  const all: Choice = { ...choice, subject: choice.subject + suffix };
  const [only] = types;
  if (only !== undefined && types.length === 1) return planReader(all, only);
  const objects = objectBranches(choice.planner.graph, types);
  return objects.length === types.length ? planObjects(all, objects) : planMatching(all, types);
}

function planArm(use: Use, type: TypeModel, siblings: readonly TypeModel[]): ArmPlan {
  const { graph } = use.planner;
  const isOnly = siblings.filter((other) => kindOf(graph, other) === kindOf(graph, type)).length === 1;
  // The only one of its kind takes all values of it, so that its refusal says what is wrong with them.
  const tested = isOnly && ALONE.has(kindOf(graph, type)) ? withoutOwnChecks(graph, type) : type;
  // Strings, numbers and booleans that passed their test are their own copies.
  const isSame = SAME.has(graph.resolve(tested === type ? withoutOwnChecks(graph, type) : type).kind);
  return {
    test: (isOnly ? onlyCollection(graph, type) : undefined) ?? planTest(use, tested),
    reader: isSame ? undefined : planReader(use, type),
  };
}

const kindOf = (graph: TypeGraph, type: TypeModel): TypeModel['kind'] => graph.shape(type).kind;

/** Kinds whose values no later branch can take. */
const ALONE: ReadonlySet<TypeModel['kind']> = new Set(['string', 'number', 'set', 'map']);

const SAME: ReadonlySet<TypeModel['kind']> = new Set(['string', 'number', 'boolean', 'template']);

/** The only set of a union takes all sets, so that its refusal names the item; the same for maps. */
function onlyCollection(graph: TypeGraph, type: TypeModel): TestPlan | undefined {
  const kind = kindOf(graph, type);
  return kind === 'set' ? check('isAnySet') : kind === 'map' ? check('isAnyMap') : undefined;
}
