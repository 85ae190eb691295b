// What connecting to a Redis finds out about its settings: real servers, real settings.

import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseRedisUrl } from '#dist/src/broker/redis/redis-url.js';
import { inspectServer, judge, reportOnce, type ServerFacts } from '#dist/src/broker/redis/safe-start.js';
import {
  type Address,
  type Redis,
  type RedisOptions,
  reservePorts,
  startCluster,
  startRedis,
  startReplicated,
  startSentinels,
} from '../support/redis/index.js';

const STANDALONE = parseRedisUrl('redis://h');
const SENTINEL = parseRedisUrl('redis+sentinel://s/mymaster');
const CLUSTER = parseRedisUrl('redis+cluster://h');

/** As safe as a server can be. */
const SAFE: ServerFacts = {
  version: '7.0.15',
  mode: 'standalone',
  isReplica: false,
  connectedReplicas: 0,
  hasAppendOnlyFile: true,
  hasSnapshots: false,
  appendfsync: 'always',
  noAppendfsyncOnRewrite: false,
  maxmemory: 0,
  maxmemoryPolicy: 'noeviction',
  minReplicasToWrite: 0,
  isClusterComplete: undefined,
};

async function inspect(address: Address): Promise<ServerFacts> {
  const client = new Client({
    port: address.port,
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    enableReadyCheck: false,
  });
  try {
    return await inspectServer((command, ...args) => client.call(command as string, ...args));
  } finally {
    client.disconnect();
  }
}

async function start(options: RedisOptions): Promise<Redis> {
  const server = await startRedis(options);
  onTestFinished(() => server.stop());
  return server;
}

const warningsOf = (facts: ServerFacts, target = STANDALONE) => judge(facts, target).warnings;

describe('a single server', () => {
  let redis: Redis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  test('that syncs its file before it answers makes calls safe, and nothing is reported', async () => {
    const facts = await inspect(redis);
    expect(facts).toEqual({ ...SAFE, version: facts.version });
    expect(judge(facts, STANDALONE)).toEqual({ durability: 'broker-fsync', warnings: [] });
  });

  for (const [setting, value, warning] of [
    [
      'appendfsync',
      'everysec',
      /^with `appendfsync everysec`, up to two seconds of acknowledged calls can be/,
    ],
    ['appendfsync', 'no', /^with `appendfsync no`, half a minute of acknowledged calls can be lost/],
    [
      'no-appendfsync-on-rewrite',
      'yes',
      /^with `no-appendfsync-on-rewrite yes`, calls that are acknowledged w/,
    ],
  ] as const) {
    test(`with ${setting} ${value} is only as safe as its memory, and says what can be lost`, async () => {
      const before = (await redis.cli('config', 'get', setting)).split('\n')[1] ?? '';
      await redis.cli('config', 'set', setting, value);
      onTestFinished(async () => {
        await redis.cli('config', 'set', setting, before);
      });
      const { durability, warnings } = judge(await inspect(redis), STANDALONE);
      expect(durability).toBe('broker-memory');
      expect(warnings).toEqual([expect.stringMatching(warning)]);
    });
  }

  test('that may evict any key is refused; one that evicts keys with a time to live is not', async () => {
    await redis.cli('config', 'set', 'maxmemory', '100mb');
    for (const policy of ['allkeys-lru', 'allkeys-lfu', 'allkeys-random']) {
      await redis.cli('config', 'set', 'maxmemory-policy', policy);
      const facts = await inspect(redis);
      expect(() => judge(facts, STANDALONE)).toThrow(
        `Redis redis://h:6379: \`maxmemory-policy ${policy}\` lets it delete whole queues`,
      );
    }
    await redis.cli('config', 'set', 'maxmemory-policy', 'volatile-lru');
    expect(warningsOf(await inspect(redis))).toEqual([]);
    await redis.cli('config', 'set', 'maxmemory-policy', 'allkeys-lru');
    await redis.cli('config', 'set', 'maxmemory', '0');
    expect(warningsOf(await inspect(redis))).toEqual([]);
    await redis.cli('config', 'set', 'maxmemory-policy', 'noeviction');
  });

  test('that lacks replicas it was told to demand says that it will refuse every call', async () => {
    await redis.cli('config', 'set', 'min-replicas-to-write', '2');
    onTestFinished(async () => {
      await redis.cli('config', 'set', 'min-replicas-to-write', '0');
    });
    expect(warningsOf(await inspect(redis))).toEqual([
      expect.stringMatching(/^0 of the 2 replicas of `min-replicas-to-write` are attached: Redis refuses/),
    ]);
  });

  test('is refused with the URL of a cluster', async () => {
    const facts = await inspect(redis);
    expect(() => judge(facts, CLUSTER)).toThrow(
      /^Redis redis\+cluster:\/\/h:6379: it is not a node of a cluster/,
    );
  });
});

test('a server without an append-only file loses all calls when it restarts, or those since its last snapshot', async () => {
  const redis = await start({ config: { appendonly: 'no' } });
  const { durability, warnings } = judge(await inspect(redis), STANDALONE);
  expect(durability).toBe('broker-memory');
  expect(warnings).toEqual(['without `appendonly yes`, a restart of Redis loses all calls']);
  await redis.cli('config', 'set', 'save', '3600 1');
  expect(warningsOf(await inspect(redis))).toEqual([
    'without `appendonly yes`, a restart of Redis loses all calls since the last snapshot',
  ]);
});

test('where CONFIG is forbidden the worst is assumed, and said', async () => {
  const users = ['app on >pw ~* +info', 'nobody on >pw ~* +ping'];
  const redis = await start({ users, maxmemory: '100mb', maxmemoryPolicy: 'allkeys-lru' });
  const facts = await inspect({ port: redis.port, username: 'app', password: 'pw' });
  expect(facts).toMatchObject({
    hasAppendOnlyFile: true,
    appendfsync: undefined,
    noAppendfsyncOnRewrite: undefined,
    maxmemory: 100 * 2 ** 20,
    maxmemoryPolicy: 'allkeys-lru',
  });
  expect(() => judge(facts, STANDALONE)).toThrow(/allkeys-lru/);
  const { durability, warnings } = judge({ ...facts, maxmemoryPolicy: 'noeviction' }, STANDALONE);
  expect(durability).toBe('broker-memory');
  expect(warnings).toEqual([
    expect.stringMatching(/^it does not tell its `appendfsync`: unless that is `always`/),
  ]);
  await expect(inspect({ port: redis.port, username: 'nobody', password: 'pw' })).rejects.toThrow(/NOPERM/);
});

test('a connection that ends while CONFIG is asked for is no refusal', async () => {
  const ask = async (command?: string) => {
    if (command === 'INFO') return 'redis_version:7.0.15\r\n';
    throw new Error('Connection is closed.');
  };
  await expect(inspectServer(ask)).rejects.toThrow('Connection is closed.');
});

test('maps of CONFIG are read in every form in which a client can have them, also as buffers', async () => {
  const forms = [
    ['appendfsync', 'always'],
    [Buffer.from('appendfsync'), Buffer.from('always')],
    new Map([['appendfsync', 'always']]),
    { appendfsync: 'always' },
  ];
  for (const form of forms) {
    const ask = async (command?: string) => (command === 'INFO' ? Buffer.from('role:master\r\n') : form);
    expect((await inspectServer(ask)).appendfsync).toBe('always');
  }
});

describe('versions', () => {
  for (const version of ['2.8.24', '6.2.14', '6.9', '', 'unknown', '0']) {
    test(`"${version}" is too old`, () => {
      expect(() => judge({ ...SAFE, version }, STANDALONE)).toThrow(
        `it is version ${version}; mq-rpc needs Redis 7.0 or newer, or Valkey`,
      );
    });
  }
  for (const version of ['7.0.0', '7.2.4', '8.0.0', '10.1']) {
    test(`"${version}" is recent enough`, () => expect(warningsOf({ ...SAFE, version })).toEqual([]));
  }
  test('a server that names none is refused', async () => {
    const facts = await inspectServer(async () => '# Server\r\nos:Linux\r\n');
    expect(() => judge(facts, STANDALONE)).toThrow(/it is version 0;/);
  });
});

test('a replica is refused, and a master whose replicas are away says what the URL has asked for', async () => {
  const { master, replica, stop } = await startReplicated();
  onTestFinished(stop);
  const twice = parseRedisUrl('redis://h?durability=replicated&replicas=2');
  const [ofMaster, ofReplica] = [await inspect(master), await inspect(replica)];
  expect(() => judge(ofReplica, STANDALONE)).toThrow(
    /it is a replica, which cannot be written; name the master/,
  );
  expect(judge(ofMaster, twice)).toEqual({
    durability: 'replicated:2',
    warnings: [
      expect.stringMatching(/^1 of the 2 replicas of the broker URL are attached: no call can be con/),
    ],
  });
  expect(judge(ofMaster, parseRedisUrl('redis://h?durability=replicated')).warnings).toEqual([]);
  expect(judge(ofMaster, STANDALONE).warnings).toEqual([]);
});

test('behind Sentinels a failover can lose calls, unless they wait for a replica', async () => {
  const group = await startSentinels();
  onTestFinished(() => group.stop());
  const facts = await inspect(await group.master());
  expect(judge(facts, SENTINEL)).toEqual({
    durability: 'broker-fsync',
    warnings: [expect.stringMatching(/^a failover can lose acknowledged calls .* `durability=replicated`/)],
  });
  const replicated = parseRedisUrl('redis+sentinel://s/mymaster?durability=replicated');
  expect(judge(facts, replicated)).toEqual({ durability: 'replicated:1', warnings: [] });
  const [sentinel] = group.sentinels;
  const ofSentinel = await inspect(sentinel as Address);
  expect(() => judge(ofSentinel, STANDALONE)).toThrow(/it is a Sentinel; use "redis\+sentinel:/);
});

test('a node of a cluster is refused without the URL of a cluster', async () => {
  const cluster = await startCluster({ replicas: 0 });
  onTestFinished(() => cluster.stop());
  const facts = await inspect(cluster.nodes[0] as Address);
  expect(facts).toMatchObject({ mode: 'cluster', isClusterComplete: true });
  expect(() => judge(facts, STANDALONE)).toThrow(/it is a node of a cluster; use "redis\+cluster:/);
  expect(judge(facts, CLUSTER)).toEqual({ durability: 'broker-fsync', warnings: [] });
});

test('a cluster that lacks masters says that calls wait', async () => {
  const [bus = 0] = await reservePorts(1);
  const redis = await start({ config: { 'cluster-enabled': 'yes', 'cluster-port': bus } });
  expect(judge(await inspect(redis), CLUSTER).warnings).toEqual([
    expect.stringMatching(/^the cluster is down or lacks masters: calls wait/),
  ]);
});

test('a warning is reported once for each URL', () => {
  const heard: string[] = [];
  const report = (display: string, ...warnings: string[]) =>
    reportOnce(display, warnings, (w) => heard.push(w));
  report('redis://once-a', 'one', 'two');
  report('redis://once-a', 'two', 'three');
  report('redis://once-b', 'one');
  expect(heard).toEqual([
    'Redis redis://once-a: one',
    'Redis redis://once-a: two',
    'Redis redis://once-a: three',
    'Redis redis://once-b: one',
  ]);
});
