// Calls that older contracts have made, at servers of the present one: accepted, upcast, parked or refused.

import type { Upcasts } from 'mq-rpc';
import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { shopDescriptor } from '../support/generated/index.js';
import { shopHandlers } from '../support/shop-handlers.js';
import { shopWith } from '../support/shop-with.js';

afterEach(() => void vi.restoreAllMocks());

interface Sent {
  readonly method: string;
  /** Of the caller's contract. */
  readonly version: string;
  readonly form?: string;
  readonly args: unknown;
}

const OLD = 'ef'.repeat(8);

/** Queues a call as a client of another contract would. */
async function send(pair: TestPair, { method, version, form, args }: Sent) {
  const broker = await brokerOf(pair);
  const call = { queue: 'shop.v1', id: '0192a3b4-0000-7000-8000-000000000001' };
  const body = JSON.stringify({ v: 1, m: method, c: `${version}/${OLD}`, ...(form && { s: form }), a: args });
  await broker.send([{ ...call, body, priority: 3, maxDeliveries: 5, wantsResult: true, retainMs: 60_000 }]);
  await pair.clock.settle();
  return async () => (await broker.fetch([call]))[0];
}

/** The shop is at 1.2; `act` has its present form since 1.1. */
const { descriptor } = shopWith({ act: { since: '1.1' } });

async function outcome(sent: Sent, upcast?: Upcasts) {
  await using pair = await createTestPair();
  await pair.server.serve(descriptor, shopHandlers(), upcast && { upcast });
  const record = await (await send(pair, sent))();
  const { ok, error, m } = JSON.parse(record?.result ?? '{}');
  return { state: record?.state, reason: record?.reason, ok, error, m };
}

const upcast: Upcasts = {
  act: ([first, last], { version }) => [`${first} ${last} of ${version}`],
  perform: { to: 'act', args: ([text]) => [`performed ${text}`] },
  play: { to: 'act' },
};

test('a call of an older form comes in the present one', async () => {
  const sent = { method: 'act', version: '1.0', args: ['Jane', 'Doe'] };
  expect(await outcome(sent, upcast)).toMatchObject({ state: 'answered', ok: 'Jane Doe of 1.0' });
});

test('a call of the present form is left as it is, however old its contract', async () => {
  const sent = { method: 'act', version: '1.1', args: ['x'] };
  expect(await outcome(sent, upcast)).toMatchObject({ state: 'answered', ok: 'x' });
});

test('without @since, every older version of the contract has an older form', async () => {
  await using pair = await createTestPair();
  const options = { upcast: { act: ([text]: readonly unknown[]) => [`upcast ${text}`] } };
  await pair.server.serve(shopDescriptor, shopHandlers(), options);
  const record = await send(pair, { method: 'act', version: '1.1', args: ['x'] });
  expect((await record())?.result).toContain('upcast x');
});

test('the form counts, and not the version of the contract', async () => {
  const sent = { method: 'act', version: '1.1', form: '1.0', args: ['Jane', 'Doe'] };
  expect(await outcome(sent, upcast)).toMatchObject({ ok: 'Jane Doe of 1.0' });
});

test('a method that has another name now is found, and its caller gets the outcome of the one it called', async () => {
  const sent = { method: 'perform', version: '1.0', args: ['x'] };
  expect(await outcome(sent, upcast)).toMatchObject({ state: 'answered', ok: 'performed x', m: 'perform' });
  expect(await outcome({ ...sent, method: 'play' }, upcast)).toMatchObject({ ok: 'x', m: 'play' });
});

test('what an upcaster gives is checked as any argument is', async () => {
  const sent = { method: 'act', version: '1.0', args: ['x'] };
  const refused = { state: 'dead', reason: 'invalid-argument' };
  expect(await outcome(sent, { act: () => [7] })).toMatchObject({
    ...refused,
    error: { code: 'INVALID_ARGUMENT', path: 'text', expected: 'string', got: 'number' },
  });
  expect(await outcome(sent, { act: (() => 'x') as never })).toMatchObject({
    ...refused,
    error: { path: 'arguments', expected: 'array', got: 'string' },
  });
});

test('an upcaster that takes its time is refused, and what it fails with ends nothing', async () => {
  const slow = async () => Promise.reject(new Error('too late'));
  const sent = { method: 'act', version: '1.0', args: ['x'] };
  expect(await outcome(sent, { act: slow as never })).toMatchObject({
    reason: 'invalid-argument',
    error: { path: 'arguments', expected: 'array', got: 'Promise' },
  });
});

test('what an upcaster gives to every call is not what their handlers get', async () => {
  const defaults = { seen: [] as string[] };
  const handlers = {
    ...shopHandlers(),
    echo: (data: typeof defaults) => data.seen.push('me'),
  };
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, handlers, { upcast: { echo: () => [defaults] } });
  const record = await send(pair, { method: 'echo', version: '1.0', args: [] });
  expect(await record()).toMatchObject({ state: 'answered' });
  expect(defaults).toEqual({ seen: [] });
});

test('an upcaster that throws ends the call as a dead letter that says so', async () => {
  const fail = () => {
    throw new Error('no last name');
  };
  expect(await outcome({ method: 'act', version: '1.0', args: ['x'] }, { act: fail })).toMatchObject({
    state: 'dead',
    reason: 'invalid-argument',
    error: { message: 'the upcast of shop.act, for calls of version 1.0, failed: no last name' },
  });
});

test('arguments that are no list never reach an upcaster', async () => {
  expect(await outcome({ method: 'act', version: '1.0', args: 'x' }, upcast)).toMatchObject({
    reason: 'invalid-argument',
    error: { path: 'arguments' },
  });
});

test('a call that does not fit says whose contract it is', async () => {
  const wrong = await outcome({ method: 'act', version: '1.0', args: [7] });
  expect(wrong.error.message).toMatchInlineSnapshot(
    `"text: expected string, got number (the call is of version 1.0, contract efefefefefefefef, the server of 1.2; the option upcast of serve can mend such calls)"`,
  );
  const unknown = await outcome({ method: 'perform', version: '1.0', args: ['x'] });
  expect(unknown.error.message).toMatchInlineSnapshot(
    `"shop 1.2 has no method "perform" (the call is of version 1.0, contract efefefefefefefef, the server of 1.2; the option upcast of serve can mend such calls)"`,
  );
});

test('a call of a newer contract runs where its method has the same form, and is parked otherwise', async () => {
  expect(await outcome({ method: 'act', version: '1.9', form: '1.1', args: ['x'] })).toMatchObject({
    ok: 'x',
  });
  const parked = { state: 'parked' };
  expect(await outcome({ method: 'act', version: '1.9', args: ['x'] })).toMatchObject(parked);
  expect(await outcome({ method: 'act', version: '1.9', form: '1.3', args: ['x'] })).toMatchObject(parked);
});

test('a newer contract is not believed to know what an older server can do', async () => {
  const parked = { state: 'parked' };
  expect(await outcome({ method: 'act', version: '1.9', form: '1.1', args: [7] })).toMatchObject(parked);
  expect(await outcome({ method: 'wrap', version: '1.9', form: '1.1', args: [] })).toMatchObject(parked);
});

test('a server says once which calls it parks', async () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  await using pair = await createTestPair();
  await pair.server.serve(descriptor, shopHandlers());
  const newer = shopWith({}, { version: '1.3', contractHash: 'ab'.repeat(32) }).client(pair.client);
  await Promise.all([newer.act.submit('x'), newer.act.submit('y')]);
  await pair.clock.settle();
  const messages = warned.mock.calls.map(([message]) => String(message));
  expect(messages.filter((message) => message.includes('parks'))).toMatchInlineSnapshot(`
    [
      "mq-rpc: shop 1.2 parks calls of shop 1.3 (contract abababababababab): they wait for a server of version 1.3 or later",
    ]
  `);
});

test('a client of a contract with @since says so in its calls', async () => {
  await using pair = await createTestPair();
  const newer = shopWith(
    { act: { since: '1.1' }, track: { since: '0.4' } },
    { version: '1.3', contractHash: 'ab'.repeat(32) },
  ).client(pair.client);
  await pair.server.serve(descriptor, shopHandlers());
  expect(await newer.act('x')).toBe('x');
  expect(await newer.track('x')).toMatchObject({ duplicate: false });
});

test('a form that is none of its contract makes a call malformed', async () => {
  for (const form of ['1.10', '2.0', 'x', '1']) {
    const sent = { method: 'act', version: '1.9', form, args: ['x'] };
    expect(await outcome(sent), form).toMatchObject({ state: 'dead', reason: 'malformed' });
  }
});

test.each([
  [
    { perform: () => [] },
    'perform: shop has no method of this name; write { to: … } for a method that has another name now',
  ],
  [{ perform: { to: 'nothing' } }, 'perform: shop has no method nothing'],
  [{ act: { to: 'place' } }, 'act: shop has a method of this name; write a function'],
  [{ act: true }, "act: expected a function, or { to: 'method', args: function }"],
  [{ perform: { to: 'act', args: 7 } }, "perform: expected a function, or { to: 'method', args: function }"],
])('an upcaster that makes no sense is refused when a server starts: %j', async (odd, message) => {
  await using pair = await createTestPair();
  const serving = pair.server.serve(descriptor, shopHandlers(), { upcast: odd as never });
  await expect(serving).rejects.toThrow(new TypeError(`serve: upcast.${message}`));
});
