// docs/redis-keys.md is held to the code, and to what is found in a server after every verb was used.

import { readFileSync } from 'node:fs';
import { Redis as Client } from 'ioredis';
import { stringify as formatUuid } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Broker, Delivery } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { ChunkStore } from '#dist/src/broker/redis/chunks.js';
import { Inspection } from '#dist/src/broker/redis/inspection.js';
import { KEYS, keysOf } from '#dist/src/broker/redis/keys.js';
import { QueueLink } from '#dist/src/broker/redis/queue-link.js';
import { parseRedisUrl } from '#dist/src/broker/redis/redis-url.js';
import { createTopology } from '#dist/src/broker/redis/topology.js';
import { systemClock } from '#dist/src/clock.js';
import { type Redis, startRedis } from '../support/redis/index.js';
import { createMessage } from './message.js';
import { attemptOf, eventually } from './suite/subject.js';

const page = readFileSync(new URL('../../docs/redis-keys.md', import.meta.url), 'utf8');

const sectionOf = (heading: string): string =>
  page.split(/^#{2,3} /m).find((section) => section.startsWith(heading)) ?? '';

const LARGE = 'x'.repeat(65_537);

const HEADER = /^\|.*\|\n\|[-|]+\|$/gm;

/** The cells of the tables of a section, without their headers. */
const rowsOf = (heading: string): string[][] =>
  [
    ...sectionOf(heading)
      .replaceAll(HEADER, '')
      .matchAll(/^\| (.*) \|$/gm),
  ].map(([, row = '']) => row.split(' | '));

test('the page has the keys, types, contents and lifetimes of the code', () => {
  const described = KEYS.map(({ name, type, holds, lifetime }) => [`\`${name}\``, type, holds, lifetime]);
  expect(rowsOf('Keys')).toEqual(described);
});

test('the page has the channels of the code', () => {
  const { wake, inbox, deliveries } = keysOf('q');
  const base = 'mq:{q}:';
  const built = [wake, inbox('NAME'), deliveries('CONSUMER')].map((name) => `\`${name.slice(base.length)}\``);
  expect(rowsOf('Channels').map(([name]) => name)).toEqual(built);
});

test('scripts are given the keys of the page, in its order, and one that never exists', () => {
  const { declared } = keysOf('q');
  const names = [...rowsOf('Keys').map(([name = '']) => name.replaceAll('`', '')), 'absent'];
  expect(declared).toEqual(names.map((name) => `mq:{q}:${name}`));
});

test('no name of a queue leaves its hash tag', () => {
  const names = ['orders.v1', 'acme:orders.v1', '', '%', 'a}b', '{', '}{', 'ä {b}'];
  const tags = names.map((name) => /^mq:\{([^{}]+)\}:calls$/.exec(keysOf(name).all[1] ?? '')?.[1]);
  expect(tags).not.toContain(undefined);
  // Only the queue without a name and the one that is called "%" could meet.
  expect(new Set(tags).size).toBe(names.length);
});

describe('in a server', () => {
  let redis: Redis;
  let client: Client;
  let broker: Broker;
  const base = 'mq:{q}:';

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  beforeEach(async () => {
    await redis.cli('flushall');
    client = new Client(redis.url);
    broker = await openBroker(redis.url);
  });
  afterEach(async () => {
    await broker.close();
    client.disconnect();
  });

  async function claimOne(): Promise<Delivery> {
    const [delivery] = await broker.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 60_000 });
    if (delivery === undefined) throw new Error('there is no call');
    return delivery;
  }

  /** Uploads a body for a call that is never sent. */
  async function uploadNothingFor(queue: string): Promise<void> {
    const target = parseRedisUrl(redis.url);
    const onWarning = (): void => {};
    const topology = createTopology(target, { inspection: new Inspection({ target, onWarning }), onWarning });
    const link = new QueueLink({ queue, target, topology, clock: systemClock, onWarning });
    await new ChunkStore(link).storeBody({ body: LARGE });
    link.close();
    topology.close();
  }

  /** Every verb, and a call in every state. */
  async function useEverything(): Promise<void> {
    const inAnHour = Date.now() + 3_600_000;
    const send = async (message = {}) => {
      const sent = createMessage({ inbox: 'i', ...message });
      await broker.send([sent]);
      return sent;
    };
    broker.subscribe('i', () => {});
    broker.listen('q', () => {});
    await send({ notBefore: inAnHour });
    await send();
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'answered', result: '1' }]);
    const confirmed = await send();
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'answered', result: '1' }]);
    await broker.confirm([confirmed]);
    await send();
    await broker.settle([
      { ...attemptOf(await claimOne()), outcome: 'dead', reason: 'malformed', result: '1' },
    ]);
    await broker.cancel([await send()]);
    await broker.limit('q', { maxCalls: 1_000 });
    await broker.join('q', { name: 'billing', events: ['paid'] });
    await send({ journal: 'always', body: LARGE });
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'answered', result: LARGE }]);
    await uploadNothingFor('q');
    await send();
    const needs = { minor: 9, contract: 'c' };
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'parked', needs }]);
    const limits = [
      { name: 'one', concurrency: 1 },
      { name: 'slow', rate: 1, periodMs: 60_000 },
    ];
    await send({ lane: 'l', limits });
    await claimOne();
    await send({ limits });
    await send();
    const leased = await claimOne();
    await broker.extend([leased], 60_000);
    for (let priority = 0; priority < 8; priority++) await send({ priority, expiresAt: inAnHour });
    await broker.reap();
    await broker.fetch([leased]);
    await broker.counts('q');
    await broker.deadLetters('q', { limit: 10 });
    const consumer = broker.consume(
      { queue: 'idle', worker: 'w', leaseMs: 60_000 },
      { onDeliveries: () => {} },
    );
    consumer.grant(1);
    await eventually(async () => expect(await client.llen('mq:{idle}:credits')).toBe(1));
  }

  test('every key is one of the page, of its type, and none has a time to live', async () => {
    await useEverything();
    const found = await client.keys('*');
    const types = new Map<string, string>();
    for (const key of found) {
      const [, name = ''] = /^mq:\{(?:q|idle)\}:(.+)$/.exec(key) ?? [];
      types.set(name, await client.type(key));
      expect(await client.ttl(key)).toBe(-1);
    }
    expect(types).toEqual(new Map(KEYS.map(({ name, type }) => [name, type])));
  });

  test('every field of meta is one of the page', async () => {
    await useEverything();
    await broker.send([createMessage({ body: 'x'.repeat(65_536) })]);
    const expired = createMessage({ expiresAt: Date.now() - 1 });
    await broker.send([expired]);
    await broker.reap();
    const described = rowsOf('Fields of').flatMap(([names = '']) =>
      [...names.matchAll(/`(\w+)`/g)].map((match) => match[1]),
    );
    expect((await client.hkeys(`${base}meta`)).toSorted()).toEqual(described.toSorted());
    expect(await client.hget(`${base}meta`, 'format')).toBe('2');
  });

  test('a split queue has the same keys at each place, and notes in meta how it is split', async () => {
    await broker.partition('q', 3);
    const messages = Array.from({ length: 50 }, () => createMessage());
    await broker.send(messages);
    const tags = new Set((await client.keys('*')).map((key) => /^mq:\{(.+)\}:/.exec(key)?.[1] ?? ''));
    const places = [0, 1, 2].map((place) => keysOf('q', place).all);
    expect(tags).toEqual(new Set(places.map(([key = '']) => /\{(.+)\}/.exec(key)?.[1])));
    for (const tag of tags) expect(tag).toMatch(/^q(#\d\.[0-9a-z]+)?$/);
    const [first = []] = places;
    const described = rowsOf('Partitions').map(([name = '']) => name.replaceAll('`', ''));
    expect(described).toEqual(['partitions', 'fence']);
    expect(await client.hkeys(first[0] ?? '')).toEqual(expect.arrayContaining(described));
  });

  test('the channels that are listened to are those of the page', async () => {
    await useEverything();
    const channels = (await client.call('pubsub', 'shardchannels', '*')) as string[];
    const names = channels.map((channel) => channel.replace(/^mq:\{(q|idle)\}:/, '').replace(/:.*/, ':'));
    expect(new Set(names)).toEqual(new Set(['wake', 'inbox:', 'deliveries:']));
    const [, consumer] = /:deliveries:(.+)/.exec(channels.join()) ?? [];
    expect(consumer).toMatch(/^[0-9a-z]+\.[\w-]{8}/);
  });

  type Values = Readonly<Record<string, string | number | Buffer>>;

  /** Reads bytes as a table of the page says. */
  function decode(heading: string, bytes: Buffer): Values {
    const flagValues = Object.fromEntries(
      rowsOf('Values').map(([name = '', value]) => [name.replaceAll('`', ''), Number(value)]),
    );
    const flagsIn = (condition: string): number =>
      [...condition.matchAll(/`(\w+)`/g)].reduce(
        (flags, [, name = '']) => flags | (flagValues[name] ?? 0),
        0,
      );
    const values: Record<string, string | number | Buffer> = {};
    let at = 0;
    const take = (size: number): Buffer => {
      at += size;
      return bytes.subarray(at - size, at);
    };
    for (const [size = '', field = '', condition = ''] of rowsOf(heading)) {
      const name = /^\w+/.exec(field)?.[0] ?? '';
      const flag = flagsIn(condition);
      if (flag !== 0 && (Number(values.flags) & flag) === 0) continue;
      if (condition.startsWith('it goes on') && at === bytes.length) continue;
      if (name === 'call') values[name] = take(Number(values.size ?? bytes.length - at));
      else if (size === 'rest' && name === 'history') values[name] = take(bytes.length - at);
      else if (size === 'rest') values[name] = take(bytes.length - at).toString();
      else if (size === '1 + n') values[name] = take(take(1).readUInt8()).toString();
      else if (name === 'digest') values[name] = take(take(2).readUInt16BE()).toString();
      else if (size === '2 + n') values[name] = take(take(2).readUInt16BE());
      else if (size === '4 + n') values[name] = take(Math.max(0, take(4).readUInt32BE() - 1)).toString();
      else if (size === 'length') values[name] = take(Number(values.length)).toString();
      else if (name === 'upload') values[name] = take(16);
      else if (size === '16') values[name] = formatUuid(take(16));
      else if (name === 'state') values[name] = take(1).toString();
      else values[name] = take(Number(size)).readUIntBE(0, Math.min(6, Number(size)));
    }
    expect(at).toBe(bytes.length);
    return values;
  }

  const idBytes = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
  const stored = async (key: string, id: string): Promise<Buffer> =>
    (await client.hgetBuffer(base + key, idBytes(id))) ?? Buffer.alloc(0);

  test('a call is stored as the page says, with everything and with nothing', async () => {
    const before = Date.now();
    const full = createMessage({ priority: 6, expiresAt: before + 60_000, inbox: 'in', digest: 'dig' });
    const bare = createMessage({ wantsResult: false, priority: 0, body: '' });
    await broker.send([full, bare]);
    const call = decode('A call', await stored('calls', full.id));
    expect(call).toMatchObject({ state: 'w', flags: 6 * 16 + 15, retain: 60_000, deliveries: 3 });
    expect(call).toMatchObject({ inbox: 'in', digest: 'dig', body: full.body });
    expect(Number(call.acceptedAt)).toBeGreaterThanOrEqual(before);
    expect(Number(call.expiresAt) - Number(call.acceptedAt)).toBeLessThanOrEqual(60_000);
    expect(decode('A call', await stored('calls', bare.id))).toMatchObject({ flags: 0, body: '' });
  });

  test('what a call waits for is stored as the page says', async () => {
    const message = createMessage({
      lane: 'ä'.repeat(300),
      limits: [
        { name: 'a', concurrency: 2 },
        { name: 'b', rate: 3, periodMs: 60_000 },
      ],
      journal: 'always',
      expiryClock: 'deadline',
    });
    await broker.send([message]);
    const call = decode('A call', await stored('calls', message.id));
    expect(call).toMatchObject({ flags: 3 * 16 + 1 + 256 + 1024 + 2048 + 4096, turn: 1, notBefore: 0 });
    expect(call).toMatchObject({ lane: Buffer.from(message.lane ?? ''), body: message.body });
    const limits = call.limits as Buffer;
    const first = decode('One of the limits', limits.subarray(0, limits.length / 2));
    expect(first).toMatchObject({ kind: 99, most: 2, period: 0, name: Buffer.from('a') });
    const second = decode('One of the limits', limits.subarray(limits.length / 2));
    expect(second).toMatchObject({ kind: 114, most: 3, period: 60_000, name: Buffer.from('b') });
  });

  test('outcomes are stored as the page says', async () => {
    const message = createMessage({ digest: 'dig' });
    await broker.send([message]);
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'answered', result: '"ä"' }]);
    const answered = decode('An outcome', await stored('calls', message.id));
    expect(answered).toMatchObject({ state: 'a', attempt: 1, reason: 0, digest: 'dig', result: '"ä"' });
    expect(Number(answered.settledAt)).toBeGreaterThanOrEqual(Number(answered.acceptedAt));
    const poison = createMessage();
    await broker.send([poison]);
    const how = { outcome: 'dead', reason: 'handler-failed', result: '' } as const;
    await broker.settle([{ ...attemptOf(await claimOne()), ...how }]);
    const dead = decode('An outcome', await stored('calls', poison.id));
    expect(dead).toMatchObject({ state: 'd', reason: 7, result: '' });
    expect(decode('A call', dead.call as Buffer)).toMatchObject({ state: 'w', body: poison.body });
  });

  test('attempts are stored as the page says', async () => {
    const message = createMessage();
    await broker.send([message]);
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'retry', delayMs: 0, result: '"why"' }]);
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'released' }]);
    await claimOne();
    await broker.cancel([message]);
    const attempts = decode('The attempts', await stored('attempts', message.id));
    const past = decode('A past attempt', attempts.history as Buffer);
    expect(past).toMatchObject({ attempt: 1, failure: '"why"' });
    expect(attempts).toMatchObject({
      attempt: 3,
      failures: 1,
      releases: 1,
      cancel: 1,
      consumer: '',
      failure: '"why"',
    });
  });

  test('large bodies and results are stored as the page says, and entries of journals', async () => {
    const message = createMessage({ journal: 'always', body: LARGE, priority: 5 });
    await broker.send([message]);
    const call = await stored('calls', message.id);
    const body = decode('A reference', call.subarray(-20));
    expect(body).toMatchObject({ size: LARGE.length });
    const chunk = (number: number): Buffer =>
      Buffer.concat([call.subarray(-20, -4), Buffer.from([0, number])]);
    expect((await client.hgetBuffer(`${base}chunks`, chunk(1)))?.length).toBe(65_536);
    expect((await client.hgetBuffer(`${base}chunks`, chunk(2)))?.toString()).toBe('x');
    // The call, and the journal of what was sent.
    expect(await client.hget(`${base}chunks`, call.subarray(-20, -4))).toBe('2');
    await broker.settle([{ ...attemptOf(await claimOne()), outcome: 'answered', result: '"r"' }]);
    const [sent, received] = await Promise.all(
      ['sent', 'received'].map(async (name) => (await client.zrangeBuffer(base + name, '0', '-1'))[0]),
    );
    const flags = 5 * 16 + 1 + 1_024 + 8_192;
    const entry = decode('An entry', sent ?? Buffer.alloc(0));
    expect(entry).toMatchObject({ id: message.id, flags, state: '-', result: '' });
    expect(decode('An entry', received ?? Buffer.alloc(0))).toMatchObject({
      flags,
      state: 'a',
      result: '"r"',
    });
    expect(Number(await client.hget(`${base}meta`, 'sent'))).toBe((sent?.length ?? 0) + LARGE.length);
  });

  test('groups are stored as the page says', async () => {
    await broker.join('q', { name: 'billing', events: ['paid', 'ü'] });
    const [group] = await client.zrangeBuffer(`${base}groups`, '0', '-1');
    expect(decode('A group', group ?? Buffer.alloc(0))).toMatchObject({
      length: 7,
      name: 'billing',
      events: '\0\0\0\u0004paid\0\0\0\u0002ü',
    });
  });

  test('deliveries and views are pushed as the page says', async () => {
    const pushed = new Map<string, Buffer>();
    const listener = new Client(redis.url);
    listener.on('smessageBuffer', (channel: Buffer, bytes: Buffer) => pushed.set(channel.toString(), bytes));
    await listener.ssubscribe(`${base}inbox:i`);
    const deliveries: Delivery[] = [];
    const consumer = broker.consume(
      { queue: 'q', worker: 'w', leaseMs: 36 ** 3 },
      {
        onDeliveries: (arrived) => {
          deliveries.push(...arrived);
        },
      },
    );
    consumer.grant(1);
    await eventually(async () => expect(await client.llen(`${base}credits`)).toBe(1));
    const name = (await client.lindex(`${base}credits`, 0)) ?? '';
    expect(name).toMatch(/^1000\.[\w-]{8}/);
    await listener.ssubscribe(`${base}deliveries:${name}`);
    const message = createMessage({ inbox: 'i' });
    await broker.send([message]);
    await eventually(() => expect(deliveries).toHaveLength(1));
    await broker.settle([{ queue: 'q', id: message.id, attempt: 1, outcome: 'answered', result: '"r"' }]);
    await eventually(() => expect(pushed.size).toBe(2));
    const delivery = decode('A delivery', pushed.get(`${base}deliveries:${name}`) ?? Buffer.alloc(0));
    expect(delivery).toMatchObject({ id: message.id, attempt: 1, failures: 0 });
    expect(decode('A call', delivery.call as Buffer)).toMatchObject({ state: 'w', body: message.body });
    const view = decode('A view', pushed.get(`${base}inbox:i`) ?? Buffer.alloc(0));
    expect(view).toMatchObject({ id: message.id, state: 'a', attempt: 1, reason: 0, result: '"r"' });
    listener.disconnect();
  });
});
