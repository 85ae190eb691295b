// Journals: what was sent and what was handled, to look at and to replay.

import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { ShopClient } from '../support/generated/shop.client.js';
import { shopDescriptor } from '../support/generated/shop.descriptor.js';
import { anOrder, shopHandlers } from '../support/shop-handlers.js';

/** Serves the shop; gives a client whose calls are journalled, and the headers that `act` was called with. */
async function journalledShop(pair: TestPair) {
  const seen: { readonly text: string; readonly id: string; readonly of: string | undefined }[] = [];
  const act = (text: string, ctx: { id: string; headers: Readonly<Record<string, string>> }) => {
    seen.push({ text, id: ctx.id, of: ctx.headers['mq-rpc-replay-of'] });
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const shop = new ShopClient(pair.client).with({ journal: 'always', headers: { tenant: 'x' }, priority: 5 });
  return { shop, seen, journal: pair.client.journal(shop) };
}

test('a journal tells what was sent, and what was handled and how', async () => {
  await using pair = await createTestPair();
  const { shop, journal } = await journalledShop(pair);
  await shop.act('hello');
  await shop
    .with({ retry: 'none' })
    .place({ ...anOrder('o-2'), lines: [{ sku: 'pear', quantity: 101 }] })
    .catch(() => {});
  await shop.with({ journal: 'none' }).act('unseen');
  const sent = await journal.list({ name: 'sent' });
  expect(sent.map(({ method }) => method)).toEqual(['place', 'act']);
  expect(sent[1]).toMatchObject({
    args: ['hello'],
    headers: { tenant: 'x' },
    at: new Date('2026-01-01T00:00:00Z'),
    priority: 5,
    outcome: undefined,
  });
  expect(JSON.parse(sent[1]?.body ?? '')).toMatchObject({ m: 'act' });
  const received = await journal.list({ name: 'received' });
  expect(received[1]).toMatchObject({
    id: sent[1]?.id,
    outcome: { state: 'answered', value: 'hello', error: undefined },
  });
  expect(received[0]?.outcome).toMatchObject({ state: 'answered', error: { code: 'DECLARED' } });
});

test('a void method was handled without a value', async () => {
  await using pair = await createTestPair();
  const { shop, journal } = await journalledShop(pair);
  await shop.strict({ name: 'n' });
  expect(await journal.list({ name: 'received' })).toMatchObject([
    { outcome: { state: 'answered', value: undefined, error: undefined } },
  ]);
});

test('a list goes on behind an entry', async () => {
  await using pair = await createTestPair();
  const { shop, journal } = await journalledShop(pair);
  for (const text of ['1', '2', '3']) await shop.act(text);
  const [newest] = await journal.list({ name: 'sent', limit: 1 });
  expect(newest).toMatchObject({ args: ['3'] });
  const rest = await journal.list({ name: 'sent', after: newest?.position as number });
  expect(rest).toMatchObject([{ args: ['2'] }, { args: ['1'] }]);
});

test('replayed entries are new calls that say of which ones they are copies', async () => {
  await using pair = await createTestPair();
  const { shop, journal, seen } = await journalledShop(pair);
  for (const text of ['1', '2', '3']) await shop.act(text);
  const entries = await journal.list({ name: 'received' });
  const positions = [entries[2]?.position as number, entries[0]?.position as number];
  const ids = await journal.replay({ name: 'received', positions });
  await pair.clock.settle();
  expect(seen.slice(3)).toEqual([
    { text: '1', id: ids[0], of: seen[0]?.id },
    { text: '3', id: ids[1], of: seen[2]?.id },
  ]);
  expect(new Set([...ids, ...seen.slice(0, 3).map(({ id }) => id)]).size).toBe(5);
});

test('a copy has no deadline', async () => {
  await using pair = await createTestPair();
  const { shop, journal, seen } = await journalledShop(pair);
  await shop.with({ deadline: new Date(pair.clock.now() + 1_000) }).act('in time');
  await pair.clock.advance('1h');
  const [entry] = await journal.list({ name: 'sent' });
  await journal.replay({ name: 'sent', positions: entry?.position as number });
  await pair.clock.settle();
  expect(seen.map(({ text }) => text)).toEqual(['in time', 'in time']);
});

test('copies run in the order that the contract asks for', async () => {
  await using pair = await createTestPair();
  const { shop, journal } = await journalledShop(pair);
  for (const text of ['same', 'other', 'same']) await shop.act(text);
  const { act } = shopDescriptor.methods;
  if (act === undefined) throw new Error('the shop does not act');
  const ordered = { ...act, options: { ...act.options, ordered: 'text' } };
  const service = { ...shopDescriptor, methods: { ...shopDescriptor.methods, act: ordered } };
  const positions = (await journal.list({ name: 'sent' })).map(({ position }) => position);
  const ids = await pair.client.journal(service).replay({ name: 'sent', positions });
  // Calls of one lane have ids with one ending.
  const [first, second, third] = ids.map((id) => id.slice(-8));
  expect(first).toBe(third);
  expect(first).not.toBe(second);
});

test('nothing is replayed if an entry is not there', async () => {
  await using pair = await createTestPair();
  const { shop, journal, seen } = await journalledShop(pair);
  await shop.act('1');
  const [entry] = await journal.list({ name: 'sent' });
  const positions = [entry?.position as number, 1e9];
  await expect(journal.replay({ name: 'sent', positions })).rejects.toThrow(RangeError);
  await expect(journal.replay({ name: 'sent', positions: -5 })).rejects.toThrow('no entry -5');
  await pair.clock.settle();
  expect(seen).toHaveLength(1);
  expect(await journal.replay({ name: 'sent', positions: [] })).toEqual([]);
});

test('a full queue says which copies it did not take', async () => {
  await using pair = await createTestPair();
  const { shop, journal } = await journalledShop(pair);
  for (const text of ['1', '2', '3']) await shop.act(text);
  await pair.server.close();
  const mq = await pair.connect();
  const limited = await mq.serve(shopDescriptor, shopHandlers(), { limits: { calls: 2 } });
  await limited.close();
  const positions = (await journal.list({ name: 'sent' })).map(({ position }) => position);
  await expect(journal.replay({ name: 'sent', positions })).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    message: `journal.replay: shop.v1 takes no more calls; these positions are left: ${positions[2]}`,
  });
});

test('a journal holds as many entries as its server says; the oldest make room', async () => {
  await using pair = await createTestPair();
  const limits = { journalEntries: 2, journalAge: '1h' } as const;
  await pair.server.serve(shopDescriptor, shopHandlers(), { limits });
  const shop = new ShopClient(pair.client).with({ journal: 'always' });
  for (const text of ['1', '2', '3']) await shop.act(text);
  const journal = pair.client.journal('shop.v1');
  expect(await journal.list({ name: 'sent' })).toMatchObject([{ args: ['3'] }, { args: ['2'] }]);
  await pair.clock.advance('61m');
  await shop.act('4');
  expect(await journal.list({ name: 'sent' })).toMatchObject([{ args: ['4'] }]);
});

test.each([[{}], [{ name: 'other' }], [{ name: 'sent', limit: 0 }], [{ name: 'sent', x: 1 }], [undefined]])(
  'the list options %j are refused',
  async (options) => {
    await using pair = await createTestPair();
    await expect(pair.client.journal('q').list(options as never)).rejects.toThrow(/name|limit|options/);
  },
);

test.each([
  [{ name: 'sent' }],
  [{ name: 'sent', positions: 'all' }],
  [{ name: 'sent', positions: [null] }],
  [{}],
])('the replay options %j are refused', async (options) => {
  await using pair = await createTestPair();
  await expect(pair.client.journal('q').replay(options as never)).rejects.toThrow(TypeError);
});
