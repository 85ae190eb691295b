// A running server: what `mq.serve` gives back.

/// <reference lib="esnext.disposable" preserve="true" />

import type { Worker } from './worker.js';

/** How long `close` lets running handlers finish before it aborts them. */
const GRACE_MS = 10_000;

export interface Server {
  /** How many calls it holds at the moment. */
  readonly running: number;
  /** Finishes what is claimed and takes nothing new. */
  drain(): Promise<void>;
  /**
   * Drains for up to `graceMs` (default 10,000), then aborts the signals of what still runs and gives those calls
   * back to the queue, where another server finds them at once.
   */
  close(graceMs?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export function createServer(worker: Worker, onClose: () => void): Server {
  let closed: Promise<void> | undefined;
  const close = (graceMs = GRACE_MS): Promise<void> => {
    closed ??= worker.close(graceMs).finally(onClose);
    return closed;
  };
  return {
    get running() {
      return worker.running;
    },
    drain: () => worker.drain(),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
