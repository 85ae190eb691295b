// Unions of objects or arrays that only a look at their content tells apart.

import type { At, Key } from './at.js';
import { merge } from './merge.js';
import { listLiterals } from './primitives.js';
import type { Reader } from './reader.js';
import { Refusal, refusal, refusalOf } from './refusal.js';
import { type Guard, matches } from './trials.js';

/** A branch of a union: how to recognise and how to read it. */
export type Branch = readonly [guard: Guard, read: Reader];

export const branches = (...all: readonly Branch[]): readonly Branch[] => all;

/**
 * Reads a value by every branch that it agrees with, and puts together what they take: it keeps all members
 * that the union has for it.
 */
export const matching = (
  value: unknown,
  at: At,
  key: Key,
  all: readonly Branch[],
  expected: string,
): unknown =>
  typeof value === 'object' && value !== null
    ? at.trials.once(all, value, at.depth, () => readMatching(value, at, key, all, expected))
    : readMatching(value, at, key, all, expected);

function readMatching(value: unknown, at: At, key: Key, all: readonly Branch[], expected: string): unknown {
  const agreeing = all.filter(([guard]) => matches(guard, value, at, key));
  if (agreeing.length === 0) throw noMatch(value, at, key, all, expected);
  return at.trials.apart(() => agreeing.map(([, read]) => read(value, at, key)).reduce(merge));
}

/** The refusal of an object whose discriminating member has none of the expected literals. */
export const unexpected = (
  actual: unknown,
  at: At,
  key: Key,
  member: string,
  expected: ReadonlySet<unknown>,
): Refusal => refusal(actual, at.enter(key), member, listLiterals(expected));

/**
 * The refusal of a value that no branch matches: what the branches that read furthest into it refuse, if that is
 * in one place, or else the value as a whole. A union within a branch does not look again: the outermost one does.
 */
function noMatch(value: unknown, at: At, key: Key, all: readonly Branch[], expected: string): Refusal {
  const whole = refusal(value, at, key, expected);
  if (at.trials.isExplaining) return whole;
  at.trials.isExplaining = true;
  const refusals = all.map(([, read]) => at.trials.apart(() => refusalOf(read, value, at, key)) ?? whole);
  at.trials.isExplaining = false;
  const deepest = Math.max(...refusals.map((found) => found.depth));
  return inOnePlace(refusals.filter((found) => found.depth === deepest)) ?? whole;
}

/** Refusals of one place as one: it expects what any of them expects. */
function inOnePlace(refusals: readonly Refusal[]): Refusal | undefined {
  const [first] = refusals;
  if (first === undefined || refusals.some(({ path }) => path !== first.path)) return undefined;
  const expected = [...new Set(refusals.map((found) => found.expected))].join(' | ');
  return new Refusal(first.path, expected, first.got, first.depth);
}
