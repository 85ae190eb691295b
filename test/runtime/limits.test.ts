// Limits of queues: senders are told, and nothing is dropped.

import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient } from '../support/generated/shop.client.js';
import { shopDescriptor } from '../support/generated/shop.descriptor.js';
import { gate, shopHandlers } from '../support/shop-handlers.js';

const failing = {
  echo: () => {
    throw new Error('no');
  },
};

const quiet = { onFailure: () => {} };

test('a queue takes as many calls as its server says, and tells whoever sends more', async () => {
  await using pair = await createTestPair();
  const server = await pair.server.serve(shopDescriptor, shopHandlers(), { limits: { calls: 2 } });
  await server.close();
  const shop = new ShopClient(pair.client);
  await shop.track('1');
  await shop.track('2');
  await expect(shop.track('3')).rejects.toMatchObject({ code: 'QUEUE_FULL', kind: 'rejected' });
  await expect(shop.act('4')).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  expect(await (await brokerOf(pair)).counts('shop.v1')).toMatchObject({ ready: 2 });
});

test('a queue that was full takes calls again when some have ended', async () => {
  await using pair = await createTestPair();
  const release = gate();
  const act = async (text: string) => {
    await release.opened;
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { limits: { calls: 1 } });
  const shop = new ShopClient(pair.client);
  const first = await shop.act.submit('1');
  await expect(shop.act('2')).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  release.open();
  expect(await first.result()).toBe('1');
  expect(await shop.act('3')).toBe('3');
});

test('a queue takes as many bytes as its server says', async () => {
  await using pair = await createTestPair();
  const server = await pair.server.serve(shopDescriptor, shopHandlers(), { limits: { bytes: 1_000 } });
  await server.close();
  const shop = new ShopClient(pair.client);
  await shop.track('x'.repeat(600));
  await expect(shop.track('x'.repeat(600))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  await shop.track('small');
});

test('a queue with too many dead letters takes no calls until somebody has looked after them', async () => {
  await using pair = await createTestPair();
  const limits = { deadLetters: 1 };
  await pair.server.serve(shopDescriptor, shopHandlers(failing), { ...quiet, limits });
  const shop = new ShopClient(pair.client);
  await expect(shop.echo({})).rejects.toMatchObject({ code: 'HANDLER_FAILED' });
  await expect(shop.act('x')).rejects.toMatchObject({ code: 'QUEUE_FULL' });
  expect(await pair.client.deadLetters(shop).purge('all')).toBe(1);
  expect(await shop.act('x')).toBe('x');
});

test('limits that are left out stay as they were', async () => {
  await using pair = await createTestPair();
  const first = await pair.server.serve(shopDescriptor, shopHandlers(), { limits: { calls: 1 } });
  await first.close();
  const second = await pair.server.serve(shopDescriptor, shopHandlers(), { limits: { deadLetters: 5 } });
  await second.close();
  const shop = new ShopClient(pair.client);
  await shop.track('1');
  await expect(shop.track('2')).rejects.toMatchObject({ code: 'QUEUE_FULL' });
});

test.each([
  [{ calls: 0 }, RangeError, 'limits.calls: expected a whole number from 1'],
  [{ bytes: -1 }, RangeError, 'limits.bytes'],
  [{ deadLetters: 1.5 }, RangeError, 'limits.deadLetters'],
  [{ deadLetterBytes: '1' }, RangeError, 'limits.deadLetterBytes'],
  [{ journalEntries: Number.NaN }, RangeError, 'limits.journalEntries'],
  [{ journalBytes: Number.POSITIVE_INFINITY }, RangeError, 'limits.journalBytes'],
  [{ journalAge: 'long' }, TypeError, 'limits.journalAge'],
  [{ journalAge: 0 }, RangeError, 'limits.journalAge: expected a duration that is not zero'],
  [{ call: 1 }, TypeError, 'limits: there is no option "call"'],
  [5, TypeError, 'limits: expected an object of options'],
  [null, TypeError, 'limits: expected an object of options'],
])('the limits %j are refused', async (limits, type, message) => {
  await using pair = await createTestPair();
  const served = pair.server.serve(shopDescriptor, shopHandlers(), { limits: limits as never });
  await expect(served).rejects.toThrow(type);
  await expect(served).rejects.toThrow(message);
});
