// What happens after a handler has failed.

import type { ResolvedRetry, RetriedErrors } from '../contract/retry.js';
import type { Rung } from '../wire/outcome.js';

/** The attempt after a failure. */
export interface NextAttempt {
  readonly delayMs: number;
  /** Where the call then is on its ladder, if it has one. */
  readonly rung: Rung | undefined;
}

/** When a call is tried again, or `undefined` if no attempt is left. `failures` counts those before this one. */
export function nextAttempt(retry: ResolvedRetry, callId: string, failures: number): NextAttempt | undefined {
  if ('rungsMs' in retry) return nextRung(retry.rungsMs, retry.tries, failures);
  if (failures + 1 >= retry.attempts) return undefined;
  const nominalMs = Math.min(retry.maxDelayMs, retry.delayMs * 2 ** failures);
  return { delayMs: Math.round(nominalMs * (0.5 + chance(callId, failures) / 2)), rung: undefined };
}

function nextRung(rungsMs: readonly number[], tries: number, failures: number): NextAttempt | undefined {
  const index = Math.floor(failures / tries);
  const delayMs = rungsMs[index];
  if (delayMs === undefined) return undefined;
  return { delayMs, rung: { number: index + 1, of: rungsMs.length, try: (failures % tries) + 1 } };
}

/**
 * From 0 to 1: calls that failed together come again apart. Drawn from the call and its failures, so that the same
 * failure always waits equally long. FNV-1a, and then mixed as MurmurHash3 does at its end.
 */
function chance(callId: string, failures: number): number {
  let hash = 0x811c9dc5;
  for (const letter of `${callId} ${failures}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** Whether a declared error is retried as if it were not declared. */
export const isRetried = (declared: RetriedErrors, name: string): boolean =>
  declared === 'all' || declared.includes(name);
