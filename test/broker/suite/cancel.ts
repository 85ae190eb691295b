// cancel: a call that waits ends at once, one that runs is asked to.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { attemptOf, type Subject } from './subject.js';

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

  test('a dead letter is settled, and an empty batch is answered with an empty list', async () => {
    const delivery = await subject.deliver();
    await subject.broker.settle([
      { ...attemptOf(delivery), outcome: 'dead', reason: 'malformed', result: '1' },
    ]);
    expect(await subject.broker.cancel([delivery])).toEqual(['settled']);
    expect(await subject.broker.cancel([])).toEqual([]);
  });
}
