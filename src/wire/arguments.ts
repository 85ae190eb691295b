// The argument list of a call.

import { count } from './collections.js';
import { kindOf, Refusal } from './refusal.js';

/**
 * The arguments, still unread, without `undefined` ones at the end. Refuses another number of them than the
 * method has parameters.
 */
export function argumentList(data: unknown, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(data)) throw new Refusal('arguments', 'array', kindOf(data), 0);
  const args = trimmed(data);
  if (args.length >= least && args.length <= most) return args;
  throw new Refusal('arguments', count(least, most, 'argument'), `${args.length}`, 0);
}

function trimmed(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length--;
  return length === args.length ? args : args.slice(0, length);
}

/** Stands for the result of a one-way method, whatever its handler returns. */
export const noResult = (): undefined => undefined;
