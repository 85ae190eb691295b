// The rules of docs/redis-acl.md at work: users who have just these rights, and what they cannot do.

import { readFileSync } from 'node:fs';
import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Broker, CallRecord, Delivery } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { Inspection } from '#dist/src/broker/redis/inspection.js';
import { KEYS } from '#dist/src/broker/redis/keys.js';
import { Packer } from '#dist/src/broker/redis/packing.js';
import { QueueLink } from '#dist/src/broker/redis/queue-link.js';
import { packHandOver, packMessage, packSettlement } from '#dist/src/broker/redis/records.js';
import { parseRedisUrl } from '#dist/src/broker/redis/redis-url.js';
import { type ScriptName, scripts } from '#dist/src/broker/redis/scripts.js';
import { createTopology } from '#dist/src/broker/redis/topology.js';
import { systemClock } from '#dist/src/clock.js';
import { type Redis, startCluster, startRedis, startSentinels } from '../support/redis/index.js';
import { createMessage } from './message.js';
import { describeBroker } from './suite/index.js';
import { attemptOf, eventually } from './suite/subject.js';

const PASSWORD = 'pa55word';
const page = readFileSync(new URL('../../docs/redis-acl.md', import.meta.url), 'utf8');

/** The rule of a role as the page has it, for one line of an ACL file without its first word. */
function ruleOf(role: string, prefix = 'mq:{*'): string {
  const block = new RegExp(`^\`\`\`acl ${role}\nuser ([^\`]*)\`\`\`$`, 'm').exec(page)?.[1];
  if (block === undefined) throw new Error(`docs/redis-acl.md has no rule for ${role}`);
  return block.replaceAll('mq:{*', prefix).replace('PASSWORD', PASSWORD).replace(/\s+/g, ' ').trim();
}

const ROLES = ['client', 'server', 'operator'] as const;

/** Users for all queues, and for those of the namespaces `shop` and `bank`. */
const USERS = ROLES.flatMap((role) => [
  ruleOf(role),
  ...['shop', 'bank'].map((tenant) => ruleOf(role, `mq:{${tenant}:*`).replace(role, `${tenant}-${role}`)),
]);

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis({ users: USERS });
  // What is reported once is reported here, not to the first test of the suite.
  await (await openBroker(urlOf('server'), { onWarning: () => {} })).close();
});
afterAll(() => redis.stop());

const urlOf = (user: string): string => redis.urlFor(user, PASSWORD);

async function connectAs(user: string): Promise<Broker> {
  const broker = await openBroker(urlOf(user), { onWarning: () => {} });
  onTestFinished(() => broker.close());
  return broker;
}

/** The name of the error that a command of this user ends with, or `ok`. */
async function rawly(user: string, command: readonly string[]): Promise<string> {
  const [name = '', ...args] = command;
  const client = new Client({
    port: redis.port,
    username: user,
    password: PASSWORD,
    retryStrategy: () => null,
    replyMapping: 'legacy',
  });
  client.on('error', () => {});
  try {
    return await client.call(name, ...args).then(
      () => 'ok',
      (error: Error) => error.message.split(' ')[0] ?? '',
    );
  } finally {
    client.disconnect();
  }
}

describeBroker('Redis broker, with the rights of a server', () => ({
  url: urlOf('server'),
  dispose: async () => void (await redis.cli('FLUSHALL')),
}));

describe('a client', () => {
  test('sends calls, hears of their outcomes, reads, confirms and cancels them', async () => {
    const [client, server] = [await connectAs('client'), await connectAs('server')];
    const heard: CallRecord[] = [];
    client.subscribe('inbox-1', (records) => heard.push(...records));
    const taken: Delivery[] = [];
    const consumer = server.consume(
      { queue: 'q', worker: 'w', leaseMs: 10_000 },
      {
        onDeliveries: (deliveries) => {
          taken.push(...deliveries);
        },
      },
    );
    onTestFinished(() => consumer.stop());
    const [waiting, handedOver] = [createMessage({ inbox: 'inbox-1' }), createMessage({ inbox: 'inbox-1' })];
    expect(await client.send([waiting])).toEqual(['accepted']);
    consumer.grant(2);
    await eventually(() => expect(taken).toHaveLength(1));
    expect(await client.send([handedOver])).toEqual(['accepted']);
    await eventually(() => expect(taken).toHaveLength(2));
    await server.settle(taken.map((one) => ({ ...attemptOf(one), outcome: 'answered', result: '1' })));
    await eventually(() => expect(heard.map(({ state }) => state)).toEqual(['answered', 'answered']));
    expect((await client.fetch([waiting]))[0]?.state).toBe('answered');
    await client.confirm([waiting, handedOver]);
    const later = createMessage({ notBefore: Date.now() + 60_000 });
    await client.send([later]);
    expect(await client.cancel([later])).toEqual(['cancelled']);
    expect(await client.reap()).toBeDefined();
  });

  test('has no right to claim', async () => {
    const client = await connectAs('client');
    await client.send([createMessage()]);
    await expect(client.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 1_000 })).rejects.toMatchObject({
      name: 'RpcError',
      message: expect.stringMatching(/this user lacks a right; docs\/redis-acl\.md .*\(NOPERM; /),
    });
    const server = await connectAs('server');
    expect(await server.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 1_000 })).toHaveLength(1);
  });

  test('takes nothing out of the lists of a queue, and does not listen to what workers are handed', async () => {
    for (const command of [
      ['lpop', 'mq:{q}:ready:3'],
      ['lmpop', '1', 'mq:{q}:ready:3', 'LEFT'],
      ['lrem', 'mq:{q}:ready:3', '0', 'x'],
      ['hgetall', 'mq:{q}:calls'],
      ['del', 'mq:{q}:calls'],
      ['unlink', 'mq:{q}:calls'],
      ['rename', 'mq:{q}:calls', 'mq:{q}:mine'],
      ['expire', 'mq:{q}:calls', '1'],
      ['ssubscribe', 'mq:{q}:deliveries:x'],
      ['ssubscribe', 'mq:{q}:wake'],
      ['subscribe', 'mq:{q}:inbox:x'],
      ['psubscribe', '*'],
    ] as const) {
      expect([command, await rawly('client', command)]).toEqual([command, 'NOPERM']);
    }
  });
});

for (const role of ROLES) {
  test(`a ${role} has nothing to do with the rest of the server`, async () => {
    for (const command of [
      ['keys', '*'],
      ['scan', '0'],
      ['get', 'other'],
      ['set', 'other', '1'],
      ['hget', 'other', 'x'],
      ['hset', 'mq:x', 'x', 'y'],
      ['spublish', 'other', 'x'],
      ['flushall'],
      ['flushdb'],
      ['config', 'set', 'appendonly', 'no'],
      ['acl', 'list'],
      ['eval', 'return 1', '0'],
      ['script', 'flush'],
      ['function', 'list'],
      ['debug', 'sleep', '0'],
      ['shutdown', 'nosave'],
      ['monitor'],
      ['replicaof', 'no', 'one'],
      ['select', '1'],
    ] as const) {
      expect([command, await rawly(role, command)]).toEqual([command, 'NOPERM']);
    }
  });
}

describe('a tenant', () => {
  test('works in its namespace', async () => {
    const [client, server] = [await connectAs('shop-client'), await connectAs('shop-server')];
    const message = createMessage({ queue: 'shop:orders.v1' });
    expect(await client.send([message])).toEqual(['accepted']);
    const request = { queue: 'shop:orders.v1', worker: 'w', limit: 1, leaseMs: 10_000 };
    const [delivery] = await server.claim(request);
    expect(delivery?.id).toBe(message.id);
  });

  for (const queue of ['bank:orders.v1', 'orders.v1', 'shop', 'shopping:orders.v1', '}:shop:orders.v1']) {
    test(`neither sends to, nor claims from, nor reads the queue ${queue}`, async () => {
      const client = await connectAs('shop-client');
      const server = await connectAs('shop-server');
      const operator = await connectAs('shop-operator');
      const owner = await connectAs('server');
      const theirs = createMessage({ queue });
      await owner.send([theirs]);
      const before = await redis.cli('dbsize');
      const refusal = {
        code: 'UNAVAILABLE',
        message: expect.stringMatching(/\(NOPERM; nothing was written\)$/),
      };
      await expect(client.send([createMessage({ queue })])).rejects.toMatchObject(refusal);
      await expect(client.fetch([theirs])).rejects.toMatchObject(refusal);
      await expect(client.cancel([theirs])).rejects.toMatchObject(refusal);
      await expect(server.claim({ queue, worker: 'w', limit: 1, leaseMs: 1_000 })).rejects.toMatchObject(
        refusal,
      );
      await expect(operator.counts(queue)).rejects.toMatchObject(refusal);
      await expect(operator.deadLetters(queue, { limit: 1 })).rejects.toMatchObject(refusal);
      expect(await redis.cli('dbsize')).toBe(before);
      expect((await owner.fetch([theirs]))[0]?.state).toBe('ready');
    });
  }

  test('does not reach the keys and channels of another by hand', async () => {
    for (const command of [
      ['hget', 'mq:{bank:orders.v1}:calls', 'x'],
      ['hset', 'mq:{bank:orders.v1}:calls', 'x', 'y'],
      ['lpop', 'mq:{bank:orders.v1}:credits'],
      ['ssubscribe', 'mq:{bank:orders.v1}:inbox:x'],
      ['spublish', 'mq:{bank:orders.v1}:inbox:x', 'y'],
      ['evalsha', scripts.counts.sha, '1', 'mq:{bank:orders.v1}:calls'],
    ] as const) {
      expect([command, await rawly('shop-client', command)]).toEqual([command, 'NOPERM']);
    }
  });
});

test('an operator sees numbers and dead letters, cancels calls, and looks into the server', async () => {
  const [server, operator] = [await connectAs('server'), await connectAs('operator')];
  const [dying, waiting] = [createMessage({ queue: 'ops' }), createMessage({ queue: 'ops' })];
  await server.send([dying, waiting]);
  const [delivery] = await server.claim({ queue: 'ops', worker: 'w', limit: 1, leaseMs: 10_000 });
  await server.settle([
    { ...attemptOf(delivery as Delivery), outcome: 'dead', reason: 'handler-failed', result: '{}' },
  ]);
  expect(await operator.counts('ops')).toMatchObject({ ready: 1, dead: 1 });
  expect((await operator.deadLetters('ops', { limit: 10 })).map(({ id }) => id)).toEqual([dying.id]);
  expect(await operator.cancel([waiting])).toEqual(['cancelled']);
  expect(await operator.reap()).toBeDefined();
  for (const command of [
    ['config', 'get', 'appendfsync'],
    ['slowlog', 'get'],
    ['client', 'list'],
    ['latency', 'latest'],
  ] as const) {
    expect(await rawly('operator', command)).toBe('ok');
  }
  expect(await rawly('operator', ['script', 'kill'])).toBe('NOTBUSY');
});

test('in a cluster, a server needs what the page adds for it', async () => {
  const added = '+cluster|slots +cluster|info';
  expect(page).toContain(added.replaceAll('|', '\\|'));
  const cluster = await startCluster({ replicas: 0, config: { user: [`${ruleOf('server')} ${added}`] } });
  onTestFinished(() => cluster.stop());
  const hosts = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const broker = await openBroker(`redis+cluster://server:${PASSWORD}@${hosts}`, { onWarning: () => {} });
  onTestFinished(() => broker.close());
  const messages = ['a', 'b', 'c', 'd', 'e', 'f'].map((queue) => createMessage({ queue }));
  expect(new Set(await broker.send(messages))).toEqual(new Set(['accepted']));
  for (const { queue } of messages) {
    expect(await broker.claim({ queue, worker: 'w', limit: 1, leaseMs: 10_000 })).toHaveLength(1);
  }
});

test('Sentinels let a user in who may ask for the master and for other Sentinels', async () => {
  const rights = ['+sentinel|get-master-addr-by-name', '+sentinel|sentinels'];
  expect(page).toContain(rights.join(' ').replaceAll('|', '\\|'));
  const group = await startSentinels();
  onTestFinished(() => group.stop());
  for (const sentinel of group.sentinels) {
    await sentinel.cli('acl', 'setuser', 'watch', 'on', `>${PASSWORD}`, 'resetchannels', ...rights);
  }
  const hosts = group.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
  const query = `sentinel-username=watch&sentinel-password=${PASSWORD}`;
  const broker = await openBroker(`redis+sentinel://${hosts}/mymaster?${query}`, { onWarning: () => {} });
  onTestFinished(() => broker.close());
  expect(await broker.send([createMessage()])).toEqual(['accepted']);
});

describe('a script whose user lacks a right', () => {
  const queue = 'guarded';
  const ids = [createMessage().id, createMessage().id];
  const packer = (): Packer => new Packer();

  /** Arguments with which each script writes, or reads, something. */
  const ARGUMENTS: Readonly<Record<ScriptName, () => readonly (string | Buffer)[]>> = {
    partition: () => ['2', ''],
    fence: () => ['2'],
    open: () => ['1', ...KEYS.map(({ type }) => type)],
    send: () => {
      const packed = packer();
      packMessage(packed, createMessage({ queue, notBefore: Date.now() + 60_000 }), Date.now());
      packMessage(packed, createMessage({ queue }), Date.now());
      return ['', packed.bytes(), '1', '', '0', ''];
    },
    express: () => {
      const packed = packer();
      packHandOver(packed, createMessage({ queue, isExpress: true }), Date.now());
      return ['1', packed.bytes()];
    },
    adopt: () => {
      const packed = packer();
      const end = packed.id(createMessage().id).sized();
      packed.raw('w').number(1, 2).ms(Date.now()).ms(60_000).number(1, 2).raw('{}');
      end();
      return ['60000', packed.bytes()];
    },
    claim: () => ['10', '1000', '1 1'],
    consume: () => ['rs.name', '1', '', '', '', '1 1'],
    extend: () => ['60000', attempts()],
    settle: () => {
      const packed = packer();
      for (const id of ids) {
        packSettlement(packed, { queue, id, attempt: 1, outcome: 'answered', result: '1' });
      }
      return ['', 'rs.name', '1', packed.bytes(), ''];
    },
    reap: () => [],
    fetch: () => ['other-inbox', packIds()],
    confirm: () => [packIds()],
    cancel: () => [packIds()],
    counts: () => [],
    'dead-letters': () => ['+inf', '10'],
    'find-dead-letters': () => [packIds()],
    replay: () => ['', Buffer.concat(ids.map((id) => packer().id(id).raw('-').number(0, 4).bytes()))],
    remove: () => [packIds()],
    'waiting-ids': () => ['delayed', '0', packIds()],
    peek: () => [packIds()],
    journal: () => ['sent', '+inf', '10'],
    groups: () => [],
    join: () => ['billing', ''],
    leave: () => ['', 'billing'],
    'upload-body': () => ['0123456789abcdef', '1', '1', 'body'],
    'upload-result': () => ['0123456789abcdef', '1', '1', 'result'],
    download: () => ['0123456789abcdef\0\u0001'],
    limit: () => ['1', '', '', '', '', '', ''],
  };

  function packIds(): Buffer {
    const packed = packer();
    for (const id of ids) packed.id(id);
    return packed.bytes();
  }

  function attempts(): Buffer {
    const packed = packer();
    for (const id of ids) packed.id(id).number(1, 4);
    return packed.bytes();
  }

  async function openLink(user: string): Promise<QueueLink> {
    const target = parseRedisUrl(urlOf(user));
    const onWarning = (): void => {};
    const topology = createTopology(target, { inspection: new Inspection({ target, onWarning }), onWarning });
    onTestFinished(() => topology.close());
    return new QueueLink({ queue, target, topology, clock: systemClock, onWarning });
  }

  const setRights = (...rights: readonly string[]): Promise<string> =>
    redis.cli('acl', 'setuser', 'guarded', 'reset', 'on', `>${PASSWORD}`, '~*', '&*', '+@all', ...rights);

  for (const name of Object.keys(ARGUMENTS) as ScriptName[]) {
    test(`${name} is refused before it has written anything`, async () => {
      await redis.cli('flushall');
      await setRights();
      const link = await openLink('guarded');
      // Two calls that run, and one that waits: there is something to do for everybody.
      const server = await connectAs('server');
      await server.send(ids.map((id) => createMessage({ queue, id, inbox: 'inbox-1' })));
      await server.claim({ queue, worker: 'w', limit: 2, leaseMs: 60_000 });
      await server.send([createMessage({ queue })]);
      await link.run('counts', () => []);
      await server.close();
      expect(scripts[name].commands.length).toBeGreaterThan(0);
      for (const command of scripts[name].commands) {
        await setRights(`-${command.toLowerCase()}`);
        const before = await redis.cli('debug', 'digest');
        await expect(link.run(name, ARGUMENTS[name]), command).rejects.toMatchObject({
          code: 'UNAVAILABLE',
          message: expect.stringMatching(/this user lacks a right; .*\(NOPERM; nothing was written\)$/),
        });
        expect([command, await redis.cli('debug', 'digest')]).toEqual([command, before]);
      }
      await setRights();
      await expect(link.run(name, ARGUMENTS[name])).resolves.toBeDefined();
    });
  }

  test('is found by its text: no command has a name that is made up while it runs', () => {
    for (const { source } of Object.values(scripts)) {
      // A function of Lua may be protected.
      const calls = source.match(/(?:\bcall|\.pcall)\b[^;\n]*/g) ?? [];
      expect(calls.length).toBeGreaterThan(0);
      for (const call of calls) expect(call).toMatch(/^call(\('[A-Z]+'| = redis\.call$)/);
    }
  });
});

describe('the page', () => {
  const SCRIPTS: Readonly<Record<(typeof ROLES)[number], readonly ScriptName[]>> = {
    client: [
      'open',
      'partition',
      'fence',
      'groups',
      'upload-body',
      'send',
      'fetch',
      'download',
      'confirm',
      'cancel',
      'reap',
    ],
    server: Object.keys(scripts) as ScriptName[],
    operator: [
      'open',
      'partition',
      'limit',
      'counts',
      'waiting-ids',
      'peek',
      'dead-letters',
      'find-dead-letters',
      'upload-body',
      'replay',
      'send',
      'remove',
      'journal',
      'groups',
      'leave',
      'download',
      'fetch',
      'cancel',
      'confirm',
      'reap',
    ],
  };
  /** What comes before and beside scripts. */
  const AROUND = ['info', 'client|setname', 'evalsha', 'script|load', 'ssubscribe', 'sunsubscribe'];
  const DIAGNOSIS = [
    'config|get',
    'slowlog|get',
    'latency|latest',
    'memory|usage',
    'client|list',
    'script|kill',
    'cluster|info',
    'cluster|nodes',
    'cluster|slots',
  ];

  for (const role of ROLES) {
    test(`gives a ${role} the commands of its scripts, and no others`, () => {
      const inScripts = SCRIPTS[role].flatMap((name) =>
        scripts[name].commands.map((command) => command.toLowerCase()),
      );
      const needed = new Set([...inScripts, ...AROUND, ...(role === 'operator' ? DIAGNOSIS : [])]);
      const given = [...ruleOf(role).matchAll(/[ (]\+(\S+)/g)].map((match) => match[1] ?? '');
      expect(given.toSorted()).toEqual([...needed].toSorted());
    });
  }
});
