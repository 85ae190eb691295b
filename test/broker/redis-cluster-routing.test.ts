// Queues in a cluster whose slots move and whose masters change: scripts, channels and consumers follow.

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Broker, CallRecord, Delivery, Message, Settlement } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { KEYS, keysOf } from '#dist/src/broker/redis/keys.js';
import {
  ask,
  type Cluster,
  type RedisServer,
  type SlotMigration,
  startCluster,
} from '../support/redis/index.js';
import { createMessage } from './message.js';
import { attemptOf, eventually, idsOf } from './suite/subject.js';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());

let queues = 0;
const freshQueue = (): string => `routing-${++queues}`;

async function open(warnings: string[] = []): Promise<Broker> {
  const broker = await openBroker(cluster.url, { onWarning: (message) => warnings.push(message) });
  onTestFinished(() => broker.close());
  return broker;
}

const slotOf = (queue: string): Promise<number> => cluster.slotOf(keysOf(queue).wake);

async function otherThan(node: RedisServer): Promise<RedisServer> {
  const other = (await cluster.masters()).find((one) => one !== node);
  if (other === undefined) throw new Error('there is one master only');
  return other;
}

async function beginMigration(queue: string): Promise<SlotMigration> {
  const slot = await slotOf(queue);
  const from = await cluster.masterOf(slot);
  return cluster.beginMigration(slot, await otherThan(from));
}

/** What a consumer of ten slots is handed. */
function consume(broker: Broker, queue: string): Delivery[] {
  const taken: Delivery[] = [];
  const consumer = broker.consume(
    { queue, worker: 'w', leaseMs: 30_000 },
    {
      onDeliveries: (calls) => {
        taken.push(...calls);
        consumer.grant(calls.length);
      },
    },
  );
  consumer.grant(10);
  return taken;
}

/** The newest attempt at a call, answered: one that was handed over in the middle of a change is handed over again. */
function answerTo(taken: readonly Delivery[], id: string): Settlement {
  const delivery = taken.findLast((one) => one.id === id);
  if (delivery === undefined) throw new Error('the call was not delivered');
  return { ...attemptOf(delivery), outcome: 'answered', result: '1' };
}

/** Whether something is done by now. */
async function isPending(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([promise, sleep(500, pending)])) === pending;
}

test('while some keys of a queue are elsewhere, calls wait, and are done when its slot has arrived', async () => {
  const queue = freshQueue();
  const broker = await open();
  await broker.send([createMessage({ queue })]);
  const migration = await beginMigration(queue);
  const keys = keysOf(queue);
  await migration.moveThese([keys.all[0] as string]);
  await expect(ask(migration.from, 'exists', ...keys.all)).rejects.toThrow(/TRYAGAIN/);
  const sending = broker.send([createMessage({ queue })]);
  const claiming = broker.claim({ queue, worker: 'w', limit: 10, leaseMs: 30_000 });
  expect(await isPending(Promise.race([sending, claiming]))).toBe(true);
  await migration.run();
  expect(await sending).toEqual(['accepted']);
  expect((await claiming).length).toBeGreaterThan(0);
  expect(await migration.to.cli('exists', keys.all[1] as string)).toBe('1');
});

test('a queue that is new while its slot is under way begins when that has arrived', async () => {
  const queue = freshQueue();
  const broker = await open();
  const migration = await beginMigration(queue);
  await expect(ask(migration.from, 'exists', ...keysOf(queue).all)).rejects.toThrow(/ASK|TRYAGAIN/);
  const taken = consume(broker, queue);
  const message = createMessage({ queue });
  const sending = broker.send([message]);
  expect(await isPending(sending)).toBe(true);
  await migration.run();
  expect(await sending).toEqual(['accepted']);
  await eventually(() => expect(idsOf(taken)).toEqual([message.id]));
});

test('a script cannot be stopped half way by a slot that is under way, even if every key is there when it begins', async () => {
  const queue = freshQueue();
  const broker = await open();
  const send = (message: Partial<Message>): Promise<unknown> =>
    broker.send([createMessage({ queue, ...message })]);
  const claim = (limit: number): Promise<Delivery[]> =>
    broker.claim({ queue, worker: 'w', limit, leaseMs: 60_000 });
  for (let index = 0; index < 3; index++) await send({ journal: 'always' });
  const [answered, died] = (await claim(3)) as [Delivery, Delivery];
  await broker.settle([
    { ...attemptOf(answered), outcome: 'answered', result: '1' },
    { ...attemptOf(died), outcome: 'dead', reason: 'handler-failed', result: '{}' },
  ]);
  for (let priority = 0; priority <= 7; priority++) await send({ priority });
  await send({ notBefore: Date.now() + 600_000 });
  await send({ expiresAt: Date.now() + 600_000 });
  const keys = keysOf(queue).all;
  const home = await cluster.masterOf(await slotOf(queue));
  await ask(home, 'rpush', keysOf(queue).all[8] as string, 'rs.somebody');
  // What few calls need: nobody has to do anything about these.
  for (const { name, type } of KEYS) {
    const key = keys.find((candidate) => candidate.endsWith(`:${name}`)) as string;
    if ((await ask(home, 'exists', key)) === 1) continue;
    await ask(home, type === 'zset' ? 'zadd' : 'hset', key, `${Number.MAX_SAFE_INTEGER}`, 'somebody');
  }
  expect(await ask(home, 'exists', ...keys)).toBe(keys.length);
  const migration = await beginMigration(queue);
  const claiming = claim(20);
  expect(await isPending(claiming)).toBe(true);
  expect(await ask(home, 'zcard', keys[3] as string)).toBe(1);
  await migration.run();
  expect(await claiming).toHaveLength(9);
});

test('a slot that stays where it was is used as before', async () => {
  const queue = freshQueue();
  const broker = await open();
  await broker.send([createMessage({ queue })]);
  const migration = await beginMigration(queue);
  const sending = broker.send([createMessage({ queue })]);
  expect(await isPending(sending)).toBe(true);
  await migration.abort();
  expect(await sending).toEqual(['accepted']);
});

test('channels and consumers follow a slot, also of a queue that is only listened to', async () => {
  const queue = freshQueue();
  const [client, server] = [await open(), await open()];
  const records: CallRecord[] = [];
  client.subscribe('inbox-1', (outcomes) => records.push(...outcomes));
  let wakes = 0;
  const listener = await open();
  listener.listen(queue, () => wakes++);
  const taken = consume(server, queue);
  const send = async (): Promise<string> => {
    const message = createMessage({ queue, inbox: 'inbox-1' });
    await client.send([message]);
    return message.id;
  };
  const first = await send();
  await eventually(() => expect(idsOf(taken)).toContain(first));
  const keys = keysOf(queue);
  const home = await cluster.masterOf(await slotOf(queue));
  const channels = [keys.wake, keys.inbox('inbox-1'), keys.deliveries('')];
  for (const node of [await otherThan(home), home]) {
    await cluster.migrateSlot(await slotOf(queue), node);
    await eventually(async () => {
      const heard = await node.cli('pubsub', 'shardchannels', `${keys.wake.slice(0, -4)}*`);
      for (const channel of channels) expect(heard).toContain(channel);
    });
    const id = await send();
    await eventually(() => expect(idsOf(taken)).toContain(id));
    await server.settle([answerTo(taken, id)]);
    await eventually(() => expect(records.map((record) => record.id)).toContain(id));
  }
  const before = wakes;
  await server.send([createMessage({ queue, body: 'x'.repeat(100_000) })]);
  await eventually(() => expect(wakes).toBeGreaterThan(before));
});

test('many queues in one slot follow it together', async () => {
  const broker = await open();
  // Whatever stands after the hash tag does not matter, so one tag is one slot: find others with the same one.
  const [first, ...others] = await queuesOfOneSlot(3);
  const all = [first as string, ...others];
  const taken = all.map((queue) => consume(broker, queue));
  for (const queue of all) await broker.send([createMessage({ queue })]);
  await eventually(() => expect(taken.map(({ length }) => length)).toEqual([1, 1, 1]));
  const slot = await slotOf(first as string);
  await cluster.migrateSlot(slot, await otherThan(await cluster.masterOf(slot)));
  for (const queue of all) await broker.send([createMessage({ queue })]);
  await eventually(() => expect(taken.map(({ length }) => length)).toEqual([2, 2, 2]));
});

/** Names of queues whose keys lie in one slot: seven hex digits of search space are plenty. */
async function queuesOfOneSlot(count: number): Promise<string[]> {
  const { default: slotOfKey } = await import('cluster-key-slot');
  const bySlot = new Map<number, string[]>();
  for (let index = 0; ; index++) {
    const queue = `same-${index}`;
    const slot = slotOfKey(keysOf(queue).wake);
    const names = [...(bySlot.get(slot) ?? []), queue];
    if (names.length === count) return names;
    bySlot.set(slot, names);
  }
}

test('a master that is replaced is left, whether it was killed or only silent', async () => {
  for (const how of ['killed', 'silent'] as const) {
    await cluster.whenOk();
    const queue = freshQueue();
    const warnings: string[] = [];
    const [client, server] = [await open(), await open(warnings)];
    const taken = consume(server, queue);
    const records: CallRecord[] = [];
    client.subscribe('inbox-1', (outcomes) => records.push(...outcomes));
    await client.send([createMessage({ queue })]);
    await eventually(() => expect(taken).toHaveLength(1));
    const slot = await slotOf(queue);
    const old = await cluster.masterOf(slot);
    if (how === 'killed') await cluster.killMaster({ slot });
    else {
      old.pause();
      await eventually(async () => expect(await replacementOf(slot, old)).toBeDefined());
      old.resume();
      // What it accepts until it has heard of that is lost, as in every failover.
      await eventually(async () => expect((await old.info('replication')).role).toBe('slave'));
    }
    const message = createMessage({ queue, inbox: 'inbox-1' });
    expect(await client.send([message])).toEqual(['accepted']);
    await eventually(() => expect(idsOf(taken)).toContain(message.id));
    expect(await server.settle([answerTo(taken, message.id)])).toEqual(['ok']);
    await eventually(() => expect(records.map(({ id }) => id)).toContain(message.id));
    const next = await cluster.masterOf(slot);
    expect(next).not.toBe(old);
    const { wake } = keysOf(queue);
    await eventually(async () => expect(await next.cli('pubsub', 'shardchannels', wake)).toBe(wake));
    expect(warnings.filter((warning) => !/ is (away|back)/.test(warning))).toEqual([]);
    await cluster.revive();
  }
});

/** The master of a slot in the eyes of the others, if it is not this one any more. */
async function replacementOf(slot: number, old: RedisServer): Promise<RedisServer | undefined> {
  const witness = cluster.nodes.find((node) => node !== old && node.isRunning);
  const ranges = (await ask(witness as RedisServer, 'cluster', 'slots')) as [
    number,
    number,
    [string, number],
  ][];
  const owner = ranges.find(([first, last]) => first <= slot && slot <= last)?.[2][1];
  return cluster.nodes.find(({ port }) => port === owner && port !== old.port);
}
