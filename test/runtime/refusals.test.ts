// What a queue does not take: calls beyond its limits.

import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { shopHandlers } from '../support/shop-handlers.js';

test('a queue that holds as many calls as it may refuses more, until servers have caught up', async () => {
  await using pair = await createTestPair();
  await (await brokerOf(pair)).limit('shop.v1', { maxCalls: 2 });
  const shop = new ShopClient(pair.client);
  const calls = await Promise.all([shop.act.submit('a'), shop.act.submit('b')]);
  for (const refused of [shop.act('c'), shop.act.submit('c'), shop.track('c')]) {
    await expect(refused).rejects.toMatchObject({
      code: 'QUEUE_FULL',
      kind: 'rejected',
      message: expect.stringContaining('the queue shop.v1 holds as many calls as it may'),
    });
  }
  await pair.server.serve(shopDescriptor, shopHandlers());
  expect(await Promise.all(calls.map((call) => call.result()))).toEqual(['a', 'b']);
  await pair.clock.settle();
  expect(await shop.act('c')).toBe('c');
});

test('a queue that holds as many dead letters as it may takes no calls, and says what to do', async () => {
  await using pair = await createTestPair();
  await (await brokerOf(pair)).limit('shop.v1', { maxDeadLetters: 1 });
  const act = (): never => {
    throw new Error('not today');
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const shop = new ShopClient(pair.client, { retry: 'none' });
  await expect(shop.act('x')).rejects.toMatchObject({ code: 'HANDLER_FAILED' });
  await expect(shop.act('y')).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    kind: 'rejected',
    message: expect.stringContaining('replay or purge some'),
  });
});
