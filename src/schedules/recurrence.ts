// The times at which something recurs: a cron expression in a time zone.

import type { Cron } from 'croner';
import { messageOf } from '../errors.js';

export interface RecurrenceRule {
  /**
   * Five fields: minute, hour, day of the month, month, day of the week; six begin with seconds, seven end with
   * years. Or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.
   */
  readonly cron: string;
  /** Name of a time zone, as in `Europe/Berlin`. */
  readonly timeZone: string;
}

/**
 * Instants in ms. Where a clock is put forward, what would come within the missing hour comes at its end if it comes
 * once a day (single values for hour, minute and second), and not at all otherwise. Where a clock is put back, what
 * comes once a day comes the first time, and everything else both times.
 */
export interface Recurrence {
  /** The first time after an instant; `undefined` if there is none. */
  next(afterAt: number): number | undefined;
  /** The last time until an instant, which may be that instant. */
  latest(untilAt: number): number | undefined;
}

/** Throws a `TypeError` that names the cron expression or the time zone, if there is no such thing. */
export async function createRecurrence({ cron, timeZone }: RecurrenceRule): Promise<Recurrence> {
  checkTimeZone(timeZone);
  const times = await parseCron(cron, timeZone);
  return {
    next: (afterAt) => times.nextRun(new Date(afterAt))?.getTime(),
    latest: (untilAt) => times.previousRuns(1, new Date(untilAt + 1))[0]?.getTime(),
  };
}

function checkTimeZone(timeZone: unknown): void {
  try {
    if (typeof timeZone === 'string') {
      new Intl.DateTimeFormat('en', { timeZone });
      return;
    }
  } catch {
    // Told below.
  }
  throw new TypeError(
    `timeZone: expected the name of a time zone, as in "Europe/Berlin", got ${JSON.stringify(timeZone) ?? typeof timeZone}`,
  );
}

/** A date is no recurrence, though croner would take one. */
const FIELDS = /^\s*(@\w+|\S+(\s+\S+){4,6})\s*$/;

async function parseCron(cron: unknown, timeZone: string): Promise<Cron> {
  const { Cron } = await import('croner');
  try {
    if (typeof cron !== 'string' || !FIELDS.test(cron))
      throw new TypeError('five to seven fields are required');
    const times = new Cron(cron, { timezone: timeZone, paused: true });
    times.nextRun(new Date(0));
    return times;
  } catch (error) {
    const got = JSON.stringify(cron) ?? typeof cron;
    throw new TypeError(
      `cron: expected a cron expression such as "0 3 * * *", got ${got}: ${messageOf(error)}`,
    );
  }
}
