// The three verbs and the durable handle.

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { connect, RpcError } from 'mq-rpc';
import { createTestPair } from 'mq-rpc/testing';
import { expect, test, vi } from 'vitest';
import { withRawDatabase } from '../broker/raw-database.js';
import { ShopClient, ShopServer, shopDescriptor } from '../support/generated/index.js';
import { anOrder, shopHandlers } from '../support/shop-handlers.js';
import { tempFolder } from '../support/temp-folder.js';

test('an awaited call returns the result with its own types', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const receipt = await new ShopClient(pair.client).place(anOrder());
  expect(receipt).toEqual({ orderId: 'o-1', attempt: 1, total: 10n ** 20n });
});

test('a call made while the server is offline is answered when one starts', async () => {
  await using pair = await createTestPair();
  const call = await new ShopClient(pair.client).act.submit('later');
  expect(call.durability).toBe('memory');
  expect(await call.status()).toMatchObject({ state: 'ready', attempt: 0 });
  await pair.clock.advance('2d');
  await pair.server.serve(shopDescriptor, shopHandlers());
  expect(await call.result()).toBe('later');
  expect(await call.status()).toMatchObject({ state: 'answered', attempt: 1 });
});

test('another connection collects the result by id, after the first one is gone, as often as it likes', async () => {
  await using pair = await createTestPair();
  const { id } = await new ShopClient(pair.client).act.submit('durable');
  await pair.client.close();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const other = await pair.connect();
  const handle = new ShopClient(other).act.handle(id);
  expect(await handle.result()).toBe('durable');
  expect(await handle.result()).toBe('durable');
  await handle.confirm();
  expect(await handle.status()).toMatchObject({ state: 'unknown' });
  await expect(handle.result()).rejects.toMatchObject({ code: 'NOT_FOUND', kind: 'unknown', callId: id });
});

test('two connections that wait for the same call both get its result', async () => {
  await using pair = await createTestPair();
  const call = await new ShopClient(pair.client).act.submit('shared');
  const other = await pair.connect();
  const results = Promise.all([call.result(), new ShopClient(other).act.handle(call.id).result()]);
  await pair.clock.settle();
  await pair.server.serve(shopDescriptor, shopHandlers());
  await pair.clock.advance('3s');
  expect(await results).toEqual(['shared', 'shared']);
});

test('who waits for an outcome that another process confirms, or that nobody keeps, is told within seconds', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client);
  const call = await shop.act.submit('shared');
  const { id } = await shop.act.send('unwanted');
  const waits = [call, shop.act.handle(id)].map((waiting) =>
    waiting.result({ timeout: '1d' }).catch((error: unknown) => error),
  );
  await pair.clock.settle();
  // Who waits last has the outcome pushed.
  const other = new ShopClient(await pair.connect()).act.handle(call.id);
  const result = other.result();
  await pair.clock.settle();
  await pair.server.serve(shopDescriptor, shopHandlers());
  expect(await result).toBe('shared');
  await other.confirm();
  await pair.clock.advance('3s');
  const outcomes = await Promise.race([Promise.all(waits), pair.clock.settle()]);
  expect(outcomes).toMatchObject([
    { code: 'NOT_FOUND', callId: call.id },
    { code: 'NOT_FOUND', callId: id },
  ]);
});

test('an awaited result is forgotten once its caller has it', async () => {
  await using pair = await createTestPair();
  let id = '';
  const act = (text: string, ctx: { id: string }): string => {
    id = ctx.id;
    return text;
  };
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  const shop = new ShopClient(pair.client);
  await shop.act('short-lived');
  await pair.clock.settle();
  expect(await shop.act.handle(id).status()).toMatchObject({ state: 'unknown' });
});

test('an uncollected result is kept for its retain time and then forgotten', async () => {
  await using pair = await createTestPair();
  await pair.server.serve(shopDescriptor, shopHandlers());
  const call = await new ShopClient(pair.client, { retain: '1m' }).act.submit('kept');
  await pair.clock.advance('59s');
  expect(await call.status()).toMatchObject({ state: 'answered' });
  await pair.clock.advance('5s');
  expect(await call.status()).toMatchObject({ state: 'unknown' });
});

test('a one-way call resolves when the queue has it and leaves nothing behind', async () => {
  await using pair = await createTestPair();
  const seen: string[] = [];
  const { id } = await new ShopClient(pair.client).track('clicked');
  await new ShopClient(pair.client).track.send('scrolled');
  await pair.server.serve(shopDescriptor, shopHandlers({ track: (event) => void seen.push(event) }));
  await pair.clock.settle();
  expect(seen).toEqual(['clicked', 'scrolled']);
  expect(await pair.client.caller.fetch({ queue: 'shop.v1', id })).toBeUndefined();
});

test('a call that is sent runs, and its result is not kept', async () => {
  await using pair = await createTestPair();
  const act = vi.fn((text: string) => text);
  const shop = new ShopClient(pair.client);
  const { id } = await shop.act.send('no answer wanted');
  await pair.server.serve(shopDescriptor, shopHandlers({ act }));
  await pair.clock.settle();
  expect(act).toHaveBeenCalledOnce();
  expect(await shop.act.handle(id).status()).toMatchObject({ state: 'unknown' });
});

test('a server can be a class that extends the skeleton', async () => {
  await using pair = await createTestPair();
  class MyShop extends ShopServer {
    readonly #greeting = 'hello';
    place = shopHandlers().place;
    placeOnce = shopHandlers().placeOnce;
    act(text: string) {
      return `${this.#greeting} ${text}`;
    }
    say = shopHandlers().say;
    soon = shopHandlers().soon;
    echo = shopHandlers().echo;
    strict() {}
    track() {}
  }
  await pair.server.serve(new MyShop());
  expect(await new ShopClient(pair.client).act('world')).toBe('hello world');
});

test('an optional argument can be left out, and the context still comes last', async () => {
  await using pair = await createTestPair();
  const say = (text: string, times: number | undefined, ctx: { attempt: number }) =>
    `${text} ${times} ${ctx.attempt}`;
  await pair.server.serve(shopDescriptor, shopHandlers({ say }));
  const shop = new ShopClient(pair.client);
  expect(await shop.say('hi')).toBe('hi undefined 1');
  expect(await shop.say('hi', 2)).toBe('hi 2 1');
});

test('a server without a handler for each method is refused with the names', async () => {
  await using pair = await createTestPair();
  const { act: _, ...incomplete } = shopHandlers();
  await expect(pair.server.serve(shopDescriptor, incomplete as never)).rejects.toThrow(
    'serve: shop has no handler for act',
  );
});

test('a handle wants the id of a call', async () => {
  await using pair = await createTestPair();
  expect(() => new ShopClient(pair.client).act.handle('nonsense')).toThrow(TypeError);
});

test('a caller that stops waiting keeps the call', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client, { timeout: '5s' });
  const outcome = shop.act('slow').catch((error: unknown) => error);
  await pair.clock.advance('5s');
  const error = await outcome;
  expect(error).toBeInstanceOf(RpcError);
  expect(error).toMatchObject({ code: 'TIMEOUT', kind: 'unknown' });
  await pair.server.serve(shopDescriptor, shopHandlers());
  const { callId } = error as RpcError;
  expect(await shop.act.handle(callId ?? '').result()).toBe('slow');
});

test('a broker that is busy keeps nobody beyond his timeout', async () => {
  const path = join(tempFolder(), 'queue.db');
  await using mq = await connect(`sqlite:${path}`);
  const shop = new ShopClient(mq).with({ timeout: 100 });
  const call = await shop.act.submit('there');
  const codes = await withRawDatabase(path, async (db) => {
    db.exec('BEGIN IMMEDIATE');
    const waits = [shop.act('not yet sent'), call.result()].map((wait) =>
      wait.catch((error: RpcError) => error.code),
    );
    const ended = await Promise.race([Promise.all(waits), setTimeout(5_000, 'still waiting')]);
    db.exec('ROLLBACK');
    return ended;
  });
  expect(codes).toEqual(['TIMEOUT', 'TIMEOUT']);
});

test('closing the connection ends waits with the id of the call', async () => {
  await using pair = await createTestPair();
  const shop = new ShopClient(pair.client);
  const waiting = shop.act('never').catch((error: unknown) => error);
  await pair.clock.settle();
  await pair.client.close();
  expect(await waiting).toMatchObject({ code: 'ABORTED', kind: 'unknown', callId: expect.any(String) });
  await expect(shop.act('again')).rejects.toMatchObject({ code: 'CLOSED', kind: 'rejected' });
});
