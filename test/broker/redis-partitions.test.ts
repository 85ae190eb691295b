// Queues that are split over several places: where a call is, how a queue grows, and what clients do that do not
// know of it yet.

import { readFileSync } from 'node:fs';
import { connect } from 'mq-rpc';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Broker, Delivery, Message, Page } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { keysOf } from '#dist/src/broker/redis/keys.js';
import { olderPlaces, parseHistory, placeOf, placesOf, WHOLE } from '#dist/src/broker/redis/partitions.js';
import { newCallId } from '#dist/src/client/call-id.js';
import { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { ShopClient, shopDescriptor } from '../support/generated/index.js';
import { type Redis, startProxy, startRedis } from '../support/redis/index.js';
import { shopHandlers } from '../support/shop-handlers.js';
import { createMessage } from './message.js';
import { answerAll, idWith, openFor } from './split-queue.js';
import { cancelSuite } from './suite/cancel.js';
import { closeSuite } from './suite/close.js';
import { crowdSuite } from './suite/crowd.js';
import { DEAD } from './suite/endings.js';
import { fencingSuite } from './suite/fencing.js';
import { malformedSuite } from './suite/malformed.js';
import { resultsSuite } from './suite/results.js';
import { sendSuite } from './suite/send.js';
import { attemptOf, eventually, idsOf, readAll, useBroker } from './suite/subject.js';
import { subscribeSuite } from './suite/subscribe.js';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());
beforeEach(async () => void (await redis.cli('FLUSHALL')));

const open = ({ clock, url = redis.url }: { clock?: VirtualClock; url?: string } = {}): Promise<Broker> =>
  openFor(url, clock);

const metaOf = async (queue: string, field: string, place = 0): Promise<string> =>
  redis.cli('HGET', keysOf(queue, place).all[0] as string, field);

const claimAll = (broker: Broker): Promise<Delivery[]> =>
  broker.claim({ queue: 'q', worker: 'w', limit: 1_000, leaseMs: 60_000 });

describe('places', () => {
  test('calls are spread evenly, and move only to new places when there are more', () => {
    const ids = Array.from({ length: 20_000 }, newCallId);
    for (const count of [2, 6, 64]) {
      const sizes = new Array<number>(count).fill(0);
      for (const id of ids) sizes[placeOf(id, count)] = (sizes[placeOf(id, count)] ?? 0) + 1;
      const share = ids.length / count;
      expect(sizes.filter((size) => Math.abs(size - share) > 6 * Math.sqrt(share))).toEqual([]);
    }
    for (const id of ids) {
      const [before, after] = [placeOf(id, 4), placeOf(id, 9)];
      expect(after === before || after >= 4).toBe(true);
    }
  });

  test('the place of a call is that of jump consistent hash, as others compute it', () => {
    // The vectors of github.com/dgryski/go-jump.
    const vectors = [
      [1, 1, 0],
      [42, 57, 43],
      [0xdead10cc, 1, 0],
      [0xdead10cc, 666, 361],
      [256, 1_024, 520],
    ] as const;
    for (const [key, count, place] of vectors) {
      const id = `018f2f6e-1111-7abc-8def-${key.toString(16).padStart(12, '0')}`;
      expect(placeOf(id, count)).toBe(place);
      expect(placeOf(id.toUpperCase(), count)).toBe(place);
    }
  });

  test('three places are in three thirds of the slots, whatever the queue is called', async () => {
    const { default: calculateSlot } = await import('cluster-key-slot');
    for (const queue of ['orders.v1', 'acme:orders.v1', 'a', '', 'ä {b}', 'q#1']) {
      const slots = [0, 1, 2].map((place) => calculateSlot(keysOf(queue, place).wake));
      const gaps = [0, 1, 2].map(
        (index) => ((slots[(index + 1) % 3] ?? 0) - (slots[index] ?? 0) + 16_384) % 16_384,
      );
      for (const gap of gaps) expect(Math.abs(gap - 16_384 / 3)).toBeLessThan(40);
    }
  });

  test('no place of a queue has the keys of another place or queue', () => {
    const bases = ['q', 'q#1', 'q#1.0', '%23'].flatMap((queue) =>
      Array.from({ length: 100 }, (_, place) => keysOf(queue, place).wake),
    );
    expect(new Set(bases).size).toBe(bases.length);
    for (const base of bases) expect(base).toMatch(/^mq:\{[^{}]+\}:wake$/);
  });

  test('a call is asked for where it can be, and where it was put most likely first', () => {
    const made = Date.now();
    const id = newCallId();
    expect(placesOf(id, WHOLE)).toEqual([0]);
    const grown = parseHistory(`1:0 400:${made - 3_600_000} 900:`);
    expect(placesOf(id, grown)[0]).toBe(placeOf(id, 400));
    expect(new Set(placesOf(id, grown))).toEqual(new Set([1, 400, 900].map((count) => placeOf(id, count))));
    const keyed = idWith({ 400: 7 });
    expect(placesOf(keyed, grown)[0]).toBe(placeOf(keyed, 900));
  });

  test('older places are asked before a call is sent, until its id says that it cannot be there', () => {
    const now = Date.now();
    let id = newCallId();
    while (new Set([1, 4, 9].map((count) => placeOf(id, count))).size < 3) id = newCallId();
    const [one, four] = [placeOf(id, 1), placeOf(id, 4)];
    expect(olderPlaces(id, parseHistory('1:0 4: 9:'))).toEqual([one, four]);
    expect(olderPlaces(id, parseHistory(`1:0 4:${now - 3_600_000} 9:`))).toEqual([four]);
    expect(olderPlaces(id, parseHistory(`1:0 4: 9:${now - 3_600_000}`))).toEqual([]);
    // Clocks differ.
    expect(olderPlaces(id, parseHistory(`1:0 4: 9:${now - 60_000}`))).toEqual([one, four]);
    const keyed = idWith({ 4: 3, 9: 8 });
    expect(olderPlaces(keyed, parseHistory(`1:0 4:${now - 3_600_000} 9:1`))).toEqual([0, 3]);
  });
});

// Suites in which calls of one queue have to come in one order are not here: a split queue has none.
describe.each([
  { what: 'a queue that was split before its first call', counts: [4], isUsed: false },
  { what: 'a queue that has grown twice', counts: [2, 5], isUsed: true },
])('$what is a queue', ({ counts, isUsed }) => {
  const subject = useBroker(() => ({ url: redis.url, dispose: () => {} }));
  beforeEach(async () => {
    for (const queue of ['q', 'other']) {
      const call = isUsed ? await subject.send({ queue, wantsResult: false }) : undefined;
      for (const count of counts) await subject.broker.partition(queue, count);
      if (call !== undefined) await answerAll(subject.broker, await subject.claim({ queue }));
    }
  });
  describe('send', () => sendSuite(subject));
  describe('fencing', () => fencingSuite(subject));
  describe('subscribe', () => subscribeSuite(subject));
  describe('fetch and confirm', () => resultsSuite(subject));
  describe('cancel', () => cancelSuite(subject));
  describe('malformed', () => malformedSuite(subject));
  describe('crowd', () => crowdSuite(subject));
  describe('close', () => closeSuite(subject));

  test('its numbers and its dead letters are those of all places', async () => {
    await subject.broker.send(Array.from({ length: 40 }, (_, n) => createMessage({ body: `${n}` })));
    const deliveries = await subject.claim({ limit: 20 });
    const dead: string[] = [];
    for (const delivery of deliveries.slice(0, 10)) {
      const letter = { ...attemptOf(delivery), outcome: 'dead', reason: 'malformed', result: '1' } as const;
      await subject.clock.advance(10);
      await subject.broker.settle([letter]);
      dead.unshift(delivery.id);
    }
    expect(await subject.broker.counts('q')).toMatchObject({ ready: 20, leased: 10, dead: 10 });
    expect(idsOf(await subject.broker.deadLetters('q', { limit: 100 }))).toEqual(dead);
    expect(idsOf(await subject.broker.deadLetters('q', { limit: 3 }))).toEqual(dead.slice(0, 3));
    expect(
      new Set((await subject.broker.deadLetters('q', { limit: 100 })).map(({ queue }) => queue)),
    ).toEqual(new Set(['q']));
    expect(new Set(deliveries.map(({ queue }) => queue))).toEqual(new Set(['q']));
  });

  test('what all its places have comes in pages, each once, and can be replayed and removed', async () => {
    const messages = Array.from({ length: 40 }, () => createMessage({ journal: 'always' }));
    await subject.broker.send(messages);
    const deliveries = await subject.claim({ limit: 20 });
    // Many in one millisecond.
    for (const delivery of deliveries) await subject.end(delivery, DEAD);
    const dead = idsOf(deliveries).toSorted();
    const waiting = idsOf(messages).filter((id) => !dead.includes(id));
    const read = async <Entry extends { readonly id: string; readonly position: number }>(
      list: (page: Page) => Promise<readonly Entry[]>,
    ): Promise<string[]> => idsOf(await readAll(list)).toSorted();
    expect(await read((page) => subject.broker.deadLetters('q', page))).toEqual(dead);
    expect(await read((page) => subject.broker.peek('q', page))).toEqual(waiting.toSorted());
    expect(await read((page) => subject.broker.journal('q', 'sent', page))).toEqual(
      idsOf(messages).toSorted(),
    );
    expect(await read((page) => subject.broker.journal('q', 'received', page))).toEqual(dead);
    const found = await subject.broker.findDeadLetters(messages);
    expect(found.map((letter) => letter?.id)).toEqual(
      messages.map(({ id }) => (dead.includes(id) ? id : undefined)),
    );
    const replayed = await subject.broker.replay(messages.map(({ queue, id }) => ({ queue, id })));
    expect(replayed).toEqual(messages.map(({ id }) => dead.includes(id)));
    expect(await subject.broker.counts('q')).toMatchObject({ ready: 40, dead: 0 });
    expect(await subject.broker.remove(messages)).toEqual(messages.map(() => true));
    expect(await subject.broker.peek('q', { limit: 10 })).toEqual([]);
  });

  test('its groups are known, and its large bodies and results come out as they went in', async () => {
    await subject.broker.join('q', { name: 'billing', events: ['paid'] });
    expect(await subject.broker.groups('q')).toEqual([{ name: 'billing', events: ['paid'] }]);
    expect(await subject.broker.leave('q', 'billing')).toBe(true);
    const body = 'ä'.repeat(1_000_000);
    const messages = Array.from({ length: 8 }, () => createMessage({ body }));
    await subject.broker.send(messages);
    const deliveries = await subject.claim({ limit: 8 });
    expect(deliveries.map((delivery) => delivery.body === body)).toEqual(messages.map(() => true));
    for (const delivery of deliveries) await subject.end(delivery, { outcome: 'answered', result: body });
    const records = await subject.broker.fetch(messages);
    expect(records.map((record) => record?.result === body)).toEqual(messages.map(() => true));
  });
});

describe('splitting', () => {
  test('the number is found with the broker, can be said again, and never shrinks', async () => {
    const [first, second] = [await open(), await open()];
    await first.partition('q', 4);
    await second.partition('q', 4);
    await expect(second.partition('q', 3)).rejects.toThrow(
      new RangeError(
        'partitions: expected at least 4, into which queue "q" is split, got 3: partitions are never merged, because the calls in them would be stranded',
      ),
    );
    await second.send(Array.from({ length: 100 }, () => createMessage()));
    expect(await first.counts('q')).toMatchObject({ ready: 100 });
    for (const place of [0, 1, 2, 3])
      expect(Number(await redis.cli('HLEN', keysOf('q', place).all[1] as string))).toBeGreaterThan(5);
  });

  test('a queue without calls has no history; one with calls has, and is sealed when all places are fenced', async () => {
    const broker = await open();
    await broker.partition('q', 4);
    expect(await metaOf('q', 'partitions')).toBe('4:0');
    await broker.send([createMessage({ queue: 'used' })]);
    await broker.partition('used', 1);
    await broker.partition('used', 2);
    await broker.partition('used', 5);
    expect(await metaOf('used', 'partitions')).toMatch(/^1:0 2:\d{13} 5:\d{13}$/);
    for (const place of [0, 1]) expect(await metaOf('used', 'fence', place)).toBe('5');
    const page = readFileSync(new URL('../../docs/redis-keys.md', import.meta.url), 'utf8');
    for (const field of ['partitions', 'fence']) expect(page).toContain(`| \`${field}\` |`);
  });

  test('a split whose end nobody has seen is finished by the next one who asks for it', async () => {
    const broker = await open();
    await broker.send([createMessage()]);
    await broker.partition('q', 2);
    // As a process leaves it that dies in the middle.
    const meta = keysOf('q').all[0] as string;
    await redis.cli('HSET', meta, 'partitions', `${await metaOf('q', 'partitions')} 3:`, 'fence', '3');
    expect(await metaOf('q', 'fence', 1)).toBe('');
    await (await open()).partition('q', 3);
    expect(await metaOf('q', 'fence', 1)).toBe('3');
    expect(await metaOf('q', 'partitions')).toMatch(/ 3:\d+$/);
  });

  test('several processes that split at once end at the largest number', async () => {
    const brokers = await Promise.all([2, 3, 4, 6].map(() => open()));
    await brokers[0]?.send([createMessage()]);
    const asked = await Promise.allSettled(
      brokers.map((broker, index) => broker.partition('q', [2, 3, 4, 6][index] ?? 1)),
    );
    expect(asked[3]?.status).toBe('fulfilled');
    expect(await metaOf('q', 'partitions')).toMatch(/^1:0 .*\b6:\d+$/);
  });

  test('a history that was lost in a failover is put back by whoever knows it', async () => {
    const clock = new VirtualClock();
    const [witness, other] = [await open({ clock }), await open()];
    const message = createMessage({ id: idWith({ 1: 0, 2: 1, 5: 4 }) });
    await witness.send([createMessage()]);
    await witness.partition('q', 2);
    await witness.partition('q', 5);
    await witness.send([message]);
    await redis.cli('HDEL', keysOf('q').all[0] as string, 'partitions', 'fence');
    expect(await other.fetch([message])).toEqual([undefined]);
    await clock.advance('1s');
    await eventually(async () => expect(await metaOf('q', 'partitions')).toBe('1:0 2: 5:'));
    await eventually(async () => expect((await other.fetch([message]))[0]?.state).toBe('ready'));
  });

  test('SQLite and memory have one place', async () => {
    const broker = await openBroker('memory:');
    await broker.partition('q', 8);
    await broker.partition('q', 2);
    await broker.close();
  });

  test('servers say how many they want, and are told what they cannot have', async () => {
    await using mq = await connect({ url: redis.url, namespace: 'acme' });
    await mq.serve(shopDescriptor, shopHandlers(), { partitions: 3 });
    expect(await metaOf('acme:shop.v1', 'partitions')).toBe('3:0');
    await expect(mq.serve(shopDescriptor, shopHandlers(), { partitions: 2 })).rejects.toThrow(RangeError);
    for (const partitions of [0, 1.5, 1_025])
      await expect(mq.serve(shopDescriptor, shopHandlers(), { partitions })).rejects.toThrow('partitions');
    expect(await new ShopClient(mq).say('hi')).toBe('hi');
  });
});

describe('clients that know of fewer places', () => {
  /** One who has read that the queue has one place, and will not read again by himself; and one who splits it. */
  async function staleAndNew(): Promise<{ stale: Broker; current: Broker }> {
    const stale = await open({ clock: new VirtualClock() });
    const current = await open();
    await stale.send([createMessage({ id: idWith({ 1: 0, 4: 0 }), wantsResult: false })]);
    return { stale, current };
  }
  /** A call that belongs to place 0, and to place 2 of four. */
  const moving = (message: Partial<Message> = {}): Message =>
    createMessage({ id: idWith({ 1: 0, 4: 2 }), digest: 'd', ...message });

  test('find a call that is at a place which they do not know', async () => {
    const { stale, current } = await staleAndNew();
    await current.partition('q', 4);
    const messages = [moving(), moving(), moving()];
    await current.send(messages);
    expect((await stale.fetch(messages)).map((record) => record?.state)).toEqual(['ready', 'ready', 'ready']);
    expect(await stale.cancel(messages.slice(0, 1))).toEqual(['cancelled']);
  });

  test('extend and settle an attempt that was made there', async () => {
    const { stale, current } = await staleAndNew();
    await current.partition('q', 4);
    const message = moving();
    await current.send([message]);
    const deliveries = await claimAll(current);
    const attempt = attemptOf(deliveries.find(({ id }) => id === message.id) as Delivery);
    expect(await stale.extend([attempt], 1_000)).toEqual(['ok']);
    const third = await open({ clock: new VirtualClock() });
    expect(await third.settle([{ ...attempt, outcome: 'answered', result: '1' }])).toEqual(['ok']);
    expect(await third.settle([{ ...attempt, outcome: 'answered', result: '2' }])).toEqual(['stale']);
    expect(await stale.fetch([message])).toMatchObject([{ state: 'answered', result: '1' }]);
  });

  test('send a large call to the place where it belongs, and leave nothing of it at the others', async () => {
    const { stale, current } = await staleAndNew();
    await current.partition('q', 4);
    const message = moving({ body: 'x'.repeat(3_000_000) });
    expect(await stale.send([message])).toEqual(['accepted']);
    const delivery = (await claimAll(current)).find(({ id }) => id === message.id);
    expect(delivery?.body === message.body).toBe(true);
    const chunksAt = async (place: number): Promise<number> =>
      Number(await redis.cli('HLEN', `${keysOf('q', place).wake.slice(0, -4)}chunks`));
    expect([await chunksAt(0), await chunksAt(2)]).toEqual([0, 47]);
    const third = await open({ clock: new VirtualClock() });
    const answered = {
      ...attemptOf(delivery as Delivery),
      outcome: 'answered',
      result: message.body,
    } as const;
    expect(await third.settle([answered])).toEqual(['ok']);
    expect((await stale.fetch([message]))[0]?.result === message.body).toBe(true);
    expect([await chunksAt(0), await chunksAt(2)]).toEqual([0, 47]);
  });

  test('and send the key of a call that is at a new place: it is the same call', async () => {
    const { stale, current } = await staleAndNew();
    await current.partition('q', 4);
    const message = moving();
    expect(await current.send([message])).toEqual(['accepted']);
    expect(await stale.send([message, { ...message, digest: 'other' }])).toEqual(['duplicate', 'conflict']);
    expect(idsOf(await claimAll(current)).filter((id) => id === message.id)).toHaveLength(1);
  });

  test('have sent a call before the queue was split: its key finds it at its old place, whatever became of it', async () => {
    const { stale, current } = await staleAndNew();
    const [waiting, answered, cancelled] = [moving(), moving(), moving()];
    await stale.send([waiting, answered, cancelled]);
    await stale.cancel([cancelled]);
    await current.partition('q', 4);
    const deliveries = await claimAll(current);
    await answerAll(
      current,
      deliveries.filter(({ id }) => id === answered.id),
    );
    expect(await current.send([waiting, answered, cancelled])).toEqual([
      'duplicate',
      'duplicate',
      'accepted',
    ]);
    expect(await current.send([cancelled])).toEqual(['duplicate']);
    expect(idsOf(await claimAll(current))).toEqual([cancelled.id]);
    expect(await current.counts('q')).toMatchObject({ ready: 0, answered: 1, cancelled: 0 });
  });

  test('a key that was forgotten at its old place is a new call at its new one', async () => {
    const { stale, current } = await staleAndNew();
    const message = moving({ retainMs: 1 });
    await stale.send([message]);
    await current.partition('q', 4);
    await answerAll(current, await claimAll(current));
    await eventually(async () => expect(await current.fetch([message])).toEqual([undefined]));
    expect(await current.send([message])).toEqual(['accepted']);
    expect(await stale.send([message])).toEqual(['duplicate']);
    expect(await redis.cli('HLEN', keysOf('q', 2).all[1] as string)).toBe('1');
  });

  test('a call without a key that is sent again after the split is the same call', async () => {
    const { stale, current } = await staleAndNew();
    const message = moving({ digest: undefined });
    await stale.send([message]);
    await current.partition('q', 4);
    expect(await current.send([message])).toEqual(['duplicate']);
  });

  test('of two who send one key at once, before and after the split, one is the duplicate', async () => {
    for (let round = 0; round < 20; round++) {
      await redis.cli('FLUSHALL');
      const { stale, current } = await staleAndNew();
      const messages = Array.from({ length: 30 }, () => moving());
      const [, ...statuses] = await Promise.all([
        current.partition('q', 4),
        ...messages.map((message) => stale.send([message])),
        ...messages.map((message) => current.send([message])),
      ]);
      const accepted = statuses.flat().filter((status) => status === 'accepted');
      expect(accepted).toHaveLength(messages.length);
      expect(idsOf(await claimAll(current))).toHaveLength(messages.length + 1);
    }
  });

  test.each(['before', 'after'])(
    'one who was paused in the middle of sending, and the other %s',
    async (when) => {
      const proxy = await startProxy({ port: redis.port });
      onTestFinished(() => proxy[Symbol.asyncDispose]());
      const paused = await open({ clock: new VirtualClock(), url: proxy.url });
      await paused.send([createMessage({ id: idWith({ 1: 0, 4: 0 }) })]);
      const current = await open();
      const message = moving();
      proxy.delay(1_500);
      const sending = paused.send([message]);
      if (when === 'before') await expect(current.fetch([message])).resolves.toEqual([undefined]);
      await current.partition('q', 4);
      if (when === 'before') expect(await current.send([message])).toEqual(['accepted']);
      proxy.delay(0);
      const other = when === 'before' ? 'duplicate' : 'accepted';
      expect(await sending).toEqual([other]);
      if (when === 'after') expect(await current.send([message])).toEqual(['duplicate']);
      expect(idsOf(await claimAll(current)).filter((id) => id === message.id)).toHaveLength(1);
    },
  );

  test('a split that was never finished lets no call in twice', async () => {
    const stale = await open({ clock: new VirtualClock() });
    await stale.partition('q', 2);
    await stale.send([createMessage()]);
    const meta = keysOf('q').all[0] as string;
    // Its process died before it came to the second place.
    await redis.cli('HSET', meta, 'partitions', `${await metaOf('q', 'partitions')} 5:`, 'fence', '5');
    const current = await open();
    const message = createMessage({ id: idWith({ 2: 1, 5: 4 }), digest: 'd' });
    expect(await current.send([message])).toEqual(['accepted']);
    expect(await stale.send([message])).toEqual(['duplicate']);
    expect(await claimAll(current)).toHaveLength(2);
  });

  test('three numbers of places: whoever knows whichever, a key is one call', async () => {
    const one = await open({ clock: new VirtualClock() });
    await one.send([createMessage()]);
    const ids = Array.from({ length: 40 }, () => idWith({ 1: 0, 2: 1, 6: 5 }));
    const two = await open({ clock: new VirtualClock() });
    await two.partition('q', 2);
    const six = await open({ clock: new VirtualClock() });
    await six.partition('q', 6);
    const sends = ids.flatMap((id, n) => {
      const message = createMessage({ id, digest: 'd' });
      const order = [one, two, six].map((_, index, all) => all[(index + n) % 3] as Broker);
      return order.map((broker) => broker.send([message]));
    });
    const statuses = (await Promise.all(sends)).flat();
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(ids.length);
    expect(statuses.filter((status) => status === 'duplicate')).toHaveLength(2 * ids.length);
    expect(await claimAll(six)).toHaveLength(ids.length + 1);
  });
});
