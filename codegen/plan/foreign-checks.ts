// How values are read that others' code checks: classes of class-validator, and schemas.

import {
  type CheckedModel,
  type CheckModel,
  isForeignCheck,
  type ObjectModel,
  type TypeModel,
} from '../model.js';
import { isTakenApart } from '../taken-apart.js';
import { call, guard, local, wire } from './calls.js';
import { pascalCase } from './name-scope.js';
import type { FunctionPlan, FunctionRef, ReaderPlan, TestPlan } from './plan.js';
import { planReader, planRef } from './readers.js';
import type { Use } from './use.js';

type ForeignCheck = Extract<CheckModel, { readonly kind: 'class' | 'schema' }>;

/** The checks of others' code, and the type that is left for ours. */
export function splitChecks({ type, checks }: CheckedModel): {
  readonly foreign: readonly ForeignCheck[];
  readonly type: TypeModel;
} {
  const foreign = checks.filter((check): check is ForeignCheck => isForeignCheck(check));
  const own = checks.filter((check) => !isForeignCheck(check));
  return { foreign, type: own.length === 0 ? type : { kind: 'checked', type, checks: own } };
}

/** What is sent has its form first; what arrives is a value first. Others' code sees values, the last check all of them. */
export function planForeignReader(use: Use, type: TypeModel, checks: readonly ForeignCheck[]): ReaderPlan {
  const named: Use = { ...use, subject: subjectOf(type) ?? use.subject };
  return use.direction === 'encode' ? planEncode(named, type, checks) : planDecode(named, type, checks);
}

/** Tests a value by reading it: only the classes and schemas themselves know what they accept. */
export const planForeignTest = (use: Use, type: CheckedModel): TestPlan =>
  guard('agrees', planRef(use, type));

function planEncode(use: Use, type: TypeModel, checks: readonly ForeignCheck[]): ReaderPlan {
  const receiver: Use = { ...use, direction: 'decode' };
  return functionOf(use, type, checks, () =>
    wire('checked', planRef(use, type), toRef(planDecode(receiver, type, checks))),
  );
}

function planDecode(use: Use, type: TypeModel, checks: readonly ForeignCheck[]): ReaderPlan {
  const last = checks.at(-1);
  if (last === undefined) return planReader(use, type);
  const inner = checks.slice(0, -1);
  const readInner = (): FunctionRef =>
    inner.length === 0 ? planRef(use, type) : toRef(planDecode(use, type, inner));
  return functionOf(use, type, checks, () => {
    if (last.kind === 'schema') return wire('schema', readInner(), use.planner.importOf(last.schema));
    const constant = planClass(use, type, last);
    return call({ kind: 'classes', name: 'instance' }, readInner(), local(constant));
  });
}

/** The function for a type with its checks, under a name that tells it from that of the bare type. */
function functionOf(
  use: Use,
  type: TypeModel,
  checks: readonly ForeignCheck[],
  reader: () => ReaderPlan,
): ReaderPlan {
  const { planner, direction, subject } = use;
  const key = JSON.stringify({ type, checks });
  const plan = (name: string): FunctionPlan => ({ kind: 'reader', name, reader: reader() });
  return call(planner.functionFor(key, direction, nameOf(subject, type, checks), plan));
}

/** `OrderInstance`, `CheckedOrder`, or `ByEmailSchema` for what has no name of its own. */
function nameOf(subject: string, type: TypeModel, checks: readonly ForeignCheck[]): string {
  const last = checks.at(-1);
  if (last?.kind !== 'schema') return `${subject}Instance`;
  return subjectOf(type) === undefined ? `By${pascalCase(last.schema.name)}` : `Checked${subject}`;
}

/** Every function that is planned here is called with nothing but the value and its place. */
const toRef = (reader: ReaderPlan): FunctionRef => {
  if (reader.kind === 'call') return reader.function;
  throw new Error('expected a function of its own');
};

/** The constant of a class. */
function planClass(use: Use, type: TypeModel, check: ForeignCheck & { kind: 'class' }): string {
  const { planner, subject } = use;
  const { graph } = planner;
  const object = graph.shape(type);
  const members = object.kind === 'object' ? object.members : [];
  const kept = members.filter((member) => isTakenApart(graph.resolve, member.type));
  const names = (list: ObjectModel['members']) => list.map((member) => member.name);
  return planner.constantFor(
    { kind: 'class', class: planner.importOf(check.class), members: names(members), kept: names(kept) },
    `${subject}Class`,
  );
}

/** The name of the type itself, where it has one. */
const subjectOf = (type: TypeModel): string | undefined =>
  type.kind === 'checked' ? subjectOf(type.type) : type.kind === 'reference' ? type.name : undefined;
