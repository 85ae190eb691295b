// Clocks: what comes too late for the queue, what waits too long in it, and which clock it was.

import { expect, test } from 'vitest';
import type { CallRecord, Message, SendStatus } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, PARKED, RELEASED, UNDERSTANDING } from './endings.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

export function clocksSuite(subject: Subject): void {
  const inSeconds = (seconds: number): number => subject.clock.now() + seconds * 1_000;

  /** Sends while the broker, or this process, is busy for a while. */
  async function sendSlowly(messages: readonly Message[], elapsedMs: number): Promise<SendStatus[]> {
    const sending = subject.broker.send(messages);
    subject.clock.jump(subject.clock.now() + elapsedMs);
    return sending;
  }

  /** What becomes of a call with this message, in each way in which it can wait for a second. */
  const WAITING: Record<string, (message: Partial<Message>) => Promise<{ queue: string; id: string }>> = {
    'that is ready': (message) => subject.send(message),
    'that is scheduled': (message) => subject.send({ notBefore: inSeconds(60), ...message }),
    'that is parked': async (message) => {
      const delivery = await subject.deliver(message);
      await subject.end(delivery, PARKED);
      return delivery;
    },
    'that waits for a retry': async (message) => {
      const delivery = await subject.deliver(message);
      await subject.end(delivery, { outcome: 'retry', delayMs: 60_000, result: '1' });
      return delivery;
    },
    'that was given back': async (message) => {
      const delivery = await subject.deliver(message);
      await subject.end(delivery, RELEASED);
      return delivery;
    },
    'that is held by its lane': async (message) => {
      await subject.deliver({ lane: 'l' });
      return subject.send({ lane: 'l', ...message });
    },
    'that waits for a limit': async (message) => {
      const limits = [{ name: 'kind', concurrency: 1 }];
      await subject.deliver({ limits });
      const waiting = await subject.send({ limits, ...message });
      await subject.claim();
      return waiting;
    },
    'whose lease was lost': async (message) => {
      const delivery = await subject.deliver({ maxDeliveries: 9, ...message });
      await subject.broker.extend([attemptOf(delivery)], 500);
      return delivery;
    },
  };

  test('a call that reaches its queue in time is stored', async () => {
    const message = createMessage({ reachWithinMs: 1_000 });
    expect(await sendSlowly([message], 500)).toEqual(['accepted']);
    expect(idsOf(await subject.claim())).toEqual([message.id]);
  });

  test('a call that reaches its queue too late is not stored', async () => {
    const message = createMessage({ reachWithinMs: 1_000, journal: 'always' });
    expect(await sendSlowly([message], 1_500)).toEqual(['late']);
    expect(await subject.find(message)).toBeUndefined();
    expect(await subject.claim()).toEqual([]);
    expect(await subject.broker.deadLetters('q', { limit: 1 })).toEqual([]);
    expect(await subject.broker.journal('q', 'sent', { limit: 1 })).toEqual([]);
    // Its id is free: it never was a call.
    expect(await subject.broker.send([message])).toEqual(['accepted']);
  });

  test('of one batch those are late that have less time', async () => {
    const messages = [500, 5_000, undefined, 999].map((reachWithinMs) => createMessage({ reachWithinMs }));
    expect(await sendSlowly(messages, 1_000)).toEqual(['late', 'accepted', 'accepted', 'late']);
  });

  test('the clock of reaching the queue stands still once the call is there', async () => {
    const message = await subject.send({ reachWithinMs: 1_000 });
    await subject.clock.advance('1h');
    expect(idsOf(await subject.claim())).toEqual([message.id]);
  });

  for (const [name, wait] of Object.entries(WAITING)) {
    test(`a call ${name} expires at its time and says by which clock`, async () => {
      const expiresAt = inSeconds(1);
      const byDeadline = await wait({ expiresAt, expiryClock: 'deadline' });
      await subject.clock.advance('2s');
      expect(await subject.find(byDeadline)).toMatchObject({
        state: 'expired',
        expiredBy: 'deadline',
        reason: undefined,
        result: undefined,
      });
      await subject.clock.advance('2m');
      const claimed = await subject.claim({ understands: UNDERSTANDING });
      expect(idsOf(claimed)).not.toContain(byDeadline.id);
    });
  }

  for (const expiryClock of ['timeToBeReceived', 'deadline', undefined] as const) {
    test(`a call whose clock is ${expiryClock} says so, pushed as well as read`, async () => {
      const records: CallRecord[] = [];
      subject.broker.subscribe('inbox', (arrived) => records.push(...arrived));
      const message = await subject.send({ expiresAt: inSeconds(1), expiryClock, inbox: 'inbox' });
      await subject.clock.advance('2s');
      const expected = { id: message.id, state: 'expired', expiredBy: expiryClock ?? 'timeToBeReceived' };
      expect(await subject.find(message)).toMatchObject(expected);
      await eventually(() => expect(records).toMatchObject([expected]));
    });
  }

  test('a letter of a call that expired says by which clock, also when it is read again', async () => {
    const message = await subject.send({
      expiresAt: inSeconds(1),
      expiryClock: 'deadline',
      journal: 'deadletter',
    });
    await subject.clock.advance('2s');
    for (const letters of [
      await subject.broker.deadLetters('q', { limit: 1 }),
      await (await subject.connect()).findDeadLetters([message]),
    ]) {
      expect(letters).toMatchObject([
        { state: 'expired', expiredBy: 'deadline', sent: { expiresAt: message.expiresAt } },
      ]);
    }
  });

  test('a call is not started in the millisecond in which it expires', async () => {
    const message = await subject.send({ expiresAt: inSeconds(1) });
    subject.clock.jump(inSeconds(1) - 1);
    const [delivery] = await subject.claim();
    expect(delivery?.id).toBe(message.id);
    const other = await subject.send({ expiresAt: inSeconds(1) });
    subject.clock.jump(inSeconds(1));
    expect(await subject.claim()).toEqual([]);
    expect((await subject.find(other))?.state).toBe('expired');
  });

  test('a call that has expired before it is sent is accepted and never started', async () => {
    const message = createMessage({ expiresAt: subject.clock.now() - 1 });
    expect(await subject.broker.send([message])).toEqual(['accepted']);
    expect(await subject.claim()).toEqual([]);
    await subject.clock.advance('2s');
    expect(await subject.find(message)).toMatchObject({ state: 'expired', attempt: 0 });
  });

  test('a consumer is not given what has expired, whether it came before or after', async () => {
    const delivered: string[] = [];
    const before = await subject.send({ expiresAt: inSeconds(1) });
    subject.clock.jump(inSeconds(1));
    const consumer = subject.broker.consume(
      { queue: 'q', worker: 'w', leaseMs: 10_000 },
      { onDeliveries: (deliveries) => delivered.push(...idsOf(deliveries)) },
    );
    consumer.grant(5);
    await subject.clock.advance('2s');
    const after = await subject.send({ expiresAt: subject.clock.now() - 1 });
    const fine = await subject.send({ expiresAt: inSeconds(60) });
    await eventually(() => expect(delivered).toEqual([fine.id]));
    await subject.clock.advance('2s');
    for (const call of [before, after]) expect((await subject.find(call))?.state).toBe('expired');
  });

  test('an answer that comes after the time is an answer: the call was started before', async () => {
    const delivery = await subject.deliver({ expiresAt: inSeconds(1), expiryClock: 'deadline' });
    await subject.clock.advance('5s');
    expect(await subject.end(delivery, ANSWERED)).toBe('ok');
    const record = await subject.find(delivery);
    expect(record).toMatchObject({ state: 'answered' });
    expect(record?.expiredBy).toBeUndefined();
  });

  test('an expired call that is no letter is forgotten after a while', async () => {
    const message = await subject.send({ expiresAt: inSeconds(1), retainMs: 5_000 });
    await subject.clock.advance('3s');
    expect((await subject.find(message))?.state).toBe('expired');
    await subject.clock.advance('6s');
    expect(await subject.find(message)).toBeUndefined();
  });
}
