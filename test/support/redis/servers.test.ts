// Servers that tests start: what they keep, how they end, and that none is left over.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis as Client } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { ask, cutReplicasOff, type RedisOptions, startRedis, startReplicated, until } from './index.js';

async function redis(options?: RedisOptions) {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

test('a server that was killed has its data when it is back, on the same port', async () => {
  const server = await redis();
  expect(await server.cli('set', 'a', '1')).toBe('OK');
  await server.kill();
  await expect(ask(server, 'ping')).rejects.toThrow();
  await server.restart();
  expect(await server.cli('get', 'a')).toBe('1');
  expect(await server.cli('config', 'get', 'appendfsync')).toBe('appendfsync\nalways');
});

test('a paused server answers what it was asked when it goes on', async () => {
  const server = await redis();
  server.pause();
  const client = new Client(server.url);
  const reply = client.ping();
  const first = await Promise.race([reply, new Promise((resolve) => setTimeout(resolve, 200, 'nothing'))]);
  expect(first).toBe('nothing');
  server.resume();
  expect(await reply).toBe('PONG');
  client.disconnect();
});

test('settings, passwords and users are what the options say', async () => {
  const server = await redis({
    appendfsync: 'everysec',
    maxmemory: '64mb',
    maxmemoryPolicy: 'allkeys-lru',
    password: 'p@ss',
    users: ['reader on >secret ~* +@read +@connection +info'],
  });
  const client = new Client(server.url);
  expect(await client.set('a', '1')).toBe('OK');
  expect(await client.config('GET', 'max*')).toEqual(
    expect.arrayContaining(['maxmemory', String(64 * 2 ** 20), 'maxmemory-policy', 'allkeys-lru']),
  );
  const reader = new Client(server.urlFor('reader', 'secret'));
  expect(await reader.get('a')).toBe('1');
  await expect(reader.set('a', '2')).rejects.toThrow('NOPERM');
  client.disconnect();
  reader.disconnect();
});

test('a command that the server refuses is an error', async () => {
  const server = await redis();
  await expect(server.cli('get')).rejects.toThrow();
});

test('a server that cannot start says why', async () => {
  await expect(startRedis({ config: { appendfsync: 'sometimes' } })).rejects.toThrow(/has ended/);
});

test('a replica has what its master has', async () => {
  await using pair = await startReplicated({ password: 'secret' });
  const client = new Client(pair.url);
  await client.set('a', '1');
  expect(await client.wait(1, 5_000)).toBe(1);
  expect(await pair.replica.cli('get', 'a')).toBe('1');
  await expect(pair.replica.cli('set', 'a', '2')).rejects.toThrow();
  client.disconnect();
});

test('replicas that are cut off miss what their master acknowledges, until they follow again', async () => {
  await using pair = await startReplicated({ password: 'secret' });
  const mend = await cutReplicasOff(pair.master, [pair.master, pair.replica]);
  expect(await pair.master.cli('set', 'a', '1')).toBe('OK');
  expect(await pair.master.cli('wait', '1', '500')).toBe('0');
  expect(await pair.replica.cli('exists', 'a')).toBe('0');
  await mend();
  await pair.whenInSync();
  expect(await pair.replica.cli('get', 'a')).toBe('1');
});

test('servers end with the process that started them, even if that is killed', async () => {
  const file = fileURLToPath(new URL('./processes/start-and-wait.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const { ports, folder } = JSON.parse(line) as { ports: number[]; folder: string };
  for (const port of ports) expect(await ask({ port }, 'ping')).toBe('PONG');

  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  await until(
    async () => {
      const alive = await Promise.allSettled(ports.map((port) => ask({ port }, 'ping')));
      return alive.every(({ status }) => status === 'rejected') && !existsSync(folder);
    },
    { what: 'the servers and their data are gone' },
  );
});
