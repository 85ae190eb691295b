// Dead letters: what is known of them, and how they become calls again or go for good.

import { expect, test } from 'vitest';
import type { DeadLetter, Message } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, DEAD, RETRY } from './endings.js';
import { attemptOf, eventually, idsOf, readAll, type Subject } from './subject.js';

export function deadLettersSuite(subject: Subject): void {
  const find = async (id: string): Promise<DeadLetter | undefined> =>
    (await subject.broker.findDeadLetters([{ queue: 'q', id }]))[0];
  const letters = (limit = 100) => subject.broker.deadLetters('q', { limit });

  async function killMany(count: number): Promise<string[]> {
    const messages = Array.from({ length: count }, () => createMessage());
    await subject.broker.send(messages);
    const deliveries = await subject.claim({ limit: count });
    await subject.broker.settle(deliveries.map((delivery) => ({ ...attemptOf(delivery), ...DEAD })));
    return idsOf(messages);
  }

  /** Sends one call that expires, and lets it. */
  async function expire(message: Partial<Message> = {}): Promise<Message> {
    const sent = await subject.send({ expiresAt: subject.clock.now() + 1_000, ...message });
    await subject.clock.advance('2s');
    return sent;
  }

  test('a letter says all that there is to know of its call', async () => {
    const message = await subject.send({
      body: '{"order":42}',
      priority: 6,
      expiresAt: subject.clock.now() + 60_000,
      maxDeliveries: 5,
      wantsResult: false,
      retainMs: 1_234,
      digest: 'd',
      journal: 'deadletter',
      lane: 'customer 7',
      limits: [
        { name: 'a', concurrency: 2 },
        { name: 'b', rate: 3, periodMs: 1_000 },
      ],
    });
    const acceptedAt = subject.clock.now();
    await subject.clock.advance('1s');
    for (const ending of [RETRY, DEAD]) {
      const [delivery] = await subject.claim();
      if (delivery !== undefined) await subject.end(delivery, ending);
    }
    const { expiresAt, maxDeliveries, wantsResult, retainMs, digest, journal, lane, limits } = message;
    const [letter] = await letters();
    expect(letter).toEqual({
      id: message.id,
      queue: 'q',
      state: 'dead',
      attempt: 2,
      failures: 1,
      acceptedAt,
      settledAt: subject.clock.now(),
      reason: 'handler-failed',
      result: '"why"',
      body: '{"order":42}',
      priority: 6,
      history: [{ attempt: 1, endedAt: subject.clock.now(), failure: '"failed"' }],
      position: expect.any(Number),
      sent: { expiresAt, maxDeliveries, wantsResult, retainMs, digest, journal, lane, limits },
    });
    expect(await find(message.id)).toEqual(letter);
  });

  test('a call that was sent with nothing special says so', async () => {
    await subject.kill();
    const sent = (await letters())[0]?.sent;
    expect(sent).toMatchObject({ maxDeliveries: 3, wantsResult: true, retainMs: 60_000 });
    for (const name of ['expiresAt', 'digest', 'lane'] as const) expect(sent?.[name]).toBeUndefined();
    expect(sent?.journal ?? 'none').toBe('none');
    expect(sent?.limits ?? []).toEqual([]);
  });

  for (const size of [1, 4, 100]) {
    test(`in pages of ${size}, each letter comes once, newest first`, async () => {
      const ids = await killMany(10);
      const all = await readAll((page) => subject.broker.deadLetters('q', page), size);
      expect(idsOf(all)).toEqual(ids.toReversed());
      const positions = all.map(({ position }) => position);
      expect(positions).toEqual(positions.toSorted((a, b) => b - a));
      expect(new Set(positions).size).toBe(10);
    });
  }

  test('letters that come or go while a list is read neither hide others nor show them twice', async () => {
    const ids = await killMany(6);
    const [sixth, fifth] = await letters(2);
    await subject.broker.remove([sixth, fifth].map((letter) => ({ queue: 'q', id: letter?.id ?? '' })));
    const [later] = await killMany(1);
    const rest = await subject.broker.deadLetters('q', { limit: 10, after: fifth?.position });
    expect(idsOf(rest)).toEqual(ids.slice(0, 4).toReversed());
    expect((await letters(1))[0]?.id).toBe(later);
  });

  test('only dead letters of the queue are found, in the order asked for', async () => {
    const [older, newer] = await killMany(2);
    const waiting = await subject.send();
    const answered = await subject.answer({ queue: 'other' });
    const calls = [
      { queue: 'q', id: newer ?? '' },
      waiting,
      answered,
      { queue: 'other', id: older ?? '' },
      { queue: 'q', id: createMessage().id },
      { queue: 'q', id: older ?? '' },
    ];
    const found = await subject.broker.findDeadLetters(calls);
    expect(found.map((letter) => letter?.id)).toEqual([
      newer,
      undefined,
      undefined,
      undefined,
      undefined,
      older,
    ]);
    expect(await subject.broker.findDeadLetters([])).toEqual([]);
  });

  for (const journal of ['deadletter', 'always'] as const) {
    test(`a call that expires is a dead letter if its journal is "${journal}"`, async () => {
      const message = await expire({ journal, body: 'too late' });
      expect(await find(message.id)).toMatchObject({
        state: 'expired',
        expiredBy: 'timeToBeReceived',
        reason: undefined,
        attempt: 0,
        body: 'too late',
        history: [],
      });
      expect(await subject.broker.counts('q')).toMatchObject({ dead: 1, expired: 0 });
      expect((await subject.find(message))?.state).toBe('expired');
      await subject.broker.confirm([message]);
      await subject.clock.advance('2h');
      expect(idsOf(await letters())).toEqual([message.id]);
    });
  }

  test('a call that expires unnoticed is none', async () => {
    const messages = [await expire(), await expire({ journal: 'none' })];
    expect(await letters()).toEqual([]);
    expect(await subject.broker.findDeadLetters(messages)).toEqual([undefined, undefined]);
    expect(await subject.broker.counts('q')).toMatchObject({ dead: 0, expired: 2 });
  });

  test('letters of both kinds are listed together', async () => {
    const first = await subject.kill();
    const second = await expire({ journal: 'deadletter' });
    const third = await subject.kill();
    expect(idsOf(await letters())).toEqual([third.id, second.id, first.id]);
  });

  test('a replayed letter is a waiting call as if it had just come, and no letter any more', async () => {
    const { id } = await subject.kill({ body: 'once more', priority: 5 });
    await subject.clock.advance('1h');
    expect(await subject.broker.replay([{ queue: 'q', id }])).toEqual([true]);
    expect(await subject.find({ queue: 'q', id })).toMatchObject({
      state: 'ready',
      attempt: 1,
      failures: 0,
      acceptedAt: subject.clock.now(),
      settledAt: undefined,
      reason: undefined,
      expiredBy: undefined,
      result: undefined,
    });
    expect(await letters()).toEqual([]);
    expect(await subject.broker.counts('q')).toMatchObject({ dead: 0, ready: 1 });
    const [delivery] = await subject.claim();
    expect(delivery).toMatchObject({ id, attempt: 2, failures: 0, priority: 5, body: 'once more' });
    if (delivery !== undefined) await subject.end(delivery, ANSWERED);
    expect((await subject.find({ queue: 'q', id }))?.state).toBe('answered');
  });

  test('a letter can be replayed with another body', async () => {
    const [mended, other] = [
      await subject.kill({ body: 'broken' }),
      await subject.kill({ body: 'as it is' }),
    ];
    const { id } = mended;
    const replays = [
      { queue: 'q', id, body: 'mended' },
      { queue: 'q', id: other.id },
    ];
    expect(await subject.broker.replay(replays)).toEqual([true, true]);
    const deliveries = await subject.claim();
    expect(deliveries.map(({ body }) => body)).toEqual(['mended', 'as it is']);
    for (const delivery of deliveries) await subject.end(delivery, DEAD);
    expect((await find(id))?.body).toBe('mended');
  });

  test('failures begin anew after a replay', async () => {
    const { id } = await subject.kill();
    await subject.broker.replay([{ queue: 'q', id }]);
    const [delivery] = await subject.claim();
    if (delivery !== undefined) await subject.end(delivery, RETRY);
    expect((await subject.claim())[0]).toMatchObject({ id, attempt: 3, failures: 1 });
  });

  test('a replayed letter has all its deliveries again', async () => {
    const { id } = await subject.kill({ maxDeliveries: 1 });
    await subject.broker.replay([{ queue: 'q', id }]);
    await subject.claim();
    await subject.clock.advance('11s');
    expect(await find(id)).toMatchObject({ state: 'dead', reason: 'attempts-exhausted', attempt: 2 });
  });

  test('a replayed letter keeps what was said of it when it was sent', async () => {
    const message = createMessage({ digest: 'd', lane: 'l', maxDeliveries: 4, retainMs: 5_000 });
    await subject.kill(message);
    const before = await find(message.id);
    await subject.broker.replay([message]);
    expect(await subject.broker.send([message, { ...message, digest: 'e' }])).toEqual([
      'duplicate',
      'conflict',
    ]);
    const [delivery] = await subject.claim();
    if (delivery !== undefined) await subject.end(delivery, DEAD);
    const { expiresAt: _before, ...sent } = before?.sent ?? {};
    expect((await find(message.id))?.sent).toMatchObject(sent);
  });

  test('a replayed call does not expire any more', async () => {
    const message = await expire({ journal: 'deadletter' });
    expect(await subject.broker.replay([message])).toEqual([true]);
    await subject.clock.advance('1h');
    const [delivery] = await subject.claim();
    expect(delivery).toMatchObject({ id: message.id, attempt: 1, expiresAt: undefined });
    if (delivery !== undefined) await subject.end(delivery, ANSWERED);
    expect((await subject.find(message))?.state).toBe('answered');
  });

  test('what is no dead letter is not replayed and stays as it is', async () => {
    const answered = await subject.answer();
    const running = await subject.deliver();
    const waiting = await subject.send();
    const unknown = { queue: 'q', id: createMessage().id };
    const replays = [answered, running, waiting, unknown].map(({ queue, id }) => ({ queue, id, body: 'x' }));
    expect(await subject.broker.replay(replays)).toEqual([false, false, false, false]);
    const states = (await subject.broker.fetch(replays)).map((record) => record?.state);
    expect(states).toEqual(['answered', 'leased', 'ready', undefined]);
    expect((await subject.claim()).map(({ body }) => body)).toEqual(['{"n":1}']);
    expect(await subject.broker.replay([])).toEqual([]);
  });

  test('a letter is replayed once, however often and by however many that is asked for', async () => {
    const { id } = await subject.kill();
    const other = await subject.connect();
    const replay = [{ queue: 'q', id }];
    const answers = await Promise.all([
      subject.broker.replay([...replay, ...replay]),
      other.replay(replay),
      other.replay(replay),
    ]);
    expect(answers.flat().toSorted()).toEqual([false, false, false, true]);
    expect(await subject.claim()).toHaveLength(1);
  });

  test('listeners and consumers hear of a replay', async () => {
    const { id } = await subject.kill();
    const other = await subject.connect();
    const delivered: string[] = [];
    const consumer = other.consume(
      { queue: 'q', worker: 'w', leaseMs: 10_000 },
      { onDeliveries: (arrived) => delivered.push(...idsOf(arrived)) },
    );
    consumer.grant(1);
    await subject.clock.advance('2s');
    await subject.broker.replay([{ queue: 'q', id }]);
    await eventually(() => expect(delivered).toEqual([id]));
  });

  test('many letters are replayed at once', async () => {
    const ids = await killMany(500);
    const replayed = await subject.broker.replay(ids.map((id) => ({ queue: 'q', id })));
    expect(replayed).toEqual(Array(500).fill(true));
    expect(idsOf(await subject.claim({ limit: 500 }))).toEqual(ids);
  });

  test('a removed letter is gone, its id is free, and it is removed once', async () => {
    const message = createMessage({ digest: 'd' });
    await subject.kill(message);
    expect(await subject.broker.remove([message])).toEqual([true]);
    expect(await subject.broker.remove([message])).toEqual([false]);
    expect(await letters()).toEqual([]);
    expect(await subject.find(message)).toBeUndefined();
    expect((await subject.broker.counts('q')).dead).toBe(0);
    expect(await subject.broker.send([{ ...message, digest: 'another' }])).toEqual(['accepted']);
    expect((await subject.claim())[0]).toMatchObject({ attempt: 1, failures: 0 });
  });

  test('calls in every state can be removed', async () => {
    const now = subject.clock.now();
    const expired = await expire();
    const letter = await expire({ journal: 'deadletter' });
    const answered = await subject.answer();
    const cancelled = await subject.send();
    await subject.broker.cancel([cancelled]);
    const parked = await subject.deliver();
    await subject.end(parked, { outcome: 'parked', needs: { minor: 9, contract: 'c' } });
    const running = await subject.deliver();
    const scheduled = await subject.send({ notBefore: now + 60_000 });
    const ready = await subject.send();
    const held = [await subject.send({ lane: 'l' }), await subject.send({ lane: 'l' })];
    const calls = [expired, letter, answered, cancelled, parked, running, scheduled, ready, ...held];
    const unknown = { queue: 'q', id: createMessage().id };
    expect(await subject.broker.remove([...calls, unknown])).toEqual([...calls.map(() => true), false]);
    expect(Object.values(await subject.broker.counts('q')).filter((count) => count !== 0)).toEqual([]);
    await subject.clock.advance('2m');
    expect(await subject.claim({ understands: { minor: 9, contract: 'c' } })).toEqual([]);
    expect(await subject.broker.peek('q', { limit: 10 })).toEqual([]);
    expect(await subject.broker.remove([])).toEqual([]);
  });

  test('an attempt at a call that was removed is stale, and nobody is told of an outcome', async () => {
    let told = 0;
    subject.broker.subscribe('inbox', () => told++);
    const running = await subject.deliver({ inbox: 'inbox' });
    await subject.broker.remove([await subject.send({ inbox: 'inbox' }), running]);
    expect(await subject.broker.extend([attemptOf(running)], 10_000)).toEqual(['stale']);
    for (const ending of [ANSWERED, DEAD, RETRY]) expect(await subject.end(running, ending)).toBe('stale');
    await subject.clock.advance('15s');
    expect(await subject.find(running)).toBeUndefined();
    expect(told).toBe(0);
  });
}
