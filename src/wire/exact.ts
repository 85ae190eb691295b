// Exact guards: whether a value is just what copying it would give. Then it is taken as it is, and not copied.
//
// They are asked before everything else, about every argument and result, and so are made for speed: what they do not
// accept is not refused, but read. They must accept nothing that reading would refuse or change. Members that are not
// enumerable, which JSON does not show, count for nothing here.

import { MAX_DEPTH } from './at.js';
import { isNumber } from './primitives.js';
import type { Members } from './reader.js';

/**
 * How many members the object has that JSON shows, and those that it inherits. If as many are known to be there, it has
 * no other ones. `for` is the quickest way to count: engines keep the list that it needs with the shape of objects.
 */
export function count(value: object): number {
  let count = 0;
  for (const _ in value) count++;
  return count;
}

/** Whether JSON shows all of the object: no class instance, and nothing that says itself what its JSON is. */
const isPlainObject = (value: Members): boolean =>
  Object.getPrototypeOf(value) === Object.prototype && value.toJSON === undefined;

/** Whether it is an array that does not say itself what its JSON is. */
export const isPlainList = (value: unknown): value is unknown[] =>
  Array.isArray(value) && (value as Members).toJSON === undefined;

/** Whether no object may have a member of this name. */
export const isRefused = (name: string): boolean => name === '__proto__' || name === 'constructor';

/** Whether all of it is data that JSON can carry; a container of it stands on `level`. */
export function isExactJson(value: Members, level: number): boolean {
  if (typeof value !== 'object' || value === null) return isScalar(value);
  if (level > MAX_DEPTH) return false;
  if (!Array.isArray(value)) return isExactJsonObject(value, level);
  for (let index = 0; index < value.length; index++) {
    if (!isExactJson(value[index], level + 1)) return false;
  }
  return isPlainList(value);
}

function isExactJsonObject(value: Members, level: number): boolean {
  for (const name in value) {
    if (isRefused(name) || !isExactJson(value[name], level + 1)) return false;
  }
  return isPlainObject(value);
}

const isScalar = (value: unknown): boolean =>
  value === null || typeof value === 'string' || typeof value === 'boolean' || isNumber(value);

const isEmpty = (value: Members): boolean =>
  isPlainList(value)
    ? value.length === 0
    : typeof value === 'object' && isPlainObject(value) && count(value) === 0;

/** Whether it is a `{}` of which nothing would be dropped. */
export const isExactAnything = (value: Members): boolean =>
  value !== null && (isScalar(value) || isEmpty(value));
