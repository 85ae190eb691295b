// Versions side by side: what a worker does not understand waits for one that does.

import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { shopHandlers } from '../support/shop-handlers.js';
import { shopWith } from '../support/shop-with.js';

/** The contract of the shop a step ahead: in its next minor version, or changed within the same one. */
const NEXT_MINOR = { version: '1.3', contractHash: 'ab'.repeat(32) };
const CHANGED = { contractHash: 'cd'.repeat(32) };

/** A call of a method that today's shop does not have. */
async function callNewMethod(pair: TestPair, changes: Parameters<typeof shopWith>[1]) {
  const { version = shopDescriptor.version, contractHash = shopDescriptor.contractHash } = changes ?? {};
  const broker = await brokerOf(pair);
  const call = { queue: 'shop.v1', id: '0192a3b4-0000-7000-8000-000000000001' };
  const body = JSON.stringify({ v: 1, m: 'wrap', c: `${version}/${contractHash.slice(0, 16)}`, a: ['x'] });
  await broker.send([{ ...call, body, priority: 3, maxDeliveries: 5, wantsResult: true, retainMs: 60_000 }]);
  await pair.clock.settle();
  return async () => (await broker.fetch([call]))[0];
}

/** The same contract with the method that is called. */
function withWrap({ descriptor }: ReturnType<typeof shopWith>) {
  const act = descriptor.methods.act;
  if (act === undefined) throw new Error('there is no such method');
  const methods = { ...descriptor.methods, wrap: { ...act, name: 'wrap' } };
  return { ...descriptor, methods };
}

const wrapping = { ...shopHandlers(), wrap: (text: string) => `wrapped ${text}` };

test('a call of a newer minor version is parked, and answered by a server of that version', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const newer = shopWith({}, NEXT_MINOR);
  const call = await newer.client(pair.client).act.submit('x');
  await pair.clock.settle();
  expect(await call.status()).toMatchObject({ state: 'parked', failures: 0 });
  const old = await new ShopClient(pair.client).act('still served');
  expect(old).toBe('still served');
  const other = await pair.connect();
  await other.serve(newer.descriptor, shopHandlers());
  await pair.clock.advance('1s');
  expect(await call.result()).toBe('x');
});

test('a server of a newer minor version answers calls of older ones', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopWith({}, NEXT_MINOR).descriptor, shopHandlers());
  expect(await new ShopClient(pair.client).act('x')).toBe('x');
});

test('a method that a changed contract of the same version has is parked for it', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const record = await callNewMethod(pair, CHANGED);
  expect(await record()).toMatchObject({ state: 'parked', failures: 0 });
  const other = await pair.connect();
  await other.serve(withWrap(shopWith({}, CHANGED)), wrapping as never);
  await pair.clock.advance('1s');
  expect(await record()).toMatchObject({ state: 'answered', result: expect.stringContaining('wrapped x') });
});

test('a parked call goes to a server of the next minor version, and is dead if that lacks the method too', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const record = await callNewMethod(pair, CHANGED);
  const other = await pair.connect();
  await other.serve(shopWith({}, NEXT_MINOR).descriptor, shopHandlers());
  await pair.clock.advance('1s');
  expect(await record()).toMatchObject({ state: 'dead', reason: 'unknown-method' });
});

test('a parked call is not given to the same server again and again', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const record = await callNewMethod(pair, CHANGED);
  const attempt = (await record())?.attempt;
  await pair.clock.advance('1h');
  expect(await record()).toMatchObject({ state: 'parked', attempt });
});

test('a newer version with the same contract is understood', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const renumbered = shopWith({}, { version: '1.9' });
  expect(await renumbered.client(pair.client).act('x')).toBe('x');
  const record = await callNewMethod(pair, { version: '1.9' });
  expect(await record()).toMatchObject({ state: 'dead', reason: 'unknown-method' });
});

test('a method that no step of the contract can bring is dead at once', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const record = await callNewMethod(pair, {});
  expect(await record()).toMatchObject({ state: 'dead', reason: 'unknown-method' });
});

test('a parked call expires like any other, and can be cancelled', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const shop = shopWith({}, NEXT_MINOR).client(pair.client);
  const [first, second] = await Promise.all([
    shop.with({ timeToBeReceived: '1m' }).act.submit('x'),
    shop.act.submit('y'),
  ]);
  await pair.clock.settle();
  expect(await second?.cancel()).toBe('cancelled');
  await pair.clock.advance('2m');
  expect((await first?.status())?.state).toBe('expired');
});
