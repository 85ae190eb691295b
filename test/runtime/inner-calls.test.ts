// Calls made inside a handler end with the call that it runs for.

import type { CallContext, CallOptions } from 'mq-rpc';
import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { gate, shopHandlers } from '../support/shop-handlers.js';
import { type ChangedShopClient, shopWith } from '../support/shop-with.js';

/** Another service, at which handlers of the shop make calls. Nobody answers them. */
const stock = shopWith({}, { queue: 'stock.v1' });

/**
 * Serves a shop whose `act` does something with the client of another service, and makes a call to it. `seen` is what
 * that comes to.
 */
async function outerCall(
  pair: TestPair,
  work: (stock: ChangedShopClient, ctx: CallContext) => Promise<unknown>,
  options: CallOptions = {},
) {
  const seen: unknown[] = [];
  const mq = await pair.connect();
  const inner = stock.client(mq, { timeout: '1d' });
  const act = async (text: string, ctx: CallContext): Promise<string> => {
    const outcome = await work(inner, ctx).catch((error: unknown) => error);
    seen.push(outcome);
    if (outcome instanceof Error) throw outcome;
    return text;
  };
  const server = await mq.serve(shopDescriptor, shopHandlers({ act }), {
    onFailure: () => {},
    lease: '3s',
    concurrency: 1,
  });
  const call = await new ShopClient(pair.client, options).act.submit('x');
  await pair.clock.settle();
  const broker = await brokerOf(pair);
  return { seen, server, call, innerCall: () => broker.counts('stock.v1') };
}

test('when a call is cancelled, those that its handler waits for are revoked', async () => {
  await using pair = await createTestPair();
  const { seen, call, innerCall } = await outerCall(pair, (stock) => stock.act('inner'));
  expect(await innerCall()).toMatchObject({ ready: 1 });
  expect(await call.cancel()).toBe('requested');
  await pair.clock.advance('2s');
  expect(seen).toMatchObject([{ code: 'CANCELLED', kind: 'rejected', cause: { why: 'cancelled' } }]);
  expect(await innerCall()).toMatchObject({ ready: 0, cancelled: 1 });
  expect(await call.status()).toMatchObject({ state: 'cancelled' });
});

test('cancelling goes on from service to service', async () => {
  await using pair = await createTestPair();
  const reasons: unknown[] = [];
  const stuck = (_: string, { signal }: CallContext) =>
    new Promise<string>((_resolve, reject) =>
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason);
      }),
    );
  await pair.server.serve(stock.descriptor, shopHandlers({ act: stuck }), { lease: '3s' });
  const { seen, call } = await outerCall(pair, (stock) => stock.act('inner'));
  await call.cancel();
  await pair.clock.advance('5s');
  expect(reasons).toMatchObject([{ why: 'cancelled' }]);
  expect(seen).toMatchObject([{ code: 'ABORTED', kind: 'unknown', callId: expect.any(String) }]);
});

test('when the deadline of a call passes, those that its handler waits for are over', async () => {
  await using pair = await createTestPair();
  const deadline = new Date(pair.clock.now() + 5_000);
  const { seen, innerCall } = await outerCall(pair, (stock) => stock.act('inner'), { deadline });
  await pair.clock.advance('6s');
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ code: expect.stringMatching(/^(CANCELLED|EXPIRED)$/) });
  expect(await innerCall()).toMatchObject({ ready: 0, scheduled: 0, leased: 0 });
});

test('when a lease is lost, inner calls go on for the next attempt', async () => {
  await using pair = await createTestPair();
  const { seen, call, innerCall } = await outerCall(pair, (stock) => stock.act('inner'));
  const broker = await brokerOf(pair);
  await broker.settle([{ queue: 'shop.v1', id: call.id, attempt: 1, outcome: 'released' }]);
  await broker.claim({ queue: 'shop.v1', worker: 'other', limit: 1, leaseMs: 60_000 });
  await pair.clock.advance('2s');
  expect(seen).toMatchObject([{ code: 'ABORTED', cause: { why: 'lease-lost' } }]);
  expect(await innerCall()).toMatchObject({ ready: 1, cancelled: 0 });
});

test('when a server closes, inner calls go on for the next attempt', async () => {
  await using pair = await createTestPair();
  const { seen, server, innerCall, call } = await outerCall(pair, (stock) => stock.act('inner'));
  const closed = server.close(1_000);
  await pair.clock.advance('1s');
  await closed;
  expect(seen).toMatchObject([{ code: 'ABORTED', cause: { why: 'shutdown' } }]);
  expect(await innerCall()).toMatchObject({ ready: 1, cancelled: 0 });
  expect(await call.status()).toMatchObject({ state: 'ready', failures: 0 });
});

test('a handler that was told to stop waits for nothing more, but can still send', async () => {
  await using pair = await createTestPair();
  const told = gate();
  const { seen, call, innerCall } = await outerCall(pair, async (stock, { signal }) => {
    signal.addEventListener('abort', () => told.open());
    await told.opened;
    const { id } = await stock.act.submit('a note for later');
    const waited = [stock.act('one more'), stock.act.handle(id).result()];
    return (await Promise.allSettled(waited)).map((result) => result.status === 'rejected' && result.reason);
  });
  await call.cancel();
  await pair.clock.advance('2s');
  expect(seen).toMatchObject([[{ code: 'CANCELLED', callId: undefined }, { code: 'ABORTED' }]]);
  expect(await innerCall()).toMatchObject({ ready: 1, cancelled: 0 });
});

test('who waits for the outcome of a submitted call stops waiting, and the call goes on', async () => {
  await using pair = await createTestPair();
  const { seen, call, innerCall } = await outerCall(pair, async (stock) =>
    (await stock.act.submit('inner')).result(),
  );
  await call.cancel();
  await pair.clock.advance('2s');
  expect(seen).toMatchObject([{ code: 'ABORTED', cause: { why: 'cancelled' } }]);
  expect(await innerCall()).toMatchObject({ ready: 1, cancelled: 0 });
});

test('what a handler does not wait for is not revoked once it has ended', async () => {
  await using pair = await createTestPair();
  const left: Promise<string>[] = [];
  const { call, innerCall } = await outerCall(pair, async (stock) => {
    left.push(stock.act('in the background'));
    return 'done';
  });
  expect(await call.result()).toBe('x');
  await call.cancel();
  await pair.clock.advance('5s');
  expect(await innerCall()).toMatchObject({ ready: 1, cancelled: 0 });
  await pair.server.serve(stock.descriptor, shopHandlers());
  expect(await Promise.all(left)).toEqual(['in the background']);
});

test('calls that are submitted or sent by a handler inherit its deadline', async () => {
  await using pair = await createTestPair();
  const deadline = new Date(pair.clock.now() + 5_000);
  const { call, innerCall } = await outerCall(
    pair,
    (stock) => Promise.all([stock.act.submit('one'), stock.act.send('two'), stock.track('three')]),
    { deadline },
  );
  expect(await call.result()).toBe('x');
  expect(await innerCall()).toMatchObject({ ready: 3 });
  await pair.clock.advance('10s');
  expect(await innerCall()).toMatchObject({ ready: 0 });
});

test('a handler that makes no calls and asks for no signal gets none', async () => {
  await using pair = await createTestPair();
  const created = vi.spyOn(globalThis, 'AbortController');
  const { call } = await outerCall(pair, async () => 'nothing');
  await call.cancel();
  expect(await call.result()).toBe('x');
  expect(created).not.toHaveBeenCalled();
  created.mockRestore();
});
