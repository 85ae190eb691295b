// The clocks of a call: what is not started in time is never started, and its caller hears which clock ran out.

import { join } from 'node:path';
import { connect } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { RpcError } from '#dist/src/errors.js';
import { withRawDatabase } from '../broker/raw-database.js';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { shopHandlers } from '../support/shop-handlers.js';
import { shopWith } from '../support/shop-with.js';
import { tempFolder } from '../support/temp-folder.js';

const caught = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

test('who waits for a call that was not received in time hears so, with the time', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client, { timeout: '1h', timeToBeReceived: '90s' });
  const outcome = caught(shop.act('x'));
  await pair.clock.advance('2m');
  expect(await outcome).toMatchObject({
    code: 'EXPIRED',
    kind: 'expired',
    clock: 'timeToBeReceived',
    message: expect.stringContaining('its timeToBeReceived of 90000 ms ran out'),
  });
});

test('who waits for a call whose deadline has passed hears so', async () => {
  await using pair = await createTestPair();
  const deadline = new Date(pair.clock.now() + 60_000);
  const shop = new ShopClient(pair.client, { timeout: '1h', timeToBeReceived: '1h', deadline });
  const outcome = caught(shop.act('x'));
  await pair.clock.advance('2m');
  expect(await outcome).toMatchObject({
    code: 'EXPIRED',
    clock: 'deadline',
    message: expect.stringContaining('its deadline ran out'),
  });
});

test('a handle says which clock ran out', async () => {
  await using pair = await createTestPair();
  const call = await new ShopClient(pair.client).soon.submit('x');
  await pair.clock.advance('2m');
  expect(await call.status()).toMatchObject({ state: 'expired', expiredBy: 'timeToBeReceived' });
  await expect(call.result()).rejects.toMatchObject({ code: 'EXPIRED', clock: 'timeToBeReceived' });
});

test('a call that ran, and then had no time for another attempt, may have happened', async () => {
  await using pair = await createTestPair();
  const act = (): never => {
    throw new Error('not today');
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const deadline = new Date(pair.clock.now() + 60_000);
  const shop = new ShopClient(pair.client, { timeout: '1h', deadline, retry: { rungs: ['5m'] } });
  const outcome = caught(shop.act('x'));
  await pair.clock.advance('10m');
  expect(await outcome).toMatchObject({ code: 'DEADLINE_EXCEEDED', kind: 'unknown', clock: 'deadline' });
});

test('a delayed call waits for its time, and its time to be received begins then', async () => {
  await using pair = await createTestPair();
  const act = vi.fn((text: string) => text);
  const dueAt = new Date(pair.clock.now() + 300_000);
  const shop = new ShopClient(pair.client, { delay: '5m', timeToBeReceived: '1m' });
  const [call, late] = await Promise.all([shop.act.submit('a'), shop.with({ at: dueAt }).act.submit('b')]);
  expect(await call.status()).toMatchObject({ state: 'scheduled', attempt: 0, nextAttemptAt: dueAt });
  await pair.clock.advance('290s');
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  await pair.clock.advance('9s');
  expect(act).not.toHaveBeenCalled();
  await pair.clock.advance('2s');
  expect(await Promise.all([call.result(), late.result()])).toEqual(['a', 'b']);
});

test('a delayed call that nobody takes expires after its time to be received', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client, { delay: '5m', timeToBeReceived: '1m' });
  const call = await shop.act.submit('a');
  const state = async () => (await call.status()).state;
  await pair.clock.advance('330s');
  expect(await state()).toBe('ready');
  await pair.clock.advance('60s');
  expect(await state()).toBe('expired');
});

test('the stronger layer says when a call starts, whichever way', async () => {
  await using pair = await createTestPair();
  const at = new Date(pair.clock.now() + 1_000);
  const nextAttemptAt = async (shop: ShopClient) =>
    (await (await shop.act.submit('x')).status()).nextAttemptAt;
  expect(await nextAttemptAt(new ShopClient(pair.client, { delay: '1h' }).with({ at }))).toEqual(at);
  expect(await nextAttemptAt(new ShopClient(pair.client, { at }).with({ delay: '2s' }))).toEqual(
    new Date(pair.clock.now() + 2_000),
  );
});

test('an expired call whose journal says so is a dead letter', async () => {
  await using pair = await createTestPair();
  const broker = await brokerOf(pair);
  const shop = new ShopClient(pair.client, { timeToBeReceived: '1m' });
  await shop.act.submit('forgotten');
  const kept = await shop.with({ journal: 'deadletter' }).act.submit('kept');
  await pair.clock.advance('2m');
  const letters = await broker.deadLetters('shop.v1', { limit: 10 });
  expect(letters).toMatchObject([{ id: kept.id, state: 'expired', expiredBy: 'timeToBeReceived' }]);
  await expect(kept.result()).rejects.toMatchObject({ code: 'EXPIRED' });
});

test('a call that does not reach its queue in time is not queued, and its caller hears so', async () => {
  const path = join(tempFolder(), 'queue.db');
  await using mq = await connect(`sqlite:${path}`);
  const shop = new ShopClient(mq, { timeToReachQueue: 150 });
  await withRawDatabase(path, async (db) => {
    db.exec('BEGIN IMMEDIATE');
    for (const send of [shop.act('x'), shop.act.submit('y'), shop.track('z')]) {
      expect(await caught(send)).toMatchObject({
        code: 'EXPIRED',
        kind: 'expired',
        clock: 'timeToReachQueue',
        message: expect.stringContaining('within its timeToReachQueue, 150 ms'),
      });
    }
    db.exec('ROLLBACK');
  });
  const { descriptor } = shopWith({});
  const seen: string[] = [];
  const act = (text: string): string => {
    seen.push(text);
    return text;
  };
  await mq.serve(descriptor, shopHandlers({ act }));
  expect(await new ShopClient(mq).act('later')).toBe('later');
  expect(seen).toEqual(['later']);
});

test('a code of an error that crossed the wire is one of the closed set', () => {
  const error = new RpcError('EXPIRED', 'late', { clock: 'deadline' });
  expect(error).toMatchObject({ kind: 'expired', clock: 'deadline' });
  expect(new RpcError('QUEUE_FULL', 'full')).toMatchObject({ kind: 'rejected', clock: undefined });
});

const BAD_TIMES: readonly (readonly [object, string])[] = [
  [{ delay: '-5m' }, 'delay: expected milliseconds or a duration'],
  [{ at: new Date('never') }, 'at: expected a valid Date'],
  [{ at: '2026-01-01' }, 'at: expected a valid Date'],
  [{ delay: '5m', at: new Date(0) }, 'at and delay: expected one of them, got both'],
  [
    { at: new Date(2_000), deadline: new Date(1_000) },
    'deadline: expected an instant after at, 1970-01-01T00:00:02.000Z, got 1970-01-01T00:00:01.000Z',
  ],
  [{ timeToReachQueue: 'soon' }, 'timeToReachQueue: expected milliseconds or a duration'],
  [{ orderKey: '' }, 'orderKey: expected a text that is not empty'],
  [{ orderKey: 7 }, 'orderKey: expected a text that is not empty'],
  [{ journal: 'some' }, 'journal: expected none, deadletter, always'],
  [{ delivery: 'express', journal: 'always' }, "delivery: 'express' contradicts journal: 'always'"],
  [{ delivery: 'express', retry: 'ladder' }, "delivery: 'express' contradicts retry"],
  [{ delivery: 'express', orderKey: 'k' }, "delivery: 'express' contradicts orderKey"],
];

for (const [options, message] of BAD_TIMES) {
  test(`${JSON.stringify(options)} makes no sense`, async () => {
    await using pair = await createTestPair();
    expect(() => new ShopClient(pair.client, options)).toThrow(message);
    expect(() => new ShopClient(pair.client).with(options)).toThrow(message);
  });
}

test('options of an express call that its contract contradicts are refused when it is made', async () => {
  await using pair = await createTestPair();
  const shop = shopWith({ act: { ordered: 'text' } }).client(pair.client, { delivery: 'express' });
  await expect(shop.act('x')).rejects.toThrow("delivery: 'express' contradicts ordered: 'text'");
  await expect(shop.act.submit('x')).rejects.toThrow(TypeError);
});
