// What happens after a handler has failed.

import type { ResolvedRetry } from '../contract/options.js';

/**
 * How long to wait before the next attempt, or `undefined` if none is left. `failures` counts those before this
 * one.
 */
export function retryDelayMs(
  { attempts, delayMs, maxDelayMs }: ResolvedRetry,
  failures: number,
): number | undefined {
  if (failures + 1 >= attempts) return undefined;
  return Math.min(maxDelayMs, delayMs * 2 ** failures);
}
