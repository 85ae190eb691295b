// send: what is stored, what is recognized, and when a call becomes ready.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { idsOf, type Subject } from './subject.js';

export function sendSuite(subject: Subject): void {
  test('an accepted call waits in its queue', async () => {
    const message = createMessage();
    expect(await subject.broker.send([message])).toEqual(['accepted']);
    expect(await subject.find(message)).toEqual({
      id: message.id,
      queue: 'q',
      state: 'ready',
      attempt: 0,
      failures: 0,
      acceptedAt: subject.clock.now(),
      settledAt: undefined,
      reason: undefined,
      result: undefined,
    });
  });

  test('an empty batch is answered with an empty list', async () => {
    expect(await subject.broker.send([])).toEqual([]);
  });

  test('the same message again is a duplicate and is stored once', async () => {
    const message = createMessage();
    expect(await subject.broker.send([message, message])).toEqual(['accepted', 'duplicate']);
    expect(await subject.broker.send([message])).toEqual(['duplicate']);
    expect(await subject.claim()).toHaveLength(1);
  });

  test('an equal digest is a duplicate, whatever the body', async () => {
    const message = createMessage({ digest: 'd1', body: 'first' });
    expect(await subject.broker.send([message, { ...message, body: 'second' }])).toEqual([
      'accepted',
      'duplicate',
    ]);
    expect((await subject.claim())[0]?.body).toBe('first');
  });

  test('another digest is a conflict, and the first call stays as it is', async () => {
    const message = createMessage({ digest: 'd1', body: 'first' });
    const other = { ...message, digest: 'd2', body: 'second' };
    const without = { ...message, digest: undefined };
    expect(await subject.broker.send([message, other, without])).toEqual([
      'accepted',
      'conflict',
      'conflict',
    ]);
    expect((await subject.claim()).map(({ body }) => body)).toEqual(['first']);
  });

  test('a call that is running, or that has an outcome, is still recognized', async () => {
    const running = await subject.send();
    await subject.claim();
    const answered = createMessage();
    await subject.answer(answered);
    expect(await subject.broker.send([running, answered])).toEqual(['duplicate', 'duplicate']);
  });

  test('a key whose call came to nothing can be used again, and its attempts count on', async () => {
    const message = createMessage({ digest: 'd1', maxDeliveries: 2 });
    const call = { queue: message.queue, id: message.id };
    await subject.broker.send([message]);
    await subject.broker.cancel([call]);
    expect(await subject.broker.send([{ ...message, digest: 'd2' }])).toEqual(['conflict']);
    expect(await subject.broker.send([message, message])).toEqual(['accepted', 'duplicate']);
    const [first] = await subject.claim();
    await subject.broker.settle([
      { ...call, attempt: 1, outcome: 'dead', reason: 'handler-failed', result: 'no' },
    ]);
    expect(await subject.broker.send([{ ...message, body: first?.body ?? '' }])).toEqual(['accepted']);
    expect(await subject.find(message)).toMatchObject({
      state: 'ready',
      attempt: 1,
      reason: undefined,
      result: undefined,
      settledAt: undefined,
    });
    expect(await subject.broker.deadLetters(message.queue, { limit: 10 })).toEqual([]);
    expect(await subject.claim()).toMatchObject([{ attempt: 2, failures: 0, body: message.body }]);
    expect(
      await subject.broker.settle([{ ...call, attempt: 1, outcome: 'answered', result: 'late' }]),
    ).toEqual(['stale']);
  });

  test('one id in two queues is two calls', async () => {
    const message = createMessage();
    expect(await subject.broker.send([message, { ...message, queue: 'other' }])).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(await subject.claim()).toHaveLength(1);
    expect(await subject.claim({ queue: 'other' })).toHaveLength(1);
  });

  test('statuses come in the order of the messages', async () => {
    const [a, b, c] = [createMessage(), createMessage({ digest: 'x' }), createMessage()];
    await subject.broker.send([a, b]);
    expect(await subject.broker.send([c, { ...b, digest: 'y' }, a])).toEqual([
      'accepted',
      'conflict',
      'duplicate',
    ]);
  });

  test('a call with a later notBefore is scheduled until then', async () => {
    const message = await subject.send({ notBefore: subject.clock.now() + 5_000 });
    expect((await subject.find(message))?.state).toBe('scheduled');
    expect(await subject.claim()).toEqual([]);
    await subject.clock.advance(4_999);
    expect(await subject.claim()).toEqual([]);
    await subject.clock.advance(1);
    expect(idsOf(await subject.claim())).toEqual([message.id]);
  });

  test('a call whose notBefore has passed is ready at once', async () => {
    const message = await subject.send({ notBefore: subject.clock.now() });
    expect((await subject.find(message))?.state).toBe('ready');
  });

  test('a scheduled call that expires before it is due is never ready', async () => {
    const now = subject.clock.now();
    const message = await subject.send({ notBefore: now + 5_000, expiresAt: now + 2_000 });
    await subject.clock.advance(3_000);
    expect((await subject.find(message))?.state).toBe('expired');
    await subject.clock.advance(3_000);
    expect(await subject.claim()).toEqual([]);
  });

  test('listeners of the queue hear of it, others do not', async () => {
    const heard: string[] = [];
    subject.broker.listen('q', () => heard.push('q'));
    subject.broker.listen('other', () => heard.push('other'));
    await subject.send();
    expect(heard).toContain('q');
    expect(heard).not.toContain('other');
  });
}
