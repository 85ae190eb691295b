// Dead letters: found, understood, mended and replayed, moved, thrown away; never lost on the way.

import type { DeadLetterEntry } from 'mq-rpc';
import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { DeadLetters } from '#dist/src/operations/dead-letters.js';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient } from '../support/generated/shop.client.js';
import { shopDescriptor } from '../support/generated/shop.descriptor.js';
import { anOrder, shopHandlers } from '../support/shop-handlers.js';
import { withVerbs } from '../support/with-verbs.js';

/** Handlers that fail until `mended` is set. */
function failingShop() {
  const state = { mended: false, handled: [] as string[] };
  const fail = (text: string): void => {
    if (!state.mended) throw new RangeError(`cannot do ${text}`);
    state.handled.push(text);
  };
  const handlers = shopHandlers({
    act: (text) => {
      fail(text);
      return text;
    },
    track: (event) => fail(event),
  });
  return { state, handlers };
}

/** Serves the shop, badly, and has these calls die. */
async function withLetters(pair: TestPair, ...texts: string[]) {
  const { state, handlers } = failingShop();
  const options = { onFailure: () => {}, breaker: false } as const;
  const server = await pair.server.serve(shopDescriptor, handlers, options);
  const shop = new ShopClient(pair.client).with({ retry: 'none' });
  const ids: string[] = [];
  for (const text of texts) {
    ids.push((await shop.act.submit(text)).id);
    await pair.clock.advance('1s');
  }
  return { state, server, shop, ids, letters: pair.client.deadLetters(shop) };
}

const idsOf = (entries: readonly DeadLetterEntry[]): string[] => entries.map(({ id }) => id);

test('a dead letter tells all that is known of its call', async () => {
  await using pair = await createTestPair();
  const mq = await pair.connect({ name: 'till 7' });
  const { handlers } = failingShop();
  await pair.server.serve(shopDescriptor, handlers, { onFailure: () => {} });
  const shop = new ShopClient(mq).with({ priority: 5, headers: { tenant: 'x' } });
  const { id } = await shop.act.submit('x');
  await pair.clock.advance('1m');
  const [letter, ...others] = await pair.client.deadLetters(shop).list();
  const error = { code: 'HANDLER_FAILED', message: 'shop.act failed: RangeError: cannot do x' };
  expect(letter).toMatchObject({
    id,
    queue: 'shop.v1',
    method: 'act',
    args: ['x'],
    headers: { tenant: 'x' },
    caller: 'till 7',
    contract: { version: '1.2', hash: shopDescriptor.contractHash.slice(0, 16) },
    reason: 'handler-failed',
    expiredBy: undefined,
    error,
    attempts: 3,
    failures: 2,
    acceptedAt: new Date('2026-01-01T00:00:00Z'),
    priority: 5,
  });
  expect(JSON.parse(letter?.body ?? '')).toMatchObject({ m: 'act', a: ['x'] });
  expect(letter?.history).toMatchObject([
    { attempt: 1, endedAt: new Date('2026-01-01T00:00:00Z'), error },
    { attempt: 2, error },
  ]);
  expect(letter?.diedAt.getTime()).toBeGreaterThan(letter?.history[1]?.endedAt.getTime() ?? 0);
  expect(others).toEqual([]);
});

test('dead letters are counted, listed newest first and found by id', async () => {
  await using pair = await createTestPair();
  const { letters, ids } = await withLetters(pair, '1', '2', '3');
  expect(await letters.count()).toBe(3);
  expect(idsOf(await letters.list())).toEqual(ids.toReversed());
  expect(await letters.get(ids[1] as string)).toMatchObject({ args: ['2'] });
  expect(await letters.get('01900000-0000-7000-8000-000000000001')).toBeUndefined();
});

test('a list goes on behind an entry, and can be of one method or one reason', async () => {
  await using pair = await createTestPair();
  const { letters, ids, shop } = await withLetters(pair, '1', '2', '3');
  await shop.track('4');
  const broker = await brokerOf(pair);
  await broker.send([
    { ...(await template(broker, letters)), id: '01900000-0000-7000-8000-000000000001', body: 'nonsense' },
  ]);
  await pair.clock.settle();
  const [newest] = await letters.list({ limit: 1 });
  expect(newest).toMatchObject({ body: 'nonsense', method: undefined, args: undefined, headers: {} });
  const next = await letters.list({ limit: 2, after: newest?.position as number });
  expect(next).toMatchObject([{ method: 'track' }, { id: ids[2] }]);
  expect(idsOf(await letters.list({ method: 'act', limit: 2 }))).toEqual([ids[2], ids[1]]);
  expect(idsOf(await letters.list({ method: 'act' }))).toEqual(ids.toReversed());
  expect(await letters.list({ reason: 'malformed' })).toMatchObject([{ body: 'nonsense' }]);
  expect(await letters.list({ reason: 'expired' })).toEqual([]);
});

/** The message of a letter, to send others like it. */
async function template(broker: Broker, letters: DeadLetters) {
  const [{ id = '' } = {}] = await letters.list({ limit: 1 });
  const [letter] = await broker.findDeadLetters([{ queue: 'shop.v1', id }]);
  if (letter === undefined) throw new Error('no dead letter');
  return { ...letter.sent, queue: 'shop.v1', id, body: letter.body, priority: letter.priority };
}

test('iterating reads all dead letters, a page at a time', async () => {
  await using pair = await createTestPair();
  const { letters, ids } = await withLetters(pair, ...Array.from({ length: 120 }, (_, index) => `${index}`));
  const found: string[] = [];
  for await (const { id } of letters) found.push(id);
  expect(found).toEqual(ids.toReversed());
});

test('an expired call is a dead letter if its journal says so', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client);
  await shop.with({ journal: 'deadletter', timeToBeReceived: '1s' }).track('late');
  await pair.clock.advance('2s');
  expect(await pair.client.deadLetters(shop).list()).toMatchObject([
    { reason: 'expired', expiredBy: 'timeToBeReceived', error: undefined, args: ['late'], attempts: 0 },
  ]);
});

test('a letter that is replayed has the same id, and its caller gets the answer', async () => {
  await using pair = await createTestPair();
  const { letters, ids, state, shop } = await withLetters(pair, '1', '2', '3');
  state.mended = true;
  expect(await letters.replay(ids[1] as string)).toBe(1);
  await pair.clock.settle();
  expect(state.handled).toEqual(['2']);
  expect(await shop.act.handle(ids[1] as string).result()).toBe('2');
  expect(await letters.count()).toBe(2);
  expect(await letters.replay(ids)).toBe(2);
  await pair.clock.settle();
  expect(state.handled).toEqual(['2', '1', '3']);
});

test('all letters are replayed oldest first, and what dies again meanwhile stays', async () => {
  await using pair = await createTestPair();
  const texts = Array.from({ length: 130 }, (_, index) => `${index}`);
  const { letters, ids } = await withLetters(pair, ...texts);
  const done: number[] = [];
  expect(await letters.replay('all', { onProgress: (count) => done.push(count) })).toBe(130);
  expect(done).toEqual([50, 100, 130]);
  await pair.clock.settle();
  expect(idsOf(await letters.list({ limit: 200 })).toSorted()).toEqual(ids.toSorted());
  expect(await letters.get(ids[0] as string)).toMatchObject({ attempts: 2 });
});

test('replaying stops when it is told to', async () => {
  await using pair = await createTestPair();
  const texts = Array.from({ length: 130 }, (_, index) => `${index}`);
  const { letters, state } = await withLetters(pair, ...texts);
  state.mended = true;
  const abort = new AbortController();
  const onProgress = () => abort.abort(new Error('enough'));
  const replayed = letters.replay('all', { onProgress, signal: abort.signal });
  await expect(replayed).rejects.toMatchObject({
    code: 'ABORTED',
    message: 'deadLetters.replay was aborted after 50 letters',
    cause: { message: 'enough' },
  });
  expect(await letters.count()).toBe(80);
});

test('a letter is mended before it is replayed', async () => {
  await using pair = await createTestPair();
  const { letters, ids, state, shop } = await withLetters(pair, 'bad');
  state.mended = true;
  const seen: unknown[] = [];
  const count = await letters.replay('all', {
    edit: (call, letter) => {
      seen.push(structuredClone(call), letter.reason);
      call.args[0] = 'good';
      return { ...call, headers: { mended: 'yes' } };
    },
  });
  expect(count).toBe(1);
  expect(seen).toEqual([{ method: 'act', args: ['bad'], headers: {} }, 'handler-failed']);
  await pair.clock.settle();
  expect(await shop.act.handle(ids[0] as string).result()).toBe('good');
});

test('a letter that cannot be read is mended into a call of the contract at hand', async () => {
  await using pair = await createTestPair();
  const { letters, state } = await withLetters(pair, '1');
  const broker = await brokerOf(pair);
  const id = '01900000-0000-7000-8000-000000000001';
  await broker.send([{ ...(await template(broker, letters)), id, body: '{"v":1,"m":7,"a":["kept"]}' }]);
  await pair.clock.settle();
  state.mended = true;
  const edit = ({ args, headers }: { args: unknown[]; headers: Record<string, string> }) => ({
    method: 'act',
    args,
    headers,
  });
  const byName = pair.client.deadLetters('shop.v1').replay(id, { edit });
  await expect(byName).rejects.toThrow('ask for the dead letters of a descriptor');
  expect(await letters.replay(id, { edit })).toBe(1);
  await pair.clock.settle();
  expect(state.handled).toEqual(['kept']);
});

test.each([
  [undefined, 'expected what it returns to be { method, args, headers }'],
  [{ method: '', args: [], headers: {} }, 'expected method'],
  [{ method: 'act', args: 'x', headers: {} }, 'expected args to be an array'],
  [{ method: 'act', args: ['x'], headers: { a: 1 } }, 'expected headers'],
  [{ method: 'act', args: ['x'] }, 'expected headers'],
  [{ method: 'act', args: [new Date(0)], headers: {} }, 'args[0]: expected JSON data, got Date'],
  [{ method: 'atc', args: ['x'], headers: {} }, 'shop has no method "atc"'],
])('an edit that gives %j replays nothing', async (edited, message) => {
  await using pair = await createTestPair();
  const { letters } = await withLetters(pair, '1');
  const replayed = letters.replay('all', { edit: () => edited as never });
  await expect(replayed).rejects.toThrow(TypeError);
  await expect(replayed).rejects.toThrow(message);
  expect(await letters.count()).toBe(1);
});

test('an edit that gives arguments of another type is told where', async () => {
  await using pair = await createTestPair();
  const { letters } = await withLetters(pair, '1');
  const edit = () => ({
    method: 'place',
    args: [{ ...anOrder(), id: 7, placedAt: '2026-01-01' }],
    headers: {},
  });
  await expect(letters.replay('all', { edit })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    path: 'order.id',
  });
  expect(await letters.count()).toBe(1);
});

test('a replayed call has no deadline any more', async () => {
  await using pair = await createTestPair();
  const aborted: boolean[] = [];
  let isMended = false;
  const act = (text: string, ctx: { signal: AbortSignal }) => {
    if (!isMended) throw new Error('not yet');
    aborted.push(ctx.signal.aborted);
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const deadline = new Date(pair.clock.now() + 5_000);
  const call = await new ShopClient(pair.client).with({ retry: 'none', deadline }).act.submit('x');
  await pair.clock.advance('1h');
  isMended = true;
  expect(await pair.client.deadLetters('shop.v1').replay(call.id)).toBe(1);
  await pair.clock.settle();
  expect(await call.result()).toBe('x');
  expect(aborted).toEqual([false]);
});

test('moved letters are calls of the other queue, with the same ids', async () => {
  await using pair = await createTestPair();
  const { letters, ids } = await withLetters(pair, '1', '2', '3');
  const broker = await brokerOf(pair);
  expect(await letters.move(ids.slice(0, 1), 'hospital')).toBe(1);
  expect(await letters.move('all', 'hospital')).toBe(2);
  expect(await letters.count()).toBe(0);
  const calls = await broker.claim({ queue: 'hospital', worker: 'w', limit: 10, leaseMs: 1_000 });
  expect(calls.map(({ id }) => id)).toEqual(ids);
  expect(calls[0]).toMatchObject({ attempt: 1, failures: 0, priority: 3 });
  expect(await broker.fetch([{ queue: 'shop.v1', id: ids[0] as string }])).toEqual([undefined]);
});

test('moving that ended in the middle is done again, and then a letter is in one place', async () => {
  await using pair = await createTestPair();
  const { letters, ids } = await withLetters(pair, '1');
  const broker = await brokerOf(pair);
  // As far as somebody got who was stopped: the letter is there, and still here.
  await broker.send([{ ...(await template(broker, letters)), queue: 'hospital' }]);
  expect(await letters.move('all', 'hospital')).toBe(1);
  expect(await letters.count()).toBe(0);
  expect(await broker.peek('hospital', { limit: 10 })).toMatchObject([{ id: ids[0] }]);
});

test('a queue that is full leaves the rest of the letters where they are', async () => {
  await using pair = await createTestPair();
  const { letters, ids } = await withLetters(pair, '1', '2', '3');
  const broker = await brokerOf(pair);
  await broker.limit('hospital', { maxCalls: 2 });
  await expect(letters.move('all', 'hospital')).rejects.toMatchObject({
    code: 'QUEUE_FULL',
    callId: ids[2],
    message: 'deadLetters.move: hospital takes no more calls: it is full',
  });
  expect(idsOf(await letters.list())).toEqual([ids[2]]);
  expect(await broker.counts('hospital')).toMatchObject({ ready: 2 });
});

test('a letter whose id is that of another call over there stays', async () => {
  await using pair = await createTestPair();
  const { letters, ids } = await withLetters(pair, '1');
  const broker = await brokerOf(pair);
  const message = { ...(await template(broker, letters)), queue: 'hospital', digest: 'another call' };
  await broker.send([message]);
  await expect(letters.move('all', 'hospital')).rejects.toMatchObject({ code: 'ID_REUSE', callId: ids[0] });
  expect(await letters.count()).toBe(1);
});

test('letters are not moved to where they are', async () => {
  await using pair = await createTestPair();
  const { letters, shop } = await withLetters(pair, '1');
  await expect(letters.move('all', shop)).rejects.toThrow('expected another queue than shop.v1');
  await expect(letters.move('all', '')).rejects.toThrow(TypeError);
  expect(await letters.count()).toBe(1);
});

test('a call that is lost between two steps of moving is in both places, and in none never', async () => {
  await using pair = await createTestPair();
  const { ids } = await withLetters(pair, '1');
  const broker = await brokerOf(pair);
  const noRemove = withVerbs(broker, { remove: () => Promise.reject(new Error('the process dies')) });
  const named = (name: string) => ({ queue: name, name, service: undefined });
  const letters = new DeadLetters(named('shop.v1'), {
    broker: noRemove,
    maxBodyBytes: 1_024,
    resolve: (of) => named(of as string),
  });
  await expect(letters.move('all', 'hospital')).rejects.toThrow('the process dies');
  expect(await letters.count()).toBe(1);
  expect(await broker.peek('hospital', { limit: 10 })).toMatchObject([{ id: ids[0] }]);
});

test('purged letters are gone, and what is no dead letter is not', async () => {
  await using pair = await createTestPair();
  const { letters, ids, server, shop } = await withLetters(pair, '1', '2', '3');
  await server.close();
  const waiting = await shop.act.submit('waits');
  expect(await letters.purge([ids[0] as string, waiting.id])).toBe(1);
  expect(idsOf(await letters.list())).toEqual([ids[2], ids[1]]);
  expect(await letters.purge('all')).toBe(2);
  expect(await letters.count()).toBe(0);
  expect(await waiting.status()).toMatchObject({ state: 'ready' });
});

test('letters are found by a client, a descriptor, or the name of a queue', async () => {
  await using pair = await createTestPair();
  const { shop } = await withLetters(pair, '1');
  for (const of of [shop, shopDescriptor, 'shop.v1'])
    expect(await pair.server.deadLetters(of).count()).toBe(1);
  for (const odd of [5, {}, null, undefined, '']) {
    expect(() => pair.server.deadLetters(odd as never)).toThrow(TypeError);
  }
});

test.each([[{ limit: 0 }], [{ limit: 1.5 }], [{ limt: 5 }], [null]])(
  'the list options %j are refused',
  async (o) => {
    await using pair = await createTestPair();
    await expect(pair.client.deadLetters('q').list(o as never)).rejects.toThrow(/limit|options/);
  },
);

test.each([
  [{ after: '5' }, 'after: expected the position of an entry, got "5"'],
  [{ reason: 'expird' }, 'reason: expected malformed, '],
])('the list %j is refused', async (options, message) => {
  await using pair = await createTestPair();
  const listed = pair.client.deadLetters('q').list(options as never);
  await expect(listed).rejects.toThrow(TypeError);
  await expect(listed).rejects.toThrow(message);
});

test('an edit that is no function is refused', async () => {
  await using pair = await createTestPair();
  const replayed = pair.client.deadLetters('q').replay('all', { edit: {} as never });
  await expect(replayed).rejects.toThrow('edit: expected a function, got object');
});

test.each([['one'], [['x']], [5], [undefined], [{}]])('%j is no selection of letters', async (selected) => {
  await using pair = await createTestPair();
  const letters = pair.client.deadLetters('q');
  const verbs = [
    letters.replay(selected as never),
    letters.purge(selected as never),
    letters.move(selected as never, 'other'),
  ];
  for (const verb of verbs) await expect(verb).rejects.toThrow('expected ids of calls');
});
