// Functions for argument lists.

import type { MethodModel, ParameterModel } from '../model.js';
import type { CodecPlanner } from './codec-planner.js';
import { pascalCase } from './name-scope.js';
import type { ArgumentPlan, FunctionRef } from './plan.js';
import { planItem } from './readers.js';
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
    trims: prefix === 'encode',
  }));
}

function planArgument(
  planner: CodecPlanner,
  method: MethodModel,
  parameter: ParameterModel,
  direction: Direction,
): ArgumentPlan {
  const { graph } = planner;
  const { name, type } = parameter;
  const missing = !mayBeMissing(graph, parameter) ? 'no' : graph.accepts(type, 'null') ? 'last' : 'replace';
  const subject = pascalCase(method.name) + pascalCase(name);
  return { name, missing, reader: planItem(planner, withUndefined(type, missing), direction, subject) };
}

/** So that an optional parameter is read like an item of a list that may be `undefined`. */
const withUndefined = (
  type: ParameterModel['type'],
  missing: ArgumentPlan['missing'],
): ParameterModel['type'] =>
  missing === 'no' ? type : { kind: 'union', members: [type, { kind: 'undefined' }], text: 'undefined' };
