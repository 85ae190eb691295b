// Functions for argument lists.

import type { MethodModel, ParameterModel } from '../model.js';
import type { CodecPlanner } from './codec-planner.js';
import { pascalCase } from './name-scope.js';
import type { ArgumentPlan, FunctionPlan, FunctionRef } from './plan.js';
import { planReader } from './readers.js';
import type { Direction, TypeGraph } from './type-graph.js';
import { withoutUndefined } from './unions.js';
import { part, type Use } from './use.js';

/** The functions that encode and decode the arguments of a method: one for both where they do the same. */
export function planArguments(
  planner: CodecPlanner,
  method: MethodModel,
): Readonly<Record<Direction, FunctionRef>> {
  const { graph } = planner;
  const isSymmetric = method.parameters.every(
    (parameter) => !mayBeMissing(graph, parameter) && graph.isSymmetric(parameter.type),
  );
  const subject = pascalCase(method.name);
  const plan = (direction: Direction): FunctionRef =>
    planList({ planner, direction, subject }, method, isSymmetric ? 'copy' : direction);
  return { encode: plan('encode'), decode: plan('decode') };
}

const mayBeMissing = (graph: TypeGraph, { optional, type }: ParameterModel): boolean =>
  optional || graph.has(type, 'undefined');

function planList(use: Use, method: MethodModel, prefix: string): FunctionRef {
  const { planner, direction, subject } = use;
  const isMissable = method.parameters.map((parameter) => mayBeMissing(planner.graph, parameter));
  const plan = (name: string): FunctionPlan => ({
    kind: 'arguments',
    name,
    least: isMissable.lastIndexOf(false) + 1,
    parameters: method.parameters.map((parameter) => planArgument(use, parameter)),
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
