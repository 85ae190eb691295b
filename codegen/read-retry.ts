// Reads `@retry`: `none`, `5 delay=2s maxDelay=1m`, `ladder rungs=1m,2m tries=3`, or the same as an object.

import type { RetryOptions, RetryStrategy } from '../src/contract/options.js';
import {
  findRetryProblem,
  RETRY_OPTIONS,
  RETRY_STRATEGIES,
  type RetryProblem,
} from '../src/contract/retry-problem.js';
import type { ReadValue, WrittenValue } from './written-value.js';

const EXPECTED =
  'none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", ' +
  '"ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock"';

/** Both spellings of the same retries give the same value. */
export function readRetry(written: WrittenValue): ReadValue {
  const retry = written.spelling === 'tag' ? parseRetry(written.text) : written.value;
  if (retry === undefined) return { expected: EXPECTED };
  const problem = findRetryProblem(retry);
  return problem === undefined ? { value: canonical(retry as RetryStrategy | RetryOptions) } : say(problem);
}

function say(problem: RetryProblem): ReadValue {
  if ('contradiction' in problem) return problem;
  if (problem.member === 'retry') return { expected: EXPECTED };
  return { expected: `${problem.member} to be ${problem.expected}` };
}

/** A strategy by its name, if that is all; else an object with its members in one order. */
function canonical(retry: RetryStrategy | RetryOptions): RetryStrategy | RetryOptions | undefined {
  if (typeof retry === 'string') return retry;
  const given = RETRY_OPTIONS.filter((name) => retry[name] !== undefined);
  if (given.length === 0) return undefined;
  if (given.length === 1 && retry.strategy !== undefined) return retry.strategy;
  return Object.fromEntries(given.map((name) => [name, retry[name]]));
}

/** The members as written, unchecked; `undefined` for what has another form. */
function parseRetry(text: string): Readonly<Record<string, unknown>> | undefined {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const retry: Record<string, unknown> = {};
  if ((RETRY_STRATEGIES as string[]).includes(words[0] ?? '')) retry.strategy = words.shift();
  if (/^\d+$/.test(words[0] ?? '')) retry.attempts = Number(words.shift());
  for (const word of words) {
    const [, name = '', value = ''] = /^(\w+)=(\S+)$/.exec(word) ?? [];
    if (!Object.hasOwn(SETTINGS, name) || name in retry) return undefined;
    retry[name] = SETTINGS[name as keyof typeof SETTINGS](value);
  }
  return text.trim() === '' ? undefined : retry;
}

const asWritten = (text: string): unknown => text;
const SETTINGS = {
  delay: asWritten,
  maxDelay: asWritten,
  rungs: (text: string): unknown => text.split(','),
  tries: (text: string): unknown => (/^\d+$/.test(text) ? Number(text) : text),
  declared: (text: string): unknown => (text === 'all' ? text : text.split(',')),
} as const;
