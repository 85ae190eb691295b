// claim: which calls a worker gets, and what it learns of them.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { idsOf, type Subject } from './subject.js';

export function claimSuite(subject: Subject): void {
  test('higher priorities come first, equal ones in order of arrival', async () => {
    const priorities = [3, 7, 0, 3, 7, 5];
    const messages = priorities.map((priority) => createMessage({ priority }));
    for (const message of messages) await subject.broker.send([message]);
    const order = [1, 4, 5, 0, 3, 2].map((index) => messages[index]?.id);
    expect(idsOf(await subject.claim())).toEqual(order);
  });

  test('a claim that takes a few takes the most urgent', async () => {
    const messages = [0, 3, 7, 5].map((priority) => createMessage({ priority }));
    await subject.broker.send(messages);
    expect((await subject.claim({ limit: 2 })).map(({ priority }) => priority)).toEqual([7, 5]);
    expect((await subject.claim({ limit: 2 })).map(({ priority }) => priority)).toEqual([3, 0]);
  });

  test('calls that a new connection sends one after another keep their order', async () => {
    const connection = await subject.connect();
    const messages = Array.from({ length: 5 }, () => createMessage());
    await Promise.all(messages.map((message) => connection.send([message])));
    expect(idsOf(await subject.claim())).toEqual(idsOf(messages));
  });

  test('one batch keeps its order', async () => {
    const messages = Array.from({ length: 20 }, () => createMessage());
    await subject.broker.send(messages);
    expect(idsOf(await subject.claim({ limit: 20 }))).toEqual(idsOf(messages));
  });

  test('no more calls than asked for', async () => {
    await subject.broker.send(Array.from({ length: 5 }, () => createMessage()));
    expect(await subject.claim({ limit: 2 })).toHaveLength(2);
    expect(await subject.claim({ limit: 10 })).toHaveLength(3);
  });

  test('an empty queue is answered at once', async () => {
    expect(await subject.claim()).toEqual([]);
  });

  test('only calls of the queue that was asked for', async () => {
    await subject.send({ queue: 'other' });
    expect(await subject.claim()).toEqual([]);
  });

  test('a delivery says everything about its call', async () => {
    const acceptedAt = subject.clock.now();
    const message = await subject.send({ priority: 6, expiresAt: acceptedAt + 60_000, body: 'hello' });
    await subject.clock.advance('2s');
    expect(await subject.claim()).toEqual([
      {
        id: message.id,
        queue: 'q',
        attempt: 1,
        body: 'hello',
        failures: 0,
        priority: 6,
        acceptedAt,
        expiresAt: acceptedAt + 60_000,
      },
    ]);
    expect((await subject.find(message))?.state).toBe('leased');
  });

  test('the lease lasts from when the call was leased, however long the claim had to wait', async () => {
    await subject.send();
    const claiming = subject.claim({ leaseMs: 1_000 });
    // The event loop is blocked, or the broker is busy.
    subject.clock.jump(subject.clock.now() + 1_500);
    await claiming;
    expect(await subject.broker.reap()).toMatchObject({ recovered: 0 });
    await subject.clock.advance('2s');
    expect((await subject.claim())[0]?.attempt).toBe(2);
  });

  test('deliveries are counted from one, whether or not the worker lives to tell', async () => {
    const message = await subject.send();
    expect((await subject.claim())[0]?.attempt).toBe(1);
    await subject.clock.advance('11s');
    expect((await subject.claim())[0]?.attempt).toBe(2);
    expect((await subject.find(message))?.attempt).toBe(2);
  });

  test('a call is leased to one of many that claim at the same time', async () => {
    const messages = Array.from({ length: 30 }, () => createMessage());
    await subject.broker.send(messages);
    const other = await subject.connect();
    const claims = [subject.broker, other, subject.broker, other].map((broker) =>
      broker.claim({ queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 }),
    );
    const claimed = idsOf((await Promise.all(claims)).flat());
    expect(claimed.toSorted()).toEqual(idsOf(messages).toSorted());
  });

  test('a call whose time to wait is over is not delivered, it expires', async () => {
    const inTime = await subject.send();
    const late = await subject.send({ priority: 7, expiresAt: subject.clock.now() + 5_000 });
    // Jumping fires no timer: claim itself has to notice.
    subject.clock.jump(subject.clock.now() + 5_000);
    expect(idsOf(await subject.claim())).toEqual([inTime.id]);
    expect((await subject.find(late))?.state).toBe('expired');
  });

  test('a flood of expired calls hides none that can be worked on, and none of it is delivered', async () => {
    const expiresAt = subject.clock.now() + 5_000;
    await subject.broker.send(Array.from({ length: 1_234 }, () => createMessage({ priority: 7, expiresAt })));
    const inTime = await subject.send();
    subject.clock.jump(expiresAt);
    let claimed: string[] = [];
    // A claim may come back empty while it tidies up, but then it has listeners told to come again.
    let isWorthClaiming = true;
    subject.broker.listen('q', () => {
      isWorthClaiming = true;
    });
    while (isWorthClaiming) {
      isWorthClaiming = false;
      claimed = [...claimed, ...idsOf(await subject.claim())];
    }
    expect(claimed).toEqual([inTime.id]);
    expect(await subject.broker.counts('q')).toMatchObject({ leased: 1, expired: 1_234 });
  });

  test('a call that is being worked on does not expire', async () => {
    const delivery = await subject.deliver({ expiresAt: subject.clock.now() + 1_000 });
    await subject.clock.advance('2s');
    expect((await subject.find(delivery))?.state).toBe('leased');
    expect(await subject.broker.settle([{ ...delivery, outcome: 'answered', result: '1' }])).toEqual(['ok']);
  });
}
