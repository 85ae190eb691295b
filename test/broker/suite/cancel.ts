// cancel: a call that waits ends at once, one that runs is asked to.

import { expect, test } from 'vitest';
import type { Delivery } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { PARKED } from './endings.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

export function cancelSuite(subject: Subject): void {
  test('the answer depends on how far the call has come', async () => {
    const settled = await subject.answer();
    const running = await subject.deliver();
    const scheduled = await subject.send({ notBefore: subject.clock.now() + 1_000 });
    const ready = await subject.send();
    const unknown = { queue: 'q', id: createMessage().id };
    expect(await subject.broker.cancel([settled, running, scheduled, ready, unknown])).toEqual([
      'settled',
      'requested',
      'cancelled',
      'cancelled',
      'unknown',
    ]);
  });

  test('a cancelled call is never delivered, and cancelling again finds it settled', async () => {
    const [ready, scheduled] = [
      await subject.send(),
      await subject.send({ notBefore: subject.clock.now() + 1_000 }),
    ];
    await subject.broker.cancel([ready, scheduled]);
    await subject.clock.advance('2s');
    expect(await subject.claim()).toEqual([]);
    expect(await subject.broker.cancel([ready])).toEqual(['settled']);
    expect(await subject.find(ready)).toMatchObject({ state: 'cancelled', result: undefined });
  });

  test('a handler that finishes in spite of it wins', async () => {
    const delivery = await subject.deliver();
    await subject.broker.cancel([delivery]);
    await subject.broker.settle([{ ...attemptOf(delivery), outcome: 'answered', result: '1' }]);
    expect((await subject.find(delivery))?.state).toBe('answered');
  });

  for (const outcome of ['retry', 'released'] as const) {
    test(`there is no further attempt after a ${outcome}`, async () => {
      const delivery = await subject.deliver();
      await subject.broker.cancel([delivery]);
      const end =
        outcome === 'retry' ? ({ outcome, delayMs: 0, result: '1' } as const) : ({ outcome } as const);
      expect(await subject.broker.settle([{ ...attemptOf(delivery), ...end }])).toEqual(['ok']);
      expect((await subject.find(delivery))?.state).toBe('cancelled');
      expect(await subject.claim()).toEqual([]);
    });
  }

  test('there is no further attempt after a call was parked', async () => {
    const delivery = await subject.deliver();
    await subject.broker.cancel([delivery]);
    expect(await subject.end(delivery, PARKED)).toBe('ok');
    expect((await subject.find(delivery))?.state).toBe('cancelled');
  });

  for (const canceller of ['the same connection', 'another connection'] as const) {
    test(`a consumer is told when ${canceller} cancels a call that runs`, async () => {
      let told = 0;
      const deliveries: Delivery[] = [];
      const consumer = subject.broker.consume(
        { queue: 'q', worker: 'w', leaseMs: 60_000 },
        { onDeliveries: (arrived) => deliveries.push(...arrived), onCancel: () => told++ },
      );
      consumer.grant(2);
      const [first, second] = [await subject.send(), await subject.send()];
      await eventually(() => expect(deliveries).toHaveLength(2));
      // Whatever a consumer needs to be told by others has been set up by now.
      await subject.clock.advance('2s');
      const broker = canceller === 'the same connection' ? subject.broker : await subject.connect();
      expect(await broker.cancel([second])).toEqual(['requested']);
      await eventually(() => expect(told).toBeGreaterThan(0));
      const extended = await subject.broker.extend(
        [first, second].map(({ id }) => ({ queue: 'q', id, attempt: 1 })),
        60_000,
      );
      expect(extended).toEqual(['ok', 'cancelled']);
    });
  }

  test('a worker that claims for itself learns of it when it extends, on whichever connection', async () => {
    const delivery = await subject.deliver();
    const other = await subject.connect();
    expect(await other.cancel([delivery])).toEqual(['requested']);
    expect(await subject.broker.extend([attemptOf(delivery)], 10_000)).toEqual(['cancelled']);
    expect(await other.cancel([delivery])).toEqual(['requested']);
    expect(await subject.end(delivery, { outcome: 'cancelled' })).toBe('ok');
    expect(await other.cancel([delivery])).toEqual(['settled']);
  });

  test('of a cancel and a claim at the same time one has the call', async () => {
    const messages = Array.from({ length: 40 }, () => createMessage());
    await subject.broker.send(messages);
    const other = await subject.connect();
    const [claimed, statuses] = await Promise.all([subject.claim({ limit: 20 }), other.cancel(messages)]);
    const running = messages.filter((_, index) => statuses[index] === 'requested');
    expect(idsOf(claimed).toSorted()).toEqual(idsOf(running).toSorted());
    expect(statuses.filter((status) => status === 'cancelled')).toHaveLength(40 - running.length);
  });

  test('the caller of a call that was cancelled while it waited is told', async () => {
    const states: string[] = [];
    subject.broker.subscribe('inbox', (records) => states.push(...records.map(({ state }) => state)));
    await (await subject.connect()).cancel([await subject.send({ inbox: 'inbox' })]);
    await eventually(() => expect(states).toEqual(['cancelled']));
  });

  test('a dead letter is settled, and an empty batch is answered with an empty list', async () => {
    const delivery = await subject.deliver();
    await subject.broker.settle([
      { ...attemptOf(delivery), outcome: 'dead', reason: 'malformed', result: '1' },
    ]);
    expect(await subject.broker.cancel([delivery])).toEqual(['settled']);
    expect(await subject.broker.cancel([])).toEqual([]);
  });
}
