// Refuses what no broker can do anything sensible with, before anything is stored.

import type { Limit, Message, QueueLimits } from './broker.js';

/** Throws a `RangeError` for a message with a number that makes no sense. */
export function checkMessage({ id, priority, limits, notBefore, expiresAt, retainMs }: Message): void {
  if (!(Number.isInteger(priority) && priority >= 0 && priority <= 7))
    refuse(`priority of call ${id}`, 'a whole number from 0 to 7', priority);
  if (Number.isNaN(notBefore)) refuse(`notBefore of call ${id}`, 'an instant in ms', notBefore);
  if (Number.isNaN(expiresAt)) refuse(`expiresAt of call ${id}`, 'an instant in ms', expiresAt);
  if (!(retainMs >= 0)) refuse(`retainMs of call ${id}`, 'a number from 0 on', retainMs);
  if (limits !== undefined) for (const limit of limits) checkLimit(limit);
}

function checkLimit(limit: Limit): void {
  if ('concurrency' in limit) {
    if (!isCount(limit.concurrency, 1))
      refuse(`concurrency of limit ${limit.name}`, 'a whole number from 1 on', limit.concurrency);
    return;
  }
  if (!isCount(limit.rate, 1)) refuse(`rate of limit ${limit.name}`, 'a whole number from 1 on', limit.rate);
  if (!(limit.periodMs > 0 && Number.isFinite(limit.periodMs)))
    refuse(`periodMs of limit ${limit.name}`, 'a number above 0', limit.periodMs);
}

/** Throws a `RangeError` for what is no number of calls, bytes or milliseconds. `Infinity` is no limit. */
export function checkQueueLimits(limits: QueueLimits): void {
  for (const [name, value] of Object.entries(limits) as [string, number | undefined][]) {
    if (value === undefined || value === Number.POSITIVE_INFINITY || isCount(value, 0)) continue;
    refuse(name, 'a whole number from 0 on', value);
  }
}

const isCount = (value: number, min: number): boolean => Number.isInteger(value) && value >= min;

function refuse(what: string, expected: string, got: unknown): never {
  throw new RangeError(`${what}: expected ${expected}, got ${String(got)}`);
}
