// Sentinels replace a master that is told to go or that is killed, and take it back as a replica.

import { Redis as Client } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { startSentinels } from './index.js';

test('a failover and a kill each make a replica the master, with what was replicated', async () => {
  await using group = await startSentinels();
  const first = await group.master();
  expect(group.url).toBe(
    `redis+sentinel://${group.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/mymaster`,
  );
  const client = new Client({
    sentinels: group.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
    name: 'mymaster',
    sentinelRetryStrategy: () => 100,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  // There is a master only now and then.
  client.on('error', () => {});
  onTestFinished(() => client.disconnect());
  expect(await client.set('a', '1')).toBe('OK');

  const second = await group.failover();
  expect(second).not.toBe(first);
  expect(await group.master()).toBe(second);
  expect(await client.get('a')).toBe('1');

  // A second one right after the first has to find the former master as a replica.
  expect(await group.failover()).toBe(first);
  expect(await group.killMaster()).toBe(second);
  expect(first.isRunning).toBe(false);
  expect(await client.set('b', '2')).toBe('OK');

  await group.reviveDead();
  expect(await first.cli('get', 'b')).toBe('2');
  expect((await first.info('replication')).role).toBe('slave');
});

test('two replicas follow the one that takes over, with a password', async () => {
  await using group = await startSentinels({ replicas: 2, password: 'secret' });
  expect(group.urlFor({ username: 'default', database: 0 })).toMatch(
    /^redis\+sentinel:\/\/default:secret@127\.0\.0\.1:\d+,.*\/mymaster\/0$/,
  );
  const dead = await group.master();
  const master = await group.killMaster();
  expect(await master.cli('set', 'a', '1')).toBe('OK');
  await group.reviveDead();
  for (const server of group.servers) expect(await server.cli('get', 'a')).toBe('1');
  expect(await group.master()).not.toBe(dead);
});
