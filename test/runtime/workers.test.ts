// Workers: concurrency, leases, fencing, and stopping.

import { AsyncLocalStorage } from 'node:async_hooks';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Clock, connect } from 'mq-rpc';
import { createTestPair, VirtualClock } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { withRawDatabase } from '../broker/raw-database.js';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { gate, shopHandlers } from '../support/shop-handlers.js';
import { tempFolder } from '../support/temp-folder.js';

test('a worker runs as many handlers at a time as it was told, and no more', async () => {
  await using pair = await createTestPair();
  const release = gate();
  let running = 0;
  let most = 0;
  const act = async (text: string) => {
    most = Math.max(most, ++running);
    await release.opened;
    running--;
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { concurrency: 3 });
  const shop = new ShopClient(pair.client);
  const results = Promise.all(Array.from({ length: 10 }, (_, index) => shop.act(`${index}`)));
  await pair.clock.settle();
  expect(running).toBe(3);
  release.open();
  expect(await results).toHaveLength(10);
  expect(most).toBe(3);
});

test('handlers run in the async context of their server, not of whoever wakes it', async () => {
  await using pair = await createTestPair();
  const context = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const act = (text: string): string => {
    seen.push(context.getStore());
    return text;
  };
  await context.run('server', () => pair.server.serve(shopDescriptor, shopHandlers({ act })));
  await pair.clock.settle();
  const shop = new ShopClient(pair.client);
  await context.run('request', () => Promise.all([shop.act('a'), shop.act('b')]));
  await shop.act('c');
  expect(seen).toEqual(['server', 'server', 'server']);
});

test('a lease is renewed for as long as its handler runs', async () => {
  await using pair = await createTestPair();
  const release = gate();
  let runs = 0;
  const act = async (text: string) => {
    runs++;
    await release.opened;
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { lease: '10s' });
  const call = await new ShopClient(pair.client).act.submit('long');
  await pair.clock.advance('10m');
  expect(await call.status()).toMatchObject({ state: 'leased', attempt: 1 });
  release.open();
  expect(await call.result()).toBe('long');
  expect(runs).toBe(1);
});

test('a lost lease discards the result, tells the handler, and the newer attempt answers', async () => {
  await using pair = await createTestPair();
  const release = gate();
  const reasons: unknown[] = [];
  const stuck = async (_: string, ctx: { signal: AbortSignal; attempt: number }) => {
    ctx.signal.addEventListener('abort', () => reasons.push(ctx.signal.reason));
    await release.opened;
    return `attempt ${ctx.attempt}`;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act: stuck }), { lease: '10s', concurrency: 1 });
  const call = await new ShopClient(pair.client).act.submit('x');
  await pair.clock.settle();
  // Another worker takes the call, as after an expired lease.
  const broker = await brokerOf(pair);
  await broker.settle([{ queue: 'shop.v1', id: call.id, attempt: 1, outcome: 'released' }]);
  const [delivery] = await broker.claim({ queue: 'shop.v1', worker: 'other', limit: 1, leaseMs: 60_000 });
  expect(delivery).toMatchObject({ id: call.id, attempt: 2 });
  await pair.clock.advance('5s');
  expect(reasons).toMatchObject([{ why: 'lease-lost' }]);
  release.open();
  await pair.clock.settle();
  expect(await call.status()).toMatchObject({ state: 'leased', attempt: 2 });
  const result = JSON.stringify({ v: 1, ok: 'attempt 2' });
  await broker.settle([{ queue: 'shop.v1', id: call.id, attempt: 2, outcome: 'answered', result }]);
  expect(await call.result()).toBe('attempt 2');
});

test('draining finishes what is claimed and takes nothing new', async () => {
  await using pair = await createTestPair();
  const release = gate();
  const act = async (text: string) => {
    await release.opened;
    return text;
  };
  const server = await pair.server.serve(shopDescriptor, shopHandlers({ act }), { concurrency: 2 });
  const shop = new ShopClient(pair.client);
  const calls = await Promise.all(['a', 'b', 'c'].map((text) => shop.act.submit(text)));
  await pair.clock.settle();
  const drained = server.drain();
  release.open();
  await drained;
  const states = await Promise.all(calls.map(async (call) => (await call.status()).state));
  expect(states).toEqual(['answered', 'answered', 'ready']);
});

test('closing gives calls that still run back to the queue, for another server to answer at once', async () => {
  await using pair = await createTestPair();
  const reasons: unknown[] = [];
  const stuck = (_: string, { signal }: { signal: AbortSignal }) =>
    new Promise<string>(() => signal.addEventListener('abort', () => reasons.push(signal.reason)));
  const server = await pair.server.serve(shopDescriptor, shopHandlers({ act: stuck }));
  const call = await new ShopClient(pair.client).act.submit('x');
  await pair.clock.settle();
  const closed = server.close(1_000);
  await pair.clock.advance('1s');
  await closed;
  expect(reasons).toMatchObject([{ why: 'shutdown' }]);
  const other = await pair.connect();
  await other.serve(shopDescriptor, shopHandlers());
  expect(await call.result()).toBe('x');
});

test('a call whose lease is lost again and again ends in the dead-letter queue', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client);
  const call = await shop.act.submit('poison');
  const broker = await brokerOf(pair);
  const claim = { queue: 'shop.v1', worker: 'crashes', limit: 1, leaseMs: 1_000 };
  for (let delivery = 1; delivery <= 20; delivery++) {
    await broker.claim(claim);
    await pair.clock.advance('2m');
  }
  await expect(call.result()).rejects.toMatchObject({
    code: 'ATTEMPTS_EXHAUSTED',
    kind: 'unknown',
    callId: call.id,
  });
  const [letter] = await broker.deadLetters('shop.v1', { limit: 10 });
  expect(letter).toMatchObject({ id: call.id, reason: 'attempts-exhausted', attempt: 13 });
});

test('a server keeps its process alive until it is closed, however long that is', async () => {
  const virtual = new VirtualClock();
  const alive = new Set<object>();
  const clock: Clock = {
    now: () => virtual.now(),
    after(delayMs, task, keepAlive) {
      const timer = virtual.after(delayMs, () => {
        alive.delete(timer);
        task();
      });
      if (keepAlive) alive.add(timer);
      const cancel = () => {
        alive.delete(timer);
        timer.cancel();
      };
      return { cancel };
    },
  };
  await using mq = await connect({ url: 'memory:', clock });
  const server = await mq.serve(shopDescriptor, shopHandlers(), { lease: '1d' });
  await virtual.advance('100d');
  expect(alive.size).toBe(1);
  await server.close();
  expect(alive.size).toBe(0);
});

test('a drain that waits for a handler which never ends is over when the server is closed', async () => {
  await using pair = await createTestPair();
  const act = () => new Promise<string>(() => {});
  const server = await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  await new ShopClient(pair.client).act.submit('x');
  await pair.clock.settle();
  let isDrained = false;
  void server.drain().then(() => {
    isDrained = true;
  });
  const closed = server.close(1_000);
  await pair.clock.advance('1s');
  await closed;
  expect(isDrained).toBe(true);
  expect(server.running).toBe(0);
});

test('no handler starts after its server was closed, also when a claim was under way', async () => {
  const path = join(tempFolder(), 'queue.db');
  await using mq = await connect(`sqlite:${path}`);
  await using other = await connect(`sqlite:${path}`);
  const started: string[] = [];
  const act = (text: string): string => {
    started.push(text);
    return text;
  };
  const server = await mq.serve(shopDescriptor, shopHandlers({ act }));
  const shop = new ShopClient(other);
  await shop.act('before');
  const call = await shop.act.submit('under way');
  const closed = await withRawDatabase(path, async (db) => {
    // The call is there and so is the signal, but the claim cannot have the lock.
    db.exec('BEGIN IMMEDIATE');
    await setTimeout(100);
    const closing = server.close(0);
    await setTimeout(100);
    db.exec('ROLLBACK');
    return { closing };
  });
  await closed.closing;
  await setTimeout(100);
  expect(started).toEqual(['before']);
  expect((await call.status()).state).toBe('ready');
});
