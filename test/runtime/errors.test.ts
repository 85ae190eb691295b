// How failures reach the caller.

import { RpcError, ServiceError } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { OutOfStock } from '../support/contracts/shop.contract.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { anOrder, shopHandlers } from '../support/shop-handlers.js';

const tooMuch = { ...anOrder(), lines: [{ sku: 'pear', quantity: 101 }] };

test('a declared error arrives as itself, with its data', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const error = await new ShopClient(pair.client).place(tooMuch).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OutOfStock);
  expect(error).toBeInstanceOf(ServiceError);
  expect(error).toBeInstanceOf(RpcError);
  expect(error).toMatchObject({ name: 'OutOfStock', code: 'DECLARED', kind: 'failed', message: 'sold out' });
  expect((error as OutOfStock).data).toEqual({ sku: 'pear', availableAt: new Date('2026-12-24T00:00:00Z') });
});

test('a declared error is an answer: it is not retried', async () => {
  await using pair = await createTestPair();
  const place = vi.fn(shopHandlers().place);
  await pair.server.serve(shopDescriptor, shopHandlers({ place }));
  const call = await new ShopClient(pair.client).place.submit(tooMuch);
  await expect(call.result()).rejects.toBeInstanceOf(OutOfStock);
  await pair.clock.advance('1h');
  expect(place).toHaveBeenCalledOnce();
  expect(await call.status()).toMatchObject({ state: 'answered' });
});

test('an undeclared failure is retried with growing waits and then dead, without its stack', async () => {
  await using pair = await createTestPair();
  const runs: number[] = [];
  const failures: (number | undefined)[] = [];
  const fail = (_: string, { attempt }: { attempt: number }): never => {
    runs.push(attempt);
    throw new TypeError(`no such thing (${attempt})`);
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act: fail }), {
    onFailure: ({ retryInMs }) => failures.push(retryInMs),
  });
  const outcome = new ShopClient(pair.client).act('x').catch((error: unknown) => error);
  await pair.clock.advance('10s');
  expect(runs).toEqual([1, 2, 3]);
  const [first = 0, second = 0, last] = failures;
  expect([first >= 500, first <= 1_000]).toEqual([true, true]);
  expect([second >= 1_000, second <= 2_000]).toEqual([true, true]);
  expect(last).toBeUndefined();
  const error = await outcome;
  expect(error).toMatchObject({
    code: 'HANDLER_FAILED',
    kind: 'failed',
    message: 'shop.act failed: TypeError: no such thing (3)',
  });
  expect(error).not.toHaveProperty('cause');
});

test('a handler that succeeds after a failure answers the call', async () => {
  await using pair = await createTestPair();
  const act = (text: string, { attempt }: { attempt: number }) => {
    if (attempt === 1) throw new Error('not yet');
    return `${text} ${attempt}`;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const outcome = new ShopClient(pair.client).act('second try');
  await pair.clock.advance('2s');
  expect(await outcome).toBe('second try 2');
});

test('waits are taken in whole milliseconds, whatever they were given in', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const shop = new ShopClient(pair.client).with({ retry: { delay: 0.5, maxDelay: 1_000.7 } });
  expect(await shop.act('x')).toBe('x');
});

test('the caller can ask for other retries', async () => {
  await using pair = await createTestPair();
  let runs = 0;
  const act = (): never => {
    runs++;
    throw new Error('no');
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const shop = new ShopClient(pair.client).with({ retry: { attempts: 1 } });
  await expect(shop.act('once')).rejects.toMatchObject({ code: 'HANDLER_FAILED' });
  expect(runs).toBe(1);
});

test('whatever a handler throws becomes a failure', async () => {
  await using pair = await createTestPair();
  const hostile = {
    toString: () => {
      throw new Error('no text');
    },
  };
  await pair.server.serve(
    shopDescriptor,
    shopHandlers({
      echo: () => {
        throw hostile;
      },
    }),
    { onFailure: () => {} },
  );
  await expect(new ShopClient(pair.client).echo(1)).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    message: 'shop.echo failed: an error without a text',
  });
});

test('a handler may throw what does not even say what it is', async () => {
  await using pair = await createTestPair();
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const place = (): never => {
    throw proxy;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ place }), { onFailure: () => {} });
  const shop = new ShopClient(pair.client).with({ retry: { attempts: 1 } });
  await expect(shop.place(anOrder())).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    message: 'shop.place failed: an error without a text',
  });
});

test('an onFailure or onWarning that throws keeps no call from its outcome', async () => {
  await using pair = await createTestPair();
  const warnings: string[] = [];
  const mq = await pair.connect({
    onWarning: (message) => {
      warnings.push(message);
      throw new Error('no warnings, please');
    },
  });
  const act = (): never => {
    throw new Error('not today');
  };
  const onFailure = (): never => {
    throw new Error('no failures, please');
  };
  const server = await mq.serve(shopDescriptor, shopHandlers({ act }), { onFailure });
  const shop = new ShopClient(pair.client).with({ retry: { attempts: 1 } });
  await expect(shop.act('x')).rejects.toMatchObject({ code: 'HANDLER_FAILED' });
  expect(server.running).toBe(0);
  expect(warnings).toEqual(['onFailure threw: no failures, please']);
});

test('an error that the contract does not declare stays undeclared', async () => {
  await using pair = await createTestPair();
  const echo = (): never => {
    throw new OutOfStock({ sku: 'x', availableAt: new Date() });
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ echo }), { onFailure: () => {} });
  const error = await new ShopClient(pair.client).echo(1).catch((thrown: unknown) => thrown);
  expect(error).not.toBeInstanceOf(OutOfStock);
  expect(error).toMatchObject({ code: 'HANDLER_FAILED' });
});

test('a result that does not agree with its type is refused at the server', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers({ act: () => 5 as unknown as string }), {
    onFailure: () => {},
  });
  const call = await new ShopClient(pair.client).act.submit('x');
  await expect(call.result()).rejects.toMatchObject({
    code: 'INVALID_RESULT',
    kind: 'failed',
    path: 'result',
    expected: 'string',
    got: 'number',
  });
  expect(await call.status()).toMatchObject({ state: 'dead', reason: 'invalid-result' });
});

test('time that runs out between attempts leaves it open whether the call had effects', async () => {
  await using pair = await createTestPair();
  const act = (): never => {
    throw new Error('no');
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure: () => {} });
  const shop = new ShopClient(pair.client, { timeToBeReceived: '500ms' });
  const outcome = shop.act('x').catch((error: unknown) => error);
  await pair.clock.advance('2s');
  expect(await outcome).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    kind: 'unknown',
    callId: expect.any(String),
  });
});

test('a handler that fails because of a call of its own has failed like any other', async () => {
  await using pair = await createTestPair();
  const nested = new ShopClient(await pair.connect({ maxBodyBytes: 1_024 }));
  const echo = async (): Promise<number> => nested.echo('x'.repeat(2_000));
  await pair.server.serve(shopDescriptor, shopHandlers({ echo }), { onFailure: () => {} });
  await expect(new ShopClient(pair.client).echo(1)).rejects.toMatchObject({
    code: 'HANDLER_FAILED',
    message: expect.stringContaining('shop.echo failed: RpcError: shop.echo: the call takes'),
  });
});

test('a handler that throws because it was told to stop is not reported as a failure', async () => {
  await using pair = await createTestPair();
  const onFailure = vi.fn();
  const act = (_: string, { signal }: { signal: AbortSignal }) =>
    new Promise<string>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  await pair.server.serve(shopDescriptor, shopHandlers({ act }), { onFailure });
  const shop = new ShopClient(pair.client).with({ deadline: new Date(pair.clock.now() + 1_000) });
  const outcome = shop.act('x').catch((error: unknown) => error);
  await pair.clock.advance('5s');
  expect(await outcome).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  expect(onFailure).not.toHaveBeenCalled();
});

test('a handle of one method does not take the result of another', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const shop = new ShopClient(pair.client);
  const { id } = await shop.act.submit('x');
  await expect(shop.soon.handle(id).result()).rejects.toMatchObject({
    code: 'INVALID_RESULT',
    message: `call ${id} is one of the method "act", not of soon`,
  });
});

test('an error of another copy of the package is an RpcError, and nothing else is', async () => {
  const copy: typeof import('mq-rpc') = await import(`${import.meta.resolve('#dist/src/errors.js')}?copy`);
  expect(copy.RpcError).not.toBe(RpcError);
  expect(new copy.RpcError('CLOSED', 'of the copy')).toBeInstanceOf(RpcError);
  expect(new copy.ServiceError({})).toBeInstanceOf(RpcError);
  expect(new copy.RpcError('CLOSED', 'of the copy')).not.toBeInstanceOf(ServiceError);
  for (const other of [new Error('another'), {}, null, 'text']) expect(other).not.toBeInstanceOf(RpcError);
});
