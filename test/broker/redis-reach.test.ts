// The time that a call has to reach its queue, against a Redis that does not answer: whoever sends is told in time, and
// what was certainly not stored is not stored later.

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { type Redis, startProxy, startRedis } from '../support/redis/index.js';
import { createMessage } from './message.js';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

/** A broker behind a proxy, that has used its queue. */
async function openBehind() {
  const proxy = await startProxy(redis);
  onTestFinished(() => proxy.stop());
  const broker = await openBroker(proxy.url, { onWarning: () => {} });
  onTestFinished(() => broker.close());
  await broker.counts('q');
  return { proxy, broker };
}

test('a call whose answer does not come in time is not confirmed', async () => {
  const { proxy, broker } = await openBehind();
  proxy.blackHole(true);
  const message = createMessage({ reachWithinMs: 200 });
  await expect(broker.send([message])).rejects.toMatchObject({ code: 'UNCONFIRMED' });
  proxy.cut();
  proxy.blackHole(false);
});

test('a call that cannot be told is not stored, also not when Redis is back', async () => {
  const { proxy, broker } = await openBehind();
  proxy.refuse(true);
  // The first one may have been on its way when the connection was cut; after that there is none.
  await expect(broker.send([createMessage({ reachWithinMs: 100 })])).rejects.toThrow('within 100 ms');
  const message = createMessage({ reachWithinMs: 200 });
  await expect(broker.send([message])).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('within 200 ms (nothing was written)'),
  });
  proxy.refuse(false);
  expect(await broker.send([createMessage()])).toEqual(['accepted']);
  expect(await broker.fetch([message])).toEqual([undefined]);
});

test('waiting for Redis does not prolong how long a call may wait, nor its delay', async () => {
  const { proxy, broker } = await openBehind();
  proxy.refuse(true);
  const sentAt = Date.now();
  const [expiring, delayed] = [
    createMessage({ expiresAt: sentAt + 300 }),
    createMessage({ notBefore: sentAt + 400 }),
  ];
  const sending = broker.send([expiring, delayed]);
  await new Promise((resolve) => setTimeout(resolve, 500));
  proxy.refuse(false);
  expect(await sending).toEqual(['accepted', 'accepted']);
  await broker.reap();
  const states = (await broker.fetch([expiring, delayed])).map((record) => record?.state);
  expect(states).toEqual(['expired', 'ready']);
});
