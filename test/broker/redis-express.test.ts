// Express calls on Redis: what is handed over is stored nowhere, and what comes to no plain answer is stored after all.

import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Broker, CallRecord, Delivery, Settlement } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { type Redis, startProxy, startRedis } from '../support/redis/index.js';
import { createMessage } from './message.js';
import { attemptOf, eventually, idsOf } from './suite/subject.js';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(() => redis.cli('flushall'));

async function open(url = redis.url): Promise<Broker> {
  const broker = await openBroker(url, { onWarning: () => {} });
  onTestFinished(() => broker.close());
  return broker;
}

const express = (message = {}) =>
  createMessage({ isExpress: true, maxDeliveries: 1, inbox: 'inbox', ...message });

/** A worker with so many free slots, which waits until Redis knows of them. */
async function worker(broker: Broker, slots: number): Promise<Delivery[]> {
  const deliveries: Delivery[] = [];
  const consumer = broker.consume(
    { queue: 'q', worker: 'w', leaseMs: 60_000 },
    { onDeliveries: (arrived) => deliveries.push(...arrived) },
  );
  consumer.grant(slots);
  onTestFinished(() => consumer.stop());
  await eventually(async () => expect(await redis.cli('llen', 'mq:{q}:credits')).toBe(`${slots}`));
  return deliveries;
}

function inbox(broker: Broker): CallRecord[] {
  const records: CallRecord[] = [];
  broker.subscribe('inbox', (arrived) => records.push(...arrived));
  return records;
}

const ended = (delivery: Delivery, end: object): Settlement =>
  ({ ...attemptOf(delivery), express: delivery.express, ...end }) as Settlement;

test('a call that an idle worker takes, and its answer, leave nothing behind', async () => {
  const broker = await open();
  const records = inbox(broker);
  const deliveries = await worker(broker, 3);
  const messages = [express(), express({ expiresAt: Date.now() + 60_000 }), express({ wantsResult: false })];
  expect(await broker.send(messages)).toEqual(['accepted', 'accepted', 'accepted']);
  await eventually(() => expect(idsOf(deliveries)).toEqual(idsOf(messages)));
  expect(deliveries).toMatchObject(
    messages.map(({ body, priority }) => ({ attempt: 1, failures: 0, body, priority })),
  );
  expect(await broker.fetch(messages)).toEqual([undefined, undefined, undefined]);
  const answers = deliveries.map((delivery) => ended(delivery, { outcome: 'answered', result: '"done"' }));
  expect(await broker.settle(answers)).toEqual(['ok', 'ok', 'ok']);
  await eventually(() => expect(records).toHaveLength(2));
  expect(records[0]).toMatchObject({
    id: messages[0]?.id,
    state: 'answered',
    attempt: 1,
    failures: 0,
    result: '"done"',
    isForgotten: true,
  });
  expect(await broker.counts('q')).toMatchObject({ ready: 0, leased: 0, answered: 0 });
});

test('a call for which nobody is idle waits, as do those after it', async () => {
  const broker = await open();
  const messages = [express(), express({ priority: 7 })];
  expect(await broker.send(messages)).toEqual(['accepted', 'accepted']);
  expect(await broker.counts('q')).toMatchObject({ ready: 2 });
  const claimed = await broker.claim({ queue: 'q', worker: 'w', limit: 10, leaseMs: 60_000 });
  expect(idsOf(claimed)).toEqual([messages[1]?.id, messages[0]?.id]);
  expect(claimed.map((delivery) => delivery.express)).toEqual([undefined, undefined]);
});

test('of more calls than slots, the most urgent are handed over and the others wait', async () => {
  const broker = await open();
  const deliveries = await worker(broker, 1);
  const messages = [express({ priority: 1 }), express({ priority: 6 }), express({ priority: 2 })];
  expect(await broker.send(messages)).toEqual(['accepted', 'accepted', 'accepted']);
  await eventually(() => expect(idsOf(deliveries)).toEqual([messages[1]?.id]));
  expect(await broker.counts('q')).toMatchObject({ ready: 2, leased: 0 });
});

test('calls in one batch go to several workers', async () => {
  const broker = await open();
  const first = await worker(broker, 2);
  const second: Delivery[] = [];
  const other = await open();
  const consumer = other.consume(
    { queue: 'q', worker: 'x', leaseMs: 60_000 },
    { onDeliveries: (arrived) => second.push(...arrived) },
  );
  consumer.grant(2);
  await eventually(async () => expect(await redis.cli('llen', 'mq:{q}:credits')).toBe('4'));
  const messages = [express(), express(), express(), express()];
  await broker.send(messages);
  await eventually(() => expect(idsOf([...first, ...second]).toSorted()).toEqual(idsOf(messages).toSorted()));
  expect([first.length, second.length]).toEqual([2, 2]);
});

test('a call whose handler failed becomes a dead letter, and its caller is told', async () => {
  const broker = await open();
  const records = inbox(broker);
  const deliveries = await worker(broker, 1);
  const message = express({ body: 'exactly this' });
  await broker.send([message]);
  await eventually(() => expect(deliveries).toHaveLength(1));
  const death = ended(deliveries[0] as Delivery, {
    outcome: 'dead',
    reason: 'handler-failed',
    result: '"why"',
  });
  expect(await broker.settle([death])).toEqual(['ok']);
  await eventually(() => expect(records).toMatchObject([{ id: message.id, state: 'dead', result: '"why"' }]));
  expect(await broker.deadLetters('q', { limit: 10 })).toMatchObject([
    { id: message.id, body: 'exactly this', reason: 'handler-failed' },
  ]);
});

test('a call that was not started waits for another worker', async () => {
  const broker = await open();
  const deliveries = await worker(broker, 1);
  const message = express();
  await broker.send([message]);
  await eventually(() => expect(deliveries).toHaveLength(1));
  expect(await broker.settle([ended(deliveries[0] as Delivery, { outcome: 'released' })])).toEqual(['ok']);
  expect(await broker.fetch([message])).toMatchObject([{ state: 'ready' }]);
});

test('an answer that is too long to be pushed is stored, and fetched', async () => {
  const broker = await open();
  const records = inbox(broker);
  const deliveries = await worker(broker, 1);
  await broker.send([express()]);
  await eventually(() => expect(deliveries).toHaveLength(1));
  const result = JSON.stringify('x'.repeat(50_000));
  await broker.settle([ended(deliveries[0] as Delivery, { outcome: 'answered', result })]);
  await eventually(() => expect(records).toMatchObject([{ state: 'answered', result }]));
  expect(records[0]?.isForgotten).not.toBe(true);
});

test('calls with a key, of a delay or whose result is kept are stored', async () => {
  const broker = await open();
  const deliveries = await worker(broker, 4);
  const messages = [
    express({ digest: 'd' }),
    express({ notBefore: Date.now() + 60_000 }),
    express({ inbox: undefined }),
  ];
  await broker.send(messages);
  await eventually(() => expect(deliveries).toHaveLength(2));
  const records = await broker.fetch(messages);
  expect(records.map((record) => record?.state)).toEqual(['leased', 'scheduled', 'leased']);
});

test('a hand-over whose answer is lost is not repeated', async () => {
  const proxy = await startProxy(redis);
  onTestFinished(() => proxy.stop());
  const broker = await open(proxy.url);
  await broker.counts('q');
  const deliveries = await worker(await open(), 3);
  // The first express call also loads its script.
  await broker.send([express()]);
  proxy.cutBeforeReply();
  const sending = broker.send([express()]);
  await expect(sending).rejects.toMatchObject({ code: 'UNCONFIRMED' });
  await eventually(() => expect(deliveries).toHaveLength(2));
});
