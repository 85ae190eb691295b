// Priorities are strict: what is more urgent is delivered first, whenever it came and whatever has happened to it.

import { expect, test } from 'vitest';
import type { Delivery } from '#dist/src/broker/broker.js';
import { createRandom, shuffled } from '../../chaos/random.js';
import { createMessage } from '../message.js';
import { ANSWERED, type Ending, RELEASED } from './endings.js';
import { eventually, idsOf, type Subject } from './subject.js';

export function prioritySuite(subject: Subject): void {
  const prioritiesOf = (deliveries: readonly Delivery[]): number[] =>
    deliveries.map(({ priority }) => priority);

  test('calls of all priorities come in their order, and those of one in the order of arrival', async () => {
    const priorities = shuffled(
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((each) => Array(5).fill(each)),
      createRandom(4),
    );
    const messages = priorities.map((priority: number) => createMessage({ priority }));
    for (const message of messages) await subject.broker.send([message]);
    const expected = messages.toSorted((a, b) => b.priority - a.priority);
    expect(idsOf(await subject.claim({ limit: 40 }))).toEqual(idsOf(expected));
  });

  test('an urgent call does not wait behind a thousand that came before', async () => {
    await subject.broker.send(Array.from({ length: 1_000 }, () => createMessage({ priority: 6 })));
    const urgent = await subject.send({ priority: 7 });
    expect(idsOf(await subject.claim({ limit: 1 }))).toEqual([urgent.id]);
  });

  test('a call of the lowest priority waits for all others, also for those that keep coming', async () => {
    const low = await subject.send({ priority: 0 });
    for (let round = 0; round < 5; round++) {
      await subject.broker.send([createMessage({ priority: 1 }), createMessage({ priority: 1 })]);
      const deliveries = await subject.claim({ limit: 2 });
      expect(prioritiesOf(deliveries)).toEqual([1, 1]);
      for (const delivery of deliveries) await subject.end(delivery, ANSWERED);
    }
    expect(idsOf(await subject.claim())).toEqual([low.id]);
  });

  test('what was given back comes before the others of its priority, and after what is more urgent', async () => {
    const first = await subject.deliver({ priority: 3 });
    const [equal, urgent, low] = [
      await subject.send({ priority: 3 }),
      await subject.send({ priority: 7 }),
      await subject.send({ priority: 0 }),
    ];
    await subject.end(first, RELEASED);
    expect(idsOf(await subject.claim())).toEqual([urgent.id, first.id, equal.id, low.id]);
  });

  const WAYS_BACK: Record<string, Ending> = {
    'a retry at once': { outcome: 'retry', delayMs: 0, result: '1' },
    'a retry after a delay': { outcome: 'retry', delayMs: 2_000, result: '1' },
    'having been given back for a while': { outcome: 'released', delayMs: 2_000 },
  };
  for (const [name, ending] of Object.entries(WAYS_BACK)) {
    test(`a call keeps its priority after ${name}`, async () => {
      const urgent = await subject.deliver({ priority: 7 });
      const [low, middle] = [await subject.send({ priority: 0 }), await subject.send({ priority: 4 })];
      await subject.end(urgent, ending);
      await subject.clock.advance('3s');
      const deliveries = await subject.claim();
      expect(idsOf(deliveries)).toEqual([urgent.id, middle.id, low.id]);
      expect(prioritiesOf(deliveries)).toEqual([7, 4, 0]);
    });
  }

  test('a call keeps its priority after a lost lease and after a replay', async () => {
    const lost = await subject.deliver({ priority: 7 });
    await subject.clock.advance('30s');
    const dead = await subject.deliver({ priority: 6 });
    await subject.end(dead, { outcome: 'dead', reason: 'handler-failed', result: '1' });
    await subject.clock.advance('30s');
    const low = await subject.send({ priority: 5 });
    await subject.broker.replay([{ queue: 'q', id: dead.id }]);
    expect(idsOf(await subject.claim())).toEqual([lost.id, dead.id, low.id]);
  });

  test('a consumer with one free slot is given the most urgent call that waits by then', async () => {
    const deliveries: Delivery[] = [];
    const consumer = subject.broker.consume(
      { queue: 'q', worker: 'w', leaseMs: 60_000 },
      { onDeliveries: (arrived) => deliveries.push(...arrived) },
    );
    const first = await subject.send({ priority: 3 });
    consumer.grant(1);
    await eventually(() => expect(idsOf(deliveries)).toEqual([first.id]));
    const [low, urgent] = [await subject.send({ priority: 3 }), await subject.send({ priority: 7 })];
    consumer.grant(1);
    await eventually(() => expect(deliveries).toHaveLength(2));
    consumer.grant(1);
    await eventually(() => expect(idsOf(deliveries)).toEqual([first.id, urgent.id, low.id]));
  });

  test('express and recoverable calls have one order', async () => {
    const messages = [1, 5, 3, 7].map((priority, index) =>
      createMessage({ priority, ...(index % 2 === 0 ? { isExpress: true, maxDeliveries: 1 } : {}) }),
    );
    await subject.broker.send(messages);
    expect(prioritiesOf(await subject.claim())).toEqual([7, 5, 3, 1]);
  });

  for (const priority of [-1, 8, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    test(`a priority of ${priority} is refused, and nothing is stored`, async () => {
      const message = createMessage({ priority });
      await expect(subject.broker.send([message])).rejects.toBeInstanceOf(RangeError);
      expect(await subject.find(message)).toBeUndefined();
      expect(await subject.claim()).toEqual([]);
    });
  }
}
