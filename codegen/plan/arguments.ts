// Functions for argument lists.

import type { MethodModel, ParameterModel } from '../model.js';
import type { CodecPlanner } from './codec-planner.js';
import type { ExactTest } from './exact-plan.js';
import { planExact } from './exact-tests.js';
import { pascalCase } from './name-scope.js';
import type { ArgumentPlan, FunctionPlan, FunctionRef } from './plan.js';
import { planItemRef, planReader, planWhole } from './readers.js';
import type { Direction, TypeGraph } from './type-graph.js';
import { withoutUndefined } from './unions.js';
import { listOf, part, type Use } from './use.js';

/** The functions that encode and decode the arguments of a method: one for both where they do the same. */
export function planArguments(
  planner: CodecPlanner,
  method: MethodModel,
): Readonly<Record<Direction, FunctionRef>> {
  const subject = pascalCase(method.name);
  const prefix = isSymmetric(planner.graph, method) ? 'copy' : undefined;
  const plan = (direction: Direction): FunctionRef =>
    planList({ planner, direction, subject }, method, prefix ?? direction);
  return { encode: plan('encode'), decode: plan('decode') };
}

const isSymmetric = (graph: TypeGraph, { parameters }: MethodModel): boolean =>
  parameters.every(
    (parameter) =>
      !mayBeMissing(graph, parameter) &&
      graph.isSymmetric(parameter.isRest ? listOf(parameter.type) : parameter.type),
  );

/** The function that tells which lists are taken as they are, where all arguments have to be there. */
export function planExactArguments(planner: CodecPlanner, method: MethodModel): FunctionRef | undefined {
  if (!hasExactArguments(planner, method)) return undefined;
  const subject = pascalCase(method.name);
  const planOne = ({ name, type }: ParameterModel): ExactTest =>
    planExact(part({ planner, direction: 'encode', subject }, pascalCase(name)), type);
  const plan = (name: string): FunctionPlan => ({
    kind: 'exactArguments',
    name,
    tests: method.parameters.filter(({ isRest }) => !isRest).map(planOne),
    rest: method.parameters.filter(({ isRest }) => isRest).map(planOne)[0],
  });
  return planner.functionFor(method, 'isExact', `${subject}Arguments`, plan);
}

const hasExactArguments = ({ graph, exact }: CodecPlanner, method: MethodModel): boolean =>
  isSymmetric(graph, method) &&
  method.parameters.every(({ isRest, type }) => exact.isTestable(isRest ? listOf(type) : type)) &&
  method.parameters.some(({ type }) => exact.hasGuard(type));

const mayBeMissing = (graph: TypeGraph, { optional, isRest, type }: ParameterModel): boolean =>
  !isRest && (optional || graph.has(type, 'undefined'));

function planList(use: Use, method: MethodModel, prefix: string): FunctionRef {
  const { planner, direction, subject } = use;
  const single = method.parameters.filter(({ isRest }) => !isRest);
  const last = method.parameters.find(({ isRest }) => isRest);
  const isMissable = single.map((parameter) => mayBeMissing(planner.graph, parameter));
  // What the guard of the whole list has refused need not be asked again, one by one.
  const planOne = hasExactArguments(planner, method) ? planReader : planWhole;
  const plan = (name: string): FunctionPlan => ({
    kind: 'arguments',
    name,
    least: isMissable.lastIndexOf(false) + 1,
    parameters: single.map((parameter) => planArgument(use, parameter, planOne)),
    rest: last && { name: last.name, reader: planItemRef(part(use, pascalCase(last.name)), last.type) },
    trims: direction === 'encode' && isMissable.includes(true),
  });
  return planner.functionFor(method, prefix, `${subject}Arguments`, plan);
}

function planArgument(use: Use, parameter: ParameterModel, planOne: typeof planReader): ArgumentPlan {
  const { graph } = use.planner;
  const { name, type } = parameter;
  const missing = graph.acceptsNull(type) ? 'end' : 'null';
  return {
    name,
    missing: mayBeMissing(graph, parameter) ? missing : 'no',
    reader: planOne(part(use, pascalCase(name)), withoutUndefined(graph, type)),
  };
}
