// Puts together what several readers took of one value.

import type { Members } from './reader.js';

/** Puts two copies of one value together, which differ at most in the members that they have. */
export function merge(first: unknown, second: unknown): unknown {
  if (first === second) return first;
  if (Array.isArray(first) && Array.isArray(second)) {
    // Of an array of which nothing is known, nothing was taken.
    if (first.length !== second.length) return first.length === 0 ? second : first;
    return first.map((item, index) => merge(item, second[index]));
  }
  if (!isCopiedObject(first)) return first;
  // An instance of a class has what its branch takes, which plain data cannot be added to.
  if (!isCopiedObject(second)) return second;
  const to: Members = { ...first };
  for (const [name, member] of Object.entries(second)) {
    to[name] = Object.hasOwn(to, name) ? merge(to[name], member) : member;
  }
  return to;
}

const isCopiedObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
