// Input that is not as it has to be: refused at the client before anything is queued, and again at the server.

import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { anOrder, shopHandlers } from '../support/shop-handlers.js';

const deep = (levels: number): unknown => {
  let data: unknown = 0;
  for (let level = 0; level < levels; level++) data = [data];
  return data;
};

const circular: unknown[] = [];
circular.push(circular);

/** What is given to which method, and where the refusal points. */
const REFUSED = [
  { name: 'a wrong type', method: 'act', args: [5], path: 'text', expected: 'string', got: 'number' },
  {
    name: 'a missing member',
    method: 'place',
    args: [{ id: 'o-1', placedAt: new Date() }],
    path: 'order.lines',
    expected: 'array',
    got: 'undefined',
  },
  {
    name: 'a wrong type inside an array',
    method: 'place',
    args: [
      {
        ...anOrder(),
        lines: [
          { sku: 'a', quantity: 1 },
          { sku: 7, quantity: 1 },
        ],
      },
    ],
    path: 'order.lines[1].sku',
    expected: 'string',
    got: 'number',
  },
  {
    name: 'NaN',
    method: 'place',
    args: [{ ...anOrder(), lines: [{ sku: 'a', quantity: Number.NaN }] }],
    path: 'order.lines[0].quantity',
    got: 'NaN',
  },
  {
    name: 'an invalid date',
    method: 'place',
    args: [{ ...anOrder(), placedAt: new Date('no') }],
    path: 'order.placedAt',
  },
  {
    name: 'an extra member where the type refuses it',
    method: 'strict',
    args: [{ name: 'a', age: 1 }],
    path: 'value.age',
  },
  {
    name: 'a __proto__ key',
    method: 'echo',
    args: [JSON.parse('{"a":{"__proto__":{"polluted":1}}}')],
    path: 'data.a.__proto__',
  },
  {
    name: 'a constructor key',
    method: 'echo',
    args: [{ constructor: { prototype: {} } }],
    path: 'data.constructor',
  },
  {
    name: 'a __proto__ key in a typed object',
    method: 'strict',
    args: [JSON.parse('{"name":"a","__proto__":{}}')],
    path: 'value.__proto__',
  },
  { name: 'data that is too deep', method: 'echo', args: [deep(65)] },
  { name: 'a cycle', method: 'echo', args: [circular] },
  { name: 'a function', method: 'echo', args: [{ f: () => 1 }], path: 'data.f' },
  { name: 'too many arguments', method: 'act', args: ['a', 'b'] },
  { name: 'too few arguments', method: 'act', args: [] },
] as const;

const NO_CALLS = {
  scheduled: 0,
  ready: 0,
  parked: 0,
  leased: 0,
  answered: 0,
  dead: 0,
  cancelled: 0,
  expired: 0,
};

for (const { name, method, args, ...details } of REFUSED) {
  test(`${name} is refused before anything is queued`, async () => {
    await using pair = await createTestPair();
    const shop = new ShopClient(pair.client) as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    await expect(shop[method]?.(...args)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      kind: 'rejected',
      path: expect.any(String),
      ...details,
    });
    expect(await (await brokerOf(pair)).counts('shop.v1')).toEqual(NO_CALLS);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
}

test('data of 64 levels travels', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  expect(await new ShopClient(pair.client).echo(deep(63))).toBe(127);
});

test('a call over the size limit is refused before it is queued', async () => {
  await using pair = await createTestPair();
  const small = await pair.connect({ maxBodyBytes: 2_000 });
  const shop = new ShopClient(small);
  await expect(shop.echo('ü'.repeat(1_000))).rejects.toMatchObject({ code: 'TOO_LARGE', kind: 'rejected' });
  expect(await (await brokerOf(pair)).counts('shop.v1')).toEqual(NO_CALLS);
});

/** Puts a body on the queue as some other program might, and lets a server take it. */
async function deliver(pair: TestPair, body: string, id = '0192a3b4-0000-7000-8000-000000000001') {
  const broker = await brokerOf(pair);
  const message = {
    id,
    queue: 'shop.v1',
    body,
    priority: 3,
    maxDeliveries: 5,
    wantsResult: true,
    retainMs: 60_000,
  };
  await broker.send([message]);
  await pair.clock.settle();
  const [record] = await broker.fetch([{ queue: 'shop.v1', id }]);
  const letters = await broker.deadLetters('shop.v1', { limit: 10 });
  return { record, letter: letters.find((letter) => letter.id === id) };
}

const envelope = (changes: object = {}): string =>
  JSON.stringify({ v: 1, m: 'act', c: '1.2/0123456789abcdef', a: ['x'], ...changes });

/** The contract of the server. */
const KNOWN = `1.2/${shopDescriptor.contractHash.slice(0, 16)}`;

const UNDELIVERABLE = [
  { name: 'bytes that are no JSON', body: '\u0000\u0001{', reason: 'malformed' },
  { name: 'JSON that is no object', body: '[1,2,3]', reason: 'malformed' },
  { name: 'an envelope without a wire version', body: '{"m":"act"}', reason: 'malformed' },
  { name: 'a wire version that is not known', body: envelope({ v: 2 }), reason: 'unsupported-version' },
  { name: 'an envelope without a method', body: envelope({ m: 5 }), reason: 'malformed' },
  { name: 'headers that are no text', body: envelope({ h: { a: 1 } }), reason: 'malformed' },
  { name: 'a deadline that is no instant', body: envelope({ d: 'soon' }), reason: 'malformed' },
  { name: 'retries without end', body: envelope({ r: [1_001, 0, 0] }), reason: 'malformed' },
  { name: 'retries that are no list', body: envelope({ r: { attempts: 3 } }), reason: 'malformed' },
  { name: 'retries with a negative wait', body: envelope({ r: [3, -1, 0] }), reason: 'malformed' },
  { name: 'a ladder without end', body: envelope({ r: [[1, 2], 500] }), reason: 'malformed' },
  { name: 'a ladder whose rungs are no numbers', body: envelope({ r: [['1m'], 3] }), reason: 'malformed' },
  { name: 'a ladder of many rungs', body: envelope({ r: [Array(101).fill(1), 1] }), reason: 'malformed' },
  { name: 'retried errors that are no names', body: envelope({ r: [3, 0, 0, [5]] }), reason: 'malformed' },
  { name: 'a flag that is none', body: envelope({ x: true }), reason: 'malformed' },
  { name: 'a method that does not exist', body: envelope({ m: 'fly', c: KNOWN }), reason: 'unknown-method' },
  { name: 'a method named toString', body: envelope({ m: 'toString', c: KNOWN }), reason: 'unknown-method' },
  {
    name: 'a method named __proto__',
    body: envelope({ m: '__proto__', c: KNOWN }),
    reason: 'unknown-method',
  },
  {
    name: 'a method of an older version',
    body: envelope({ m: 'fly', c: '1.1/ab' }),
    reason: 'unknown-method',
  },
  {
    name: 'another major version',
    body: envelope({ c: '2.0/0123456789abcdef' }),
    reason: 'unsupported-version',
  },
  { name: 'arguments that are no array', body: envelope({ a: 'x' }), reason: 'invalid-argument' },
  { name: 'an argument of the wrong type', body: envelope({ a: [7] }), reason: 'invalid-argument' },
  {
    name: 'an argument that is too deep',
    body: envelope({ m: 'echo', a: [deep(500)] }),
    reason: 'invalid-argument',
  },
  {
    name: 'an argument with a __proto__ key',
    body: '{"v":1,"m":"echo","c":"1.2/0123456789abcdef","a":[{"__proto__":{"polluted":true}}]}',
    reason: 'invalid-argument',
  },
] as const;

for (const { name, body, reason } of UNDELIVERABLE) {
  test(`${name}: to the dead-letter queue with its bytes, and the worker goes on`, async () => {
    await using pair = await createTestPair();
    const act = vi.fn((text: string) => text);
    const echo = vi.fn(() => 1);
    await pair.server.serve(shopDescriptor, shopHandlers({ act, echo }));
    const { record, letter } = await deliver(pair, body);
    expect(record).toMatchObject({ state: 'dead', reason });
    expect(letter).toMatchObject({ body, reason });
    expect(act).not.toHaveBeenCalled();
    expect(echo).not.toHaveBeenCalled();
    expect(await new ShopClient(pair.client).act('still here')).toBe('still here');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
}

test('a body over the size limit of the server ends in the dead-letter queue', async () => {
  await using pair = await createTestPair();
  const small = await pair.connect({ maxBodyBytes: 1_024 });
  await small.serve(shopDescriptor, shopHandlers());
  const { record } = await deliver(pair, envelope({ a: ['x'.repeat(2_000)] }));
  expect(record).toMatchObject({ state: 'dead', reason: 'too-large' });
});

test('members that the type does not have are dropped: a newer client can talk to an older server', async () => {
  await using pair = await createTestPair();
  let seen: unknown;
  const { place } = shopHandlers();
  await pair.server.serve(
    shopDescriptor,
    shopHandlers({
      place: (order, ctx) => {
        seen = order;
        return place(order, ctx);
      },
    }),
  );
  const order = { id: 'o-1', placedAt: '2026-11-20T10:00:00.000Z', lines: [], giftWrap: true };
  const { record } = await deliver(pair, envelope({ m: 'place', a: [order] }));
  expect(record).toMatchObject({ state: 'answered' });
  expect(seen).toEqual({ id: 'o-1', placedAt: new Date('2026-11-20T10:00:00.000Z'), lines: [] });
});

const BAD_RESULTS = [
  { name: 'no JSON', result: '{' },
  { name: 'another wire version', result: '{"v":9,"ok":"x"}' },
  { name: 'a value of the wrong type', result: '{"v":1,"ok":5}' },
  {
    name: 'an error that the method does not declare',
    result: '{"v":1,"no":{"name":"toString","message":"","data":{}}}',
  },
  { name: 'a declared error that is no object', result: '{"v":1,"no":7}' },
  {
    name: 'a declared error whose name has no text',
    result: '{"v":1,"no":{"name":{"toString":1},"message":"","data":{}}}',
  },
];

for (const { name, result } of BAD_RESULTS) {
  test(`a result that cannot be read (${name}) is a failure with the id of the call`, async () => {
    await using pair = await createTestPair();
    const call = await new ShopClient(pair.client).act.submit('x');
    const broker = await brokerOf(pair);
    await broker.claim({ queue: 'shop.v1', worker: 'w', limit: 1, leaseMs: 60_000 });
    await broker.settle([{ queue: 'shop.v1', id: call.id, attempt: 1, outcome: 'answered', result }]);
    await expect(call.result()).rejects.toMatchObject({
      code: 'INVALID_RESULT',
      kind: 'failed',
      callId: call.id,
    });
  });
}

test('a failure whose message is no text is one without a message', async () => {
  await using pair = await createTestPair();
  const call = await new ShopClient(pair.client).act.submit('x');
  const broker = await brokerOf(pair);
  await broker.claim({ queue: 'shop.v1', worker: 'w', limit: 1, leaseMs: 60_000 });
  const result = '{"v":1,"error":{"code":"__proto__","message":{"toString":1}}}';
  const dead = {
    queue: 'shop.v1',
    id: call.id,
    attempt: 1,
    outcome: 'dead',
    reason: 'handler-failed',
  } as const;
  await broker.settle([{ ...dead, result }]);
  await expect(call.result()).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    callId: call.id,
    message: `call ${call.id} of act: handler-failed`,
  });
});
