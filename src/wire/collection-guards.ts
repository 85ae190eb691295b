// Guards of arrays, tuples, records, maps and sets, for unions that need to look into them.

import type { At, Key } from './at.js';
import { isObject } from './objects.js';
import type { Members } from './reader.js';
import type { Guard } from './trials.js';

/** Whether it is an array whose items all pass. */
export const isArray = (value: unknown, at: At, key: Key, guard: Guard): value is unknown[] =>
  Array.isArray(value) && areAll(value, at.enter(key), 0, value.length, guard);

/** Whether the items from `start` up to `end` are there and pass. */
export function areAll(
  items: readonly unknown[],
  here: At,
  start: number,
  end: number,
  guard: Guard,
): boolean {
  for (let index = start; index < end; index++) {
    if (!(index in items && guard(items[index], here, index))) return false;
  }
  return true;
}

/** Whether it is an array of as many items as a tuple has. */
export const isTuple = (value: unknown, least: number, most: number): value is unknown[] =>
  Array.isArray(value) && value.length >= least && value.length <= most;

/** Whether it is an object whose members all pass. */
export const isRecord = (value: unknown, at: At, key: Key, guard: Guard): value is object =>
  isObject(value) && areOthers(value, at.enter(key), NONE, guard);

const NONE: ReadonlySet<unknown> = new Set();

/** Whether the members that a type does not name pass. */
export const areOthers = (source: Members, here: At, known: ReadonlySet<unknown>, guard: Guard): boolean =>
  Object.keys(source).every((name) => known.has(name) || guard(source[name], here, name));

/** Whether it is a set, of whatever. */
export const isAnySet = (value: unknown): value is Set<unknown> => value instanceof Set;

/** Whether it is a map, of whatever. */
export const isAnyMap = (value: unknown): value is Map<unknown, unknown> => value instanceof Map;

/** Whether it is a set whose items all pass. */
export const isSet = (value: unknown, at: At, key: Key, guard: Guard): value is Set<unknown> =>
  isAnySet(value) && areAll([...value], at.enter(key), 0, value.size, guard);

/** Whether it is an array whose items all pass and differ: what a set is as JSON data. */
export const isItems = (value: unknown, at: At, key: Key, guard: Guard): value is unknown[] =>
  isArray(value, at, key, guard) && areDifferent(value);

/** Objects of JSON data are what they are each; other values of the data are equal if what they stand for is. */
const areDifferent = (items: readonly unknown[]): boolean => new Set(items).size === items.length;

/** Whether it is a map whose keys and values all pass. */
export const isMap = (
  value: unknown,
  at: At,
  key: Key,
  ofKey: Guard,
  ofValue: Guard,
): value is Map<unknown, unknown> => isAnyMap(value) && isPairs([...value], at, key, ofKey, ofValue);

/** Whether it is an array of pairs that all pass, with different keys: what a map is as JSON data. */
export function isPairs(value: unknown, at: At, key: Key, ofKey: Guard, ofValue: Guard): value is unknown[] {
  const isPair: Guard = (entry, place, index) => {
    if (!isTuple(entry, 2, 2)) return false;
    const here = place.enter(index);
    return ofKey(entry[0], here, 0) && ofValue(entry[1], here, 1);
  };
  return isArray(value, at, key, isPair) && areDifferent(value.map((entry) => (entry as unknown[])[0]));
}
