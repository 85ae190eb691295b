// What few calls have: kept together in one column, as JSON.

import type { FailedAttempt, Limit } from '../../broker.js';

export interface Care {
  readonly limits?: readonly Limit[] | undefined;
  /** Kept for calls with a lane, whose turn may come before their time. */
  readonly notBefore?: number | undefined;
  /** Deliveries that do not count against `max_deliveries`. */
  readonly uncounted?: number | undefined;
  /** The attempts that have failed: the first one and the newest nineteen. */
  readonly history?: readonly FailedAttempt[] | undefined;
}

const NO_CARE: Care = {};

export const readCare = (care: string | null): Care => (care === null ? NO_CARE : (JSON.parse(care) as Care));

/** The column; `null` if there is nothing to keep. */
export function writeCare(care: Care): string | null {
  const text = JSON.stringify(care);
  return text === '{}' ? null : text;
}

/** How much is kept of failed attempts. */
const MAX_ATTEMPTS = 20;
const MAX_FAILURE_LENGTH = 4_096;

/** Adds an attempt that has failed, or whose lease was lost if there is no failure. */
export function addToHistory(
  care: Care,
  attempt: number,
  endedAt: number,
  failure: string | undefined,
): Care {
  const [first, ...others] = care.history ?? [];
  const failed = { attempt, endedAt, failure: failure === undefined ? undefined : cut(failure) };
  if (first === undefined) return { ...care, history: [failed] };
  return { ...care, history: [first, ...others.slice(2 - MAX_ATTEMPTS), failed] };
}

/** Half a character would not be text any more. */
function cut(failure: string): string {
  if (failure.length <= MAX_FAILURE_LENGTH) return failure;
  const isHalf = /[\uD800-\uDBFF]/.test(failure.charAt(MAX_FAILURE_LENGTH - 1));
  return failure.slice(0, isHalf ? MAX_FAILURE_LENGTH - 1 : MAX_FAILURE_LENGTH);
}
