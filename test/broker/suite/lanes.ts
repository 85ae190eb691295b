// Lanes: calls of one lane run one at a time, in the order in which they were accepted; other lanes do not wait.

import { expect, test } from 'vitest';
import type { Broker, Delivery, Message } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, CANCELLED, DEAD, type Ending, PARKED, RELEASED, RETRY, UNDERSTANDING } from './endings.js';
import { runRandomCalls } from './random-calls.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

const LANES = [
  '',
  'a\0b',
  '\n',
  '{q}:*',
  "'; DROP TABLE call; --",
  '["place","7"]',
  '__proto__',
  '😀',
  'l'.repeat(10_240),
];

export function lanesSuite(subject: Subject): void {
  /** Sends calls of one lane, one after another. */
  async function sendLane(count: number, message: Partial<Message> = {}): Promise<Message[]> {
    const messages = Array.from({ length: count }, () => createMessage({ lane: 'l', ...message }));
    for (const each of messages) await subject.broker.send([each]);
    return messages;
  }

  const claimed = async (): Promise<string[]> => idsOf(await subject.claim({ limit: 100 }));

  async function claimOne(): Promise<Delivery> {
    const deliveries = await subject.claim({ limit: 100, understands: UNDERSTANDING });
    if (deliveries.length !== 1) throw new Error(`expected one delivery, got ${deliveries.length}`);
    return deliveries[0] as Delivery;
  }

  test('the next call is delivered when the one before has its outcome', async () => {
    const messages = await sendLane(4);
    for (const { id } of messages) {
      const delivery = await claimOne();
      expect(delivery.id).toBe(id);
      expect(await claimed()).toEqual([]);
      await subject.end(delivery, ANSWERED);
    }
  });

  test('a call that is held is scheduled, and not for a time', async () => {
    const [first, second] = await sendLane(2);
    const held = await subject.find(second as Message);
    expect(held?.state).toBe('scheduled');
    expect(held?.dueAt).toBeUndefined();
    expect((await subject.find(first as Message))?.state).toBe('ready');
    expect(await subject.broker.counts('q')).toMatchObject({ ready: 1, scheduled: 1 });
    await subject.end(await claimOne(), ANSWERED);
    expect((await subject.find(second as Message))?.state).toBe('ready');
  });

  test('calls of one batch have its order', async () => {
    const messages = Array.from({ length: 12 }, (_, index) => createMessage({ lane: `${index % 3}` }));
    expect(await subject.broker.send(messages)).toEqual(Array(12).fill('accepted'));
    for (let round = 0; round < 4; round++) {
      const deliveries = await subject.claim({ limit: 100 });
      expect(idsOf(deliveries)).toEqual(idsOf(messages.slice(3 * round, 3 * round + 3)));
      await subject.broker.settle(deliveries.map((delivery) => ({ ...attemptOf(delivery), ...ANSWERED })));
    }
  });

  test('urgency does not change the order of a lane, and counts between lanes', async () => {
    const slow = await sendLane(1, { priority: 0 });
    const urgent = await sendLane(1, { priority: 7 });
    const other = await sendLane(1, { priority: 5, lane: 'other' });
    expect(await claimed()).toEqual(idsOf([...other, ...slow]));
    await subject.broker.settle([{ ...attemptOf({ ...(slow[0] as Message), attempt: 1 }), ...ANSWERED }]);
    expect(await claimed()).toEqual(idsOf(urgent));
  });

  test('calls without a lane, and of other queues, are not held', async () => {
    await sendLane(2);
    const free = [await subject.send(), await subject.send()];
    const elsewhere = await sendLane(1, { queue: 'other' });
    expect(await claimed()).toHaveLength(1 + free.length);
    expect(idsOf(await subject.claim({ queue: 'other' }))).toEqual(idsOf(elsewhere));
  });

  for (const [name, ending] of Object.entries({ RETRY, RELEASED, PARKED })) {
    test(`an attempt that ends with ${name.toLowerCase()} holds the lane`, async () => {
      const [first, second] = await sendLane(2);
      for (let round = 0; round < 3; round++) {
        const delivery = await claimOne();
        expect(delivery).toMatchObject({ id: first?.id, attempt: round + 1 });
        await subject.end(delivery, ending);
      }
      await subject.end(await claimOne(), ANSWERED);
      expect(await claimed()).toEqual([second?.id]);
    });
  }

  test('a lane waits for the delay of a retry, and the others do not', async () => {
    const [first] = await sendLane(2);
    const retry: Ending = { outcome: 'retry', delayMs: 60_000, result: '1' };
    await subject.end(await claimOne(), retry);
    await subject.clock.advance('59s');
    expect(await claimed()).toEqual([]);
    const other = await sendLane(1, { lane: 'other' });
    expect(await claimed()).toEqual(idsOf(other));
    await subject.clock.advance('2s');
    expect((await subject.claim())[0]).toMatchObject({ id: first?.id, attempt: 2 });
  });

  test('a lost lease holds the lane, and its late end does not free it', async () => {
    const [first, second] = await sendLane(2);
    const lost = await claimOne();
    await subject.clock.advance('30s');
    expect(await subject.end(lost, ANSWERED)).toBe('stale');
    const again = await claimOne();
    expect(again).toMatchObject({ id: first?.id, attempt: 2 });
    expect(await subject.end(lost, DEAD)).toBe('stale');
    expect(await claimed()).toEqual([]);
    await subject.end(again, ANSWERED);
    expect(await claimed()).toEqual([second?.id]);
  });

  for (const [name, ending] of Object.entries({ ANSWERED, DEAD, CANCELLED })) {
    for (const wantsResult of [true, false]) {
      test(`a call that ends as ${name.toLowerCase()} frees the lane${wantsResult ? '' : ', also a one-way call'}`, async () => {
        const [, second] = await sendLane(2, { wantsResult });
        await subject.end(await claimOne(), ending);
        expect(await claimed()).toEqual([second?.id]);
      });
    }
  }

  test('a first call that is cancelled while it waits frees the lane', async () => {
    const [first, second] = await sendLane(2);
    await subject.broker.cancel([first as Message]);
    expect(await claimed()).toEqual([second?.id]);
  });

  test('a call that was to be cancelled and is given back frees the lane', async () => {
    const [first, second] = await sendLane(2);
    const delivery = await claimOne();
    await subject.broker.cancel([first as Message]);
    await subject.end(delivery, RELEASED);
    expect(await claimed()).toEqual([second?.id]);
  });

  for (const journal of ['none', 'deadletter'] as const) {
    test(`a first call that expires frees the lane, with journal ${journal}`, async () => {
      await sendLane(1, { journal, expiresAt: subject.clock.now() + 1_000 });
      const [second] = await sendLane(1);
      await subject.clock.advance('3s');
      expect(await claimed()).toEqual([second?.id]);
    });
  }

  test('a first call that is found expired by a claim frees the lane', async () => {
    await sendLane(1, { expiresAt: subject.clock.now() + 1_000 });
    const [second] = await sendLane(1);
    subject.clock.jump(subject.clock.now() + 1_000);
    // The claim may have its hands full with what has expired, but then the next one has not.
    const ids = [...(await claimed()), ...(await claimed())];
    expect(ids).toEqual([second?.id]);
  });

  const WAITS_AGAIN: Record<string, Ending> = {
    'waits for its retry': { outcome: 'retry', delayMs: 60_000, result: '1' },
    'was given back for a while': { outcome: 'released', delayMs: 60_000 },
    'is parked': PARKED,
  };
  for (const [name, ending] of Object.entries(WAITS_AGAIN)) {
    test(`a first call that ${name} frees the lane when it is cancelled, removed or expires`, async () => {
      const ends: ((call: Delivery) => Promise<unknown>)[] = [
        (call) => subject.broker.cancel([call]),
        (call) => subject.broker.remove([call]),
        () => subject.clock.advance('6s'),
      ];
      for (const end of ends) {
        await sendLane(1, { expiresAt: subject.clock.now() + 5_000 });
        const [second] = await sendLane(1);
        const delivery = await claimOne();
        await subject.end(delivery, ending);
        expect(await claimed()).toEqual([]);
        await end(delivery);
        const next = await claimOne();
        expect(next.id).toBe(second?.id);
        await subject.end(next, ANSWERED);
      }
    });
  }

  test('a call that was to be cancelled and loses its lease frees the lane', async () => {
    const [first, second] = await sendLane(2);
    await claimOne();
    await subject.broker.cancel([first as Message]);
    await subject.clock.advance('11s');
    expect(await claimed()).toEqual([second?.id]);
  });

  test('a call that lost its last lease frees the lane', async () => {
    const [, second] = await sendLane(2, { maxDeliveries: 1 });
    await claimOne();
    await subject.clock.advance('11s');
    expect(await claimed()).toEqual([second?.id]);
  });

  test('a call that is removed frees the lane, whether it waits or runs', async () => {
    const [first, second, third] = await sendLane(3);
    await subject.broker.remove([first as Message]);
    expect((await claimOne()).id).toBe(second?.id);
    await subject.broker.remove([second as Message]);
    expect(await claimed()).toEqual([third?.id]);
  });

  test('calls that are held can be cancelled, removed and expire, and the rest keep their order', async () => {
    const [first, cancelled] = await sendLane(2);
    const [expiring] = await sendLane(1, { expiresAt: subject.clock.now() + 1_000 });
    const [removed, last, later] = await sendLane(3);
    const delivery = await claimOne();
    expect(await subject.broker.cancel([cancelled as Message])).toEqual(['cancelled']);
    expect(await subject.broker.remove([removed as Message])).toEqual([true]);
    await subject.clock.advance('3s');
    expect((await subject.find(expiring as Message))?.state).toBe('expired');
    expect(await claimed()).toEqual([]);
    expect((await subject.find(first as Message))?.state).toBe('leased');
    for (const current of [delivery, last, later]) {
      if (current !== delivery) expect((await claimOne()).id).toBe(current?.id);
      await subject.end(attemptOf({ queue: 'q', id: current?.id ?? '', attempt: 1 }), ANSWERED);
    }
    expect(await subject.broker.counts('q')).toMatchObject({ scheduled: 0, ready: 0, leased: 0 });
  });

  test('a call with a delay holds the calls behind it, and waits for its time when the lane is free', async () => {
    const now = subject.clock.now();
    const [first] = await sendLane(1, { notBefore: now + 5_000 });
    const [second] = await sendLane(1, { notBefore: now + 60_000 });
    const [third] = await sendLane(1);
    expect(await claimed()).toEqual([]);
    await subject.clock.advance('5s');
    const delivery = await claimOne();
    expect(delivery.id).toBe(first?.id);
    await subject.end(delivery, ANSWERED);
    expect(await claimed()).toEqual([]);
    expect(await subject.find(second as Message)).toMatchObject({ state: 'scheduled', dueAt: now + 60_000 });
    await subject.clock.advance('55s');
    const next = await claimOne();
    expect(next.id).toBe(second?.id);
    await subject.end(next, ANSWERED);
    expect(await claimed()).toEqual([third?.id]);
  });

  test('a replayed letter goes to the end of its lane', async () => {
    const messages = await sendLane(3);
    const [first, second, third] = messages;
    await subject.end(await claimOne(), DEAD);
    const running = await claimOne();
    expect(running.id).toBe(second?.id);
    expect(await subject.broker.replay([{ queue: 'q', id: first?.id ?? '' }])).toEqual([true]);
    expect((await subject.find(first as Message))?.state).toBe('scheduled');
    const [fourth] = await sendLane(1);
    await subject.end(running, ANSWERED);
    for (const expected of [third, first, fourth]) {
      const delivery = await claimOne();
      expect(delivery.id).toBe(expected?.id);
      await subject.end(delivery, ANSWERED);
    }
  });

  test('letters of one lane that are replayed together have the order of the request', async () => {
    const messages = await sendLane(4);
    for (let index = 0; index < 4; index++) await subject.end(await claimOne(), DEAD);
    await subject.broker.replay(messages.map(({ queue, id }) => ({ queue, id })));
    for (const { id } of messages) {
      const delivery = await claimOne();
      expect(delivery.id).toBe(id);
      await subject.end(delivery, ANSWERED);
    }
  });

  test('a key that is used again after its call came to nothing goes to the end of the lane', async () => {
    const [first] = await sendLane(1, { digest: 'd' });
    await subject.end(await claimOne(), DEAD);
    const [second] = await sendLane(1);
    expect(await subject.broker.send([first as Message])).toEqual(['accepted']);
    const delivery = await claimOne();
    expect(delivery.id).toBe(second?.id);
    await subject.end(delivery, ANSWERED);
    expect((await claimOne()).id).toBe(first?.id);
  });

  test('calls that are held are recognized', async () => {
    const messages = await sendLane(3);
    expect(await subject.broker.send(messages)).toEqual(['duplicate', 'duplicate', 'duplicate']);
    await subject.end(await claimOne(), ANSWERED);
    await subject.end(await claimOne(), ANSWERED);
    expect((await claimOne()).id).toBe(messages[2]?.id);
  });

  test('a delivery that was held says when its call was accepted', async () => {
    const acceptedAt = subject.clock.now();
    await sendLane(2);
    await subject.clock.advance('5s');
    await subject.end(await claimOne(), ANSWERED);
    expect(await claimOne()).toMatchObject({ acceptedAt, attempt: 1, failures: 0 });
  });

  test('listeners hear of the next call', async () => {
    await sendLane(2);
    const delivery = await claimOne();
    let heard = 0;
    subject.broker.listen('q', () => heard++);
    await subject.clock.settle();
    heard = 0;
    await subject.end(delivery, ANSWERED);
    await eventually(() => expect(heard).toBeGreaterThan(0));
  });

  test('lanes may be called anything, and are told apart', async () => {
    const firsts = (await Promise.all(LANES.map((lane) => sendLane(1, { lane })))).flat();
    const seconds = (await Promise.all(LANES.map((lane) => sendLane(1, { lane })))).flat();
    const deliveries = await subject.claim({ limit: 100 });
    expect(idsOf(deliveries).toSorted()).toEqual(idsOf(firsts).toSorted());
    for (const delivery of deliveries) await subject.end(delivery, ANSWERED);
    expect((await claimed()).toSorted()).toEqual(idsOf(seconds).toSorted());
  });

  test('a long lane does not hide the others', async () => {
    await subject.broker.send(
      Array.from({ length: 3_000 }, () => createMessage({ lane: 'long', priority: 7 })),
    );
    const others = Array.from({ length: 5 }, (_, index) => createMessage({ lane: `${index}`, priority: 0 }));
    await subject.broker.send(others);
    expect((await claimed()).slice(1)).toEqual(idsOf(others));
  });

  test('of many lanes, each gives its first call', async () => {
    const messages = Array.from({ length: 1_000 }, (_, index) => createMessage({ lane: `${index % 250}` }));
    await subject.broker.send(messages);
    for (let round = 0; round < 4; round++) {
      const deliveries = await subject.claim({ limit: 1_000 });
      expect(idsOf(deliveries)).toEqual(idsOf(messages.slice(250 * round, 250 * round + 250)));
      await subject.broker.settle(deliveries.map((delivery) => ({ ...attemptOf(delivery), ...ANSWERED })));
    }
  });

  test('a whole lane that expires frees those behind it', async () => {
    const expiresAt = subject.clock.now() + 1_000;
    await subject.broker.send(Array.from({ length: 700 }, () => createMessage({ lane: 'l', expiresAt })));
    const [last] = await sendLane(1);
    await subject.clock.advance('5s');
    expect(await claimed()).toEqual([last?.id]);
    expect((await subject.broker.counts('q')).expired).toBe(700);
  });

  test('of two that claim, one is given the first call of a lane, and nobody the second', async () => {
    const other = await subject.connect();
    await sendLane(5);
    const request = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 };
    const claims = await Promise.all(
      [subject.broker, other, subject.broker].map((broker) => broker.claim(request)),
    );
    expect(claims.flat()).toHaveLength(1);
  });

  test('consumers of two connections never have two calls of one lane, and have them in order', async () => {
    const other = await subject.connect();
    const running = new Map<string, number>();
    const order = new Map<string, string[]>();
    let mostAtOnce = 0;
    const work = (broker: Broker): void => {
      const consumer = broker.consume(
        { queue: 'q', worker: 'w', leaseMs: 60_000 },
        { onDeliveries: (deliveries) => void Promise.all(deliveries.map(handle)) },
      );
      const handle = async (delivery: Delivery): Promise<void> => {
        const lane = delivery.body;
        running.set(lane, (running.get(lane) ?? 0) + 1);
        mostAtOnce = Math.max(mostAtOnce, running.get(lane) ?? 0);
        order.set(lane, [...(order.get(lane) ?? []), delivery.id]);
        await new Promise((resolve) => setImmediate(resolve));
        running.set(lane, (running.get(lane) ?? 0) - 1);
        await broker.settle([{ ...attemptOf(delivery), ...ANSWERED }]);
        consumer.grant(1);
      };
      consumer.grant(10);
    };
    work(subject.broker);
    work(other);
    const messages = Array.from({ length: 200 }, (_, index) => {
      const lane = `${index % 7}`;
      return createMessage({ lane, body: lane });
    });
    for (let from = 0; from < 200; from += 20) await subject.broker.send(messages.slice(from, from + 20));
    await eventually(async () => {
      // What a lost hint would have brought comes with time.
      await subject.clock.advance('1s');
      expect((await subject.broker.counts('q')).answered).toBe(200);
    });
    expect(mostAtOnce).toBe(1);
    for (const [lane, ids] of order) {
      expect(ids).toEqual(idsOf(messages.filter((message) => message.lane === lane)));
    }
  });

  test.each([1, 2, 3, 4, 5])(
    'whatever happens to the calls of lanes, seed %i, their order holds',
    async (seed) => {
      await runRandomCalls(subject, seed, (random) =>
        random() < 0.8 ? { lane: `${Math.floor(random() * 4)}` } : {},
      );
    },
  );
}
