// Cancelling from any process: queued calls are revoked, running handlers are told without delay.

import { join } from 'node:path';
import { type CallContext, connect } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { gate, shopHandlers } from '../support/shop-handlers.js';
import { tempFolder } from '../support/temp-folder.js';

/** A handler that runs until it is told to stop. */
function patient() {
  const started = gate();
  const reasons: unknown[] = [];
  const act = (_: string, { signal }: CallContext) =>
    new Promise<string>((_resolve, reject) => {
      started.open();
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason);
      });
    });
  return { act, reasons, started: started.opened };
}

test('a running handler hears of it at once, not when its lease is renewed the next time', async () => {
  await using pair = await createTestPair();
  const { act, reasons } = patient();
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { lease: '1h' });
  const { id } = await new ShopClient(pair.client).act.submit('x');
  await pair.clock.settle();
  const other = new ShopClient(await pair.connect());
  expect(await other.act.handle(id).cancel()).toBe('requested');
  await pair.clock.settle();
  expect(reasons).toMatchObject([{ why: 'cancelled' }]);
  expect(await other.act.handle(id).status()).toMatchObject({ state: 'cancelled' });
});

test('the same on a file, whose leases are renewed by a thread', async () => {
  const url = `sqlite:${join(tempFolder(), 'queue.db')}`;
  await using mq = await connect(url);
  await using other = await connect(url);
  const { act, started } = patient();
  const server = await mq.serve(shopDescriptor, shopHandlers({ act }), { lease: '1h' });
  const call = await new ShopClient(other).act.submit('x');
  await started;
  expect(await call.cancel()).toBe('requested');
  await expect(call.result({ timeout: '30s' })).rejects.toMatchObject({ code: 'ABORTED' });
  await server.close();
});

test('many handlers that are cancelled together all hear of it', async () => {
  await using pair = await createTestPair();
  const { act, reasons } = patient();
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { lease: '1h', concurrency: 50 });
  const shop = new ShopClient(pair.client);
  const calls = await Promise.all(Array.from({ length: 50 }, () => shop.act.submit('x')));
  await pair.clock.settle();
  await Promise.all(calls.map((call) => call.cancel()));
  await pair.clock.settle();
  expect(reasons).toHaveLength(50);
});

test('a handler that answers although it was cancelled has answered', async () => {
  await using pair = await createTestPair();
  const act = (text: string, { signal }: CallContext) =>
    new Promise<string>((resolve) => signal.addEventListener('abort', () => resolve(text)));
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  const call = await new ShopClient(pair.client).act.submit('finished anyway');
  await pair.clock.settle();
  await call.cancel();
  expect(await call.result()).toBe('finished anyway');
});
