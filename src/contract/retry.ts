// What the retry options of a call come to.

import { type Duration, parseDuration } from '../duration.js';
import {
  checkChoice,
  checkInteger,
  checkOptionNames,
  type RetryOptions,
  type RetryStrategy,
} from './options.js';

/** More failures than that are no retry but a loop. */
export const MAX_ATTEMPTS = 1_000;

/** More rungs than that are no ladder but a list. */
export const MAX_RUNGS = 100;

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

/** The members that mean something to a strategy, besides its name. */
const MEMBERS: Readonly<Record<RetryStrategy, readonly (keyof RetryOptions)[]>> = {
  none: [],
  immediate: ['attempts', 'declared'],
  exponential: ['attempts', 'delay', 'maxDelay', 'declared'],
  ladder: ['rungs', 'tries', 'declared'],
};

const STRATEGIES = Object.keys(MEMBERS) as RetryStrategy[];

const NAMES = Object.keys({
  strategy: true,
  attempts: true,
  delay: true,
  maxDelay: true,
  rungs: true,
  tries: true,
  declared: true,
} satisfies Record<keyof RetryOptions, true>);

/**
 * Resolves `retry` from the strongest layer to the weakest: the strategy is that of the strongest layer which says
 * one, the other members are looked for one by one. Throws a `TypeError` or `RangeError` for what makes no sense.
 */
export function resolveRetry(...layers: readonly Retry[]): ResolvedRetry {
  const options = layers.map(readLayer);
  const first = <K extends keyof RetryOptions>(key: K): RetryOptions[K] | undefined =>
    options.find((layer) => layer[key] !== undefined)?.[key];
  const declared = checkDeclared(first('declared') ?? []);
  const waitMs = (option: 'delay' | 'maxDelay', otherwise: Duration): number =>
    parseDuration(first(option) ?? otherwise, `retry.${option}`);
  const attempts = (): number => checkInteger(first('attempts') ?? 3, 'retry.attempts', 1, MAX_ATTEMPTS);
  switch (strategyOf(options)) {
    case 'none':
      return NO_RETRY;
    case 'immediate':
      return { attempts: attempts(), delayMs: 0, maxDelayMs: 0, declared };
    case 'exponential':
      return {
        attempts: attempts(),
        delayMs: waitMs('delay', '1s'),
        maxDelayMs: waitMs('maxDelay', '5m'),
        declared,
      };
    case 'ladder':
      return { ...ladder(first('rungs') ?? ['1m', '2m', '4m', '8m', '16m'], first('tries') ?? 3), declared };
  }
}

function readLayer(retry: Retry): RetryOptions {
  if (retry === undefined) return {};
  if (typeof retry === 'string') return { strategy: checkChoice(retry, 'retry', STRATEGIES) };
  checkOptionNames(retry, 'retry', NAMES);
  const { strategy = impliedBy(retry) } = retry;
  if (strategy === undefined) return retry;
  checkChoice(strategy, 'retry.strategy', STRATEGIES);
  const given = Object.entries(retry).filter(([name, value]) => name !== 'strategy' && value !== undefined);
  const foreign = given.find(([name]) => !MEMBERS[strategy].includes(name as keyof RetryOptions))?.[0];
  if (foreign !== undefined)
    throw new TypeError(`retry: ${foreign} has no meaning with the strategy ${strategy}`);
  return { ...retry, strategy };
}

/** Who gives a rung means a ladder. */
function impliedBy({ rungs, tries, delay, maxDelay }: RetryOptions): RetryStrategy | undefined {
  if (rungs !== undefined || tries !== undefined) return 'ladder';
  return delay !== undefined || maxDelay !== undefined ? 'exponential' : undefined;
}

/** Who gives a number of attempts, over a layer whose strategy has none, does not want that strategy. */
function strategyOf(layers: readonly RetryOptions[]): RetryStrategy {
  const by = layers.findIndex(({ strategy }) => strategy !== undefined);
  const strategy = layers[by]?.strategy ?? 'exponential';
  const hasAttempts = layers.slice(0, by).some(({ attempts }) => attempts !== undefined);
  return hasAttempts && !MEMBERS[strategy].includes('attempts') ? 'exponential' : strategy;
}

function ladder(rungs: readonly Duration[], tries: number): Omit<LadderRetry, 'declared'> {
  if (!Array.isArray(rungs))
    throw new TypeError(`retry.rungs: expected a list of durations, got ${typeof rungs}`);
  checkInteger(rungs.length, 'retry.rungs: how many there are', 1, MAX_RUNGS);
  checkInteger(tries, 'retry.tries', 1, Math.floor((MAX_ATTEMPTS - 1) / rungs.length));
  return { rungsMs: rungs.map((rung, index) => parseDuration(rung, `retry.rungs[${index}]`)), tries };
}

function checkDeclared(declared: RetriedErrors): RetriedErrors {
  const isList = Array.isArray(declared) && declared.every((name) => typeof name === 'string');
  if (declared === 'all' || isList) return declared;
  throw new TypeError(
    `retry.declared: expected "all" or a list of names of errors, got ${JSON.stringify(declared)}`,
  );
}
