// Order keys, idempotency keys, and limits per key.

import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { callDigest } from '#dist/src/client/call-id.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { anOrder, shopHandlers } from '../support/shop-handlers.js';
import { shopWith } from '../support/shop-with.js';

test('an idempotency key with an order key is one call, in its place', async () => {
  await using pair = await createTestPair();
  const seen: string[] = [];
  const act = (text: string): string => {
    seen.push(text);
    return text;
  };
  const shop = new ShopClient(pair.client, { orderKey: 'customer-7' });
  const keyed = shop.with({ idempotencyKey: 'k' });
  const first = await keyed.act.submit('first');
  await shop.act.submit('second');
  const again = await keyed.act.submit('first');
  expect([again.id, again.duplicate]).toEqual([first.id, true]);
  await expect(keyed.act.submit('other')).rejects.toMatchObject({ code: 'ID_REUSE', kind: 'rejected' });
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  await pair.clock.advance('1s');
  expect(seen).toEqual(['first', 'second']);
});

test('a keyed call in a lane that came to nothing is made again, at the end of its lane', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client, { orderKey: 'customer-7' });
  const keyed = shop.with({ idempotencyKey: 'k' });
  const first = await keyed.act.submit('first');
  await shop.act.submit('second');
  await first.cancel();
  expect((await keyed.act.submit('first')).duplicate).toBe(false);
  const seen: string[] = [];
  const act = (text: string): string => {
    seen.push(text);
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  await pair.clock.advance('1s');
  expect(seen).toEqual(['second', 'first']);
});

test('calls of one key run in order, one at a time, also while one of them is retried', async () => {
  await using pair = await createTestPair();
  const { descriptor, client } = shopWith({ place: { ordered: 'order.id', retry: { delay: '10s' } } });
  const seen: string[] = [];
  const { place } = shopHandlers();
  const handlers = shopHandlers({
    place: (order, ctx) => {
      seen.push(`${order.id} ${order.note} ${ctx.attempt}`);
      if (order.note === 'first' && ctx.attempt === 1) throw new Error('not today');
      return place(order, ctx);
    },
  });
  const shop = client(pair.client);
  const send = (id: string, note: string) => shop.place.submit({ ...anOrder(id), note });
  for (const [id, note] of [
    ['a', 'first'],
    ['a', 'second'],
    ['b', 'other'],
  ] as const)
    await send(id, note);
  await pair.server.serve(descriptor, handlers, { onFailure: () => {} });
  await pair.clock.settle();
  expect(seen).toEqual(['a first 1', 'b other 1']);
  await pair.clock.advance('1m');
  expect(seen.slice(2)).toEqual(['a first 2', 'a second 1']);
});

test('a limit per key holds for each value by itself', async () => {
  await using pair = await createTestPair();
  const { descriptor, client } = shopWith({ place: { concurrency: { calls: 1, per: 'order.id' } } });
  const running: string[] = [];
  const place = (order: { id: string }) => {
    running.push(order.id);
    return new Promise<never>(() => {});
  };
  await pair.server.serve(descriptor, shopHandlers({ place }));
  const shop = client(pair.client);
  for (const id of ['a', 'a', 'b', 'a', 'b']) await shop.place.submit(anOrder(id));
  await pair.clock.advance('1s');
  expect(running).toEqual(['a', 'b']);
});

test('the order in which members of arguments stand makes no other call of them', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client);
  const order = anOrder();
  const first = await shop.placeOnce.submit(order);
  const reversed = Object.fromEntries(Object.entries(order).reverse()) as typeof order;
  const again = await shop.placeOnce.submit(reversed);
  expect([again.id, again.duplicate]).toEqual([first.id, true]);
});

test('digests of data are equal for equal data only', () => {
  const digests = [
    [{ a: 1, b: { c: [1, 2], d: null } }],
    [{ b: { d: null, c: [1, 2] }, a: 1 }],
    [{ a: 1, b: { c: [2, 1], d: null } }],
  ].map((args) => callDigest('act', args));
  expect(digests[1]).toBe(digests[0]);
  expect(digests[2]).not.toBe(digests[0]);
});
