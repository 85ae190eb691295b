// Large bodies and results in Redis: what becomes of them when something goes wrong on the way.

import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Broker, Delivery } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { ChunkStore, Reference, withUploads } from '#dist/src/broker/redis/chunks.js';
import { Inspection } from '#dist/src/broker/redis/inspection.js';
import { keysOf } from '#dist/src/broker/redis/keys.js';
import { Packer } from '#dist/src/broker/redis/packing.js';
import { QueueLink } from '#dist/src/broker/redis/queue-link.js';
import { packMessage, packSettlement } from '#dist/src/broker/redis/records.js';
import { parseRedisUrl } from '#dist/src/broker/redis/redis-url.js';
import { createTopology } from '#dist/src/broker/redis/topology.js';
import type { Clock } from '#dist/src/clock.js';
import { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { type Redis, startProxy, startRedis, type TcpProxy } from '../support/redis/index.js';
import { createMessage } from './message.js';
import { attemptOf, eventually, idsOf } from './suite/subject.js';

const LARGE = `${'ä'.repeat(1_000_000)}.`;

let redis: Redis;
let proxy: TcpProxy;
let clock: VirtualClock;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async (context) => {
  await redis.cli('flushall');
  clock = new VirtualClock();
  proxy = await startProxy(redis);
  context.onTestFinished(() => proxy.stop());
});

async function open({ url = redis.url, at }: { url?: string; at?: Clock } = {}): Promise<Broker> {
  const broker = await openBroker(url, { clock: at, onWarning: () => {} });
  onTestFinished(() => broker.close());
  return broker;
}

/** A way to the queue below its broker. */
function openLink(): QueueLink {
  const target = parseRedisUrl(redis.url);
  const onWarning = (): void => {};
  const topology = createTopology(target, { inspection: new Inspection({ target, onWarning }), onWarning });
  onTestFinished(() => topology.close());
  return new QueueLink({ queue: 'q', target, topology, clock, onWarning });
}

const keyOf = (name: string): string => `${keysOf('q').wake.slice(0, -4)}${name}`;
const chunks = async (): Promise<number> => Number(await redis.cli('HLEN', keyOf('chunks')));
const uploads = async (): Promise<number> => Number(await redis.cli('ZCARD', keyOf('uploads')));

const claim = (broker: Broker): Promise<Delivery[]> =>
  broker.claim({ queue: 'q', worker: 'w', limit: 10, leaseMs: 60_000 });

describe('an upload', () => {
  test('that is followed by nothing is forgotten after ten minutes, and not before', async () => {
    const broker = await open({ at: clock });
    await broker.counts('q');
    await new ChunkStore(openLink()).storeBody({ body: LARGE });
    expect([await chunks(), await uploads()]).toEqual([32, 1]);
    await clock.advance('9m');
    await broker.reap();
    expect(await chunks()).toBe(32);
    await clock.advance('2m');
    await broker.reap();
    expect([await chunks(), await uploads()]).toEqual([0, 0]);
  });

  test('that comes a second time, and late, changes nothing of what refers to it', async () => {
    const broker = await open({ at: clock });
    const link = openLink();
    const message = createMessage({ body: LARGE });
    const stored = await new ChunkStore(link).storeBody(message);
    const packer = new Packer();
    packMessage(packer, stored, clock.now());
    expect(String(await link.run('send', () => ['', packer.bytes(), '1', '', '0', '']))).toBe('a');
    const { id } = stored.body as Reference;
    const part = Buffer.from(LARGE).subarray(0, 1_048_576);
    expect(await link.run('upload-body', () => [id, '1', '31', part])).toBe(1);
    await clock.advance('1h');
    await broker.reap();
    expect((await claim(broker))[0]?.body === LARGE).toBe(true);
  });

  test('whose beginning is forgotten has to begin anew', async () => {
    const link = openLink();
    const id = Buffer.from('0123456789abcdef');
    expect(await link.run('upload-body', () => [id, '17', '31', 'more'])).toBe(0);
    expect([await chunks(), await uploads()]).toEqual([0, 0]);
  });

  test('that is not there as a whole is not referred to by a call, nor by an outcome', async () => {
    const broker = await open({ at: clock });
    const link = openLink();
    const [waiting] = [createMessage()];
    await broker.send([waiting]);
    const [delivery] = await claim(broker);
    const reference = new Reference(Buffer.from('0123456789abcdef'), 2_000_001);
    await link.run('upload-body', () => [reference.id, '1', '31', Buffer.alloc(1_048_576)]);
    const packer = new Packer();
    packMessage(packer, { ...createMessage(), body: reference }, clock.now());
    expect(String(await link.run('send', () => ['', packer.bytes(), '1', '', '0', '']))).toBe('u');
    const ending = new Packer();
    packSettlement(ending, { ...attemptOf(delivery as Delivery), outcome: 'answered', result: reference });
    const [statuses] = (await link.run('settle', () => ['', '', '0', ending.bytes(), ''])) as [Buffer];
    expect(String(statuses)).toBe('u');
    expect(await broker.counts('q')).toMatchObject({ ready: 0, leased: 1, answered: 0 });
    expect(await chunks()).toBe(0);
  });

  test('that was gone is made again, for those alone that lack it, and not for ever', async () => {
    const asked: string[][] = [];
    const statuses = await withUploads(['a', 'b', 'c'], async (items) => {
      asked.push([...items]);
      return items.map((item) => (item === 'b' && asked.length < 3 ? 'gone' : `${item} is there`));
    });
    expect(statuses).toEqual(['a is there', 'b is there', 'c is there']);
    expect(asked).toEqual([['a', 'b', 'c'], ['b'], ['b']]);
    await expect(withUploads(['a'], async () => ['gone'])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  test('is refused when memory is full, as the call would be, and nothing of it is kept', async () => {
    const broker = await open();
    await broker.counts('q');
    await redis.cli('config', 'set', 'maxmemory', '1');
    onTestFinished(async () => void (await redis.cli('config', 'set', 'maxmemory', '0')));
    await expect(broker.send([createMessage({ body: LARGE })])).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('its memory is full'),
    });
    expect(await chunks()).toBe(0);
  });
});

describe('a large call', () => {
  test('goes over in pieces, so that no script handles much more than a mebibyte', async () => {
    const broker = await open();
    await broker.counts('q');
    const scripts = async (): Promise<number> =>
      Number(/cmdstat_evalsha:calls=(\d+)/.exec(await redis.cli('info', 'commandstats'))?.[1]);
    const before = await scripts();
    await broker.send([createMessage({ body: 'x'.repeat(8 * 2 ** 20) })]);
    const sent = await scripts();
    expect(sent - before).toBeGreaterThanOrEqual(9);
    expect(await claim(broker)).toHaveLength(1);
    expect((await scripts()) - sent).toBeGreaterThanOrEqual(9);
  });

  for (const lost of ['of an upload', 'of the last but one', 'of the call itself']) {
    test(`whose reply is lost, ${lost}, is stored once and leaves nothing else`, async () => {
      const broker = await open({ url: proxy.url });
      await broker.counts('q');
      const message = createMessage({ body: LARGE });
      // So that each step can be seen from outside.
      if (lost !== 'of an upload') proxy.delay(200);
      const sending = broker.send([message]);
      if (lost === 'of an upload') proxy.cutBeforeReply();
      if (lost === 'of the last but one') await eventually(async () => expect(await uploads()).toBe(1));
      if (lost === 'of the call itself') await eventually(async () => expect(await chunks()).toBe(32));
      if (lost !== 'of an upload') proxy.cut();
      proxy.delay(0);
      expect(await sending).toEqual(['accepted']);
      expect(await chunks()).toBe(32);
      expect(await uploads()).toBe(0);
      const deliveries = await claim(await open());
      expect(idsOf(deliveries)).toEqual([message.id]);
      expect(deliveries[0]?.body === LARGE).toBe(true);
    });
  }

  test('whose settlement has its reply lost is answered once, and its body is gone', async () => {
    const broker = await open({ url: proxy.url });
    const message = createMessage({ body: LARGE });
    await broker.send([message]);
    const [delivery] = await claim(broker);
    const settlement = { ...attemptOf(delivery as Delivery), outcome: 'answered', result: LARGE } as const;
    proxy.cutBeforeReply();
    expect(await broker.settle([settlement])).toEqual(['ok']);
    expect(await broker.settle([settlement])).toEqual(['stale']);
    expect([await chunks(), await uploads()]).toEqual([32, 0]);
    expect((await broker.fetch([message]))[0]?.result === LARGE).toBe(true);
  });

  test('is finished when its connection is closed', async () => {
    const broker = await open();
    const message = createMessage({ body: LARGE });
    const sending = broker.send([message]);
    await broker.close();
    expect(await sending).toEqual(['accepted']);
    expect((await claim(await open()))[0]?.body === LARGE).toBe(true);
  });

  test('that is cancelled while a worker reads it costs the worker no slot', async () => {
    const broker = await open();
    const message = createMessage({ body: LARGE });
    await broker.send([message]);
    // As if it had ended in between: its chunks are gone, its record is not.
    await redis.cli('DEL', keyOf('chunks'));
    const deliveries: Delivery[] = [];
    const consumer = broker.consume(
      { queue: 'q', worker: 'w', leaseMs: 60_000 },
      { onDeliveries: (arrived) => deliveries.push(...arrived) },
    );
    onTestFinished(() => consumer.stop());
    consumer.grant(1);
    await eventually(async () => expect((await broker.counts('q')).leased).toBe(1));
    const other = createMessage();
    await broker.send([other]);
    await eventually(() => expect(idsOf(deliveries)).toEqual([other.id]));
  });

  test('and those of its lane that are sent while it is under way keep their order', async () => {
    const broker = await open();
    const bodies = [LARGE, 'second', LARGE, 'fourth'];
    const messages = bodies.map((body) => createMessage({ body, lane: 'l' }));
    await Promise.all(messages.map((message) => broker.send([message])));
    for (const message of messages) {
      const deliveries = await claim(broker);
      expect(idsOf(deliveries)).toEqual([message.id]);
      await broker.settle([{ ...attemptOf(deliveries[0] as Delivery), outcome: 'answered', result: '1' }]);
    }
  });

  test('that does not reach its queue in time is nowhere, and its sender knows', async () => {
    const broker = await open({ url: proxy.url });
    await broker.counts('q');
    const message = createMessage({ body: LARGE, reachWithinMs: 300 });
    proxy.blackHole(true);
    await expect(broker.send([message])).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    proxy.blackHole(false);
    expect(await (await open()).fetch([message])).toEqual([undefined]);
  });
});
