// Functions for argument lists.

import type { MethodModel, ParameterModel } from '../model.js';
import type { CodecPlanner } from './codec-planner.js';
import { pascalCase } from './name-scope.js';
import type { ArgumentPlan, FunctionPlan, FunctionRef } from './plan.js';
import { planItemRef, planReader } from './readers.js';
import type { Direction, TypeGraph } from './type-graph.js';
import { withoutUndefined } from './unions.js';
import { listOf, part, type Use } from './use.js';

/** The functions that encode and decode the arguments of a method: one for both where they do the same. */
export function planArguments(
  planner: CodecPlanner,
  method: MethodModel,
): Readonly<Record<Direction, FunctionRef>> {
  const { graph } = planner;
  const isSymmetric = method.parameters.every(
    (parameter) =>
      !mayBeMissing(graph, parameter) &&
      graph.isSymmetric(parameter.isRest ? listOf(parameter.type) : parameter.type),
  );
  const subject = pascalCase(method.name);
  const plan = (direction: Direction): FunctionRef =>
    planList({ planner, direction, subject }, method, isSymmetric ? 'copy' : direction);
  return { encode: plan('encode'), decode: plan('decode') };
}

const mayBeMissing = (graph: TypeGraph, { optional, isRest, type }: ParameterModel): boolean =>
  !isRest && (optional || graph.has(type, 'undefined'));

function planList(use: Use, method: MethodModel, prefix: string): FunctionRef {
  const { planner, direction, subject } = use;
  const single = method.parameters.filter(({ isRest }) => !isRest);
  const last = method.parameters.find(({ isRest }) => isRest);
  const isMissable = single.map((parameter) => mayBeMissing(planner.graph, parameter));
  const plan = (name: string): FunctionPlan => ({
    kind: 'arguments',
    name,
    least: isMissable.lastIndexOf(false) + 1,
    parameters: single.map((parameter) => planArgument(use, parameter)),
    rest: last && { name: last.name, reader: planItemRef(part(use, pascalCase(last.name)), last.type) },
    trims: direction === 'encode' && isMissable.includes(true),
  });
  return planner.functionFor(method, prefix, `${subject}Arguments`, plan);
}

function planArgument(use: Use, parameter: ParameterModel): ArgumentPlan {
  const { graph } = use.planner;
  const { name, type } = parameter;
  const missing = graph.acceptsNull(type) ? 'end' : 'null';
  return {
    name,
    missing: mayBeMissing(graph, parameter) ? missing : 'no',
    reader: planReader(part(use, pascalCase(name)), withoutUndefined(graph, type)),
  };
}
