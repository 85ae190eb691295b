// What unions do when none of their branches matches: find the refusal that says most.

import type { At, Key } from './at.js';
import { listLiterals } from './primitives.js';
import type { Reader } from './reader.js';
import { Refusal, refusal } from './refusal.js';

/** The refusal of an object whose discriminating member has none of the expected literals. */
export const unexpected = (
  actual: unknown,
  at: At,
  key: Key,
  member: string,
  expected: ReadonlySet<unknown>,
): Refusal => refusal(actual, at.enter(key), member, listLiterals(expected));

/**
 * The refusal of a value that matches no branch: that of the branch that reads furthest into it, or, if several
 * are equally close, that of the union. A union within a branch does not look again: the outermost one does.
 */
export function noMatch(
  value: unknown,
  at: At,
  key: Key,
  expected: string,
  branches: readonly Reader[],
): Refusal {
  const whole = refusal(value, at, key, expected);
  if (at.trials.isExplaining) return whole;
  at.trials.isExplaining = true;
  const refusals = branches.map((read) => refusalOf(read, value, at, key) ?? whole);
  at.trials.isExplaining = false;
  const deepest = Math.max(...refusals.map((found) => found.depth));
  const closest = refusals.filter((found) => found.depth === deepest);
  return closest.length === 1 && closest[0] !== undefined ? closest[0] : whole;
}

function refusalOf(read: Reader, value: unknown, at: At, key: Key): Refusal | undefined {
  try {
    read(value, at, key);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
