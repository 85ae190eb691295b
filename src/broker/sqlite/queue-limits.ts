// Checks what a queue is said to hold at most.

import type { QueueLimits } from '../broker.js';

/** Throws a `RangeError` for what is no number of calls, bytes or milliseconds. */
export function checkQueueLimits(limits: QueueLimits): void {
  for (const [name, value] of Object.entries(limits) as [string, number | undefined][]) {
    if (value === undefined || value === Number.POSITIVE_INFINITY) continue;
    if (Number.isInteger(value) && value >= 0) continue;
    throw new RangeError(`${name}: expected a whole number from 0 on, got ${String(value)}`);
  }
}
