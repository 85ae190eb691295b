// Split queues in a cluster: on different nodes, growing under load, beside those of other services and namespaces.

import { connect } from 'mq-rpc';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Message } from '#dist/src/broker/broker.js';
import { keysOf } from '#dist/src/broker/redis/keys.js';
import { placeOf } from '#dist/src/broker/redis/partitions.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { type Cluster, startCluster } from '../support/redis/index.js';
import { anOrder, gate, shopHandlers } from '../support/shop-handlers.js';
import { createMessage } from './message.js';
import { answerAll, openFor } from './split-queue.js';
import { eventually } from './suite/subject.js';

let cluster: Cluster;
beforeAll(async () => {
  // A node that is away must not take the others along.
  cluster = await startCluster({ replicas: 0, config: { 'cluster-require-full-coverage': 'no' } });
});
afterAll(() => cluster.stop());
beforeEach(async () => {
  for (const master of await cluster.masters()) await master.cli('FLUSHALL');
});

test('three partitions are on three nodes, and each has its share of the calls', async () => {
  const broker = await openFor(cluster.url);
  await broker.partition('orders.v1', 3);
  await broker.send(Array.from({ length: 3_000 }, () => createMessage({ queue: 'orders.v1' })));
  const perNode = await Promise.all(
    (await cluster.masters()).map(async (master) => {
      const keys = (await master.cli('KEYS', '*:calls')).split('\n').filter((key) => key !== '');
      expect(keys).toHaveLength(1);
      return Number(await master.cli('HLEN', keys[0] ?? ''));
    }),
  );
  expect(perNode.reduce((sum, size) => sum + size)).toBe(3_000);
  for (const size of perNode) expect(Math.abs(size - 1_000)).toBeLessThan(200);
});

test('a node that does not go on keeps nobody from the calls of the others', async () => {
  const [victim, ...healthy] = await cluster.masters();
  const broker = await openFor(cluster.url);
  await broker.partition('q', 3);
  const done: string[] = [];
  const consumer = broker.consume(
    { queue: 'q', worker: 'w', leaseMs: 60_000 },
    {
      onDeliveries: (arrived) => {
        for (const delivery of arrived) {
          done.push(delivery.id);
          void answerAll(broker, [delivery]).finally(() => consumer.grant(1));
        }
      },
    },
  );
  // Fewer than there are places: it has to get around.
  consumer.grant(1);
  const messages = Array.from({ length: 60 }, () => createMessage());
  const owners = await Promise.all(
    [0, 1, 2].map(async (place) => cluster.masterOf(await cluster.slotOf(keysOf('q', place).wake))),
  );
  const reachable = messages.filter(({ id }) =>
    healthy.includes(owners[placeOf(id, 3)] as (typeof owners)[0]),
  );
  expect(reachable.length).toBeGreaterThan(5);
  await broker.send([messages[0] as Message]);
  await eventually(() => expect(done).toHaveLength(1));
  // Or the only slot would wait for the one that is stopped.
  await eventually(async () => expect(await broker.counts('q')).toMatchObject({ leased: 0, answered: 1 }));
  victim?.pause();
  try {
    const rest = reachable.filter(({ id }) => id !== messages[0]?.id);
    for (const [index, message] of rest.entries()) {
      await broker.send([message]);
      await eventually(() => expect(done.length).toBe(2 + index));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    victim?.resume();
  }
  await cluster.whenOk();
  await broker.send(messages.filter(({ id }) => !done.includes(id)));
  await eventually(() => expect(new Set(done).size).toBe(messages.length));
  await consumer.stop();
});

test('growing from one to four to six under load loses nothing and does nothing twice', async () => {
  const url = cluster.url;
  const clients = [await connect({ url }), await connect({ url })];
  const servers = [await connect({ url }), await connect({ url })];
  onTestFinished(async () => {
    for (const connection of [...clients, ...servers]) await connection.close();
  });
  const runs = new Map<string, number>();
  const ran = (name: string): void => void runs.set(name, (runs.get(name) ?? 0) + 1);
  const handlers = shopHandlers({
    say: (text) => {
      ran(text);
      return `${text}!`;
    },
    placeOnce: (order, ctx) => {
      ran(order.id);
      return { orderId: order.id, attempt: ctx.attempt, total: 1n };
    },
  });
  for (const server of servers) await server.serve(shopDescriptor, handlers, { concurrency: 20 });
  const shops = clients.map((client) => new ShopClient(client));
  const answers: Promise<unknown>[] = [];
  const load = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) {
      const [shop, other] = n % 2 === 0 ? shops : shops.toReversed();
      answers.push((shop as ShopClient).say(`call ${n}`).then((text) => expect(text).toBe(`call ${n}!`)));
      // The same key from both clients, and again from times when there were fewer partitions.
      answers.push((shop as ShopClient).placeOnce(anOrder(`order ${n % 300}`)));
      answers.push((other as ShopClient).placeOnce(anOrder(`order ${n % 300}`)));
      if (n % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const early = await Promise.all(Array.from({ length: 50 }, (_, n) => shops[0]?.say.submit(`early ${n}`)));
  await load(0, 500);
  const growing = servers[0]?.serve(shopDescriptor, handlers, { partitions: 4, concurrency: 20 });
  await load(500, 1_000);
  await growing;
  const growingMore = servers[1]?.serve(shopDescriptor, handlers, { partitions: 6, concurrency: 20 });
  await load(1_000, 1_500);
  await growingMore;
  await load(1_500, 2_000);
  await Promise.all(answers);
  const counts = [...runs.entries()].filter(([, count]) => count !== 1);
  expect(counts).toEqual([]);
  expect(runs.size).toBe(2_000 + 300 + 50);
  const later = new ShopClient(clients[1] as (typeof clients)[0]);
  for (const [n, call] of early.entries())
    expect(await later.say.handle(call?.id ?? '').result()).toBe(`early ${n}!`);
});

test('the handle of a call that was made before the queue grew works after it', async () => {
  await using client = await connect(cluster.url);
  const calls = await Promise.all(
    Array.from({ length: 20 }, (_, n) => new ShopClient(client).say.submit(`${n}`)),
  );
  await using server = await connect(cluster.url);
  await server.serve(shopDescriptor, shopHandlers(), { partitions: 6 });
  await using other = await connect(cluster.url);
  const shop = new ShopClient(other);
  for (const [n, { id }] of calls.entries()) expect(await shop.say.handle(id).result()).toBe(`${n}`);
});

test('services and namespaces on one Redis do not see each other, split or not', async () => {
  const seen: string[] = [];
  const namespaces = ['a', 'b', 'c'];
  const connections = await Promise.all(
    namespaces.map((namespace) => connect({ url: cluster.url, namespace })),
  );
  onTestFinished(async () => {
    for (const connection of connections) await connection.close();
  });
  const held = gate();
  for (const [index, connection] of connections.entries()) {
    const say = (text: string): string => {
      seen.push(`${namespaces[index]} ${text}`);
      return `${namespaces[index]} ${text}`;
    };
    const partitions = [1, 2, 5][index] ?? 1;
    await connection.serve(shopDescriptor, shopHandlers({ say, act: () => held.opened.then(() => 'x') }), {
      partitions,
    });
  }
  const results = await Promise.all(
    connections.flatMap((connection) => {
      const shop = new ShopClient(connection);
      return Array.from({ length: 30 }, (_, n) => shop.say(`${n}`));
    }),
  );
  const expected = namespaces.flatMap((name) => Array.from({ length: 30 }, (_, n) => `${name} ${n}`));
  expect(results).toEqual(expected);
  expect(seen.toSorted()).toEqual(expected.toSorted());
  const call = await new ShopClient(connections[0] as (typeof connections)[0]).act.submit('x');
  for (const other of connections.slice(1))
    expect((await new ShopClient(other).act.handle(call.id).status()).state).toBe('unknown');
  held.open();
  expect(await call.result()).toBe('x');
});
