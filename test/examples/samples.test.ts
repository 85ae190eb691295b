// The samples run with one command each and say what they promise, on whatever broker MQ_RPC_URL names.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startCluster, startRedis } from '../support/redis/index.js';

async function run(sample: string, url?: string): Promise<string> {
  const file = fileURLToPath(new URL(`../../samples/${sample}/demo.ts`, import.meta.url));
  const { MQ_RPC_URL: _, ...rest } = process.env;
  const env = url === undefined ? rest : { ...rest, MQ_RPC_URL: url };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { env });
  return stdout + stderr;
}

async function expectWebhooks(url?: string): Promise<void> {
  const output = await run('github-webhooks', url);
  expect(output).toMatch(/329 submitted with no server, \d+ by the typed method/);
  expect(output).toContain('329 answered, 329 archived');
  expect(output).toContain('329 collected by another process, 0 different');
}

test('github-webhooks: every delivery is answered, collected by another process and equal', () =>
  expectWebhooks());

test('github-webhooks: the same on a Redis server', async () => {
  await using redis = await startRedis();
  await expectWebhooks(redis.url);
  // It did run there: the queue has been used, and its results were collected.
  expect(await redis.cli('hget', 'mq:{webhooks.v1}:meta', 'format')).toBe('2');
  expect(await redis.cli('exists', 'mq:{webhooks.v1}:calls')).toBe('0');
});

test('github-webhooks: the same on a Redis cluster', async () => {
  await using cluster = await startCluster();
  await expectWebhooks(cluster.url);
  const slots = await Promise.all(['{mq-rpc:schedules}', '{webhooks.v1}'].map((tag) => cluster.slotOf(tag)));
  expect(new Set(await cluster.slotsInUse())).toEqual(new Set(slots));
});

async function expectOrders(url?: string): Promise<void> {
  const output = await run('orders', url);
  expect(output).toContain('K-2004 sent twice, is one call');
  expect(output).toContain('the office was killed in the middle of its work');
  expect(output).toContain('mended and replayed: BND-1O is BND-10');
  expect(output).toContain('26 orders placed, each of them once');
  expect(output).toContain('0 dead letters left');
  expect(output).toContain('everything came out as promised');
  expect(output).not.toContain(' NO ');
}

test('orders: whatever happens to the office, every order comes out as promised', () => expectOrders());

test('orders: the same on a Redis server', async () => {
  await using redis = await startRedis();
  await expectOrders(redis.url);
  expect(await redis.cli('keys', 'mq:{day-*:orders.v1}:meta')).toMatch(/orders\.v1/);
});

test('orders: the same on a Redis cluster', async () => {
  await using cluster = await startCluster();
  await expectOrders(cluster.url);
});

test('hello: both spellings are called, and a result outlives the client that asked for it', async () => {
  const output = await run('hello');
  expect(output).toContain('is ready, local-fsync');
  expect(output).toContain('collector: "Hello, Ada!", said at ');
  expect(output).toContain('collector: "Goodbye, Ada!"');
  expect(output).toContain('collector: never met Bob');
  expect(output).toContain('collector: 0 people are still here');
});

test('hello: the same on a Redis server', async () => {
  await using redis = await startRedis();
  const output = await run('hello', redis.url);
  expect(output).toContain('is ready, broker-fsync');
  expect(output).toContain('collector: 0 people are still here');
});
