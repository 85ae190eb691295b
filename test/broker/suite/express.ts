// Express calls: delivered once at most, perhaps nowhere stored meanwhile, and as long as nothing fails like others.

import { expect, test } from 'vitest';
import type { Broker, CallRecord, Delivery, Message } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, DEAD } from './endings.js';
import { eventually, idsOf, type Subject, settlementOf } from './subject.js';

export function expressSuite(subject: Subject): void {
  const express = (message: Partial<Message> = {}): Message =>
    createMessage({ isExpress: true, maxDeliveries: 1, ...message });

  function subscribe(broker: Broker = subject.broker): CallRecord[] {
    const records: CallRecord[] = [];
    broker.subscribe('inbox', (arrived) => records.push(...arrived));
    return records;
  }

  async function deliver(message: Partial<Message> = {}): Promise<Delivery> {
    await subject.broker.send([express(message)]);
    const [delivery] = await subject.claim();
    if (delivery === undefined) throw new Error('the call was not delivered');
    return delivery;
  }

  /** A consumer that is ready for calls. */
  async function consume(broker: Broker, onDelivery: (delivery: Delivery) => void = () => undefined) {
    const deliveries: Delivery[] = [];
    const consumer = broker.consume(
      { queue: 'q', worker: 'w', leaseMs: 10_000 },
      {
        onDeliveries: (arrived) => {
          deliveries.push(...arrived);
          arrived.forEach(onDelivery);
        },
      },
    );
    consumer.grant(10);
    await subject.clock.advance('2s');
    return { deliveries, consumer };
  }

  test('a call is delivered with everything about it, and its outcome is pushed', async () => {
    const records = subscribe();
    const message = express({ inbox: 'inbox', body: 'hällo', priority: 6 });
    expect(await subject.broker.send([message])).toEqual(['accepted']);
    const acceptedAt = subject.clock.now();
    await subject.clock.advance('1s');
    const [delivery] = await subject.claim();
    expect(delivery).toMatchObject({
      id: message.id,
      queue: 'q',
      attempt: 1,
      failures: 0,
      priority: 6,
      body: 'hällo',
      acceptedAt,
    });
    expect(await subject.end(delivery as Delivery, { outcome: 'answered', result: '"döne"' })).toBe('ok');
    await eventually(() =>
      expect(records).toMatchObject([
        { id: message.id, queue: 'q', state: 'answered', attempt: 1, result: '"döne"' },
      ]),
    );
  });

  test('an outcome without an inbox is kept, as long as somebody wants it', async () => {
    const delivery = await deliver();
    await subject.end(delivery, ANSWERED);
    expect(await subject.find(delivery)).toMatchObject({ state: 'answered', result: '1' });
    await subject.broker.confirm([delivery]);
    expect(await subject.find(delivery)).toBeUndefined();
  });

  test('one-way calls leave nothing behind', async () => {
    const delivery = await deliver({ wantsResult: false });
    expect(await subject.end(delivery, ANSWERED)).toBe('ok');
    expect(await subject.find(delivery)).toBeUndefined();
    expect(Object.values(await subject.broker.counts('q')).every((count) => count === 0)).toBe(true);
  });

  test('a call whose worker goes silent is delivered to nobody else', async () => {
    const delivery = await deliver({ inbox: 'inbox' });
    const later = await consume(await subject.connect());
    await subject.clock.advance('5m');
    expect(later.deliveries).toEqual([]);
    expect(await subject.claim()).toEqual([]);
    expect(['dead', undefined]).toContain((await subject.find(delivery))?.state);
    expect(await subject.broker.counts('q')).toMatchObject({ ready: 0, leased: 0, scheduled: 0 });
  });

  test('a call that dies is a dead letter as it was sent, and can be replayed', async () => {
    const records = subscribe();
    const message = express({ inbox: 'inbox', body: '{"n":"ä"}', priority: 5, retainMs: 1_234 });
    const delivery = await deliver(message);
    expect(await subject.end(delivery, DEAD)).toBe('ok');
    const [letter] = await subject.broker.findDeadLetters([message]);
    expect(letter).toMatchObject({
      state: 'dead',
      reason: 'handler-failed',
      attempt: 1,
      result: '"why"',
      body: '{"n":"ä"}',
      priority: 5,
      acceptedAt: delivery.acceptedAt,
      history: [],
      sent: { maxDeliveries: 1, wantsResult: true, retainMs: 1_234 },
    });
    await eventually(() =>
      expect(records).toMatchObject([{ id: message.id, state: 'dead', reason: 'handler-failed' }]),
    );
    expect(await subject.broker.replay([{ queue: 'q', id: message.id }])).toEqual([true]);
    const [again] = await subject.claim();
    expect(again).toMatchObject({ id: message.id, attempt: 2, body: '{"n":"ä"}' });
    expect(await subject.end(again as Delivery, ANSWERED)).toBe('ok');
  });

  test('a handler that gave up because of a cancel ends the call as cancelled', async () => {
    const records = subscribe();
    const delivery = await deliver({ inbox: 'inbox' });
    expect(['requested', 'unknown']).toContain((await subject.broker.cancel([delivery]))[0]);
    expect(await subject.end(delivery, { outcome: 'cancelled' })).toBe('ok');
    await eventually(() => expect(records).toMatchObject([{ id: delivery.id, state: 'cancelled' }]));
  });

  test('a call that waits can be cancelled, and then nobody is given it', async () => {
    const message = express();
    await subject.broker.send([message]);
    expect(await subject.broker.cancel([message])).toEqual(['cancelled']);
    expect(await subject.claim()).toEqual([]);
  });

  test('a call that waits is counted, peeked at, recognized and quoted like others', async () => {
    await subject.broker.limit('q', { maxCalls: 1 });
    const message = express();
    await subject.broker.send([message]);
    expect(await subject.broker.counts('q')).toMatchObject({ ready: 1 });
    expect(idsOf(await subject.broker.peek('q', { limit: 10 }))).toEqual([message.id]);
    expect(await subject.broker.send([message, express()])).toEqual(['duplicate', 'full']);
    expect(await subject.claim()).toHaveLength(1);
    expect(await subject.claim()).toEqual([]);
  });

  test('a call that is too late is not started', async () => {
    const message = express({ expiresAt: subject.clock.now() + 1_000 });
    await subject.broker.send([message]);
    subject.clock.jump(subject.clock.now() + 1_000);
    expect(await subject.claim()).toEqual([]);
    const records = subscribe();
    const { deliveries } = await consume(subject.broker);
    await subject.broker.send([express({ inbox: 'inbox', expiresAt: subject.clock.now() - 1 })]);
    await subject.clock.advance('2s');
    await eventually(() => expect(records).toMatchObject([{ state: 'expired' }]));
    expect(deliveries).toEqual([]);
  });

  test('a call with a delay waits for its time', async () => {
    const message = express({ notBefore: subject.clock.now() + 5_000 });
    await subject.broker.send([message]);
    expect(await subject.find(message)).toMatchObject({ state: 'scheduled' });
    expect(await subject.claim()).toEqual([]);
    await subject.clock.advance('6s');
    expect(idsOf(await subject.claim())).toEqual([message.id]);
  });

  test('calls go to a consumer that waits, and their outcomes to their caller on another connection', async () => {
    const caller = await subject.connect();
    const records = subscribe(caller);
    const worker = subject.broker;
    const { consumer } = await consume(worker, (delivery) => {
      void worker.settle([settlementOf(delivery, { outcome: 'answered', result: delivery.body })]);
      consumer.grant(1);
    });
    const messages = Array.from({ length: 200 }, (_, index) =>
      express({ inbox: 'inbox', body: `"${index}"` }),
    );
    for (const message of messages) void caller.send([message]);
    await eventually(() => expect(records).toHaveLength(200));
    const results = new Map(records.map(({ id, result }) => [id, result]));
    expect(messages.map(({ id }) => results.get(id))).toEqual(messages.map(({ body }) => body));
  });

  test('two consumers share the calls, and none is delivered twice', async () => {
    const consumers = [await consume(subject.broker), await consume(await subject.connect())];
    const messages = Array.from({ length: 20 }, () => express());
    for (const message of messages) await subject.broker.send([message]);
    const delivered = (): string[] => consumers.flatMap(({ deliveries }) => idsOf(deliveries));
    await eventually(() => expect(delivered()).toHaveLength(20));
    await subject.clock.advance('1m');
    expect(delivered().toSorted()).toEqual(idsOf(messages).toSorted());
  });

  test('calls that found no free slot wait for one', async () => {
    const { deliveries, consumer } = await consume(subject.broker);
    const messages = Array.from({ length: 15 }, () => express());
    for (const message of messages) await subject.broker.send([message]);
    await eventually(() => expect(deliveries).toHaveLength(10));
    consumer.grant(10);
    await eventually(() => expect(idsOf(deliveries)).toEqual(idsOf(messages)));
  });

  test('large calls and large results are no different', async () => {
    const records = subscribe();
    const body = 'ä'.repeat(600_000);
    const delivery = await deliver({ inbox: 'inbox', body });
    expect(delivery.body === body).toBe(true);
    await subject.end(delivery, { outcome: 'answered', result: body });
    await eventually(() => expect(records).toHaveLength(1));
    const [record] = records;
    // A push may say only that there is something to fetch.
    const result = record?.result ?? (await subject.find(delivery))?.result;
    expect(result === body).toBe(true);
  });

  test('a message that is sent again before it is delivered is delivered once', async () => {
    const message = express();
    expect(await subject.broker.send([message, message])).toEqual(['accepted', 'duplicate']);
    expect(await (await subject.connect()).send([message])).toEqual(['duplicate']);
    expect(await subject.claim()).toHaveLength(1);
    expect(await subject.claim()).toEqual([]);
  });
}
