// The argument list of a call.

import type { At } from './at.js';
import { count } from './collections.js';
import type { Reader } from './reader.js';
import { kindOf, Refusal } from './refusal.js';

/**
 * The arguments, still unread, without `undefined` ones at the end. Refuses another number of them than the
 * method has parameters; `most` is infinite if the last one is a rest.
 */
export function argumentList(data: unknown, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(data)) throw new Refusal('arguments', 'array', kindOf(data), 0);
  // In a list without end, an `undefined` is one more.
  const args = most === Number.POSITIVE_INFINITY ? data : trimmed(data);
  if (args.length >= least && args.length <= most) return args;
  throw new Refusal('arguments', count(least, most, 'argument'), `${args.length}`, 0);
}

/** Reads the arguments from `start` on, which all are of the last parameter. */
export function restArguments(
  args: readonly unknown[],
  at: At,
  name: string,
  start: number,
  read: Reader,
): unknown[] {
  if (args.length <= start) return [];
  const here = at.enter(name);
  return args.slice(start).map((value, index) => read(value, here, index));
}

function trimmed(args: readonly unknown[]): readonly unknown[] {
  let length = args.length;
  while (length > 0 && args[length - 1] === undefined) length--;
  return length === args.length ? args : args.slice(0, length);
}

/** Stands for the result of a one-way method, whatever its handler returns. */
export const noResult = (): undefined => undefined;
