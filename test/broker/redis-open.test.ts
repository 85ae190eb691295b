// Opening a Redis broker, and what is told of its connection afterwards.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import {
  ask,
  type RedisServer,
  startCluster,
  startProxy,
  startRedis,
  startSentinels,
} from '../support/redis/index.js';
import { createMessage } from './message.js';
import { eventually } from './suite/subject.js';

interface Opened {
  readonly broker: Broker;
  readonly warnings: string[];
}

async function open(url: string): Promise<Opened> {
  const warnings: string[] = [];
  const broker = await openBroker(url, { onWarning: (message) => warnings.push(message) });
  onTestFinished(() => broker.close());
  return { broker, warnings };
}

/** Stops what a test has started, after its brokers are closed. */
function stopLater<T extends { stop(): Promise<void> }>(started: T): T {
  onTestFinished(() => started.stop());
  return started;
}

test('a database that does not exist is refused, and nothing goes to another one', async () => {
  const redis = stopLater(await startRedis());
  await expect(openBroker(`${redis.url}/99`)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(
      /it has no database of this number; choose a lower one, or raise `databases`/,
    ),
  });
  const { broker } = await open(`${redis.url}/15`);
  await broker.send([createMessage()]);
  expect(await redis.cli('-n', '15', 'dbsize')).not.toBe('0');
  expect(await redis.cli('dbsize')).toBe('0');
});

test('a database that the user may not select is refused', async () => {
  const redis = stopLater(await startRedis({ users: ['one on >secret ~* &* +@all -select'] }));
  await expect(openBroker(`${redis.urlFor('one', 'secret')}/1`)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('NOPERM'),
  });
});

test('a file of "ca=" that cannot be read is named', async () => {
  for (const [path, code] of [
    ['/no/such/authority.pem', 'ENOENT'],
    ['/tmp', 'EISDIR'],
  ] as const) {
    await expect(openBroker(`rediss://127.0.0.1:1/?ca=${path}`)).rejects.toMatchObject({
      name: 'RpcError',
      code: 'UNAVAILABLE',
      message: `the file "${path}" of "ca=" in the broker URL cannot be read (${code}): correct its path or its permissions`,
    });
  }
});

test('in a cluster, the weakest master decides what an acknowledgement means, and each warning comes once', async () => {
  const cluster = stopLater(await startCluster({ replicas: 0 }));
  expect((await open(cluster.url)).broker.durability).toBe('broker-fsync');
  await cluster.nodes[2]?.cli('config', 'set', 'appendfsync', 'everysec');
  const { broker, warnings } = await open(cluster.url);
  expect(broker.durability).toBe('broker-memory');
  expect(warnings.filter((message) => message.includes('appendfsync everysec'))).toHaveLength(1);
});

test('in a cluster, one unfit master is enough to refuse, and is named', async () => {
  const cluster = stopLater(await startCluster({ replicas: 0 }));
  const unfit = cluster.nodes[1] as RedisServer;
  await unfit.cli('config', 'set', 'maxmemory', '100mb');
  await unfit.cli('config', 'set', 'maxmemory-policy', 'allkeys-lru');
  await expect(openBroker(cluster.url)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringMatching(
      new RegExp(
        `node 127\\.0\\.0\\.1:${unfit.port}: \`maxmemory-policy allkeys-lru\` lets it delete whole queues`,
      ),
    ),
  });
});

test('in a cluster, a master that is away does not keep the others from being used', async () => {
  const cluster = stopLater(
    await startCluster({ replicas: 0, config: { 'cluster-require-full-coverage': 'no' } }),
  );
  const away = cluster.nodes[0] as RedisServer;
  await away.kill();
  const { broker } = await open(cluster.url);
  expect(
    await broker.send([createMessage({ queue: await queueOf(cluster.nodes[1] as RedisServer) })]),
  ).toEqual(['accepted']);
});

/** A queue whose slot this node has. */
async function queueOf(node: RedisServer): Promise<string> {
  for (let index = 0; ; index++) {
    const reply = await ask(node, 'exists', `mq:{q${index}}:meta`).catch(() => undefined);
    if (reply !== undefined) return `q${index}`;
  }
}

test('a connection that is away is told once, for all queues, and once when it is back', async () => {
  const redis = stopLater(await startRedis());
  const { broker, warnings } = await open(redis.url);
  const queues = ['a', 'b', 'c'];
  await broker.send(queues.map((queue) => createMessage({ queue })));
  for (const queue of queues) {
    const consumer = broker.consume({ queue, worker: 'w', leaseMs: 10_000 }, { onDeliveries: () => {} });
    consumer.grant(5);
  }
  warnings.length = 0;
  await redis.kill();
  await eventually(() => expect(warnings).toHaveLength(1));
  // Several ticks of every queue, and several tries to connect.
  await sleep(3_500);
  expect(warnings).toHaveLength(1);
  // Which one is up to the kernel: the connection that broke is noticed first, or the next that is tried.
  expect(warnings[0]).toMatch(
    /^Redis redis:\/\/127\.0\.0\.1:\d+ is away: .*(ECONNREFUSED|ECONNRESET|EPIPE|closed).*; trying again$/,
  );
  await redis.restart();
  expect(await broker.send([createMessage()])).toEqual(['accepted']);
  expect(warnings.slice(1)).toEqual([`Redis ${redis.url} is back`]);
});

test('a server that has become unfit is refused when it is next connected to', async () => {
  const redis = stopLater(await startRedis());
  const { broker, warnings } = await open(redis.url);
  await broker.send([createMessage()]);
  await redis.cli('config', 'set', 'maxmemory', '100mb');
  await redis.cli('config', 'set', 'maxmemory-policy', 'allkeys-lru');
  await redis.cli('client', 'kill', 'type', 'normal', 'skipme', 'yes');
  await redis.cli('client', 'kill', 'type', 'pubsub');
  await expect(broker.send([createMessage()])).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('`maxmemory-policy allkeys-lru` lets it delete whole queues'),
  });
  expect(warnings).toContainEqual(expect.stringMatching(/allkeys-lru.*; trying again$/));
  await redis.cli('config', 'set', 'maxmemory-policy', 'noeviction');
  await eventually(async () => expect(await broker.send([createMessage()])).toEqual(['accepted']));
  expect(warnings).toContain(`Redis ${redis.url} is back`);
});

test('a master that has become a replica is told of, and waited for', async () => {
  const [redis, master] = [stopLater(await startRedis()), stopLater(await startRedis())];
  const { broker, warnings } = await open(redis.url);
  await broker.send([createMessage()]);
  await redis.cli('replicaof', '127.0.0.1', `${master.port}`);
  const sending = broker.send([createMessage()]);
  await eventually(() => expect(warnings).toHaveLength(1));
  expect(warnings[0]).toMatch(
    /is away: it is a replica, which cannot be written; .* \(READONLY\); trying again$/,
  );
  await redis.cli('replicaof', 'no', 'one');
  expect(await sending).toEqual(['accepted']);
  expect(warnings.slice(1)).toEqual([`Redis ${redis.url} is back`]);
});

test('after it was closed, nothing runs on, even with the server away', async () => {
  const redis = stopLater(await startRedis());
  const warnings: string[] = [];
  const broker = await openBroker(redis.url, { onWarning: (message) => warnings.push(message) });
  broker.consume({ queue: 'q', worker: 'w', leaseMs: 10_000 }, { onDeliveries: () => {} }).grant(1);
  broker.subscribe('inbox-1', () => {});
  await broker.counts('q');
  await redis.kill();
  await eventually(() => expect(warnings).toHaveLength(1));
  await broker.close();
  await redis.restart();
  await sleep(2_500);
  expect(await redis.info('clients')).toMatchObject({ connected_clients: '1' });
  expect(warnings).toHaveLength(1);
  await expect(broker.counts('q')).rejects.toMatchObject({ code: 'CLOSED' });
});

test('a call waits for a server that is away', async () => {
  const redis = stopLater(await startRedis());
  const { broker } = await open(redis.url);
  await broker.send([createMessage()]);
  await redis.kill();
  const sending = broker.send([createMessage()]);
  await sleep(300);
  await redis.restart();
  expect(await sending).toEqual(['accepted']);
});

test('scripts that the server has forgotten are loaded again, for queues old and new', async () => {
  const redis = stopLater(await startRedis());
  const { broker, warnings } = await open(redis.url);
  await broker.send([createMessage()]);
  await redis.cli('script', 'flush');
  expect(await broker.send([createMessage({ queue: 'new' }), createMessage()])).toEqual([
    'accepted',
    'accepted',
  ]);
  expect(warnings).toEqual([]);
});

test('a push that nobody can have meant harms nobody', async () => {
  const redis = stopLater(await startRedis());
  const { broker, warnings } = await open(redis.url);
  broker.subscribe('inbox-1', () => {});
  await broker.send([createMessage()]);
  await eventually(async () => expect(await redis.cli('pubsub', 'shardchannels')).toContain('inbox'));
  await redis.cli('spublish', 'mq:{q}:inbox:inbox-1', 'rubbish');
  await eventually(() => expect(warnings).toEqual([expect.stringMatching(/^a push was not understood: /)]));
  expect(await broker.send([createMessage()])).toEqual(['accepted']);
});

test('who may not listen works without pushes, and is told once', async () => {
  const redis = stopLater(await startRedis({ users: ['deaf on >secret ~* &* +@all -ssubscribe'] }));
  const { broker, warnings } = await open(redis.urlFor('deaf', 'secret'));
  const taken: string[] = [];
  const consumer = broker.consume(
    { queue: 'q', worker: 'w', leaseMs: 10_000 },
    {
      onDeliveries: (calls) => {
        taken.push(...calls.map(({ id }) => id));
      },
    },
  );
  consumer.grant(5);
  const message = createMessage();
  await broker.send([message]);
  await eventually(() => expect(taken).toEqual([message.id]));
  expect(warnings.filter((warning) => /^pushes are not heard, .*NOPERM/.test(warning))).toHaveLength(1);
});

test('after a failover, a master that was is left at once, and channels and consumers follow', async () => {
  const group = stopLater(await startSentinels());
  const { broker, warnings } = await open(group.url);
  const taken: string[] = [];
  const consumer = broker.consume(
    { queue: 'q', worker: 'w', leaseMs: 10_000 },
    {
      onDeliveries: (calls) => {
        taken.push(...calls.map(({ id }) => id));
      },
    },
  );
  consumer.grant(10);
  await broker.send([createMessage()]);
  await eventually(() => expect(taken).toHaveLength(1));
  const before = await group.master();
  // Its connections live on, and nobody answers until it is back, as a replica.
  before.pause();
  const after = await group.whenMasterIsNot(before);
  before.resume();
  const message = createMessage();
  expect(await broker.send([message])).toEqual(['accepted']);
  await eventually(() => expect(taken).toContain(message.id));
  expect(await after.cli('hexists', 'mq:{q}:calls', 'x')).toBe('0');
  await eventually(async () => expect(await after.cli('pubsub', 'shardchannels')).toContain('deliveries'));
  expect(warnings.filter((warning) => warning.includes('calls cannot be claimed'))).toEqual([]);
});

test('what only waits keeps no process alive, with Redis there or away', async () => {
  const redis = stopLater(await startRedis());
  const proxy = stopLater(await startProxy(redis));
  for (const isAway of [false, true]) {
    const program = `
      import { openBroker } from '#dist/src/broker/open-broker.js';
      const broker = await openBroker(${JSON.stringify(proxy.url)}, { onWarning: (message) => console.log(message) });
      broker.consume({ queue: 'q', worker: 'w', leaseMs: 10_000 }, { onDeliveries: () => {} }).grant(1);
      broker.subscribe('inbox-1', () => {});
      await broker.counts('q');
      console.log('idle');
    `;
    proxy.refuse(false);
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    for await (const chunk of child.stdout) {
      if (isAway && String(chunk).includes('idle')) proxy.refuse(true);
    }
    expect(await exited).toEqual([0, null]);
  }
});
