// A running subscription: what `mq.subscribe` gives back.

/// <reference lib="esnext.disposable" preserve="true" />

import type { Server } from '../server/server.js';
import type { SystemConsumer } from '../system-consumer.js';

export interface Subscription extends Server {
  readonly group: string;
  /** Where the events of the group wait, without the namespace: its dead letters are found by this name. */
  readonly queue: string;
}

export interface SubscriptionParts {
  readonly group: string;
  readonly queue: string;
  /** Handles the events of the group. */
  readonly server: Server;
  /** Passes events on to all groups. */
  readonly fanOut: SystemConsumer;
}

export function createSubscription({ group, queue, server, fanOut }: SubscriptionParts): Subscription {
  const close = async (graceMs?: number): Promise<void> => {
    await Promise.all([server.close(graceMs), fanOut.close()]);
  };
  return {
    group,
    queue,
    get running() {
      return server.running;
    },
    async drain() {
      await Promise.all([server.drain(), fanOut.close()]);
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
