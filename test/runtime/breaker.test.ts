// The circuit breaker: calls of a method that fails and fails wait, with their attempts.

import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { Breaker, type BreakerOptions, type BreakerTerms, resolveBreaker } from '#dist/src/server/breaker.js';
import { newsDescriptor, ShopClient, shopDescriptor } from '../support/generated/index.js';
import { shopHandlers } from '../support/shop-handlers.js';
import { shopWith } from '../support/shop-with.js';

/** A shop whose `act` depends on something that is out of order. Every call may fail once. */
async function outOfOrder(pair: TestPair, breaker: BreakerOptions | false = {}, attempts = 1) {
  const started: { text: string; at: number }[] = [];
  const warnings: string[] = [];
  const outage = { isOver: false };
  const act = (text: string): string => {
    started.push({ text, at: pair.clock.now() - startAt });
    if (!outage.isOver) throw new Error('no connection');
    return text;
  };
  const startAt = pair.clock.now();
  const { descriptor, client } = shopWith({ act: { retry: { strategy: 'immediate', attempts } } });
  const mq = await pair.connect({ onWarning: (warning) => warnings.push(warning) });
  const options = { breaker, concurrency: 1, onFailure: () => {} };
  const server = await mq.serve(descriptor, shopHandlers({ act }), options);
  const send = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => shop.act.submit(`${index}`)));
  const shop = client(pair.client);
  return { started, warnings, outage, server, send, shop, times: () => started.map(({ at }) => at) };
}

test('after five failures in a row calls wait, and keep their attempts', async () => {
  await using pair = await createTestPair();
  const { started, send } = await outOfOrder(pair);
  const calls = await send(8);
  await pair.clock.settle();
  expect(started).toHaveLength(5);
  const status = await Promise.all(calls.map((call) => call.status()));
  expect(status.map(({ state }) => state)).toEqual([...Array(5).fill('dead'), ...Array(3).fill('scheduled')]);
  expect(status.slice(5)).toMatchObject(Array(3).fill({ failures: 0 }));
});

test('one call is tried per pause, and pauses double up to the longest', async () => {
  await using pair = await createTestPair();
  const { send, times } = await outOfOrder(pair, { failures: 2, pause: '1s', maxPause: '5s' });
  await send(20);
  await pair.clock.advance('20s');
  // Pauses of 1, 2, 4, 5 and 5 seconds.
  expect(times()).toEqual([0, 0, 1_000, 3_000, 7_000, 12_000, 17_000]);
});

test('the first answer lets all start again, and every call gets its own', async () => {
  await using pair = await createTestPair();
  const { send, outage, started } = await outOfOrder(pair, { failures: 2 });
  const calls = await send(300);
  await pair.clock.settle();
  expect(started).toHaveLength(2);
  outage.isOver = true;
  const results = Promise.all(calls.slice(2).map((call) => call.result({ timeout: '10m' })));
  await pair.clock.advance('5m');
  expect(await results).toEqual(calls.slice(2).map((_, index) => `${index + 2}`));
  expect(started).toHaveLength(300);
});

test('an operator is told once when calls begin to wait, and once when they go on', async () => {
  await using pair = await createTestPair();
  const { send, outage, warnings } = await outOfOrder(pair, { failures: 3 });
  await send(20);
  await pair.clock.advance('10s');
  expect(warnings).toEqual([
    'shop.act has failed 3 times in a row: its calls wait, and one is tried after 1000 ms',
  ]);
  outage.isOver = true;
  await pair.clock.advance('10m');
  expect(warnings.slice(1)).toEqual(['shop.act answers again: its calls are started as they come']);
});

test('a call that is tried again and again does not use up its attempts while others wait', async () => {
  await using pair = await createTestPair();
  const { send, outage, started } = await outOfOrder(pair, { failures: 3 }, 4);
  const [call] = await send(1);
  await pair.clock.settle();
  expect(started).toHaveLength(3);
  expect(await call?.status()).toMatchObject({ state: 'scheduled', failures: 3 });
  outage.isOver = true;
  await pair.clock.advance('1s');
  expect(await call?.result()).toBe('0');
});

test('an outage of an hour costs no call its attempts', async () => {
  await using pair = await createTestPair();
  const { send, outage } = await outOfOrder(pair, { failures: 2 }, 3);
  const calls = await send(20);
  await pair.clock.advance('1h');
  const status = await Promise.all(calls.map((call) => call.status()));
  expect(status.filter(({ state }) => state === 'dead')).toEqual([]);
  outage.isOver = true;
  const results = Promise.all(calls.map((call) => call.result({ timeout: '1h' })));
  await pair.clock.advance('10m');
  expect(await results).toEqual(calls.map((_, index) => `${index}`));
});

test('a call that fails for ever is dead in the end, also if no other is there to answer', async () => {
  await using pair = await createTestPair();
  const { send, started } = await outOfOrder(pair, { failures: 1, maxPause: '10s' }, 3);
  const [call] = await send(1);
  await pair.clock.advance('1h');
  expect(await call?.status()).toMatchObject({ state: 'dead', reason: 'handler-failed' });
  expect(started).toHaveLength(3);
});

test('calls that fail for ever are dead in the end, also if several do', async () => {
  await using pair = await createTestPair();
  const { send } = await outOfOrder(pair, { failures: 1, maxPause: '10s' }, 3);
  const calls = await send(3);
  await pair.clock.advance('1h');
  const states = await Promise.all(calls.map(async (call) => (await call.status()).state));
  expect(states).toEqual(['dead', 'dead', 'dead']);
});

test('other methods of the service go on', async () => {
  await using pair = await createTestPair();
  const { send } = await outOfOrder(pair, { failures: 2 });
  await send(10);
  await pair.clock.settle();
  expect(await new ShopClient(pair.client).say('hi')).toBe('hi');
});

const breakerOf = ({ clock }: TestPair, options: BreakerOptions): Breaker =>
  new Breaker(resolveBreaker(options) as BreakerTerms, { clock, service: 'shop', onWarning: () => {} });

test('an answer in between, also a declared error, begins the count anew', async () => {
  await using pair = await createTestPair();
  const breaker = breakerOf(pair, { failures: 2 });
  const delivery = { queue: 'q', id: 'i' } as never;
  breaker.failed('act', delivery);
  breaker.answered('act');
  breaker.failed('act', delivery);
  expect(breaker.waitMs('act', delivery)).toBe(0);
  breaker.failed('act', delivery);
  expect(breaker.waitMs('act', delivery)).toBe(1_000);
});

test('a try that never ends is followed by another one after the pause', async () => {
  await using pair = await createTestPair();
  const breaker = breakerOf(pair, { failures: 1 });
  const delivery = (id: string) => ({ queue: 'q', id }) as never;
  breaker.failed('act', delivery('first'));
  await pair.clock.advance('1s');
  expect(breaker.waitMs('act', delivery('probe'))).toBe(0);
  expect(breaker.waitMs('act', delivery('next'))).toBe(1_000);
  await pair.clock.advance('1s');
  expect(breaker.waitMs('act', delivery('next'))).toBe(0);
  // Those that had been started before it opened do not make the pause longer.
  for (let straggler = 0; straggler < 40; straggler++) breaker?.failed('act', delivery('straggler'));
  expect(breaker.waitMs('act', delivery('another'))).toBe(1_000);
});

test('a clock that is set back does not keep a circuit open', async () => {
  await using pair = await createTestPair();
  const breaker = breakerOf(pair, { failures: 1 });
  breaker.failed('act', {} as never);
  pair.clock.jump(pair.clock.now() - 86_400_000);
  expect(breaker.waitMs('act', {} as never)).toBe(1_000);
  await pair.clock.advance('1s');
  expect(breaker.waitMs('act', {} as never)).toBe(0);
});

test('without a breaker every call is started', async () => {
  await using pair = await createTestPair();
  const { send, started } = await outOfOrder(pair, false);
  await send(20);
  await pair.clock.advance('1s');
  expect(started).toHaveLength(20);
});

test('a breaker that makes no sense is refused', async () => {
  await using pair = await createTestPair();
  const serve = (breaker: object) => pair.server.serve(shopDescriptor, shopHandlers(), { breaker } as never);
  await expect(serve({ failures: 0 })).rejects.toThrow('breaker.failures: expected a whole number from 1');
  await expect(serve({ pause: 'soon' })).rejects.toThrow('breaker.pause: expected');
  await expect(serve({ pause: '1m', maxPause: '1s' })).rejects.toThrow(RangeError);
  await expect(serve({ pause: 0 })).rejects.toThrow('breaker: expected a pause of at least 10 ms');
  await expect(serve({ after: 3 })).rejects.toThrow('breaker: there is no option "after"');
});

test('whoever asks for a breaker that makes no sense joins no group', async () => {
  await using pair = await createTestPair();
  const breaker = { failures: 0 };
  const subscribed = pair.server.subscribe(
    newsDescriptor,
    { published: () => {} },
    { group: 'mail', breaker },
  );
  await expect(subscribed).rejects.toThrow('breaker.failures: expected a whole number');
  expect(await pair.client.groups(newsDescriptor)).toEqual([]);
});
