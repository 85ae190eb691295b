// Which times of a schedule are to be fired now, and when to look again.

import type { Recurrence } from './recurrence.js';

/** What becomes of times at which no process was running. */
export type MissedRule =
  /** The newest of them is fired, once. */
  | 'one'
  /** All of them are fired, oldest first. */
  | 'all'
  /** They are left out. */
  | 'none';

export const MISSED_RULES: readonly MissedRule[] = ['one', 'all', 'none'];

/** A time is missed if nobody has fired it for so long. */
export const TOLERANCE_MS = 60_000;

/** The most times that are fired together; the others follow at once. */
const MOST_TIMES = 500;

export interface DueTimes {
  /** Oldest first. */
  readonly times: readonly number[];
  /** The time to fire after these; `undefined` if there is none. */
  readonly nextAt: number | undefined;
}

/** `dueAt` is the oldest time that was not fired; it has come, whatever the clock says. */
export function dueTimes(
  recurrence: Recurrence,
  missed: MissedRule,
  dueAt: number,
  clockAt: number,
): DueTimes {
  const nowAt = Math.max(dueAt, clockAt);
  const isMissed = nowAt - dueAt > TOLERANCE_MS;
  if (isMissed && missed === 'one') {
    return { times: [recurrence.latest(nowAt) ?? dueAt], nextAt: recurrence.next(nowAt) };
  }
  const isLeftOut = isMissed && missed === 'none';
  return timesUntil(recurrence, isLeftOut ? recurrence.next(nowAt - TOLERANCE_MS - 1) : dueAt, nowAt);
}

function timesUntil(recurrence: Recurrence, from: number | undefined, nowAt: number): DueTimes {
  const times: number[] = [];
  let at = from;
  while (at !== undefined && at <= nowAt && times.length < MOST_TIMES) {
    times.push(at);
    at = recurrence.next(at);
  }
  return { times, nextAt: at };
}
