// Which setting of an option wins: that of the call over its client's, the method's, the service's, the default.

import type { Journalling } from '../broker/broker.js';
import { type Duration, parseDuration } from '../duration.js';
import { type LimitTerms, resolveLimits } from './limits.js';
import { type CallOptions, checkChoice, checkInteger, type MethodOptions } from './options.js';
import { attemptsOf, NO_RETRY, type ResolvedRetry, resolveRetry } from './retry.js';

/** Options of one call with every default filled in and every duration in milliseconds. */
export interface ResolvedOptions {
  readonly priority: number;
  readonly isExpress: boolean;
  readonly timeToReachQueueMs: number | undefined;
  readonly timeToBeReceivedMs: number | undefined;
  readonly timeoutMs: number;
  readonly retry: ResolvedRetry;
  readonly retainMs: number;
  readonly journal: Journalling;
  /** Path of the order key. */
  readonly ordered: string | undefined;
  readonly limits: readonly LimitTerms[];
}

/** The part of the options that a contract and a call have in common, and what only contracts have. */
export type OptionLayer = Pick<
  CallOptions,
  | 'priority'
  | 'delivery'
  | 'timeToReachQueue'
  | 'timeToBeReceived'
  | 'timeout'
  | 'retry'
  | 'retain'
  | 'journal'
  | 'orderKey'
> &
  Pick<MethodOptions, 'ordered' | 'concurrency' | 'rate'>;

/**
 * Resolves the options of one call. `layers` go from the strongest to the weakest: call, client, method,
 * service. `retry` is resolved member by member. Throws a `TypeError` or `RangeError` for what makes no sense.
 */
export function resolveOptions(...layers: readonly OptionLayer[]): ResolvedOptions {
  const first = <K extends keyof OptionLayer>(key: K): OptionLayer[K] | undefined =>
    layers.find((layer) => layer[key] !== undefined)?.[key];
  const durationMs = (option: 'timeToReachQueue' | 'timeToBeReceived'): number | undefined => {
    const duration = first(option);
    return duration === undefined ? undefined : parseDuration(duration, option);
  };
  const waitMs = (option: 'timeout' | 'retain', otherwise: Duration): number =>
    parseDuration(first(option) ?? otherwise, option);
  const delivery = checkChoice(first('delivery') ?? 'recoverable', 'delivery', ['express', 'recoverable']);
  const isExpress = delivery === 'express';
  const retry = resolveRetry(...layers.map((layer) => layer.retry));
  const resolved: ResolvedOptions = {
    priority: checkInteger(first('priority') ?? 3, 'priority', 0, 7),
    isExpress,
    timeToReachQueueMs: durationMs('timeToReachQueue'),
    timeToBeReceivedMs: durationMs('timeToBeReceived'),
    timeoutMs: waitMs('timeout', '30s'),
    retry: isExpress ? NO_RETRY : retry,
    retainMs: waitMs('retain', '7d'),
    journal: checkChoice(first('journal') ?? 'none', 'journal', ['none', 'deadletter', 'always']),
    ordered: first('ordered'),
    limits: resolveLimits(...layers),
  };
  if (isExpress) checkExpress(resolved, layers);
  return resolved;
}

/** An express call promises nothing: whoever asks for a promise as well has to choose. */
function checkExpress({ journal, ordered, limits }: ResolvedOptions, layers: readonly OptionLayer[]): void {
  const asked = layers.findIndex(({ delivery }) => delivery !== undefined);
  // A weaker layer that retries is overruled; it does not promise that a call is run.
  const retry = layers.slice(0, asked + 1).find((layer) => layer.retry !== undefined)?.retry;
  const contradicted = [
    journal !== 'none' && `journal: '${journal}'`,
    retry !== undefined && attemptsOf(resolveRetry(retry)) > 1 && 'retry',
    layers.some(({ orderKey }) => orderKey !== undefined) && 'orderKey',
    ordered !== undefined && `ordered: '${ordered}'`,
    limits.length > 0 && 'concurrency or rate',
  ].find((option) => option !== false);
  if (contradicted === undefined) return;
  throw new TypeError(
    `delivery: 'express' contradicts ${contradicted}: an express call is neither stored nor tried again; leave one of them out`,
  );
}
