// Checks the paths of keys: they have to be found in the arguments of every call.

import type { AnnotationName } from '../annotations.js';
import { keyPathProblem } from '../key-path.js';
import type { NamedType } from '../model.js';
import type { WrittenLimit } from '../read-limits.js';
import type { Context } from './context.js';
import { type AnnotatedMethod, inEffectFor, type UseInEffect } from './in-effect.js';

const PATH_NAMES = ['idempotencyKey', 'ordered', 'concurrency', 'rate'] as const;

/** Reports every path that does not lead to a key. */
export function checkKeyPaths(
  context: Context,
  method: AnnotatedMethod,
  types: ReadonlyMap<string, NamedType>,
): void {
  const inEffect = inEffectFor(method);
  for (const use of PATH_NAMES.flatMap((name) => inEffect(name))) {
    for (const path of pathsOf(use)) {
      const problem = keyPathProblem(path, method.model, types);
      if (problem !== undefined) report(context, method, use, problem);
    }
  }
}

const pathsOf = ({ name, value }: UseInEffect): readonly string[] =>
  isLimit(name)
    ? (value as WrittenLimit[]).flatMap(({ per }) => (per === undefined ? [] : [per]))
    : [String(value)];

const isLimit = (name: AnnotationName): boolean => name === 'concurrency' || name === 'rate';

function report(
  context: Context,
  { model }: AnnotatedMethod,
  { name, place, isInherited }: UseInEffect,
  problem: string,
): void {
  if (isInherited) {
    const message = `@${name} of the contract contradicts the parameters of ${model.name}: ${problem}`;
    const help = `Write @${name} on the methods that have the key, or on this one without it.`;
    context.report('MQ1003', model.place, message, help);
  } else {
    const help = 'Write the path to a string or number that every call has, as in order.id.';
    context.report('MQ1002', place, `@${name} has a value that is not valid: ${problem}`, help);
  }
}
