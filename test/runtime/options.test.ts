// What options do to a call, and which setting wins.

import { connect, type RpcError } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { brokerOf } from '../support/broker-of.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { anOrder, gate, shopHandlers } from '../support/shop-handlers.js';

test('higher priorities are served first, equal ones in order', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client);
  await shop.act.submit('normal 1');
  await shop.with({ priority: 0 }).act.submit('low');
  await shop.act.submit('normal 2');
  await shop.soon.submit('high by contract');
  await shop.with({ priority: 7 }).act.submit('highest by call');
  const seen: string[] = [];
  const note = (text: string): string => {
    seen.push(text);
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act: note, soon: note }), { concurrency: 1 });
  await pair.clock.advance('1s');
  expect(seen).toEqual(['highest by call', 'high by contract', 'normal 1', 'normal 2', 'low']);
});

test('a call wins over its client, the client over the contract', async () => {
  await using pair = await createTestPair();
  const byContract = new ShopClient(pair.client);
  const byClient = new ShopClient(pair.client, { timeToBeReceived: '10m' });
  const byCall = byClient.with({ timeToBeReceived: '1h' });
  const calls = await Promise.all([byContract, byClient, byCall].map((shop) => shop.soon.submit('x')));
  const states = () => Promise.all(calls.map(async (call) => (await call.status()).state));
  await pair.clock.advance('2m');
  expect(await states()).toEqual(['expired', 'ready', 'ready']);
  await pair.clock.advance('10m');
  expect(await states()).toEqual(['expired', 'expired', 'ready']);
});

test('an expired call is never started, and its caller is told', async () => {
  await using pair = await createTestPair();
  const soon = vi.fn((text: string) => text);
  const outcome = new ShopClient(pair.client, { timeout: '5m' })
    .soon('late')
    .catch((error: unknown) => error);
  await pair.clock.advance('2m');
  await pair.server.serve(shopDescriptor, shopHandlers({ soon }));
  await pair.clock.settle();
  expect(await outcome).toMatchObject({ code: 'EXPIRED', kind: 'expired' });
  expect(soon).not.toHaveBeenCalled();
});

test('calls with the same idempotency key are one call, also when its result was confirmed', async () => {
  await using pair = await createTestPair();
  const placeOnce = vi.fn(shopHandlers().placeOnce);
  await pair.server.serve(shopDescriptor, shopHandlers({ placeOnce }));
  const other = new ShopClient(await pair.connect());
  const shop = new ShopClient(pair.client);
  const first = await shop.placeOnce(anOrder('o-7'));
  await pair.clock.settle();
  expect(await other.placeOnce(anOrder('o-7'))).toEqual(first);
  const { duplicate } = await shop.placeOnce.submit(anOrder('o-7'));
  expect(duplicate).toBe(true);
  await shop.placeOnce(anOrder('o-8'));
  expect(placeOnce).toHaveBeenCalledTimes(2);
});

test('a key whose retain time ends while it is used again makes a new call', async () => {
  await using pair = await createTestPair();
  let runs = 0;
  await pair.server.serve(shopDescriptor, shopHandlers({ act: () => `run ${++runs}` }));
  const shop = new ShopClient(pair.client).with({ idempotencyKey: 'k', retain: '1s' });
  expect(await shop.act('x')).toBe('run 1');
  const broker = await brokerOf(pair);
  pair.clock.jump(pair.clock.now() + 2_000);
  const again = shop.act('x');
  // Sees the end of the retain time right after the queue has said that it knows the call.
  await broker.reap();
  expect(await again).toBe('run 2');
});

test('an idempotency key per call does the same', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client).with({ idempotencyKey: 'k-1' });
  const first = await shop.act.submit('a');
  const second = await shop.act.submit('a');
  expect(second.id).toBe(first.id);
  expect([first.duplicate, second.duplicate]).toEqual([false, true]);
});

test('an idempotency key whose call came to nothing can be used again', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client).with({ idempotencyKey: 'k-2', retry: { attempts: 1 } });
  const cancelled = await shop.act.submit('a');
  await cancelled.cancel();
  let isBroken = true;
  const act = (text: string, { attempt }: { attempt: number }): string => {
    if (isBroken) throw new Error('not today');
    return `${text} ${attempt}`;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  await expect(shop.act('a')).rejects.toMatchObject({ code: 'HANDLER_FAILED', callId: cancelled.id });
  isBroken = false;
  expect(await shop.act('a')).toBe('a 2');
  expect(await shop.act('a')).toBe('a 2');
});

test('the same idempotency key with other arguments is refused loudly', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client);
  await shop.placeOnce.submit(anOrder('o-9'));
  const changed = { ...anOrder('o-9'), lines: [] };
  await expect(shop.placeOnce.submit(changed)).rejects.toMatchObject({ code: 'ID_REUSE', kind: 'rejected' });
});

test('a deadline stops a call from starting and aborts a running handler', async () => {
  await using pair = await createTestPair();
  const deadline = new Date(pair.clock.now() + 5_000);
  const shop = new ShopClient(pair.client).with({ deadline });
  let seen: Date | undefined;
  const act = (text: string, ctx: { signal: AbortSignal; deadline: Date | undefined }) =>
    new Promise<string>((resolve) => {
      seen = ctx.deadline;
      ctx.signal.addEventListener('abort', () =>
        resolve(`${text}: ${(ctx.signal.reason as { why: string }).why}`),
      );
    });
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  const running = shop.act('running');
  await pair.clock.advance('6s');
  expect(await running).toBe('running: deadline');
  expect(seen).toEqual(deadline);
  const late = await shop.soon.submit('too late');
  await expect(late.result()).rejects.toMatchObject({ code: 'EXPIRED' });
});

test('calls made inside a handler inherit deadline and trace', async () => {
  await using pair = await createTestPair();
  const contexts: { deadline: Date | undefined; headers: object; caller: string | undefined }[] = [];
  const nested = new ShopClient(await pair.connect({ name: 'shop-server' }));
  const act = async (text: string): Promise<string> => nested.soon(text);
  const soon = (text: string, { deadline, headers, caller }: (typeof contexts)[number]) => {
    contexts.push({ deadline, headers, caller });
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act, soon }));
  const deadline = new Date(pair.clock.now() + 60_000);
  const headers = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', other: 'stays' };
  await new ShopClient(pair.client).with({ deadline, headers }).act('x');
  expect(contexts).toEqual([
    { deadline, headers: { traceparent: headers.traceparent }, caller: 'shop-server' },
  ]);
});

test('what a handler leaves behind inherits nothing once the handler has ended', async () => {
  await using pair = await createTestPair();
  const later = gate();
  const nested = new ShopClient(pair.server);
  let background: Promise<string> | undefined;
  const act = (text: string): string => {
    background = later.opened.then(() => nested.soon('in the background'));
    return text;
  };
  const contexts: object[] = [];
  const soon = (text: string, { deadline, headers }: { deadline: Date | undefined; headers: object }) => {
    contexts.push({ deadline, headers });
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act, soon }));
  const deadline = new Date(pair.clock.now() + 5_000);
  await new ShopClient(pair.client).with({ deadline, headers: { traceparent: '00-0-0-01' } }).act('x');
  await pair.clock.advance('10s');
  later.open();
  expect(await background).toBe('in the background');
  expect(contexts).toEqual([{ deadline: undefined, headers: {} }]);
});

test('headers travel to the handler', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers({ act: (_, ctx) => JSON.stringify(ctx.headers) }));
  const shop = new ShopClient(pair.client).with({ headers: { tenant: 'acme' } });
  expect(await shop.act('x')).toBe('{"tenant":"acme"}');
});

test('an aborted signal revokes a call that no handler has started', async () => {
  await using pair = await createTestPair();
  const abort = new AbortController();
  const outcome = new ShopClient(pair.client)
    .with({ signal: abort.signal })
    .act('x')
    .catch((error: unknown) => error);
  await pair.clock.settle();
  abort.abort(new Error('changed my mind'));
  const error = await outcome;
  expect(error).toMatchObject({ code: 'CANCELLED', kind: 'rejected', cause: { message: 'changed my mind' } });
  const handle = new ShopClient(pair.client).act.handle((error as RpcError).callId ?? '');
  expect(await handle.status()).toMatchObject({ state: 'cancelled' });
});

test('many calls may share a signal', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on('warning', onWarning);
  const shop = new ShopClient(pair.client).with({ signal: new AbortController().signal });
  await Promise.all(Array.from({ length: 50 }, () => shop.act('x')));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

test('an aborted signal stops a running handler', async () => {
  await using pair = await createTestPair();
  const abort = new AbortController();
  const started = gate();
  let reason: unknown;
  const act = (_: string, { signal }: { signal: AbortSignal }) =>
    new Promise<string>((_resolve, reject) => {
      started.open();
      signal.addEventListener('abort', () => {
        reason = signal.reason;
        reject(signal.reason);
      });
    });
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  const outcome = new ShopClient(pair.client)
    .with({ signal: abort.signal })
    .act('x')
    .catch((error: unknown) => error);
  await started.opened;
  abort.abort();
  const error = await outcome;
  expect(error).toMatchObject({ code: 'ABORTED', kind: 'unknown' });
  await pair.clock.advance('30s');
  expect(reason).toMatchObject({ why: 'cancelled' });
  const handle = new ShopClient(pair.client).act.handle((error as RpcError).callId ?? '');
  expect(await handle.status()).toMatchObject({ state: 'cancelled' });
});

test('a signal that is aborted already keeps the call from being sent', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client).with({ signal: AbortSignal.abort() });
  await expect(shop.act('x')).rejects.toMatchObject({
    code: 'CANCELLED',
    kind: 'rejected',
    callId: undefined,
  });
});

test('a handle cancels a waiting call', async () => {
  await using pair = await createTestPair();
  const call = await new ShopClient(pair.client).act.submit('x');
  expect(await call.cancel()).toBe('cancelled');
  await expect(call.result()).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await call.cancel()).toBe('settled');
});

test('options that make no sense are refused where they are given', async () => {
  await using pair = await createTestPair();
  expect(() => new ShopClient(pair.client, { timeout: 'soon' as never })).toThrow(
    'timeout: expected milliseconds',
  );
  expect(() => new ShopClient(pair.client).with({ priority: 8 })).toThrow(
    'priority: expected a whole number from 0 to 7',
  );
  const refused = (options: object) => expect(() => new ShopClient(pair.client, options));
  refused({ deadline: new Date('never') }).toThrow('deadline: expected a valid Date');
  refused({ idempotencyKey: '' }).toThrow('idempotencyKey: expected a text that is not empty');
  refused({ headers: { a: 1 } }).toThrow('headers.a: expected a text');
  refused({ signal: {} }).toThrow('signal: expected an AbortSignal');
  refused({ timeot: 1 }).toThrow('client options: there is no option "timeot"; there are priority,');
  expect(() => new ShopClient(undefined as never)).toThrow('new ShopClient(mq): expected a connection');
  await expect(connect({ urll: 'memory:' } as never)).rejects.toThrow('connect: there is no option "urll"');
  await expect(connect(5 as never)).rejects.toThrow('connect: expected an object of options, got number');
  await expect(pair.server.serve(undefined as never)).rejects.toThrow(
    'serve: expected an instance of a generated',
  );
  await expect(pair.server.serve(shopDescriptor, undefined as never)).rejects.toThrow(
    'serve: expected an instance',
  );
  const serve = (options: object) => pair.server.serve(shopDescriptor, shopHandlers(), options);
  await expect(serve({ concurrency: 0 })).rejects.toThrow('concurrency: expected a whole number');
  await expect(serve({ lease: '1ms' })).rejects.toThrow('lease: expected at least');
});
