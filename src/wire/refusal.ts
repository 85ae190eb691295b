// What is thrown when a value does not agree with its type. It names the kind of the value, never the value.

import type { At, Key } from './at.js';
import type { Reader } from './reader.js';

/** A value that its type does not accept. The runtime turns it into an `RpcError`. */
export class Refusal extends Error {
  /** Where, as in `order.lines[3].sku`. */
  readonly path: string;
  /** What the type asks for there. */
  readonly expected: string;
  /** What kind of value was there, as in `string`, `array` or `NaN`. */
  readonly got: string;
  /** How many containers the value stands in: of several refusals, the deepest says most. */
  readonly depth: number;

  constructor(path: string, expected: string, got: string, depth: number) {
    super(`${path}: expected ${expected}, got ${got}`);
    this.name = 'Refusal';
    this.path = path;
    this.expected = expected;
    this.got = got;
    this.depth = depth;
  }
}

/** The refusal of the value at `key`. */
export const refusal = (value: unknown, at: At, key: Key, expected: string): Refusal =>
  new Refusal(at.path(key), expected, kindOf(value), at.depth);

/** What a reader has against a value; `undefined` if it reads it. */
export function refusalOf(read: Reader, value: unknown, at: At, key: Key): Refusal | undefined {
  try {
    read(value, at, key);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** The kind of a value, for messages. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isFinite(value) ? 'number' : String(value);
  if (typeof value !== 'object') return typeof value;
  if (Array.isArray(value)) return 'array';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'invalid Date' : 'Date';
  return BUILT_IN.find((type) => value instanceof type)?.name ?? 'object';
}

const BUILT_IN = [Uint8Array, Map, Set, URL, Promise, RegExp, Error] as const;
