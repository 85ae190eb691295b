// Many senders, workers and connections at once: every call is delivered once and has one outcome.

import { expect, test } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { attemptOf, eventually, type Subject } from './subject.js';

const CALLS = 2_000;

export function crowdSuite(subject: Subject): void {
  test('every call of a crowd is worked on once and its outcome reaches its caller', async () => {
    const connections = [subject.broker, await subject.connect(), await subject.connect()];
    const runs = new Map<string, number>();
    const outcomes = new Map<string, string | undefined>();
    subject.broker.subscribe('inbox', (records) => {
      for (const { id, result } of records) outcomes.set(id, result);
    });

    const messages = Array.from({ length: CALLS }, (_, n) =>
      createMessage({ inbox: 'inbox', priority: n % 8 }),
    );
    const senders = messages.map((message, n) => (connections[n % 3] as Broker).send([message]));
    const workers = connections.map((broker) => work(broker, runs));
    await Promise.all([...senders, ...workers]);

    expect([...runs.values()].every((count) => count === 1)).toBe(true);
    await eventually(() => expect(outcomes.size).toBe(CALLS));
    expect(messages.every(({ id }) => outcomes.get(id) === `"${id}"`)).toBe(true);
    expect(await subject.broker.counts('q')).toMatchObject({ ready: 0, leased: 0, answered: CALLS });
  });

  /** Works until all calls of the crowd have been worked on. */
  async function work(broker: Broker, runs: Map<string, number>): Promise<void> {
    while (runs.size < CALLS) {
      const deliveries = await broker.claim({ queue: 'q', worker: 'w', limit: 25, leaseMs: 60_000 });
      for (const { id } of deliveries) runs.set(id, (runs.get(id) ?? 0) + 1);
      await broker.settle(
        deliveries.map((delivery) => ({
          ...attemptOf(delivery),
          outcome: 'answered',
          result: `"${delivery.id}"`,
        })),
      );
      if (deliveries.length === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
