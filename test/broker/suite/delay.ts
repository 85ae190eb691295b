// Delays: a scheduled call waits for its time, says until when, and is delivered once.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { RELEASED } from './endings.js';
import { attemptOf, idsOf, type Subject } from './subject.js';

export function delaySuite(subject: Subject): void {
  const inSeconds = (seconds: number): number => subject.clock.now() + seconds * 1_000;

  test('a scheduled call says until when it waits, a ready one does not', async () => {
    const notBefore = inSeconds(5);
    const [scheduled, ready] = [await subject.send({ notBefore }), await subject.send()];
    expect(await subject.find(scheduled)).toMatchObject({ state: 'scheduled', dueAt: notBefore });
    expect((await subject.find(ready))?.dueAt).toBeUndefined();
    await subject.clock.advance('6s');
    const due = await subject.find(scheduled);
    expect(due?.state).toBe('ready');
    expect(due?.dueAt).toBeUndefined();
  });

  test('when it is due it takes the place that its priority gives it', async () => {
    const messages = [3, 7, 0].map((priority) => createMessage({ priority, notBefore: inSeconds(5) }));
    await subject.broker.send(messages);
    const waiting = await subject.send({ priority: 3 });
    await subject.clock.advance('6s');
    const claimed = idsOf(await subject.claim());
    expect([claimed[0], claimed[3]]).toEqual([messages[1]?.id, messages[2]?.id]);
    expect(claimed.slice(1, 3).toSorted()).toEqual([messages[0]?.id, waiting.id].toSorted());
  });

  test('calls become due in the order of their times, not of their sending', async () => {
    const messages = [30, 10, 20].map((seconds) => createMessage({ notBefore: inSeconds(seconds) }));
    await subject.broker.send(messages);
    for (const index of [1, 2, 0]) {
      await subject.clock.advance('10s');
      expect(idsOf(await subject.claim({ leaseMs: 60_000 }))).toEqual([messages[index]?.id]);
    }
  });

  test('of two that claim a call which is just due, one is given it', async () => {
    const messages = Array.from({ length: 10 }, () => createMessage({ notBefore: inSeconds(3) }));
    await subject.broker.send(messages);
    const other = await subject.connect();
    // A jump fires no timer: the claims themselves find them due.
    subject.clock.jump(inSeconds(3));
    const request = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 };
    await Promise.all([subject.broker.reap(), other.reap()]);
    const claims = await Promise.all([subject.broker, other].map((broker) => broker.claim(request)));
    expect(idsOf(claims.flat()).toSorted()).toEqual(idsOf(messages).toSorted());
  });

  test('a clock that goes back makes a call wait for its time again, and one that leaps makes it due', async () => {
    const notBefore = inSeconds(3_600);
    const message = await subject.send({ notBefore });
    subject.clock.jump(notBefore - 7_200_000);
    await subject.broker.reap();
    expect(await subject.claim()).toEqual([]);
    subject.clock.jump(notBefore);
    await subject.broker.reap();
    expect(idsOf(await subject.claim())).toEqual([message.id]);
  });

  test('the time at which a scheduled call was accepted is when it was sent', async () => {
    const acceptedAt = subject.clock.now();
    await subject.send({ notBefore: inSeconds(5) });
    await subject.clock.advance('6s');
    expect((await subject.claim())[0]?.acceptedAt).toBe(acceptedAt);
  });

  test('work that is given back for a while waits, and counts neither a failure nor a delivery', async () => {
    let delivery = await subject.deliver({ maxDeliveries: 1 });
    for (let round = 0; round < 3; round++) {
      const dueAt = inSeconds(5);
      await subject.end(delivery, { ...RELEASED, delayMs: 5_000 } as typeof RELEASED);
      expect(await subject.find(delivery)).toMatchObject({ state: 'scheduled', failures: 0, dueAt });
      expect(await subject.claim()).toEqual([]);
      await subject.clock.advance('5s');
      delivery = (await subject.claim())[0] ?? delivery;
    }
    expect(delivery).toMatchObject({ attempt: 4, failures: 0 });
  });

  test('work that is given back for no time is ready at once', async () => {
    const delivery = await subject.deliver();
    await subject.broker.settle([{ ...attemptOf(delivery), outcome: 'released', delayMs: 0 }]);
    expect(idsOf(await subject.claim())).toEqual([delivery.id]);
  });

  test('work that is given back for a while can be cancelled, and expires meanwhile', async () => {
    const [cancelled, expiring] = [
      await subject.deliver(),
      await subject.deliver({ expiresAt: inSeconds(2) }),
    ];
    await subject.broker.settle(
      [cancelled, expiring].map((delivery) => ({
        ...attemptOf(delivery),
        outcome: 'released',
        delayMs: 5_000,
      })),
    );
    expect(await subject.broker.cancel([cancelled])).toEqual(['cancelled']);
    await subject.clock.advance('6s');
    const states = (await subject.broker.fetch([cancelled, expiring])).map((record) => record?.state);
    expect(states).toEqual(['cancelled', 'expired']);
    expect(await subject.claim()).toEqual([]);
  });

  test('a scheduled call is recognized, and sending it again does not change its time', async () => {
    const message = await subject.send({ notBefore: inSeconds(5) });
    expect(await subject.broker.send([{ ...message, notBefore: undefined }])).toEqual(['duplicate']);
    expect(await subject.claim()).toEqual([]);
  });
}
