// A cluster that loses masters and moves slots.

import { Cluster as Client } from 'ioredis';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { ask, type Cluster, startCluster } from './index.js';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());

function connect(): Client {
  const client = new Client(cluster.nodes.map(({ port }) => ({ host: '127.0.0.1', port })));
  onTestFinished(() => client.disconnect());
  return client;
}

test('three masters with a replica each serve all slots', async () => {
  expect(cluster.nodes).toHaveLength(6);
  const masters = await cluster.masters();
  expect(masters).toHaveLength(3);
  expect(await cluster.masterOf(0)).toBe(masters[0]);
  expect(await cluster.masterOf(16_383)).toBe(masters[2]);
  expect(cluster.url).toMatch(/^redis\+cluster:\/\/(127\.0\.0\.1:\d+,?){6}$/);

  const client = connect();
  await Promise.all(Array.from({ length: 100 }, (_, index) => client.set(`key ${index}`, index)));
  expect(await cluster.slotsInUse()).toHaveLength(100);
  await cluster.nodes[0]?.cli('flushall');
});

test('a killed master is replaced by its replica, and comes back as one', async () => {
  const client = connect();
  const slot = await cluster.slotOf('a');
  await client.set('a', '1');
  await cluster.whenOk();
  const dead = await cluster.killMaster({ slot });
  const next = await cluster.masterOf(slot);
  expect(next).not.toBe(dead);
  expect(await next.cli('get', 'a')).toBe('1');
  await cluster.revive();
  expect((await dead.info('replication')).role).toBe('slave');
});

test('in the middle of a migration some keys are asked for elsewhere, and several at once have to wait', async () => {
  const [a, b] = ['{tag}:a', '{tag}:b'];
  const slot = await cluster.slotOf(a);
  const from = await cluster.masterOf(slot);
  const to = (await cluster.masters()).find((node) => node !== from);
  if (to === undefined) throw new Error('there is one master only');
  await ask(from, 'mset', a, '1', b, '2');

  const migration = await cluster.beginMigration(slot, to);
  await migration.moveThese([a]);
  expect(await migration.remaining()).toBe(1);
  await expect(ask(from, 'get', a)).rejects.toThrow(`ASK ${slot} 127.0.0.1:${to.port}`);
  await expect(ask(from, 'mget', a, b)).rejects.toThrow('TRYAGAIN');
  expect(await ask(from, 'get', b)).toBe('2');
  expect(await connect().get(a)).toBe('1');

  await migration.run();
  expect(await cluster.masterOf(slot)).toBe(to);
  expect(await connect().mget(a, b)).toEqual(['1', '2']);
  await expect(ask(from, 'get', a)).rejects.toThrow(`MOVED ${slot} 127.0.0.1:${to.port}`);
});
