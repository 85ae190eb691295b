// Express calls: one attempt, nothing promised.

import { join } from 'node:path';
import { connect } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { shopHandlers } from '../support/shop-handlers.js';
import { tempFolder } from '../support/temp-folder.js';

test('an express call is answered', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const shop = new ShopClient(pair.client, { delivery: 'express' });
  expect(await shop.act('x')).toBe('x');
  await shop.track('seen');
});

test('an express call is tried once, whatever the contract says of retries', async () => {
  await using pair = await createTestPair();
  let runs = 0;
  const act = (): never => {
    runs++;
    throw new Error('not today');
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const shop = new ShopClient(pair.client, { delivery: 'express' });
  await expect(shop.act('x')).rejects.toMatchObject({ code: 'HANDLER_FAILED' });
  await pair.clock.advance('1h');
  expect(runs).toBe(1);
});

test('an express call that was submitted can be asked for by anybody', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client, { delivery: 'express' });
  const { id } = await shop.act.submit('x');
  await pair.server.serve(shopDescriptor, shopHandlers());
  const other = new ShopClient(await pair.connect());
  expect(await other.act.handle(id).result()).toBe('x');
});

test('an express call that nobody has any more is waited for until its timeout, not given up before', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client, { delivery: 'express', timeout: '20s' });
  const outcome = shop.act('x').catch((error: unknown) => error);
  await pair.clock.settle();
  // As after the end of the broker, or of a worker that had the only copy.
  const broker = await brokerOf(pair);
  const [waiting] = await broker.peek('shop.v1', { limit: 10 });
  await broker.remove([{ queue: 'shop.v1', id: waiting?.id ?? '' }]);
  await pair.clock.advance('19s');
  expect(await Promise.race([outcome, pair.clock.settle()])).toBeUndefined();
  await pair.clock.advance('2s');
  expect(await outcome).toMatchObject({ code: 'TIMEOUT', kind: 'unknown' });
});

test('an express call that has started is not started again when its server closes', async () => {
  await using pair = await createTestPair();
  const started: string[] = [];
  const stuck = (text: string, { signal }: { signal: AbortSignal }) =>
    new Promise<string>((_, reject) => {
      started.push(text);
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const server = await pair.server.serve(shopDescriptor, shopHandlers({ act: stuck }));
  const shop = new ShopClient(pair.client, { delivery: 'express' });
  const outcome = shop.act('once').catch((error: unknown) => error);
  await pair.clock.settle();
  const closed = server.close(1_000);
  await pair.clock.advance('1s');
  await closed;
  await (await pair.connect()).serve(shopDescriptor, shopHandlers({ act: stuck }));
  await pair.clock.advance('10s');
  expect(started).toEqual(['once']);
  expect(await outcome).toMatchObject({ kind: 'unknown' });
});

test('an acknowledgement says how little an express call survives', async () => {
  await using pair = await createTestPair();
  expect(await new ShopClient(pair.client, { delivery: 'express' }).track('x')).toMatchObject({
    durability: 'memory',
  });
  await using mq = await connect(`sqlite:${join(tempFolder(), 'queue.db')}`);
  const shop = new ShopClient(mq);
  expect((await shop.with({ delivery: 'express' }).act.submit('x')).durability).toBe('broker-memory');
  expect((await shop.act.submit('x')).durability).toBe('local-fsync');
});

test('an express call with an idempotency key is one call', async () => {
  await using pair = await createTestPair();
  let runs = 0;
  await pair.server.serve(shopDescriptor, shopHandlers({ act: () => `run ${++runs}` }));
  const shop = new ShopClient(pair.client, { delivery: 'express', idempotencyKey: 'k' });
  expect([await shop.act('x'), await shop.act('x')]).toEqual(['run 1', 'run 1']);
});
