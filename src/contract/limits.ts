// What the concurrency and rate limits of a method come to.

import type { ConcurrencyLimit, MethodOptions, RateLimit } from './options.js';
import { checkInteger, checkOptionNames } from './options.js';
import { parseRate } from './rate.js';

/** One limit of a method. */
export type LimitTerms = {
  /** Path in the arguments: the limit is for each value there by itself. */
  readonly per: string | undefined;
} & ({ readonly concurrency: number } | { readonly rate: number; readonly periodMs: number });

/** More handlers than that at a time are no limit. */
export const MAX_CONCURRENCY = 1_000_000;

type Layer = Pick<MethodOptions, 'concurrency' | 'rate'>;

/**
 * The limits of a method: those of the strongest layer that has some, of either kind. Throws a `TypeError` or
 * `RangeError` for what makes no sense.
 */
export function resolveLimits(...layers: readonly Layer[]): readonly LimitTerms[] {
  const first = <K extends keyof Layer>(key: K): Layer[K] | undefined =>
    layers.find((layer) => layer[key] !== undefined)?.[key];
  return [...listOf(first('concurrency')).map(concurrencyTerms), ...listOf(first('rate')).map(rateTerms)];
}

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value as T];
};

function concurrencyTerms(limit: number | ConcurrencyLimit): LimitTerms {
  const { calls, per } = typeof limit === 'number' ? { calls: limit } : limitObject(limit, 'concurrency');
  return { per, concurrency: checkInteger(calls, 'concurrency', 1, MAX_CONCURRENCY) };
}

function rateTerms(limit: string | RateLimit): LimitTerms {
  const { calls, per } = typeof limit === 'string' ? { calls: limit } : limitObject(limit, 'rate');
  const parsed = parseRate(calls);
  if (parsed !== undefined) return { per, rate: parsed.calls, periodMs: parsed.periodMs };
  throw new TypeError(`rate: expected a rate such as "100/s" or "10/m", got ${JSON.stringify(calls)}`);
}

function limitObject<Limit extends { per?: string }>(
  limit: Limit,
  option: string,
): Limit & { per: string | undefined } {
  checkOptionNames(limit, option, ['calls', 'per']);
  const { per } = limit;
  if (per !== undefined && typeof per !== 'string') throw new TypeError(`${option}.per: expected a path`);
  return { ...limit, per };
}
