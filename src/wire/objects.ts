// Readers of objects, for generated functions that then read the members one by one.

import type { At, Key } from './at.js';
import { listLiterals } from './primitives.js';
import type { Members, Reader } from './reader.js';
import { Refusal, refusal } from './refusal.js';

/** Whether it is an object that can have members of a contract's type: no array, no built-in value. */
export function isObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || !isBuiltIn(value);
}

const BUILT_IN = [Date, Map, Set, Uint8Array, URL] as const;
const isBuiltIn = (value: object): boolean => BUILT_IN.some((type) => value instanceof type);

/**
 * The object itself, its members still unread. No object may own `__proto__` or `constructor`: code that copies
 * them carelessly changes an object's prototype.
 */
export function object(value: unknown, at: At, key: Key): Members {
  if (!isObject(value)) throw refusal(value, at, key, 'object');
  if (Object.hasOwn(value, '__proto__')) refuseMember(value, at.enter(key), '__proto__');
  if (Object.hasOwn(value, 'constructor')) refuseMember(value, at.enter(key), 'constructor');
  return value;
}

/**
 * Refuses an object that shares no member with a type of optional members only, as tsc does. What is received
 * passes: it may come from a newer contract, whose other members are dropped.
 */
export function wantAny(source: Members, at: At, key: Key, known: ReadonlySet<unknown>): void {
  if (!hasAny(source, at, known)) {
    throw refusal(source, at, key, `any of ${listLiterals(known)}`);
  }
}

/** Whether the object shares a member with the type, or has none, or was received. */
export function hasAny(source: Members, at: At, known: ReadonlySet<unknown>): boolean {
  if (!at.trials.isSending || Object.keys(source).length === 0) return true;
  return [...known].some((name) => (name as string) in source);
}

/** Reads a required member that is `undefined`: in JSON it is absent, but what is sent has to have it, as for tsc. */
export function undefinedMember(source: Members, here: At, name: string): undefined {
  if (hasMember(source, here, name)) return undefined;
  throw new Refusal(here.path(name), 'value or undefined', 'no member', here.depth);
}

/** Whether the object has the member, or was received. */
export const hasMember = (source: Members, at: At, name: string): boolean =>
  !at.trials.isSending || name in source;

/** Whether the object has the member, and it is `undefined`. */
export const hasUndefined = (source: Members, name: string): boolean =>
  name in source && source[name] === undefined;

/** An own member, for names that every object inherits, such as `valueOf`. */
export const own = (source: Members, name: string): unknown =>
  Object.hasOwn(source, name) ? source[name] : undefined;

/** An object with any members, all of one type. */
export function record(value: unknown, at: At, key: Key, read: Reader): Record<string, unknown> {
  const source = object(value, at, key);
  const here = at.enter(key);
  const to: Record<string, unknown> = {};
  for (const name of Object.keys(source)) to[name] = read(source[name], here, name);
  return to;
}

/** Copies the members that the type does not name. */
export function copyOthers(
  source: Members,
  to: Members,
  here: At,
  known: ReadonlySet<unknown>,
  read: Reader,
): void {
  for (const name of Object.keys(source)) {
    if (!known.has(name)) to[name] = read(source[name], here, name);
  }
}

export function refuseOthers(source: Members, here: At, known: ReadonlySet<unknown>): void {
  for (const name of Object.keys(source)) {
    if (!known.has(name) && source[name] !== undefined) refuseMember(source, here, name);
  }
}

/** Refuses a member that an object must not have. */
export function refuseMember(source: Members, here: At, name: string): never {
  throw refusal(source[name], here, name, 'no such member');
}

/** Whether the object has no members but the known ones. */
export const hasOnly = (source: Members, known: ReadonlySet<unknown>): boolean =>
  Object.keys(source).every((name) => known.has(name) || source[name] === undefined);
