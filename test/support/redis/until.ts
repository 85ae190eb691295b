// Waits for something to become true of servers.

import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** What is waited for, for the error. */
  readonly what: string;
  /** Default 30 s. */
  readonly timeoutMs?: number;
  /** Between two looks. Default 20 ms. */
  readonly intervalMs?: number;
  /** What to add to the error. */
  readonly detail?: () => string;
}

/** Looks until `isTrue` resolves with true. While it rejects, it is not true. Rejects when it took too long. */
export async function until(isTrue: () => Promise<boolean>, options: UntilOptions): Promise<void> {
  const { what, timeoutMs = 30_000, intervalMs = 20, detail = () => '' } = options;
  const endsAt = performance.now() + timeoutMs;
  let last: unknown;
  for (;;) {
    const holds = await isTrue().catch((error: unknown) => {
      if (error instanceof GivenUp) throw error;
      last = error;
      return false;
    });
    if (holds) return;
    if (performance.now() > endsAt) {
      throw new Error(`${what}: not after ${timeoutMs} ms ${detail()}`.trim(), { cause: last });
    }
    await sleep(intervalMs);
  }
}

/** Thrown by a look that found that it will never be true. */
export class GivenUp extends Error {}
