// Functions for argument lists.

import type { MethodModel, ParameterModel } from '../model.js';
import type { CodecPlanner } from './codec-planner.js';
import { pascalCase } from './name-scope.js';
import type { ArgumentPlan, FunctionRef } from './plan.js';
import { planReader, withoutUndefined } from './readers.js';
import type { Direction, TypeGraph } from './type-graph.js';

/** The functions that encode and decode the arguments of a method: one for both where they do the same. */
export function planArguments(
  planner: CodecPlanner,
  method: MethodModel,
): Readonly<Record<Direction, FunctionRef>> {
  const { graph } = planner;
  const isSymmetric = method.parameters.every(
    (parameter) => !mayBeMissing(graph, parameter) && graph.isSymmetric(parameter.type),
  );
  const plan = (direction: Direction) =>
    planList(planner, method, direction, isSymmetric ? 'copy' : direction);
  return { encode: plan('encode'), decode: plan('decode') };
}

const mayBeMissing = (graph: TypeGraph, { optional, type }: ParameterModel): boolean =>
  optional || graph.accepts(type, 'undefined');

function planList(
  planner: CodecPlanner,
  method: MethodModel,
  direction: Direction,
  prefix: string,
): FunctionRef {
  const { graph } = planner;
  const required = method.parameters.findLastIndex((parameter) => !mayBeMissing(graph, parameter)) + 1;
  return planner.functionFor(method, prefix, `${pascalCase(method.name)}Arguments`, (name) => ({
    kind: 'arguments',
    name,
    least: required,
    parameters: method.parameters.map((parameter) => planArgument(planner, method, parameter, direction)),
    trims: direction === 'encode' && method.parameters.some((parameter) => mayBeMissing(graph, parameter)),
  }));
}

function planArgument(
  planner: CodecPlanner,
  method: MethodModel,
  parameter: ParameterModel,
  direction: Direction,
): ArgumentPlan {
  const { graph } = planner;
  const missing = !mayBeMissing(graph, parameter)
    ? 'no'
    : graph.accepts(parameter.type, 'null')
      ? 'end'
      : 'null';
  const subject = pascalCase(method.name) + pascalCase(parameter.name);
  const type = withoutUndefined(graph, parameter.type);
  return { name: parameter.name, missing, reader: planReader(planner, type, direction, subject) };
}
