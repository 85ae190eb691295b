// Workers of split queues: their slots go where the calls are, and are never more than were granted.

import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Broker, Consumer, Delivery, Message } from '#dist/src/broker/broker.js';
import { keysOf } from '#dist/src/broker/redis/keys.js';
import { type Redis, startRedis } from '../support/redis/index.js';
import { createMessage } from './message.js';
import { answerAll, idWith, openFor } from './split-queue.js';
import { eventually, idsOf } from './suite/subject.js';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => void (await redis.cli('FLUSHALL')));

interface Consuming extends Consumer {
  readonly deliveries: Delivery[];
}

/** A consumer that keeps what it is given, and stops with the test. */
function consume(broker: Broker, onDelivery: (delivery: Delivery) => void = () => {}): Consuming {
  const deliveries: Delivery[] = [];
  const consumer = broker.consume(
    { queue: 'q', worker: 'w', leaseMs: 60_000 },
    {
      onDeliveries: (arrived) => {
        deliveries.push(...arrived);
        for (const delivery of arrived) onDelivery(delivery);
      },
    },
  );
  onTestFinished(() => consumer.stop());
  return { deliveries, grant: (slots) => consumer.grant(slots), stop: () => consumer.stop() };
}

/** Calls of one place of so many. */
const callsAt = (place: number, count: number, places: number): Message[] =>
  Array.from({ length: count }, () => createMessage({ id: idWith({ [places]: place }) }));

test('all slots work on the calls of one place while the others have none', async () => {
  const broker = await openFor(redis.url);
  await broker.partition('q', 4);
  const consumer = consume(broker);
  consumer.grant(16);
  await eventually(async () => {
    for (const place of [0, 1, 2, 3])
      expect(await redis.cli('LLEN', keysOf('q', place).all[8] as string)).toBe('4');
  });
  await broker.send(callsAt(2, 40, 4));
  await eventually(() => expect(consumer.deliveries).toHaveLength(16));
  expect(await broker.counts('q')).toMatchObject({ ready: 24, leased: 16 });
  await answerAll(broker, consumer.deliveries);
  consumer.grant(8);
  await eventually(() => expect(consumer.deliveries).toHaveLength(24));
});

test('one slot works on all places', async () => {
  const broker = await openFor(redis.url);
  await broker.partition('q', 8);
  const consumer = consume(broker, (delivery) => {
    void answerAll(broker, [delivery]).then(() => consumer.grant(1));
  });
  const messages = Array.from({ length: 100 }, () => createMessage());
  await broker.send(messages.slice(0, 50));
  consumer.grant(1);
  for (const message of messages.slice(50)) await broker.send([message]);
  await eventually(() => expect(idsOf(consumer.deliveries).toSorted()).toEqual(idsOf(messages).toSorted()));
});

test('no consumer ever has more calls than it has granted slots, and no call comes twice', async () => {
  const brokers = await Promise.all([1, 2, 3].map(() => openFor(redis.url)));
  const sender = brokers[0] as Broker;
  await sender.partition('q', 6);
  const runs = new Map<string, number>();
  const most: number[] = [];
  const consumers = brokers.map((broker, index) => {
    const slots = [1, 4, 13][index] ?? 1;
    let running = 0;
    const consumer = consume(broker, (delivery) => {
      runs.set(delivery.id, (runs.get(delivery.id) ?? 0) + 1);
      most.push(++running - slots);
      setTimeout(() => {
        running--;
        void answerAll(broker, [delivery]);
        consumer.grant(1);
      }, delivery.priority);
    });
    consumer.grant(slots);
    return consumer;
  });
  const messages = Array.from({ length: 1_500 }, (_, n) => createMessage({ priority: n % 8 }));
  for (let first = 0; first < messages.length; first += 50) {
    await sender.send(messages.slice(first, first + 50));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await eventually(() => expect(runs.size).toBe(messages.length));
  await eventually(async () => expect(await sender.counts('q')).toMatchObject({ leased: 0, ready: 0 }));
  expect([...runs.values()].filter((count) => count !== 1)).toEqual([]);
  expect(Math.max(...most)).toBeLessThanOrEqual(0);
  expect(consumers.every(({ deliveries }) => deliveries.length > 0)).toBe(true);
});

test('a call of which nobody has told is found, also by a consumer with fewer slots than places', async () => {
  const broker = await openFor(redis.url);
  for (const queue of ['q', 'copy']) await broker.partition(queue, 6);
  const consumer = consume(broker, () => consumer.grant(1));
  consumer.grant(1);
  await eventually(async () => {
    const credits = [0, 1, 2, 3, 4, 5].map((place) => redis.cli('LLEN', keysOf('q', place).all[8] as string));
    expect((await Promise.all(credits)).toSorted()).toEqual(['0', '0', '0', '0', '0', '1']);
  });
  const messages = [0, 1, 2, 3, 4, 5].flatMap((place) => callsAt(place, 1, 6));
  await broker.send(messages.map((message) => ({ ...message, queue: 'copy' })));
  for (const place of [0, 1, 2, 3, 4, 5])
    for (const index of [1, 12]) {
      const [from, to] = ['copy', 'q'].map((queue) => keysOf(queue, place).all[index] as string);
      await redis.cli('RENAME', from as string, to as string);
    }
  await eventually(() => expect(idsOf(consumer.deliveries).toSorted()).toEqual(idsOf(messages).toSorted()));
});

test('those that run when the queue grows take calls of the new places', async () => {
  const broker = await openFor(redis.url);
  await broker.send([createMessage()]);
  const consumer = consume(broker);
  consumer.grant(20);
  await eventually(() => expect(consumer.deliveries).toHaveLength(1));
  const other = await openFor(redis.url);
  await other.partition('q', 5);
  const messages = [0, 1, 2, 3, 4].flatMap((place) => callsAt(place, 3, 5));
  await other.send(messages);
  await eventually(() =>
    expect(idsOf(consumer.deliveries.slice(1)).toSorted()).toEqual(idsOf(messages).toSorted()),
  );
});
