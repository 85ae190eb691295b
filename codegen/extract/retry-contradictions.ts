// Checks what the retries of a method and of its contract come to together, and the errors that they name.

import type { RetryOptions, RetryStrategy } from '../../src/contract/options.js';
import {
  findRetryProblem,
  impliedStrategy,
  RETRY_MEMBERS,
  type RetryProblem,
} from '../../src/contract/retry-problem.js';
import { durationMs } from '../../src/duration.js';
import type { Annotations, AnnotationUse } from './annotations.js';
import type { Context } from './context.js';
import type { AnnotatedMethod } from './in-effect.js';
import { suggestName } from './suggestion.js';

type Contradiction = Extract<RetryProblem, { contradiction: string }>;

type Retry = RetryStrategy | RetryOptions | undefined;

/** Whether a value of `@retry` says that there is one attempt. */
export const isWithoutRetry = (retry: unknown): boolean => {
  const { strategy, attempts } = optionsOf(retry as Retry);
  return strategy === 'none' || attempts === 1;
};

const optionsOf = (retry: Retry): RetryOptions =>
  typeof retry === 'string' ? { strategy: retry } : (retry ?? {});

/** Reports what the retries of a contract say against themselves, and names that no method knows. */
export function checkServiceRetry(
  context: Context,
  service: Annotations,
  methods: readonly AnnotatedMethod[],
): void {
  const use = service.get('retry');
  if (use === undefined) return;
  const why = togetherProblem(use.value as Retry, undefined);
  if (why !== undefined) reportTogether(context, use, 'itself', why);
  const areKnown = methods.every((method) => hasEveryError(method));
  const errors = methods.flatMap(({ model }) => model.throws.map(({ name }) => name));
  if (areKnown) checkNames(context, use, errors, 'no method of the contract declares');
}

/** Reports what the retries of a method say against its contract's, and names that it does not declare. */
export function checkMethodRetry(context: Context, method: AnnotatedMethod): void {
  const use = method.own.get('retry');
  if (use === undefined) return;
  const inherited = method.inherited.get('retry');
  const alone = togetherProblem(use.value as Retry, undefined);
  const together = togetherProblem(use.value as Retry, inherited?.value as Retry);
  // A value that makes sense by itself can still be at odds with the contract's.
  if (together !== undefined) {
    const isOwn = alone?.contradiction === together.contradiction;
    reportTogether(context, use, isOwn ? 'itself' : '@retry of the contract', together);
  }
  if (!hasEveryError(method)) return;
  const { model } = method;
  const errors = model.throws.map(({ name }) => name);
  checkNames(context, use, errors, `${model.name} does not declare`);
  if (optionsOf(use.value as Retry).declared !== 'all' || errors.length > 0) return;
  reportName(
    context,
    use,
    `${model.name} declares no errors`,
    'Declare them with @throws, or remove declared=all.',
  );
}

/** Whether all `@throws` were understood: what is wrong with one is not to be reported twice. */
const hasEveryError = ({ own, model }: AnnotatedMethod): boolean =>
  own.uses.filter(({ name }) => name === 'throws').length === model.throws.length;

/** Why the retries of a method, over those of its contract, make no sense; put together as for calls. */
function togetherProblem(own: Retry, inherited: Retry): Contradiction | undefined {
  const [options, base] = [optionsOf(own), optionsOf(inherited)];
  const strategy = strategyOf(options, base);
  const isMeant = (name: string) => (RETRY_MEMBERS[strategy] as readonly string[]).includes(name);
  const kept = Object.entries(base).filter(([name]) => isMeant(name));
  const together: RetryOptions = { ...Object.fromEntries(kept), ...options, strategy };
  if (together.attempts === 1 && options.attempts !== undefined) return undefined;
  const problem = findRetryProblem(together);
  if (problem !== undefined && 'contradiction' in problem) return problem;
  const { delay, maxDelay } = together;
  const isCut = delay !== undefined && maxDelay === undefined && Number(durationMs(delay)) > DEFAULT_MAX_MS;
  return isCut ? CUT : undefined;
}

const CUT: Contradiction = {
  contradiction: 'the delay is longer than maxDelay, which is 5m unless it is written',
  instead: 'Write a maxDelay, as in "delay=10m maxDelay=1h".',
};
const DEFAULT_MAX_MS = 300_000;

/** As with calls: who asks for attempts over a strategy that counts none does not want that strategy. */
function strategyOf(own: RetryOptions, inherited: RetryOptions): RetryStrategy {
  const base = impliedStrategy(inherited) ?? 'exponential';
  const hasNoAttempts = own.attempts !== undefined && !RETRY_MEMBERS[base].includes('attempts');
  return impliedStrategy(own) ?? (hasNoAttempts ? 'exponential' : base);
}

function reportTogether(
  { report }: Context,
  { place }: AnnotationUse,
  other: string,
  { contradiction, instead }: Contradiction,
): void {
  report('MQ1003', place, `@retry contradicts ${other}: ${contradiction}`, instead);
}

function checkNames(context: Context, use: AnnotationUse, errors: readonly string[], why: string): void {
  const { declared = [] } = optionsOf(use.value as Retry);
  for (const name of declared === 'all' ? [] : declared) {
    if (errors.includes(name)) continue;
    const meant = suggestName(name, errors);
    const help =
      meant === undefined ? 'Write names of errors that @throws declares, or declared=all.' : undefined;
    reportName(context, use, `${why} ${JSON.stringify(name)}`, help ?? `Did you mean ${meant}?`);
  }
}

const reportName = ({ report }: Context, { place }: AnnotationUse, why: string, help: string): void =>
  report('MQ1002', place, `@retry has a value that is not valid: ${why}`, help);
