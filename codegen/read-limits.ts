// Reads `@concurrency` and `@rate`: `5`, `100/s`, `1 per order.customerId`, or the same as values and objects.

import { MAX_CONCURRENCY } from '../src/contract/limits.js';
import type { ConcurrencyLimit, RateLimit } from '../src/contract/options.js';
import { parseRate } from '../src/contract/rate.js';
import { isPath, type ReadValue, type WrittenValue } from './written-value.js';

/** One limit as read, before several of one declaration are put together. */
export type WrittenLimit = ConcurrencyLimit | RateLimit;

const isConcurrency = (calls: unknown): boolean =>
  Number.isInteger(calls) && Number(calls) >= 1 && Number(calls) <= MAX_CONCURRENCY;

/** The value is a list of {@link ConcurrencyLimit}. */
export const readConcurrency = limitReader({
  isCalls: isConcurrency,
  fromText: (text) => (/^\d+$/.test(text) ? Number(text) : text),
  expected: `a whole number from 1 to ${MAX_CONCURRENCY}, or one for each key, as in "1 per order.customerId"`,
});

/** The value is a list of {@link RateLimit}. */
export const readRate = limitReader({
  isCalls: (calls) => parseRate(calls) !== undefined,
  fromText: (text) => text,
  expected:
    'a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId"',
});

interface LimitKind {
  readonly isCalls: (calls: unknown) => boolean;
  readonly fromText: (text: string) => unknown;
  readonly expected: string;
}

interface Limit {
  readonly calls: unknown;
  readonly per?: unknown;
}

function limitReader({ isCalls, fromText, expected }: LimitKind): (written: WrittenValue) => ReadValue {
  return (written) => {
    const limits = written.spelling === 'tag' ? parseLimit(written.text, fromText) : listOf(written.value);
    const read = limits.map(limitOf);
    const isValid = read.length > 0 && read.every((limit) => limit !== undefined && isCalls(limit.calls));
    return isValid ? { value: read } : { expected };
  };
}

function parseLimit(text: string, fromText: (text: string) => unknown): readonly unknown[] {
  const [calls = '', word, per, ...others] = text.split(/\s+/);
  if (word === undefined) return [{ calls: fromText(calls) }];
  return word === 'per' && others.length === 0 ? [{ calls: fromText(calls), per }] : [];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** A limit with its members in one order; `undefined` for what is none. */
function limitOf(value: unknown): Limit | undefined {
  if (typeof value !== 'object' || value === null) return { calls: value };
  const { calls, per, ...others } = value as Limit;
  if (Array.isArray(value) || Object.keys(others).length > 0) return undefined;
  if (per === undefined) return { calls };
  return isPath(per) ? { calls, per } : undefined;
}

/** What the limits of a declaration come to: one without a key by its number alone, and no list of one. */
export function joinLimits(limits: readonly WrittenLimit[]): unknown {
  const short = limits.map(({ calls, per }) => (per === undefined ? calls : { calls, per }));
  return short.length === 1 ? short[0] : short;
}
