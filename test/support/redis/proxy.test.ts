// The proxy does to a connection what it says.

import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Redis, startProxy, startRedis, type TcpProxy } from './index.js';

let server: Redis;
let proxy: TcpProxy;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

beforeEach(async () => {
  await server.cli('flushall');
  proxy = await startProxy(server);
  return () => proxy.stop();
});

/** A client that does not try again, so that it sees what became of each command. */
function client(): Client {
  const one = new Client(proxy.url, { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  one.on('error', () => {});
  onTestFinished(() => one.disconnect());
  return one;
}

const orNothing = (reply: Promise<unknown>): Promise<unknown> =>
  Promise.race([reply, new Promise((resolve) => setTimeout(resolve, 150, 'nothing'))]);

test('it forwards', async () => {
  const one = client();
  expect(await one.set('a', 'x'.repeat(1_000_000))).toBe('OK');
  expect(await one.get('a')).toHaveLength(1_000_000);
  expect(proxy.connections).toBe(1);
});

test('a cut destroys every connection at once', async () => {
  const one = client();
  await one.ping();
  server.pause();
  const reply = one.ping();
  await new Promise((resolve) => setTimeout(resolve, 20));
  proxy.cut();
  await expect(reply).rejects.toThrow();
  server.resume();
  expect(proxy.connections).toBe(0);
});

test('a cut before the reply lets the command happen', async () => {
  const one = client();
  await one.ping();
  proxy.cutBeforeReply();
  await expect(one.incr('n')).rejects.toThrow();
  expect(await server.cli('get', 'n')).toBe('1');
});

test('a black hole swallows both directions, keeps connections, accepts new ones, and ends', async () => {
  const one = client();
  await one.ping();
  proxy.blackHole(true);
  const reply = one.incr('n');
  const other = client();
  const otherReply = other.incr('n');
  expect(await orNothing(reply)).toBe('nothing');
  expect(proxy.connections).toBe(2);
  expect(await server.cli('exists', 'n')).toBe('0');
  proxy.blackHole(false);
  expect(await reply).toBe(1);
  expect(await otherReply).toBe(2);
});

test('while it refuses, there is no connection', async () => {
  const one = client();
  await one.ping();
  proxy.refuse(true);
  await expect(one.ping()).rejects.toThrow();
  await expect(client().ping()).rejects.toThrow();
  proxy.refuse(false);
  expect(await client().ping()).toBe('PONG');
});

test('what is delayed arrives later, in order, also when the delay ends meanwhile', async () => {
  const one = client();
  await one.ping();
  proxy.delay(300);
  const early = one.rpush('list', 'early');
  expect(await orNothing(early)).toBe('nothing');
  proxy.delay(0);
  await Promise.all([early, one.rpush('list', 'late')]);
  expect(await server.cli('lrange', 'list', '0', '-1')).toBe('early\nlate');
});

test('fragments are put together again by who receives them', async () => {
  const one = client();
  await one.ping();
  proxy.fragment(true);
  const text = 'fragment '.repeat(500);
  expect(await one.set('a', text)).toBe('OK');
  expect(await one.get('a')).toBe(text);
});
