// What the retry options of a call come to.

import { type Duration, parseDuration } from '../duration.js';
import { checkInteger, type RetryOptions, type RetryStrategy } from './options.js';
import {
  findRetryProblem,
  impliedStrategy,
  MAX_ATTEMPTS,
  RETRY_MEMBERS,
  type RetryProblem,
} from './retry-problem.js';

/** Declared errors that are retried; none of them is a call that was answered. */
export type RetriedErrors = 'all' | readonly string[];

/** Waits that double. One attempt is no retry; without a wait, retries are immediate. */
export interface DoublingRetry {
  readonly attempts: number;
  readonly delayMs: number;
  readonly maxDelayMs: number;
  readonly declared: RetriedErrors;
}

/** Waits as long as the rung says, several times on each. */
export interface LadderRetry {
  readonly rungsMs: readonly number[];
  readonly tries: number;
  readonly declared: RetriedErrors;
}

export type ResolvedRetry = DoublingRetry | LadderRetry;

/** For calls that are not tried again. */
export const NO_RETRY: DoublingRetry = { attempts: 1, delayMs: 0, maxDelayMs: 0, declared: [] };

/** How often a handler may fail before the call is dead. */
export const attemptsOf = (retry: ResolvedRetry): number =>
  'rungsMs' in retry ? 1 + retry.rungsMs.length * retry.tries : retry.attempts;

type Retry = RetryStrategy | RetryOptions | undefined;

/**
 * Resolves `retry` from the strongest layer to the weakest: the strategy is that of the strongest layer which says
 * one, the other members are looked for one by one. Throws a `TypeError` or `RangeError` for what makes no sense.
 */
export function resolveRetry(...layers: readonly Retry[]): ResolvedRetry {
  const options = layers.map(readLayer);
  const first = <K extends keyof RetryOptions>(key: K): RetryOptions[K] | undefined =>
    options.find((layer) => layer[key] !== undefined)?.[key];
  const declared = first('declared') ?? [];
  const attempts = first('attempts') ?? 3;
  const waitMs = (option: 'delay' | 'maxDelay', otherwise: Duration): number =>
    parseDuration(first(option) ?? otherwise, `retry.${option}`);
  switch (strategyOf(options)) {
    case 'none':
      return NO_RETRY;
    case 'immediate':
      return { attempts, delayMs: 0, maxDelayMs: 0, declared };
    case 'exponential':
      return { attempts, delayMs: waitMs('delay', '1s'), maxDelayMs: waitMs('maxDelay', '5m'), declared };
    case 'ladder':
      return { ...ladder(first('rungs') ?? ['1m', '2m', '4m', '8m', '16m'], first('tries') ?? 3), declared };
  }
}

function readLayer(retry: Retry): RetryOptions {
  if (retry === undefined) return {};
  const problem = findRetryProblem(retry);
  if (problem !== undefined) throw new TypeError(problemText(problem));
  if (typeof retry === 'string') return { strategy: retry };
  const strategy = impliedStrategy(retry);
  return strategy === undefined ? retry : { ...retry, strategy };
}

function problemText(problem: RetryProblem): string {
  if ('contradiction' in problem) return `retry: ${problem.contradiction}`;
  const { member, expected } = problem;
  return `${member === 'retry' ? member : `retry.${member}`}: expected ${expected}`;
}

/** Who gives a number of attempts, over a layer whose strategy has none, does not want that strategy. */
function strategyOf(layers: readonly RetryOptions[]): RetryStrategy {
  const by = layers.findIndex(({ strategy }) => strategy !== undefined);
  const strategy = layers[by]?.strategy ?? 'exponential';
  const hasAttempts = layers.slice(0, by).some(({ attempts }) => attempts !== undefined);
  return hasAttempts && !RETRY_MEMBERS[strategy].includes('attempts') ? 'exponential' : strategy;
}

/** Rungs and tries can come from two layers, so that only here they are seen together. */
function ladder(rungs: readonly Duration[], tries: number): Omit<LadderRetry, 'declared'> {
  checkInteger(tries, 'retry.tries', 1, Math.floor((MAX_ATTEMPTS - 1) / rungs.length));
  return { rungsMs: rungs.map((rung) => parseDuration(rung, 'retry.rungs')), tries };
}
