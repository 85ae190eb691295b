// A handler that blocks the event loop of its server keeps its lease: a thread renews it. What it keeps from starting
// is not started when it is over.

import { join } from 'node:path';
import { type Connection, connect } from 'mq-rpc';
import { expect, test } from 'vitest';
import { systemClock } from '#dist/src/clock.js';
import { ShopClient } from '../support/generated/index.js';
import { runScript } from '../support/run-script.js';
import { shopHandlers } from '../support/shop-handlers.js';
import { shopWith } from '../support/shop-with.js';
import { tempFolder } from '../support/temp-folder.js';

test('a handler that blocks for six leases is not run again by a server that waits for work', async () => {
  const url = `sqlite:${join(tempFolder(), 'queue.db')}`;
  await using mq = await connect(url);
  const blocking = runScript('blocking-server', url, 'first', '3000');
  await blocking.printed('serving');
  const call = await new ShopClient(mq).act.submit('x');
  await blocking.printed('blocking');
  const idle = runScript('blocking-server', url, 'second', '0');
  await idle.printed('serving');
  expect(await call.result()).toBe('attempt 1 by first');
});

/** The shop's `act`, whose handlers keep the event loop busy, so that those after them start later. */
async function busyShop(mq: Connection, onStart: (text: string) => void = () => {}) {
  const { descriptor, client } = shopWith({ act: { retry: 'none' } });
  const started: string[] = [];
  const act = (text: string): string => {
    started.push(text);
    onStart(text);
    block(6);
    return text;
  };
  const serve = () => mq.serve(descriptor, shopHandlers({ act }), { concurrency: 100 });
  return { shop: client(mq), started, serve };
}

const block = (ms: number) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

test('a call that expires while others keep it from starting is not started', async () => {
  const clock = { ahead: 0, now: () => Date.now() + clock.ahead, after: systemClock.after };
  await using mq = await connect({ url: 'memory:', clock });
  const { shop, started, serve } = await busyShop(mq, () => {
    clock.ahead = 3_600_000;
  });
  await shop.act.submit('first');
  const late = await shop.with({ timeToBeReceived: '30m' }).act.submit('late');
  const fast = await shop.with({ timeToBeReceived: '30m', delivery: 'express' }).act.submit('fast');
  await serve();
  for (const call of [late, fast]) {
    await expect(call.result()).rejects.toMatchObject({ clock: 'timeToBeReceived' });
  }
  expect(started).toEqual(['first']);
});

test('a call that is cancelled while others keep it from starting is not started', async () => {
  await using mq = await connect({ url: 'memory:' });
  let cancelled: Promise<unknown> | undefined;
  const { shop, started, serve } = await busyShop(mq, () => {
    cancelled ??= last.cancel();
  });
  for (let count = 0; count < 30; count++) await shop.act.submit('before');
  const last = await shop.act.submit('last');
  await serve();
  await expect(last.result()).rejects.toThrow('cancelled');
  expect(await cancelled).toBe('requested');
  expect(started).not.toContain('last');
});
