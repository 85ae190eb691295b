// Strict priority: an urgent call waits for nothing but a free slot.

import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { gate, shopHandlers } from '../support/shop-handlers.js';

/** A server all of whose slots are taken, with other calls waiting. */
async function saturated(pair: TestPair, concurrency: number, waiting: number) {
  const started: string[] = [];
  const gates = new Map<string, () => void>();
  const act = async (text: string): Promise<string> => {
    started.push(text);
    const { opened, open } = gate();
    gates.set(text, open);
    await opened;
    return text;
  };
  const shop = new ShopClient(pair.client);
  const texts = Array.from({ length: concurrency + waiting }, (_, index) => `plain ${index}`);
  await Promise.all(texts.map((text) => shop.act.submit(text)));
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { concurrency });
  await pair.clock.settle();
  const end = async (text: string): Promise<void> => {
    gates.get(text)?.();
    await pair.clock.settle();
  };
  return { started, shop, end };
}

for (const concurrency of [1, 16, 200]) {
  test(`with ${concurrency} handlers running, the next one is for the most urgent call`, async () => {
    await using pair = await createTestPair();
    const { started, shop, end } = await saturated(pair, concurrency, 50);
    expect(started).toHaveLength(concurrency);
    await shop.with({ priority: 5 }).act.submit('urgent');
    await shop.with({ priority: 7 }).act.submit('most urgent');
    await pair.clock.settle();
    expect(started).toHaveLength(concurrency);
    await end('plain 0');
    await end('most urgent');
    await end('urgent');
    const next = started.slice(concurrency);
    expect(next.slice(0, 2)).toEqual(['most urgent', 'urgent']);
    expect(next[2]).toBe(`plain ${concurrency}`);
  });
}

test('an urgent call overtakes calls that came with it, although their handlers start in one turn', async () => {
  await using pair = await createTestPair();
  const started: string[] = [];
  const act = (text: string): string => {
    started.push(text);
    return text;
  };
  const shop = new ShopClient(pair.client);
  const plain = Array.from({ length: 300 }, (_, index) => shop.act.submit(`${index}`));
  await Promise.all([...plain, shop.with({ priority: 7 }).act.submit('urgent')]);
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { concurrency: 1_000 });
  await pair.clock.settle();
  expect(started[0]).toBe('urgent');
  expect(started).toHaveLength(301);
});

test('a call that comes while handlers are being started does not wait for those that are not', async () => {
  await using pair = await createTestPair();
  const started: string[] = [];
  const shop = new ShopClient(pair.client);
  let urgent: Promise<unknown> | undefined;
  const act = (text: string): string => {
    started.push(text);
    urgent ??= shop.with({ priority: 7 }).act.submit('urgent');
    return text;
  };
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => shop.act.submit(`${index}`)));
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { concurrency: 100 });
  await urgent;
  await pair.clock.advance('1s');
  expect(started).toHaveLength(1_001);
  // Of the 900 that were not with the server when it came, few had been asked for before.
  expect(started.indexOf('urgent')).toBeLessThan(300);
});

test('handlers that block the event loop keep no urgent call from being started between them', async () => {
  await using pair = await createTestPair();
  const started: string[] = [];
  const shop = new ShopClient(pair.client);
  let urgent: Promise<unknown> | undefined;
  const blocked = new Int32Array(new SharedArrayBuffer(4));
  const act = (text: string): string => {
    started.push(text);
    urgent ??= shop.with({ priority: 7 }).act.submit('urgent');
    Atomics.wait(blocked, 0, 0, 10);
    return text;
  };
  await Promise.all(Array.from({ length: 60 }, (_, index) => shop.act.submit(`${index}`)));
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { concurrency: 60 });
  await vi.waitFor(() => expect(started).toHaveLength(61), 10_000);
  await urgent;
  expect(started.indexOf('urgent')).toBeLessThan(30);
});
