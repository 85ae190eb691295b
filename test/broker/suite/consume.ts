// consume: calls come to a worker by themselves, as many as it has granted slots.

import { expect, test } from 'vitest';
import type { Broker, Consumer, Delivery } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

interface Consuming extends Consumer {
  readonly deliveries: Delivery[];
}

export function consumeSuite(subject: Subject): void {
  /** A consumer for ten seconds at a time that keeps what it is given. */
  function consume({ broker = subject.broker, queue = 'q' } = {}): Consuming {
    const deliveries: Delivery[] = [];
    const consumer = broker.consume(
      { queue, worker: 'w', leaseMs: 10_000 },
      { onDeliveries: (arrived) => deliveries.push(...arrived) },
    );
    return { deliveries, grant: (slots) => consumer.grant(slots), stop: () => consumer.stop() };
  }

  const sendMany = async (count: number): Promise<string[]> => {
    const messages = Array.from({ length: count }, () => createMessage());
    await subject.broker.send(messages);
    return idsOf(messages);
  };

  const answer = (deliveries: readonly Delivery[], broker: Broker = subject.broker) =>
    broker.settle(
      deliveries.map((delivery) => ({ ...attemptOf(delivery), outcome: 'answered', result: '1' })),
    );

  /** Until everything that could still be delivered would have been: every consumer has looked, and was answered. */
  async function everythingCame(...brokers: readonly Broker[]): Promise<void> {
    await subject.clock.advance('2s');
    for (const broker of [subject.broker, ...brokers]) await broker.counts('q');
    await subject.clock.settle();
  }

  test('calls that are there are delivered, up to the slots that were granted', async () => {
    const ids = await sendMany(5);
    const consumer = consume();
    consumer.grant(3);
    await eventually(() => expect(idsOf(consumer.deliveries)).toEqual(ids.slice(0, 3)));
    await everythingCame();
    expect(consumer.deliveries).toHaveLength(3);
    expect(await subject.broker.counts('q')).toMatchObject({ leased: 3, ready: 2 });
  });

  test('each grant brings one more, whether or not the calls before it are settled', async () => {
    const ids = await sendMany(3);
    const consumer = consume();
    for (const [index] of ids.entries()) {
      consumer.grant(1);
      await eventually(() => expect(idsOf(consumer.deliveries)).toEqual(ids.slice(0, index + 1)));
      await everythingCame();
      expect(consumer.deliveries).toHaveLength(index + 1);
    }
  });

  test('without a free slot nothing is delivered', async () => {
    const [none, zero] = [consume(), consume()];
    zero.grant(0);
    const ids = await sendMany(2);
    await everythingCame();
    expect([...none.deliveries, ...zero.deliveries]).toEqual([]);
    zero.grant(2);
    await eventually(() => expect(idsOf(zero.deliveries)).toEqual(ids));
  });

  test('calls that come later are delivered, from this connection and from others', async () => {
    const consumer = consume();
    consumer.grant(3);
    await everythingCame();
    const first = await subject.send();
    await eventually(() => expect(idsOf(consumer.deliveries)).toEqual([first.id]));
    const other = await subject.connect();
    const more = [createMessage(), createMessage(), createMessage()];
    for (const message of more) await other.send([message]);
    await eventually(() => expect(consumer.deliveries).toHaveLength(3));
    await everythingCame(other);
    expect(idsOf(consumer.deliveries)).toEqual([first.id, ...idsOf(more.slice(0, 2))]);
  });

  test('what waits is delivered by priority, and by age where that is equal', async () => {
    const messages = [3, 7, 0, 3, 7].map((priority) => createMessage({ priority }));
    await subject.broker.send(messages);
    const consumer = consume();
    consumer.grant(2);
    await eventually(() => expect(consumer.deliveries).toHaveLength(2));
    consumer.grant(3);
    await eventually(() => expect(consumer.deliveries).toHaveLength(5));
    expect(idsOf(consumer.deliveries)).toEqual([1, 4, 0, 3, 2].map((index) => messages[index]?.id));
  });

  test('a delivery says everything about its call, whether it had to wait or not', async () => {
    const acceptedAt = subject.clock.now();
    const details = { priority: 6, expiresAt: acceptedAt + 60_000, body: 'hällo' };
    const waiting = await subject.send(details);
    const consumer = consume();
    consumer.grant(2);
    await eventually(() => expect(consumer.deliveries).toHaveLength(1));
    const late = await subject.send(details);
    await eventually(() => expect(consumer.deliveries).toHaveLength(2));
    const known = { queue: 'q', attempt: 1, failures: 0, acceptedAt, ...details };
    expect(consumer.deliveries).toEqual([
      { ...known, id: waiting.id },
      { ...known, id: late.id },
    ]);
    expect((await subject.find(late))?.state).toBe('leased');
  });

  test('a call comes again after a failure, and after it was given back, with what is known of it', async () => {
    const consumer = consume();
    consumer.grant(1);
    const { id } = await subject.send();
    const endings = [{ outcome: 'retry', delayMs: 0, result: '1' }, { outcome: 'released' }] as const;
    for (const [index, ending] of endings.entries()) {
      await eventually(() => expect(consumer.deliveries).toHaveLength(index + 1));
      const attempt = attemptOf(consumer.deliveries[index] as Delivery);
      expect(await subject.broker.settle([{ ...attempt, ...ending }])).toEqual(['ok']);
      consumer.grant(1);
    }
    await eventually(() => expect(consumer.deliveries).toHaveLength(3));
    expect(consumer.deliveries.map(({ attempt, failures }) => [attempt, failures])).toEqual([
      [1, 0],
      [2, 1],
      [3, 1],
    ]);
    expect(new Set(idsOf(consumer.deliveries))).toEqual(new Set([id]));
  });

  test('deliveries are leased for as long as was asked, and go to another consumer when that is over', async () => {
    const [first, second] = [consume(), consume()];
    first.grant(1);
    await subject.send();
    await eventually(() => expect(first.deliveries).toHaveLength(1));
    second.grant(1);
    await subject.clock.advance('9s');
    expect(second.deliveries).toEqual([]);
    await subject.clock.advance('3s');
    await eventually(() => expect(second.deliveries).toMatchObject([{ attempt: 2 }]));
    expect(await answer(first.deliveries)).toEqual(['stale']);
    expect(await answer(second.deliveries)).toEqual(['ok']);
  });

  test('scheduled calls are delivered when their time has come, expired ones never', async () => {
    const now = subject.clock.now();
    const scheduled = await subject.send({ notBefore: now + 3_000 });
    const expired = await subject.send({ expiresAt: now + 1_000 });
    const tooLate = await subject.send({ notBefore: now + 3_000, expiresAt: now + 2_000 });
    subject.clock.jump(now + 1_500);
    const consumer = consume();
    consumer.grant(10);
    await everythingCame();
    await eventually(() => expect(idsOf(consumer.deliveries)).toEqual([scheduled.id]));
    for (const call of [expired, tooLate]) expect((await subject.find(call))?.state).toBe('expired');
  });

  test.each([65_536, 2_097_152])('calls of %i bytes are delivered, few and many', async (size) => {
    const consumer = consume();
    consumer.grant(12);
    const bodies = Array.from({ length: 12 }, (_, index) => `${index} ${'ä'.repeat(size / 2)}`);
    const [handedOver = '', ...rest] = bodies;
    await subject.send({ body: handedOver });
    await eventually(() => expect(consumer.deliveries).toHaveLength(1));
    await subject.broker.send(rest.map((body) => createMessage({ body })));
    await eventually(() => expect(consumer.deliveries).toHaveLength(12));
    expect(consumer.deliveries.map(({ body }) => body === bodies[Number.parseInt(body, 10)])).not.toContain(
      false,
    );
  });

  test('many slots are filled with many calls, in their order', async () => {
    const ids = await sendMany(2_500);
    const consumer = consume();
    consumer.grant(3_000);
    await eventually(() => expect(consumer.deliveries).toHaveLength(2_500));
    expect(idsOf(consumer.deliveries)).toEqual(ids);
    const more = await sendMany(600);
    await eventually(() => expect(consumer.deliveries).toHaveLength(3_000));
    await everythingCame();
    expect(idsOf(consumer.deliveries).slice(2_500)).toEqual(more.slice(0, 500));
  });

  test('two consumers share the calls, and none is delivered twice', async () => {
    const other = await subject.connect();
    const consumers = [subject.broker, other].map((broker) => {
      const deliveries: Delivery[] = [];
      const consumer = broker.consume(
        { queue: 'q', worker: 'w', leaseMs: 10_000 },
        {
          onDeliveries: (arrived) => {
            deliveries.push(...arrived);
            void answer(arrived, broker).then(() => consumer.grant(arrived.length));
          },
        },
      );
      consumer.grant(10);
      return { deliveries };
    });
    const ids = (await Promise.all(Array.from({ length: 20 }, () => sendMany(20)))).flat();
    const delivered = (): string[] => consumers.flatMap(({ deliveries }) => idsOf(deliveries));
    await eventually(() => expect(delivered().length).toBeGreaterThanOrEqual(ids.length));
    await everythingCame(other);
    expect(delivered().toSorted()).toEqual(ids.toSorted());
    expect(consumers.filter(({ deliveries }) => deliveries.length === 0)).toEqual([]);
  });

  test('only calls of the queue that was asked for are delivered', async () => {
    const consumer = consume({ queue: 'other' });
    consumer.grant(5);
    await sendMany(3);
    const { id } = await subject.send({ queue: 'other' });
    await eventually(() => expect(idsOf(consumer.deliveries)).toEqual([id]));
    expect(await subject.broker.counts('q')).toMatchObject({ ready: 3, leased: 0 });
  });

  test('a consumer that has stopped gets nothing more, and others get what it was not given', async () => {
    const first = consume();
    first.grant(10);
    const sent = await sendMany(3);
    await eventually(() => expect(first.deliveries).toHaveLength(3));
    await first.stop();
    const rest = await sendMany(3);
    await everythingCame();
    expect(idsOf(first.deliveries)).toEqual(sent);
    first.grant(5);
    await everythingCame();
    expect(first.deliveries).toHaveLength(3);
    const second = consume();
    second.grant(10);
    await eventually(() => expect(idsOf(second.deliveries)).toEqual(rest));
    // What the first one has is still its own.
    expect(await answer(first.deliveries)).toEqual(['ok', 'ok', 'ok']);
  });

  test('while a consumer stops, each call is either delivered before that is done or not to it', async () => {
    const stopping = consume();
    stopping.grant(1_000);
    await everythingCame();
    const sends = Array.from({ length: 30 }, () => sendMany(10));
    const stopped = stopping.stop();
    const later = Array.from({ length: 30 }, () => sendMany(10));
    await stopped;
    const given = idsOf(stopping.deliveries);
    const sent = (await Promise.all([...sends, ...later])).flat();
    const next = consume();
    next.grant(1_000);
    await eventually(() => expect(next.deliveries).toHaveLength(600 - given.length));
    expect(idsOf(stopping.deliveries)).toEqual(given);
    expect([...given, ...idsOf(next.deliveries)].toSorted()).toEqual(sent.toSorted());
  });

  test('a connection that has closed is given nothing more, and its calls go to others', async () => {
    const connection = await subject.connect();
    const gone = consume({ broker: connection });
    gone.grant(10);
    await everythingCame(connection);
    gone.grant(1);
    const closed = connection.close();
    gone.grant(1);
    await closed;
    const ids = await sendMany(3);
    const consumer = consume();
    consumer.grant(10);
    await eventually(() => expect(idsOf(consumer.deliveries)).toEqual(ids));
    expect(gone.deliveries).toEqual([]);
    expect(subject.warnings).toEqual([]);
  });
}
