// What happens after a handler has failed: the strategies, the ladder, and declared errors that are retried.

import type { RetryOptions, RetryStrategy } from 'mq-rpc';
import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { resolveRetry } from '#dist/src/contract/retry.js';
import { nextAttempt } from '#dist/src/server/retry-policy.js';
import { OutOfStock } from '../support/contracts/shop.contract.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { anOrder, shopHandlers } from '../support/shop-handlers.js';
import { shopWith } from '../support/shop-with.js';

type Retry = RetryStrategy | RetryOptions;

const MINUTE = 60_000;

const ID = '0192a3b4-0000-7000-8000-000000000001';

/** The waits between the attempts of a call that always fails. */
function waitsOf(...layers: readonly (Retry | undefined)[]): number[] {
  const waits: number[] = [];
  for (;;) {
    const next = nextAttempt(resolveRetry(...layers), ID, waits.length);
    if (next === undefined) return waits;
    waits.push(next.delayMs);
  }
}

test('none is one attempt, immediate waits for nothing', () => {
  expect(waitsOf('none')).toEqual([]);
  expect(waitsOf('immediate')).toEqual([0, 0]);
  expect(waitsOf({ strategy: 'immediate', attempts: 5 })).toEqual([0, 0, 0, 0]);
});

test('exponential waits double up to the longest, less up to a half by chance', () => {
  const waits = waitsOf({ attempts: 8, delay: '1s', maxDelay: '20s' });
  const nominal = [1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000];
  expect(waits).toHaveLength(nominal.length);
  const parts = waits.map((ms, index) => ms / (nominal[index] ?? 1));
  expect(parts.every((part) => part >= 0.5 && part <= 1)).toBe(true);
  expect(new Set(parts).size).toBe(parts.length);
});

test('chance spreads calls evenly, and is the same each time for the same failure', () => {
  const retry = resolveRetry({ attempts: 2, delay: '1000s', maxDelay: '1000s' });
  const waitOf = (call: number): number => nextAttempt(retry, `call ${call}`, 0)?.delayMs ?? 0;
  const waits = Array.from({ length: 1_000 }, (_, call) => waitOf(call));
  expect(waits).toEqual(waits.map((_, call) => waitOf(call)));
  const perTenth = Array.from(
    { length: 10 },
    (_, tenth) => waits.filter((ms) => Math.floor((ms - 500_000) / 50_000) === tenth).length,
  );
  expect(Math.min(...perTenth)).toBeGreaterThan(60);
});

test('a ladder tries several times on each rung', () => {
  expect(waitsOf('ladder')).toEqual([1, 1, 1, 2, 2, 2, 4, 4, 4, 8, 8, 8, 16, 16, 16].map((m) => m * MINUTE));
  expect(waitsOf({ rungs: ['1s', '5s'], tries: 1 })).toEqual([1_000, 5_000]);
});

test('the strongest layer that says a strategy has it, and other members come from wherever they are said', () => {
  expect(waitsOf(undefined, 'immediate')).toEqual([0, 0]);
  expect(waitsOf('immediate', { attempts: 2, delay: '1m' })).toEqual([0]);
  expect(waitsOf({ tries: 1 }, { rungs: ['1s', '2s'] })).toEqual([1_000, 2_000]);
  expect(waitsOf('ladder', { attempts: 2 }, { rungs: ['7s'], tries: 1 })).toEqual([7_000]);
});

test('a number of attempts over a strategy that has none asks for the usual waits', () => {
  expect(waitsOf({ attempts: 2 }, 'none')).toHaveLength(1);
  expect(waitsOf({ attempts: 3 }, 'ladder')).toHaveLength(2);
  expect(waitsOf({ attempts: 3 }, 'immediate')).toEqual([0, 0]);
});

const NONSENSE: readonly { readonly retry: object | string; readonly message: string }[] = [
  { retry: 'sometimes', message: 'retry: expected none, immediate, exponential or ladder' },
  { retry: { strategy: 'sometimes' }, message: 'retry.strategy: expected' },
  { retry: { attempts: 0 }, message: 'retry.attempts: expected a whole number from 1 to 1000' },
  { retry: { delay: 'soon' }, message: 'retry.delay: expected a duration' },
  { retry: { delay: -1 }, message: 'retry.delay: expected a duration' },
  { retry: { attemts: 3 }, message: 'retry: expected an object of strategy, attempts' },
  { retry: { strategy: 'ladder', attempts: 3 }, message: 'retry: attempts has no meaning' },
  { retry: { strategy: 'immediate', delay: '1s' }, message: 'retry: delay has no meaning' },
  { retry: { rungs: ['1s'], delay: '1s' }, message: 'retry: delay has no meaning' },
  { retry: { rungs: [] }, message: 'retry.rungs: expected' },
  { retry: { rungs: ['1s'], tries: 1_000 }, message: 'more than 1000 attempts' },
  { retry: { declared: 'some' }, message: 'retry.declared: expected all' },
];

for (const { retry, message } of NONSENSE) {
  test(`${JSON.stringify(retry)} is refused where it is given`, async () => {
    await using pair = await createTestPair();
    expect(() => new ShopClient(pair.client, { retry: retry as never })).toThrow(message);
    expect(() => new ShopClient(pair.client).with({ retry: retry as never })).toThrow(TypeError);
  });
}

/** Has a call fail, and says at which minute it was tried. */
async function failingCall(pair: TestPair, retry: Retry) {
  const startedAt: number[] = [];
  const act = (): never => {
    startedAt.push(pair.clock.now());
    throw new Error('not today');
  };
  const handlers = shopHandlers({ act });
  await pair.server.serve(shopDescriptor, handlers, { onFailure: () => {} });
  const call = await new ShopClient(pair.client).with({ retry }).act.submit('x');
  await pair.clock.settle();
  return { call, startedAt };
}

test('a call on a ladder says where it is, and when it is tried next, to whoever asks', async () => {
  await using pair = await createTestPair();
  const { call } = await failingCall(pair, { rungs: ['1m', '2m'], tries: 2 });
  const failedAt = pair.clock.now();
  // Asked with other options than it was sent with.
  const handle = new ShopClient(pair.client).act.handle(call.id);
  expect(await handle.status()).toMatchObject({
    state: 'scheduled',
    attempt: 1,
    failures: 1,
    nextAttemptAt: new Date(failedAt + MINUTE),
    rung: { number: 1, of: 2, try: 1 },
  });
  await pair.clock.advance('1m');
  expect((await handle.status()).rung).toEqual({ number: 1, of: 2, try: 2 });
  await pair.clock.advance('1m');
  expect(await handle.status()).toMatchObject({ failures: 3, rung: { number: 2, of: 2, try: 1 } });
});

test('a call that has come to the end of its ladder is dead, and on no rung', async () => {
  await using pair = await createTestPair();
  const { call, startedAt } = await failingCall(pair, { rungs: ['1m', '2m'], tries: 2 });
  await pair.clock.advance('10m');
  expect(startedAt).toHaveLength(5);
  expect(await call.status()).toMatchObject({
    state: 'dead',
    reason: 'handler-failed',
    attempt: 5,
    rung: undefined,
    nextAttemptAt: undefined,
  });
});

test('a call that was not tried yet, or waits on no ladder, is on no rung', async () => {
  await using pair = await createTestPair();
  const { call } = await failingCall(pair, { delay: '1m' });
  const status = await call.status();
  expect(status).toMatchObject({ state: 'scheduled', failures: 1, rung: undefined });
  expect(status.nextAttemptAt?.getTime()).toBeGreaterThanOrEqual(pair.clock.now() + MINUTE / 2);
});

/** Declares `OutOfStock`, and throws it a number of times. */
function soldOut(times: number) {
  const attempts: number[] = [];
  const { place } = shopHandlers();
  return {
    attempts,
    place: (...[order, ctx]: Parameters<typeof place>) => {
      attempts.push(ctx.attempt);
      if (attempts.length <= times) throw new OutOfStock({ sku: 'a', availableAt: new Date(0) });
      return place(order, ctx);
    },
  };
}

test('a declared error that the caller has retried is retried, and may be mended by it', async () => {
  await using pair = await createTestPair();
  const { place, attempts } = soldOut(2);
  await pair.server.serve(shopDescriptor, shopHandlers({ place }));
  const shop = new ShopClient(pair.client).with({ retry: { declared: ['OutOfStock'] } });
  const receipt = shop.place(anOrder());
  await pair.clock.advance('10s');
  expect(await receipt).toMatchObject({ attempt: 3 });
  expect(attempts).toEqual([1, 2, 3]);
});

test('a declared error that is retried is the answer when no attempt is left', async () => {
  await using pair = await createTestPair();
  const shop = shopWith({ place: { retry: { strategy: 'immediate', attempts: 2, declared: 'all' } } });
  const { place, attempts } = soldOut(9);
  await pair.server.serve(shop.descriptor, shopHandlers({ place }));
  const call = await shop.client(pair.client).place.submit(anOrder());
  await expect(call.result()).rejects.toBeInstanceOf(OutOfStock);
  expect(attempts).toEqual([1, 2]);
  expect(await call.status()).toMatchObject({ state: 'answered', failures: 1 });
});

test('a declared error that nobody has named is an answer', async () => {
  await using pair = await createTestPair();
  const { place, attempts } = soldOut(9);
  await pair.server.serve(shopDescriptor, shopHandlers({ place }));
  const shop = new ShopClient(pair.client).with({ retry: { declared: ['Busy'] } });
  await expect(shop.place(anOrder())).rejects.toBeInstanceOf(OutOfStock);
  expect(attempts).toEqual([1]);
});
