// The reader of data that a contract does not look into: anything that JSON can carry.

import type { At, Key } from './at.js';
import { object } from './objects.js';
import { isNumber } from './primitives.js';
import type { Members } from './reader.js';
import { refusal } from './refusal.js';

const EXPECTED = 'JSON data';

/** A deep copy of plain data: null, booleans, strings, finite numbers, arrays and plain objects of them. */
export function opaque(value: unknown, at: At, key: Key): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean' || isNumber(value))
    return value;
  if (Array.isArray(value)) return opaqueArray(value, at, key);
  if (isPlain(value)) return opaqueObject(value, at, key);
  throw refusal(value, at, key, EXPECTED);
}

function opaqueArray(items: readonly unknown[], at: At, key: Key): unknown[] {
  const here = at.enter(key);
  const to: unknown[] = [];
  for (let index = 0; index < items.length; index++) to.push(opaque(items[index], here, index));
  return to;
}

function opaqueObject(value: object, at: At, key: Key): Members {
  const to: Members = {};
  keepOthers(object(value, at, key), to, at.enter(key), NONE);
  return to;
}

const NONE: ReadonlySet<unknown> = new Set();

/** Copies the members that the type does not name, as opaque data. */
export function keepOthers(source: Members, to: Members, here: At, known: ReadonlySet<unknown>): void {
  for (const name of Object.keys(source)) {
    if (!known.has(name) && source[name] !== undefined) to[name] = opaque(source[name], here, name);
  }
}

/** Reads `{}`, which accepts whatever is not null or undefined. Of an object nothing is known, so nothing is taken. */
export function anything(value: unknown, at: At, key: Key): unknown {
  if (!isSomething(value)) throw refusal(value, at, key, '{}');
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return [];
  if (isPlain(value)) object(value, at, key);
  return {};
}

/** Whether it can be `{}` and be sent. */
export const isSomething = (value: unknown): value is string | number | boolean | object =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  isNumber(value) ||
  (typeof value === 'object' && value !== null);

/** Whether there is anything to send. What it holds is looked at when it is copied. */
export const isPresent = (value: unknown): boolean => value !== undefined;

/** Whether JSON shows all of the object: no class instance, whose prototype and private state would be lost. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  // A plain object of another realm has that realm's Object.prototype, which has no prototype itself.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
