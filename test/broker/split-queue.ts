// What the tests of split queues have in common: connections, ids with a known place, and work that is answered.

import { randomUUID } from 'node:crypto';
import { expect, onTestFinished } from 'vitest';
import type { Broker, Delivery } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { placeOf } from '#dist/src/broker/redis/partitions.js';
import type { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { attemptOf } from './suite/subject.js';

/** A connection for one test. One with a clock of its own reads how queues are split only when it has to. */
export async function openFor(url: string, clock?: VirtualClock): Promise<Broker> {
  const broker = await openBroker(url, { clock, onWarning: () => {} });
  onTestFinished(() => broker.close());
  return broker;
}

/** An id that has this place among so many, and that one among more: `{ 1: 0, 4: 2 }`. */
export function idWith(places: Readonly<Record<number, number>>): string {
  for (;;) {
    const id = randomUUID();
    if (Object.entries(places).every(([count, place]) => placeOf(id, Number(count)) === place)) return id;
  }
}

export async function answerAll(broker: Broker, deliveries: readonly Delivery[]): Promise<void> {
  const settlements = deliveries.map((delivery) => ({
    ...attemptOf(delivery),
    outcome: 'answered' as const,
    result: `"${delivery.body}"`,
  }));
  expect(new Set(await broker.settle(settlements))).toEqual(new Set(['ok']));
}
