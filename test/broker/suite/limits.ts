// Limits: the most calls of a kind that run at a time, or start per period, on all workers together.

import { expect, test } from 'vitest';
import type { Broker, Delivery, Limit, Message } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, CANCELLED, DEAD, PARKED, RELEASED, RETRY, UNDERSTANDING } from './endings.js';
import { runRandomCalls } from './random-calls.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

const NAMES = [
  '',
  'a\0b',
  '\n',
  '{q}:*',
  "'; DROP TABLE call; --",
  '["place"]',
  '__proto__',
  '😀',
  'n'.repeat(10_240),
];

export function limitsSuite(subject: Subject): void {
  const atATime = (concurrency: number, name = 'kind'): Limit => ({ name, concurrency });
  const perPeriod = (rate: number, periodMs: number, name = 'kind'): Limit => ({ name, rate, periodMs });

  async function sendMany(count: number, limits: readonly Limit[], message: Partial<Message> = {}) {
    const messages = Array.from({ length: count }, () => createMessage({ limits, ...message }));
    for (const each of messages) await subject.broker.send([each]);
    return messages;
  }

  const claim = (): Promise<Delivery[]> => subject.claim({ limit: 100, understands: UNDERSTANDING });
  const states = async (messages: readonly Message[]) =>
    (await subject.broker.fetch(messages)).map((record) => record?.state);

  test('no more calls run at a time than their limit allows', async () => {
    const messages = await sendMany(5, [atATime(2)]);
    const deliveries = await claim();
    expect(idsOf(deliveries)).toEqual(idsOf(messages.slice(0, 2)));
    expect(await claim()).toEqual([]);
    expect(await states(messages)).toEqual(['leased', 'leased', 'scheduled', 'scheduled', 'scheduled']);
    expect((await subject.find(messages[4] as Message))?.dueAt).toBeUndefined();
    await subject.end(deliveries[1] as Delivery, ANSWERED);
    expect(idsOf(await claim())).toEqual([messages[2]?.id]);
  });

  test('all get their turn, in their order', async () => {
    const messages = await sendMany(7, [atATime(3)]);
    const order: string[] = [];
    while (order.length < 7) {
      const deliveries = await claim();
      expect(deliveries.length).toBeGreaterThan(0);
      order.push(...idsOf(deliveries));
      for (const delivery of deliveries) await subject.end(delivery, ANSWERED);
    }
    expect(order).toEqual(idsOf(messages));
  });

  for (const [name, ending] of Object.entries({ ANSWERED, DEAD, CANCELLED, RETRY, RELEASED, PARKED })) {
    test(`an attempt that ends with ${name.toLowerCase()} makes room`, async () => {
      await sendMany(2, [atATime(1)]);
      for (let round = 0; round < 6; round++) {
        const deliveries = await claim();
        expect(deliveries).toHaveLength(1);
        await subject.end(deliveries[0] as Delivery, round < 4 ? ending : ANSWERED);
        if (['ANSWERED', 'DEAD', 'CANCELLED'].includes(name)) await sendMany(1, [atATime(1)]);
      }
      await sendMany(2, [atATime(1)]);
      expect(await claim()).toHaveLength(1);
    });
  }

  test('a retry with a delay makes room while it waits', async () => {
    const [first, second] = await sendMany(2, [atATime(1)]);
    const [delivery] = await claim();
    await subject.end(delivery as Delivery, { outcome: 'retry', delayMs: 5_000, result: '1' });
    const [next] = await claim();
    expect(next?.id).toBe(second?.id);
    await subject.clock.advance('6s');
    expect(await claim()).toEqual([]);
    await subject.end(next as Delivery, ANSWERED);
    expect(idsOf(await claim())).toEqual([first?.id]);
  });

  test('a lost lease makes room once, also when its worker comes late', async () => {
    const messages = await sendMany(4, [atATime(2)], { maxDeliveries: 9 });
    const lost = await claim();
    await subject.clock.advance('11s');
    for (const delivery of lost) expect(await subject.end(delivery, ANSWERED)).toBe('stale');
    expect(await claim()).toHaveLength(2);
    for (const delivery of lost) expect(await subject.end(delivery, DEAD)).toBe('stale');
    expect(await claim()).toEqual([]);
    expect((await states(messages)).filter((state) => state === 'leased')).toHaveLength(2);
  });

  test('a call that dies of a lost lease makes room', async () => {
    const [, second] = await sendMany(2, [atATime(1)], { maxDeliveries: 1 });
    await claim();
    await subject.clock.advance('11s');
    expect(idsOf(await claim())).toEqual([second?.id]);
  });

  test('a call that was to be cancelled and loses its lease makes room', async () => {
    const [first, second] = await sendMany(2, [atATime(1)]);
    await claim();
    await subject.broker.cancel([first as Message]);
    await subject.clock.advance('11s');
    expect(idsOf(await claim())).toEqual([second?.id]);
  });

  test('a call that dies of a delivery which nobody claims makes room for those that wait', async () => {
    const messages = await sendMany(30, [atATime(3)], { maxDeliveries: 1 });
    for (let round = 0; round < 10; round++) {
      expect(idsOf(await claim())).toEqual(idsOf(messages.slice(3 * round, 3 * round + 3)));
      await subject.clock.advance('11s');
    }
    expect(await claim()).toEqual([]);
    expect((await subject.broker.counts('q')).dead).toBe(30);
  });

  test('each call goes by the number that it was sent with', async () => {
    await sendMany(2, [atATime(3)]);
    expect(await claim()).toHaveLength(2);
    const [strict] = await sendMany(1, [atATime(1)], { priority: 7 });
    expect(await claim()).toEqual([]);
    const running = await subject.broker.peek('q', { limit: 10 });
    for (const { id, state } of running) {
      if (state === 'leased') await subject.end({ queue: 'q', id, attempt: 1 }, ANSWERED);
    }
    expect(idsOf(await claim())).toEqual([strict?.id]);
  });

  test('a call that is removed while it runs makes room', async () => {
    const [first, second] = await sendMany(2, [atATime(1)]);
    const [delivery] = await claim();
    await subject.broker.remove([first as Message]);
    expect(idsOf(await claim())).toEqual([second?.id]);
    expect(await subject.end(delivery as Delivery, ANSWERED)).toBe('stale');
    await sendMany(1, [atATime(1)]);
    expect(await claim()).toEqual([]);
  });

  test('calls that wait for a limit can be cancelled, removed and expire', async () => {
    const [running, cancelled, removed] = await sendMany(3, [atATime(1)]);
    const [expiring] = await sendMany(1, [atATime(1)], { expiresAt: subject.clock.now() + 1_000 });
    const [last] = await sendMany(1, [atATime(1)]);
    const [delivery] = await claim();
    expect(delivery?.id).toBe(running?.id);
    expect(await subject.broker.cancel([cancelled as Message])).toEqual(['cancelled']);
    expect(await subject.broker.remove([removed as Message])).toEqual([true]);
    await subject.clock.advance('3s');
    expect((await subject.find(expiring as Message))?.state).toBe('expired');
    await subject.end(delivery as Delivery, ANSWERED);
    expect(idsOf(await claim())).toEqual([last?.id]);
  });

  test('less urgent calls of other kinds pass by those that wait for a limit', async () => {
    const limited = await sendMany(3, [atATime(1)], { priority: 7 });
    const other = await sendMany(1, [atATime(1, 'other kind')], { priority: 0 });
    const free = await subject.send({ priority: 0 });
    expect(idsOf(await claim())).toEqual([limited[0]?.id, other[0]?.id, free.id]);
  });

  test('many calls that wait for a limit hide no other', async () => {
    const limits = [atATime(1)];
    await subject.broker.send(Array.from({ length: 3_000 }, () => createMessage({ limits, priority: 7 })));
    expect(await subject.claim({ limit: 1 })).toHaveLength(1);
    const free = await subject.send({ priority: 0 });
    // A claim may come back empty while it puts those aside that wait, but not for ever.
    const found: string[] = [];
    for (let claims = 0; claims < 50 && found.length === 0; claims++) {
      found.push(...idsOf(await subject.claim({ limit: 1 })));
    }
    expect(found).toEqual([free.id]);
  });

  test('of those that wait for one limit the most urgent goes first, then the oldest', async () => {
    const [running] = await sendMany(1, [atATime(1)]);
    const [delivery] = await claim();
    expect(delivery?.id).toBe(running?.id);
    const [low, middle] = [await sendMany(1, [atATime(1)], { priority: 1 }), await sendMany(2, [atATime(1)])];
    expect(await claim()).toEqual([]);
    const [urgent] = await sendMany(1, [atATime(1)], { priority: 7 });
    expect(await claim()).toEqual([]);
    await subject.end(delivery as Delivery, ANSWERED);
    for (const { id } of [urgent, ...middle, ...low] as Message[]) {
      const next = await claim();
      expect(idsOf(next)).toEqual([id]);
      await subject.end(next[0] as Delivery, ANSWERED);
    }
  });

  test('a call that comes when there is room does not overtake older ones that wait', async () => {
    const [first, second] = await sendMany(2, [atATime(1)]);
    const [delivery] = await claim();
    expect(delivery?.id).toBe(first?.id);
    expect(await claim()).toEqual([]);
    await subject.end(delivery as Delivery, ANSWERED);
    const [third] = await sendMany(1, [atATime(1)]);
    const [next] = await claim();
    expect(next?.id).toBe(second?.id);
    await subject.end(next as Delivery, ANSWERED);
    expect(idsOf(await claim())).toEqual([third?.id]);
  });

  test('of several limits each holds, and a call that waits for one does not use up another', async () => {
    const method = atATime(2, 'method');
    const a = await sendMany(3, [method, atATime(1, 'a')]);
    const b = await sendMany(2, [method, atATime(1, 'b')]);
    const c = await sendMany(1, [method, atATime(1, 'c')]);
    const deliveries = await claim();
    expect(idsOf(deliveries)).toEqual([a[0]?.id, b[0]?.id]);
    await subject.end(deliveries[1] as Delivery, ANSWERED);
    const next = await claim();
    expect(idsOf(next)).toEqual([b[1]?.id]);
    await subject.end(next[0] as Delivery, ANSWERED);
    expect(idsOf(await claim())).toEqual([c[0]?.id]);
  });

  test('no more calls start in a period than their rate allows', async () => {
    const messages = await sendMany(7, [perPeriod(3, 10_000)]);
    const first = await claim();
    expect(idsOf(first)).toEqual(idsOf(messages.slice(0, 3)));
    for (const delivery of first) await subject.end(delivery, ANSWERED);
    await subject.clock.advance(9_999);
    expect(await claim()).toEqual([]);
    expect((await states(messages)).slice(3)).toEqual(Array(4).fill('scheduled'));
    await subject.clock.advance(1);
    expect(idsOf(await claim())).toEqual(idsOf(messages.slice(3, 6)));
    await subject.clock.advance('10s');
    expect((await claim()).filter(({ attempt }) => attempt === 1)).toMatchObject([{ id: messages[6]?.id }]);
  });

  test('a period begins with the first call that starts in it', async () => {
    const rate = [perPeriod(2, 10_000)];
    await sendMany(1, rate);
    await subject.clock.advance('1h');
    const [delivery] = await claim();
    await subject.end(delivery as Delivery, ANSWERED);
    await sendMany(2, rate);
    await subject.clock.advance('6s');
    const [second] = await claim();
    await subject.end(second as Delivery, ANSWERED);
    expect(await claim()).toEqual([]);
    await subject.clock.advance('4s');
    expect(await claim()).toHaveLength(1);
  });

  test('a clock that was set back keeps nobody waiting for longer than a period', async () => {
    await sendMany(4, [perPeriod(2, 10_000)]);
    expect(await subject.claim({ limit: 100, leaseMs: 3_600_000 })).toHaveLength(2);
    subject.clock.jump(subject.clock.now() - 3_600_000);
    // Timers that were set before the jump are far away, so this reaps by hand.
    for (let second = 0; second < 12; second++) {
      await subject.clock.advance('1s');
      await subject.broker.reap();
    }
    expect(await claim()).toHaveLength(2);
  });

  test('only first deliveries count for a rate', async () => {
    const [message] = await sendMany(1, [perPeriod(1, 3_600_000)], { maxDeliveries: 9 });
    for (const ending of [RETRY, RELEASED, PARKED, RETRY]) {
      const deliveries = await claim();
      expect(idsOf(deliveries)).toEqual([message?.id]);
      await subject.end(deliveries[0] as Delivery, ending);
    }
    await claim();
    await subject.clock.advance('30s');
    expect(await claim()).toMatchObject([{ id: message?.id, attempt: 6 }]);
    await sendMany(1, [perPeriod(1, 3_600_000)]);
    expect(await claim()).toEqual([]);
  });

  test('a rate and a concurrency hold together', async () => {
    const limits = [atATime(2, 'running'), perPeriod(3, 10_000, 'starting')];
    await sendMany(6, limits);
    const first = await claim();
    expect(first).toHaveLength(2);
    for (const delivery of first) await subject.end(delivery, ANSWERED);
    const second = await claim();
    expect(second).toHaveLength(1);
    await subject.end(second[0] as Delivery, ANSWERED);
    expect(await claim()).toEqual([]);
    await subject.clock.advance('10s');
    expect(await claim()).toHaveLength(2);
  });

  test('a rate that is used up lets other kinds start', async () => {
    await sendMany(3, [perPeriod(1, 60_000)], { priority: 7 });
    const [other] = await sendMany(1, [perPeriod(1, 60_000, 'other kind')], { priority: 0 });
    expect(idsOf(await claim())).toContain(other?.id);
  });

  test('a call that waits for its lane, or for its time, uses up no limit', async () => {
    const limits = [atATime(1)];
    const [first] = await sendMany(1, [], { lane: 'l' });
    const [held] = await sendMany(1, limits, { lane: 'l' });
    await sendMany(1, limits, { notBefore: subject.clock.now() + 60_000 });
    const [free] = await sendMany(1, limits);
    const deliveries = await claim();
    expect(idsOf(deliveries)).toEqual([first?.id, free?.id]);
    for (const delivery of deliveries) await subject.end(delivery, ANSWERED);
    expect(idsOf(await claim())).toEqual([held?.id]);
  });

  test('a call that waits for a limit holds its lane', async () => {
    const limits = [atATime(1)];
    await sendMany(1, limits);
    const [held] = await sendMany(1, limits, { lane: 'l' });
    const [behind] = await sendMany(1, [], { lane: 'l' });
    const [running] = await claim();
    expect(await claim()).toEqual([]);
    await subject.end(running as Delivery, ANSWERED);
    const [next] = await claim();
    expect(next?.id).toBe(held?.id);
    await subject.end(next as Delivery, ANSWERED);
    expect(idsOf(await claim())).toEqual([behind?.id]);
  });

  test('a replayed letter keeps its limits', async () => {
    const limits = [atATime(1)];
    const letter = await subject.kill({ limits });
    await sendMany(1, limits);
    expect(await claim()).toHaveLength(1);
    await subject.broker.replay([{ queue: 'q', id: letter.id }]);
    expect(await claim()).toEqual([]);
    expect((await subject.broker.counts('q')).leased).toBe(1);
  });

  test('parked calls keep their limits', async () => {
    await sendMany(3, [atATime(1)]);
    for (let index = 0; index < 3; index++) {
      const [delivery] = await subject.claim();
      await subject.end(delivery as Delivery, PARKED);
    }
    expect((await subject.broker.counts('q')).parked).toBe(3);
    expect(await claim()).toHaveLength(1);
    expect(await claim()).toEqual([]);
  });

  test('kinds may be called anything, and are told apart', async () => {
    for (const name of NAMES) await sendMany(2, [atATime(1, name), perPeriod(2, 60_000, `${name}/s`)]);
    const first = await claim();
    expect(first).toHaveLength(NAMES.length);
    for (const delivery of first) await subject.end(delivery, ANSWERED);
    expect(await claim()).toHaveLength(NAMES.length);
  });

  for (const limit of [
    atATime(0),
    atATime(-1),
    atATime(1.5),
    atATime(Number.NaN),
    perPeriod(0, 1_000),
    perPeriod(1.5, 1_000),
    perPeriod(1, 0),
    perPeriod(1, -1),
    perPeriod(1, Number.NaN),
  ]) {
    test(`a limit of ${Object.entries(limit).slice(1).join(' per ')} is refused, and nothing is stored`, async () => {
      const message = createMessage({ limits: [limit] });
      await expect(subject.broker.send([message])).rejects.toBeInstanceOf(RangeError);
      expect(await subject.find(message)).toBeUndefined();
    });
  }

  test('of two connections that claim, both together get what the limit allows', async () => {
    const other = await subject.connect();
    await sendMany(20, [atATime(5)]);
    const request = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 };
    const claims = await Promise.all([subject.broker, other, other].map((broker) => broker.claim(request)));
    expect(claims.flat()).toHaveLength(5);
  });

  test('consumers of two connections never run more than the limit allows, and run all', async () => {
    const other = await subject.connect();
    let running = 0;
    let mostAtOnce = 0;
    const work = (broker: Broker): void => {
      const handle = async (delivery: Delivery): Promise<void> => {
        running++;
        mostAtOnce = Math.max(mostAtOnce, running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        await broker.settle([{ ...attemptOf(delivery), ...ANSWERED }]);
        consumer.grant(1);
      };
      const consumer = broker.consume(
        { queue: 'q', worker: 'w', leaseMs: 60_000 },
        { onDeliveries: (deliveries) => void Promise.all(deliveries.map(handle)) },
      );
      consumer.grant(10);
    };
    work(subject.broker);
    work(other);
    await sendMany(100, [atATime(3)]);
    await eventually(async () => {
      // What a lost hint would have brought comes with time.
      await subject.clock.advance('1s');
      expect((await subject.broker.counts('q')).answered).toBe(100);
    });
    expect(mostAtOnce).toBeLessThanOrEqual(3);
  });

  test('a consumer is given the rest when the next period begins', async () => {
    const messages = await sendMany(5, [perPeriod(2, 10_000)]);
    const delivered: Delivery[] = [];
    const consumer = subject.broker.consume(
      { queue: 'q', worker: 'w', leaseMs: 3_600_000 },
      { onDeliveries: (deliveries) => delivered.push(...deliveries) },
    );
    consumer.grant(10);
    await eventually(() => expect(delivered).toHaveLength(2));
    await subject.clock.advance('9s');
    expect(delivered).toHaveLength(2);
    await subject.clock.advance('2s');
    await eventually(() => expect(delivered).toHaveLength(4));
    await subject.clock.advance('11s');
    await eventually(() => expect(idsOf(delivered)).toEqual(idsOf(messages)));
  });

  test.each([1, 2, 3, 4, 5])(
    'whatever happens to limited calls, seed %i, none too many run and none is forgotten',
    async (seed) => {
      await runRandomCalls(subject, seed, (random) => ({
        limits: [
          ...(random() < 0.7 ? [atATime(4, 'method')] : []),
          ...(random() < 0.7 ? [atATime(1 + (seed % 2), `key ${Math.floor(random() * 3)}`)] : []),
        ],
      }));
    },
  );

  test.each([6, 7, 8])('limits and lanes hold together, seed %i', async (seed) => {
    await runRandomCalls(subject, seed, (random) => ({
      ...(random() < 0.6 ? { lane: `${Math.floor(random() * 4)}` } : {}),
      ...(random() < 0.6 ? { limits: [atATime(2, `${Math.floor(random() * 2)}`)] } : {}),
    }));
  });
}
