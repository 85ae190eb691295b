// Readers of what is the same in a program and in JSON: strings, numbers, booleans, literals.

import type { At, Key } from './at.js';
import { refusal } from './refusal.js';

export function string(value: unknown, at: At, key: Key): string {
  if (typeof value === 'string') return value;
  throw refusal(value, at, key, 'string');
}

export function number(value: unknown, at: At, key: Key): number {
  if (isNumber(value)) return value;
  throw refusal(value, at, key, 'number');
}

export function boolean(value: unknown, at: At, key: Key): boolean {
  if (typeof value === 'boolean') return value;
  throw refusal(value, at, key, 'boolean');
}

export function stringOrNull(value: unknown, at: At, key: Key): string | null {
  if (typeof value === 'string' || value === null) return value;
  throw refusal(value, at, key, 'string | null');
}

export function numberOrNull(value: unknown, at: At, key: Key): number | null {
  if (value === null || isNumber(value)) return value;
  throw refusal(value, at, key, 'number | null');
}

export function booleanOrNull(value: unknown, at: At, key: Key): boolean | null {
  if (typeof value === 'boolean' || value === null) return value;
  throw refusal(value, at, key, 'boolean | null');
}

/** Reads `undefined`, which on the wire is a member or an argument that is not there. */
export function absent(value: unknown, at: At, key: Key): undefined {
  if (value === undefined) return undefined;
  throw refusal(value, at, key, 'nothing');
}

/** Refuses everything. */
export function never(value: unknown, at: At, key: Key): never {
  throw refusal(value, at, key, 'nothing');
}

/** A value that JSON can spell as a literal. */
export type Literal = string | number | boolean | null;

export function literal(value: unknown, at: At, key: Key, expected: Literal): Literal {
  if (value === expected) return expected;
  throw refusal(value, at, key, JSON.stringify(expected));
}

/** The literals of a union or an enum. */
export const literals = (...values: readonly Literal[]): ReadonlySet<unknown> => new Set(values);

export function oneOf(value: unknown, at: At, key: Key, expected: ReadonlySet<unknown>): unknown {
  if (expected.has(value)) return value;
  throw refusal(value, at, key, listLiterals(expected));
}

export const isString = (value: unknown): value is string => typeof value === 'string';
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

/** Whether a number can be sent: JSON has no NaN and no infinity. */
export const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value);

const LISTED = 5;

/** Literals as a type says them, at most a few: `"open" | "closed" | … 7 more`. */
export function listLiterals(values: Iterable<unknown>): string {
  const all = [...values].map((value) => JSON.stringify(value));
  const more = all.length - LISTED;
  return more > 1 ? `${all.slice(0, LISTED).join(' | ')} | … ${more} more` : all.join(' | ');
}
