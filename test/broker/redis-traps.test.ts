// The traps of Redis and its clients, each walked into with a real server. docs/delivery.md says where each is met.

import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis as Client } from 'ioredis';
import { connect, RpcError } from 'mq-rpc';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Broker, Delivery } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { scripts } from '#dist/src/broker/redis/scripts.js';
import { ShopClient } from '../support/generated/index.js';
import {
  type Redis,
  startProxy,
  startRedis,
  startReplicated,
  type TcpProxy,
  until,
} from '../support/redis/index.js';
import { createMessage } from './message.js';
import { attemptOf, eventually, idsOf } from './suite/subject.js';

const CALLS = 'mq:{q}:calls';

let redis: Redis;
let proxy: TcpProxy;
let warnings: string[];
beforeAll(async () => {
  redis = await startRedis({ config: { 'busy-reply-threshold': 50 } });
});
afterAll(() => redis.stop());
beforeEach(async (context) => {
  await redis.cli('flushall');
  proxy = await startProxy(redis);
  warnings = [];
  // Not here, but after everything that a test still does through it.
  context.onTestFinished(() => proxy.stop());
});

async function open(url = proxy.url): Promise<Broker> {
  const broker = await openBroker(url, { onWarning: (message) => warnings.push(message) });
  onTestFinished(() => broker.close());
  return broker;
}

function raw(): Client {
  const client = new Client(redis.url);
  onTestFinished(() => client.disconnect());
  return client;
}

const claim = (broker: Broker, { limit = 10, leaseMs = 60_000 } = {}): Promise<Delivery[]> =>
  broker.claim({ queue: 'q', worker: 'w', limit, leaseMs });

const answer = (broker: Broker, deliveries: readonly Delivery[], result = '1') =>
  broker.settle(deliveries.map((delivery) => ({ ...attemptOf(delivery), outcome: 'answered', result })));

function consume(broker: Broker, { slots = 10, leaseMs = 60_000 } = {}): Delivery[] {
  const deliveries: Delivery[] = [];
  const consumer = broker.consume(
    { queue: 'q', worker: 'w', leaseMs },
    { onDeliveries: (arrived) => deliveries.push(...arrived) },
  );
  consumer.grant(slots);
  return deliveries;
}

const credits = (client: Client): Promise<number> => client.llen('mq:{q}:credits');

describe('scripts', () => {
  const every = Object.values(scripts);

  test('begin with a shebang, and run when memory is full: all but those that take calls in', () => {
    for (const { name, source } of every) {
      const [shebang = ''] = source.split('\n');
      expect(shebang).toMatch(/^#!lua/);
      expect(shebang.includes('allow-oom'), name).toBe(!['send', 'upload-body'].includes(name));
    }
  });

  test('touch no key that they were not given', () => {
    const GIVEN =
      /^(META|CALLS|ATTEMPTS|LEASES|DELAYED|EXPIRING|KEPT|DEAD|CREDITS|LANES|BLOCKED|GATES|OPENINGS|PARKED|GROUPS|SENT|RECEIVED|CHUNKS|UPLOADS|KEYS\[[^\]]+\])$/;
    for (const { name, source } of every) {
      const calls = [...source.matchAll(/\bcall\('([A-Z]+)'(?:, ([\w[\]+ ]+))?/g)];
      expect(calls.length, name).toBeGreaterThan(0);
      for (const [text, command, key = ''] of calls) {
        if (command === 'TIME' || command === 'SPUBLISH') continue;
        // Eight keys in a row, and the same eight as a list.
        if (command === 'LMPOP' || text.includes('unpack')) continue;
        if (key !== 'key') expect(key.trim(), `${name}: ${text}`).toMatch(GIVEN);
      }
      // What is called `key` is one of them in turn.
      const bound = [
        ...source.matchAll(
          /for \w+, key in ipairs\((.*)\) do|= dueOf\((.*)\)|(?:writeDown|= makeRoom|or makeRoom|return makeRoom)\((\w+),/g,
        ),
      ];
      for (const [, list = '', one = '', journal = ''] of bound) {
        for (const key of (list || one || journal).replaceAll(/[{} ]/g, '').split(',')) {
          if (key !== 'KEYS' && key !== 'key') expect(key, name).toMatch(GIVEN);
        }
      }
      const lists = [...source.matchAll(/unpack\((KEYS.*?)\)|'LMPOP', 8, ([^']*),\s*'LEFT'/g)];
      for (const [, range, row] of lists) {
        if (range !== undefined) expect(range).toBe('KEYS, 10, 17');
        else expect(row?.split(/,\s*/)).toEqual([17, 16, 15, 14, 13, 12, 11, 10].map((n) => `KEYS[${n}]`));
      }
      const channels = [...source.matchAll(/call\('SPUBLISH', (.*?),/g)].map(([, channel = '']) => channel);
      for (const channel of channels) expect(channel).toMatch(/^BASE \.\. '(wake|inbox:|deliveries:)'/);
    }
  });

  test('call Redis in one way only, and nothing that waits, trims, scans or belongs to streams', () => {
    for (const { name, source, commands } of every) {
      expect(source.match(/redis\.p?call/g), name).toEqual(['redis.call']);
      for (const command of commands)
        expect(command, name).not.toMatch(/^(B[LRZ]|X|KEYS|SCAN|[HSZ]SCAN|LTRIM|DEL|EXPIRE|FLUSH)/);
    }
  });

  test('write numbers in full, and leave JSON alone', () => {
    for (const { name, source } of every) expect(source, name).not.toMatch(/tostring|cjson|cmsgpack/);
  });
});

describe('a lost reply', () => {
  test('to send: the call is sent again, and accepted once', async () => {
    const broker = await open();
    const consumed = consume(await open(redis.url), { slots: 100 });
    const messages = [createMessage(), createMessage(), createMessage({ digest: 'd' })];
    for (const message of messages) {
      proxy.cutBeforeReply();
      const [status] = await broker.send([message]);
      expect(status).toBe(message.digest === undefined ? 'accepted' : 'duplicate');
    }
    await eventually(() => expect(idsOf(consumed)).toEqual(idsOf(messages)));
    expect(await broker.counts('q')).toMatchObject({ leased: 3, ready: 0 });
  });

  test('to claim: the calls come back when their lease is over', async () => {
    const broker = await open();
    const messages = [createMessage(), createMessage()];
    await broker.send(messages);
    proxy.cutBeforeReply();
    await expect(claim(broker, { leaseMs: 1_000 })).rejects.toMatchObject({ code: 'UNCONFIRMED' });
    expect(await claim(broker)).toEqual([]);
    await eventually(async () => expect((await broker.counts('q')).ready).toBe(2));
    expect((await claim(broker)).map(({ attempt }) => attempt)).toEqual([2, 2]);
  });

  test('to consume: the calls are given back, long before their lease is over, and cost no delivery', async () => {
    const direct = await open(redis.url);
    await direct.send([createMessage({ maxDeliveries: 1 }), createMessage({ maxDeliveries: 1 })]);
    const broker = await open();
    await broker.counts('q');
    proxy.cutBeforeReply();
    const deliveries = consume(broker);
    await eventually(() => expect(deliveries.map(({ attempt }) => attempt)).toEqual([2, 2]));
    expect(await answer(broker, deliveries)).toEqual(['ok', 'ok']);
  });

  test('to settle: the outcome is recorded once, and the worker hears that it is', async () => {
    const broker = await open();
    await broker.send([createMessage(), createMessage()]);
    const [first, second] = await claim(broker);
    if (first === undefined || second === undefined) throw new Error('expected two deliveries');
    proxy.cutBeforeReply();
    expect(await answer(broker, [first])).toEqual(['ok']);
    // One that did lose its lease hears that, whether or not its reply was lost.
    await broker.settle([{ ...attemptOf(second), outcome: 'released' }]);
    expect(await claim(broker)).toHaveLength(1);
    proxy.cutBeforeReply();
    expect(await answer(broker, [second])).toEqual(['stale']);
    expect(await broker.counts('q')).toMatchObject({ answered: 1, leased: 1 });
  });

  test('of a push: the call is given back as soon as the consumer is connected again', async () => {
    const client = raw();
    const deliveries = consume(await open());
    await eventually(async () => expect(await credits(client)).toBe(10));
    const direct = await open(redis.url);
    proxy.blackHole(true);
    const message = createMessage({ maxDeliveries: 1 });
    await direct.send([message]);
    expect(await direct.counts('q')).toMatchObject({ leased: 1 });
    proxy.cut();
    proxy.blackHole(false);
    await eventually(() => expect(deliveries).toMatchObject([{ id: message.id, attempt: 2 }]));
    expect(await answer(direct, deliveries)).toEqual(['ok']);
  });
});

describe('a server', () => {
  test('that has lost its scripts gets them again, and no batch overtakes another', async () => {
    const broker = await open();
    const deliveries = consume(await open(redis.url), { slots: 100 });
    const messages = Array.from({ length: 20 }, () => createMessage());
    for (const [index, message] of messages.entries()) {
      if (index % 5 === 0) await redis.cli('script', 'flush');
      await broker.send([message]);
    }
    await eventually(() => expect(idsOf(deliveries)).toEqual(idsOf(messages)));
  });

  test('that is stopped for longer than a lease ends none', async () => {
    const broker = await open(redis.url);
    await broker.send([createMessage()]);
    const deliveries = await claim(broker, { leaseMs: 4_000 });
    redis.pause();
    await sleep(7_000);
    redis.resume();
    expect(await broker.reap()).toMatchObject({ recovered: 0, exhausted: 0 });
    expect(await answer(broker, deliveries)).toEqual(['ok']);
  });

  test('that is stopped for three seconds keeps its connections, and answers what it was asked', async () => {
    const client = raw();
    const broker = await open();
    await broker.send([createMessage()]);
    const ids = async () => /^id=\d+(?=.*name=mq-rpc)/gm.exec(String(await client.client('LIST')))?.[0];
    const before = await ids();
    expect(before).toBeDefined();
    redis.pause();
    const sent = broker.send([createMessage()]);
    await sleep(3_000);
    redis.resume();
    expect(await sent).toEqual(['accepted']);
    expect(await ids()).toBe(before);
  });

  test('that falls silent is noticed, and what was asked is asked again elsewhere', async () => {
    const broker = await open();
    await broker.counts('q');
    proxy.blackHole(true);
    const sent = broker.send([createMessage()]);
    // The first connection stays open for the network: only the broker can give it up.
    await until(async () => proxy.connections > 1, {
      what: 'there is another connection',
      timeoutMs: 20_000,
    });
    proxy.blackHole(false);
    expect(await sent).toEqual(['accepted']);
    expect(await broker.counts('q')).toMatchObject({ ready: 1 });
  });

  test('that has no memory left takes no calls, and goes on with those it has', async () => {
    const broker = await open(redis.url);
    await broker.send(Array.from({ length: 4 }, () => createMessage()));
    const [first, ...others] = await claim(broker, { limit: 3 });
    if (first === undefined) throw new Error('expected a delivery');
    await redis.cli('config', 'set', 'maxmemory', '1');
    onTestFinished(async () => void (await redis.cli('config', 'set', 'maxmemory', '0')));
    const refused = createMessage();
    await expect(broker.send([refused])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      kind: 'rejected',
      message: expect.stringContaining('its memory is full'),
    });
    expect(await broker.fetch([{ queue: 'q', id: refused.id }])).toEqual([undefined]);
    expect(await broker.extend([first], 60_000)).toEqual(['ok']);
    expect(await answer(broker, [first], JSON.stringify('x'.repeat(100_000)))).toEqual(['ok']);
    const dead = { outcome: 'dead', reason: 'malformed', result: '1' } as const;
    expect(await broker.settle(others.map((other) => ({ ...attemptOf(other), ...dead })))).toEqual([
      'ok',
      'ok',
    ]);
    expect(await claim(broker)).toHaveLength(1);
    expect(await broker.reap()).toMatchObject({ recovered: 0 });
    await broker.confirm([first]);
    expect(await broker.counts('q')).toMatchObject({ answered: 0, dead: 2, leased: 1 });
  });

  test('that has become a replica is not written, until there is a master again', async () => {
    const broker = await open(redis.url);
    await broker.send([createMessage()]);
    await redis.cli('replicaof', '127.0.0.1', '1');
    const sent = broker.send([createMessage()]);
    await sleep(500);
    await redis.cli('replicaof', 'no', 'one');
    expect(await sent).toEqual(['accepted']);
    expect(await broker.counts('q')).toMatchObject({ ready: 2 });
  });

  test('that is busy with a script of somebody else is waited for, until that is killed', async () => {
    const broker = await open(redis.url);
    const [busy, killer] = [raw(), raw()];
    // A server that is busy takes no new clients.
    await Promise.all([busy.ping(), killer.ping()]);
    const looping = busy.eval('while true do end', 0).catch((error: Error) => error.message);
    await sleep(200);
    const sent = broker.send([createMessage()]);
    await sleep(500);
    await killer.script('KILL');
    expect(await looping).toMatch(/killed by user/);
    expect(await sent).toEqual(['accepted']);
    expect(await broker.counts('q')).toMatchObject({ ready: 1 });
  });
});

describe('data that is not ours', () => {
  test('under a key of the queue is left alone, before and while the queue is used', async () => {
    await redis.cli('set', CALLS, 'theirs');
    const broker = await open(redis.url);
    const naming = { code: 'UNAVAILABLE', message: expect.stringContaining(`the key ${CALLS}`) };
    await expect(broker.send([createMessage()])).rejects.toMatchObject(naming);
    await expect(claim(broker)).rejects.toMatchObject(naming);
    expect(await redis.cli('get', CALLS)).toBe('theirs');
    expect(await redis.cli('keys', '*')).toBe(CALLS);
    await redis.cli('del', CALLS);
    await broker.send([createMessage()]);
    await redis.cli('set', CALLS, 'theirs');
    await expect(broker.send([createMessage()])).rejects.toBeInstanceOf(RpcError);
    expect(await redis.cli('get', CALLS)).toBe('theirs');
  });

  test('and keys of another format are left alone', async () => {
    await redis.cli('hset', 'mq:{q}:meta', 'format', '0');
    const broker = await open(redis.url);
    await expect(broker.send([createMessage()])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('another version of mq-rpc'),
    });
    expect(await redis.cli('keys', '*')).toBe('mq:{q}:meta');
  });

  test('in a damaged record stops nobody: every bit of a call and of its attempts, turned over', async () => {
    const client = raw();
    const broker = await open(redis.url);
    for (const key of ['calls', 'attempts']) {
      for (let bit = 0, bits = 1; bit < bits; bit++) {
        const damaged = createMessage({ inbox: 'i', digest: 'd' });
        await broker.send([damaged]);
        const [delivery] = await claim(broker);
        if (delivery === undefined) throw new Error('expected a delivery');
        await broker.settle([{ ...attemptOf(delivery), outcome: 'released' }]);
        const id = Buffer.from(damaged.id.replaceAll('-', ''), 'hex');
        const record = (await client.hgetBuffer(`mq:{q}:${key}`, id)) ?? Buffer.alloc(0);
        bits = record.length * 8;
        record[bit >> 3] = (record[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        await client.hset(`mq:{q}:${key}`, id, record);
        const whole = createMessage({ priority: 0 });
        await broker.send([whole]);
        const deliveries = await claim(broker);
        expect(idsOf(deliveries), `bit ${bit} of ${key}`).toContain(whole.id);
        await broker.settle(deliveries.map((one) => ({ ...attemptOf(one), outcome: 'released' })));
        const again = await claim(broker);
        expect(idsOf(again)).toContain(whole.id);
        expect(await answer(broker, again)).not.toContain('stale');
        await broker.reap();
        await client.flushall();
      }
    }
  });
});

test('a damaged outcome hides no other: every bit of an answer and of a dead letter, turned over', async () => {
  const client = raw();
  const broker = await open(redis.url);
  const endings = [
    { outcome: 'answered', result: '1' },
    { outcome: 'dead', reason: 'malformed', result: '1' },
  ] as const;
  for (const ending of endings) {
    for (let bit = 0, bits = 1; bit < bits; bit++) {
      const [damaged, whole] = [createMessage({ digest: 'd' }), createMessage()];
      await broker.send([damaged, whole]);
      const deliveries = await claim(broker);
      await broker.settle(deliveries.map((delivery) => ({ ...attemptOf(delivery), ...ending })));
      const id = Buffer.from(damaged.id.replaceAll('-', ''), 'hex');
      const record = (await client.hgetBuffer(CALLS, id)) ?? Buffer.alloc(0);
      bits = record.length * 8;
      record[bit >> 3] = (record[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await client.hset(CALLS, id, record);
      const [, found] = await broker.fetch([damaged, whole]);
      expect(found, `bit ${bit}`).toMatchObject({ id: whole.id, state: ending.outcome, result: '1' });
      const letters = await broker.deadLetters('q', { limit: 10 });
      expect(letters).toHaveLength(ending.outcome === 'dead' ? 2 : 0);
      await broker.send([damaged]);
      await broker.cancel([damaged]);
      await broker.confirm([damaged, whole]);
      await broker.findDeadLetters([damaged, whole]);
      await broker.replay([damaged]);
      await broker.remove([damaged]);
      await broker.reap();
      await client.flushall();
    }
  }
});

describe('size', () => {
  test('a hundred thousand ids go through every verb', async () => {
    const broker = await open(redis.url);
    const messages = Array.from({ length: 100_000 }, () => createMessage());
    await redis.cli('config', 'resetstat');
    const all = <T>(statuses: readonly T[]): T[] => [...new Set(statuses)];
    expect(all(await broker.send(messages))).toEqual(['accepted']);
    expect(all(await broker.send(messages.slice(0, 50_000)))).toEqual(['duplicate']);
    const deliveries = await claim(broker, { limit: 100_000 });
    expect(idsOf(deliveries)).toEqual(idsOf(messages));
    expect(all(await broker.extend(deliveries, 60_000))).toEqual(['ok']);
    const [answered, released] = [deliveries.slice(0, 50_000), deliveries.slice(50_000)];
    expect(all(await answer(broker, answered))).toEqual(['ok']);
    await broker.settle(released.map((delivery) => ({ ...attemptOf(delivery), outcome: 'released' })));
    expect(all((await broker.fetch(messages)).map((record) => record?.state))).toEqual(['answered', 'ready']);
    expect(all(await broker.cancel(released))).toEqual(['cancelled']);
    await broker.confirm(messages);
    expect(Object.values(await broker.counts('q')).every((number) => number === 0)).toBe(true);
    // Seven hundred thousand ids in all, and no script was given more than five hundred.
    const { cmdstat_evalsha = '' } = await redis.info('commandstats');
    expect(Number(/calls=(\d+)/.exec(cmdstat_evalsha)?.[1])).toBeGreaterThan(700_000 / 500);
  });

  test('a worker with ten thousand slots gets them filled, and gives them back when it was not reached', async () => {
    const client = raw();
    const deliveries = consume(await open(), { slots: 10_000 });
    await eventually(async () => expect(await credits(client)).toBe(10_000));
    const direct = await open(redis.url);
    const messages = Array.from({ length: 10_000 }, () => createMessage());
    proxy.blackHole(true);
    await direct.send(messages);
    expect(await direct.counts('q')).toMatchObject({ leased: 10_000 });
    proxy.cut();
    proxy.blackHole(false);
    await eventually(() => expect(deliveries).toHaveLength(10_000));
    expect(idsOf(deliveries).toSorted()).toEqual(idsOf(messages).toSorted());
  });

  test('calls and results of eight mebibytes go through every verb', async () => {
    const broker = await open(redis.url);
    const body = 'x'.repeat(8 * 2 ** 20);
    const heard: string[] = [];
    broker.subscribe('i', (records) => heard.push(...idsOf(records)));
    const messages = Array.from({ length: 6 }, () => createMessage({ body, inbox: 'i' }));
    await broker.send(messages);
    const deliveries = [...(await claim(broker, { limit: 3 })), ...consume(broker, { slots: 1 })];
    await eventually(async () => expect((await broker.counts('q')).leased).toBe(4));
    expect(deliveries.every((delivery) => delivery.body === body)).toBe(true);
    await answer(broker, deliveries, body);
    await eventually(() => expect(heard.toSorted()).toEqual(idsOf(deliveries).toSorted()));
    const records = await broker.fetch(deliveries);
    expect(records.every((record) => record?.result === body)).toBe(true);
    expect(warnings.filter((warning) => !warning.includes('appendfsync'))).toEqual([]);
  });
});

test('a call that too few replicas have confirmed is in doubt: its caller gets the id, and it may run', async () => {
  const pair = await startReplicated();
  onTestFinished(() => pair.stop());
  const query = 'durability=replicated&replicas=1&replica-timeout=3s';
  const mq = await connect({ url: `${pair.url}?${query}`, onWarning: () => {} });
  onTestFinished(() => mq.close());
  const shop = new ShopClient(mq);
  const safe = await shop.say.submit('safe');
  expect(safe.durability).toBe('replicated:1');
  pair.replica.pause();
  const failure = await shop.say.submit('in doubt').catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'UNCONFIRMED', kind: 'unknown' });
  pair.replica.resume();
  const { callId = '' } = failure as RpcError;
  expect((await shop.say.handle(callId).status()).state).toBe('ready');
});

test('docs/delivery.md has a line for each trap, and names tests that are there', () => {
  const page = readFileSync(new URL('../../docs/delivery.md', import.meta.url), 'utf8');
  const rows = [...page.matchAll(/^\| (\d+) \| .* \| (.*) \|$/gm)];
  expect(rows.map(([, number]) => Number(number))).toEqual(
    Array.from({ length: 26 }, (_, index) => index + 1),
  );
  for (const [, number, shownBy = ''] of rows) {
    const tests = [...shownBy.matchAll(/`([\w./-]+)`(?: \(([^)]+)\))?/g)];
    expect(tests.length, `trap ${number}`).toBeGreaterThan(0);
    for (const [, path = '', words = ''] of tests) {
      const file = path.startsWith('src/') ? `../../${path}` : path.replace(/^suite/, 'broker/suite');
      const text = readFileSync(
        new URL(path.startsWith('src/') ? file : `../${file}`, import.meta.url),
        'utf8',
      );
      const titles = [...text.matchAll(/(?:test|describe)\(\s*['`](.*)['`]/g)]
        .map(([, title]) => title)
        .join('\n');
      expect(titles, `trap ${number}: ${path}`).toContain(words);
    }
  }
});

test('no program of ours blocks on a list or a stream, or sends a command again by itself', () => {
  const link = readFileSync(new URL('../../src/broker/redis/link.ts', import.meta.url), 'utf8');
  // A connection that has ended is not mended by the client: what was in it is judged by us.
  expect(link).toContain('retryStrategy: () => null');
  expect(link).toContain('autoResubscribe: false');
  expect(link).not.toMatch(
    /enableReadyCheck: false|enableAutoPipelining: true|autoResendUnfulfilledCommands/,
  );
});
