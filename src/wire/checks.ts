// Checks of values against constraints, and their refusals.

import type { At, Key } from './at.js';
import { count } from './collections.js';
import {
  areUnique,
  countMembers,
  isAtLeastLong,
  isAtMostLong,
  isMatch,
  isMultipleOf,
  lengthOf,
} from './constraints.js';
import { type FormatName, isFormat } from './formats.js';
import { Refusal } from './refusal.js';

/** What values of a type have to meet, in the words of JSON Schema. */
export interface Constraints {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  /** All of them, where there are several; the same for patterns and formats. */
  readonly multipleOf?: number | readonly number[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** The members that an object type has, if it drops all others: only they count. */
  readonly members?: ReadonlySet<unknown>;
  readonly pattern?: RegExp | readonly RegExp[];
  readonly format?: FormatName | readonly FormatName[];
  readonly uniqueItems?: true;
}

/** One thing that values have to meet. Both functions take values of the type, and what they are in JSON. */
interface Check {
  readonly holds: (value: unknown) => boolean;
  readonly expected: string;
  /** What was there instead: a count, or a few words, never the value. */
  readonly got: (value: unknown) => string;
}

export type Checks = readonly Check[];

/** Those that are quick come first, and keep long texts from patterns. */
const BUILDERS = {
  minimum: (limit: number) =>
    check((value) => numeric(value) >= limit, `number of at least ${limit}`, 'a smaller one'),
  maximum: (limit: number) =>
    check((value) => numeric(value) <= limit, `number of at most ${limit}`, 'a greater one'),
  exclusiveMinimum: (limit: number) =>
    check((value) => numeric(value) > limit, `number greater than ${limit}`, OTHER),
  exclusiveMaximum: (limit: number) =>
    check((value) => numeric(value) < limit, `number less than ${limit}`, OTHER),
  multipleOf: (unit: number) =>
    check((value) => isMultiple(value, unit), `multiple of ${unit}`, 'another number'),
  minLength: (least: number) =>
    check(
      (value) => isAtLeastLong(value as string, least),
      `string of ${atLeast(least, 'character')}`,
      length,
    ),
  maxLength: (most: number) =>
    check((value) => isAtMostLong(value as string, most), `string of ${atMost(most, 'character')}`, length),
  minItems: (least: number) => check((value) => sizeOf(value) >= least, atLeast(least, 'item'), size),
  maxItems: (most: number) => check((value) => sizeOf(value) <= most, atMost(most, 'item'), size),
  pattern: (pattern: RegExp) =>
    check(
      (value) => isMatch(value as string, pattern),
      `string that matches ${shown(pattern)}`,
      'one that does not',
    ),
  format: (name: FormatName) =>
    check((value) => isFormat(value as string, name), `string in format ${name}`, OTHER),
  uniqueItems: () => check((value) => areUnique(value as Iterable<unknown>), 'different items', 'equal ones'),
} as const;

/** What values of a type are checked for. */
export function checks({ members, minProperties, maxProperties, ...others }: Constraints): Checks {
  const size = (value: unknown) => membersOf(value, members);
  const got = (value: unknown) => `${size(value)}`;
  const all: Check[] = [];
  if (minProperties !== undefined)
    all.push(check((value) => size(value) >= minProperties, atLeast(minProperties, 'member'), got));
  if (maxProperties !== undefined)
    all.push(check((value) => size(value) <= maxProperties, atMost(maxProperties, 'member'), got));
  for (const [name, build] of Object.entries(BUILDERS)) {
    const given: unknown = others[name as keyof typeof BUILDERS];
    const limits = given === undefined ? [] : Array.isArray(given) ? given : [given];
    all.push(...limits.map((limit) => build(limit as never)));
  }
  return all;
}

/** Whether a value of the type, or what it is in JSON, meets everything. */
export function meets(value: unknown, all: Checks): boolean {
  for (const { holds } of all) if (!holds(value)) return false;
  return true;
}

/** The value, if it meets everything. It has been read already. */
export function constrained(value: unknown, at: At, key: Key, all: Checks): unknown {
  for (const { holds, expected, got } of all) {
    if (!holds(value)) throw new Refusal(at.path(key), expected, got(value), at.depth);
  }
  return value;
}

const OTHER = 'one that is not';

function check(holds: Check['holds'], expected: string, got: string | Check['got']): Check {
  return { holds, expected, got: typeof got === 'string' ? () => got : got };
}

const atLeast = (least: number, noun: string): string => count(least, Number.POSITIVE_INFINITY, noun);
const atMost = (most: number, noun: string): string => `at most ${count(most, most, noun)}`;
const length = (value: unknown): string => `${lengthOf(value as string)}`;
const size = (value: unknown): string => `${sizeOf(value)}`;

/** A number; or a bigint, which is a text in JSON. Both compare with numbers exactly. */
const numeric = (value: unknown): number | bigint =>
  typeof value === 'string' ? BigInt(value) : (value as number | bigint);

function isMultiple(value: unknown, unit: number): boolean {
  const number = numeric(value);
  return typeof number === 'bigint' ? number % BigInt(unit) === 0n : isMultipleOf(number, unit);
}

const sizeOf = (value: unknown): number =>
  value instanceof Set ? value.size : (value as readonly unknown[]).length;

/** Members of an object, or entries of a map, which is an array in JSON. */
function membersOf(value: unknown, known: ReadonlySet<unknown> | undefined): number {
  if (value instanceof Map) return value.size;
  return Array.isArray(value) ? value.length : countMembers(value as object, known);
}

const LONGEST_PATTERN = 60;

/** Patterns are text of the contract: what would steer a terminal is left out. */
function shown(pattern: RegExp): string {
  const text = `${pattern}`.replaceAll(/\p{Cc}/gu, '\ufffd');
  return text.length > LONGEST_PATTERN ? `${text.slice(0, LONGEST_PATTERN)}…` : text;
}
