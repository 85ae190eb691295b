// What is wrong with a retry option by itself, in contracts that are read as in calls that are made.

import { durationMs } from '../duration.js';
import type { RetryOptions, RetryStrategy } from './options.js';

/** A member that cannot be read, or two that do not go together. */
export type RetryProblem =
  | { readonly member: 'retry' | keyof RetryOptions; readonly expected: string }
  | { readonly contradiction: string; readonly instead: string };

/** More failures than that are no retry but a loop. */
export const MAX_ATTEMPTS = 1_000;

/** More rungs than that are no ladder but a list. */
export const MAX_RUNGS = 100;

/** The members that mean something to a strategy, besides its name. */
export const RETRY_MEMBERS: Readonly<Record<RetryStrategy, readonly (keyof RetryOptions)[]>> = {
  none: [],
  immediate: ['attempts', 'declared'],
  exponential: ['attempts', 'delay', 'maxDelay', 'declared'],
  ladder: ['rungs', 'tries', 'declared'],
};

/** All members in the order in which generated code has them. */
export const RETRY_OPTIONS = Object.keys({
  strategy: true,
  attempts: true,
  delay: true,
  maxDelay: true,
  rungs: true,
  tries: true,
  declared: true,
} satisfies Record<keyof RetryOptions, true>) as (keyof RetryOptions)[];

export const RETRY_STRATEGIES = Object.keys(RETRY_MEMBERS) as RetryStrategy[];

const isStrategy = (value: unknown): value is RetryStrategy =>
  typeof value === 'string' && Object.hasOwn(RETRY_MEMBERS, value);

/** The strategy that the members of one option ask for, by name or by what they are. */
export function impliedStrategy({
  strategy,
  rungs,
  tries,
  delay,
  maxDelay,
}: RetryOptions): RetryStrategy | undefined {
  if (strategy !== undefined) return strategy;
  if (rungs !== undefined || tries !== undefined) return 'ladder';
  return delay !== undefined || maxDelay !== undefined ? 'exponential' : undefined;
}

/** Why a retry option makes no sense; `undefined` if it does. */
export function findRetryProblem(retry: unknown): RetryProblem | undefined {
  if (typeof retry === 'string') return isStrategy(retry) ? undefined : expected('retry', STRATEGY);
  if (typeof retry !== 'object' || retry === null || Array.isArray(retry)) {
    return expected('retry', `${STRATEGY}, or an object of options`);
  }
  const unknown = Object.keys(retry).find((name) => !(RETRY_OPTIONS as string[]).includes(name));
  if (unknown !== undefined) return expected('retry', `an object of ${RETRY_OPTIONS.join(', ')}`);
  return findUnreadable(retry) ?? findContradiction(retry);
}

const expected = (member: 'retry' | keyof RetryOptions, what: string): RetryProblem => ({
  member,
  expected: what,
});

const STRATEGY = RETRY_STRATEGIES.join(', ').replace(/, (?=\w+$)/, ' or ');
const DURATION = 'a duration, as in 250ms, 10s, 5m, 1h or 2d';

function findUnreadable({
  strategy,
  attempts,
  delay,
  maxDelay,
  rungs,
  tries,
  declared,
}: RetryOptions): RetryProblem | undefined {
  const isDuration = (value: unknown) => value === undefined || durationMs(value) !== undefined;
  if (strategy !== undefined && !isStrategy(strategy)) return expected('strategy', STRATEGY);
  if (!isCount(attempts)) return expected('attempts', `a whole number from 1 to ${MAX_ATTEMPTS}`);
  if (!isDuration(delay)) return expected('delay', DURATION);
  if (!isDuration(maxDelay)) return expected('maxDelay', DURATION);
  if (rungs !== undefined && !areRungs(rungs)) {
    return expected('rungs', `1 to ${MAX_RUNGS} durations, as in 1m, 2m and 4m`);
  }
  if (!isCount(tries)) return expected('tries', `a whole number from 1 to ${MAX_ATTEMPTS}`);
  if (declared === undefined || declared === 'all' || areNames(declared)) return undefined;
  return expected('declared', 'all, or names of declared errors, each once');
}

const isCount = (value: unknown): boolean =>
  value === undefined || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= MAX_ATTEMPTS);

const areRungs = (rungs: unknown): boolean =>
  Array.isArray(rungs) &&
  rungs.length >= 1 &&
  rungs.length <= MAX_RUNGS &&
  rungs.every((rung) => durationMs(rung) !== undefined);

const areNames = (names: unknown): boolean =>
  Array.isArray(names) &&
  names.every((name) => typeof name === 'string' && name !== '') &&
  new Set(names).size === names.length;

function findContradiction(retry: RetryOptions): RetryProblem | undefined {
  const { attempts, delay, maxDelay, rungs = [], tries = 1 } = retry;
  const foreign = findForeign(retry);
  if (foreign !== undefined) return foreign;
  if (attempts === 1 && [delay, maxDelay, retry.declared].some((member) => member !== undefined)) {
    return {
      contradiction: 'a single attempt leaves nothing to wait for or to retry',
      instead: 'Allow more attempts, or write none and nothing else.',
    };
  }
  if (delay !== undefined && maxDelay !== undefined && ms(delay) > ms(maxDelay)) {
    return { contradiction: 'the delay is longer than maxDelay', instead: 'Write a longer maxDelay.' };
  }
  if (rungs.some((rung, index) => index > 0 && ms(rung) <= ms(rungs[index - 1]))) {
    return {
      contradiction: 'each rung has to be longer than the one before',
      instead: 'Write every rung once, from the shortest to the longest.',
    };
  }
  if (1 + rungs.length * tries <= MAX_ATTEMPTS) return undefined;
  return {
    contradiction: `the rungs and their tries come to more than ${MAX_ATTEMPTS} attempts`,
    instead: 'Write fewer rungs, or fewer tries.',
  };
}

const ms = (duration: unknown): number => durationMs(duration) ?? 0;

const WHY_FOREIGN = {
  none: 'nothing is retried with none',
  immediate: 'nothing is waited for with immediate',
  exponential: 'only a ladder has rungs and tries',
  ladder: 'a ladder has rungs and tries instead',
} as const satisfies Record<RetryStrategy, string>;

function findForeign(retry: RetryOptions): RetryProblem | undefined {
  const strategy = impliedStrategy(retry);
  if (strategy === undefined) return undefined;
  const given = RETRY_OPTIONS.filter((name) => name !== 'strategy' && retry[name] !== undefined);
  const foreign = given.find((name) => !RETRY_MEMBERS[strategy].includes(name));
  if (foreign === undefined) return undefined;
  return {
    contradiction: `${foreign} has no meaning: ${WHY_FOREIGN[strategy]}`,
    instead: `Remove ${foreign}, or choose a strategy that has it.`,
  };
}
