// extend: how long a lease lasts, and what its holder learns.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { attemptOf, type Subject } from './subject.js';

export function extendSuite(subject: Subject): void {
  test('a lease that is extended in time is not lost', async () => {
    const delivery = await subject.deliver();
    for (let second = 0; second < 30; second += 5) {
      await subject.clock.advance('5s');
      expect(await subject.broker.extend([attemptOf(delivery)], 10_000)).toEqual(['ok']);
    }
    expect((await subject.find(delivery))?.state).toBe('leased');
  });

  test('the lease lasts from now, not from its former end', async () => {
    const delivery = await subject.deliver();
    await subject.broker.extend([attemptOf(delivery)], 2_000);
    await subject.clock.advance('3s');
    expect((await subject.find(delivery))?.state).toBe('ready');
  });

  test('an attempt without a lease is stale', async () => {
    const delivery = await subject.deliver();
    const unknown = attemptOf({ ...delivery, id: createMessage().id });
    const elsewhere = attemptOf({ ...delivery, queue: 'other' });
    const older = attemptOf({ ...delivery, attempt: 0 });
    const newer = attemptOf({ ...delivery, attempt: 2 });
    expect(
      await subject.broker.extend([unknown, elsewhere, older, attemptOf(delivery), newer], 10_000),
    ).toEqual(['stale', 'stale', 'stale', 'ok', 'stale']);
  });

  test('a lost lease cannot be extended, nor one that was given back', async () => {
    const lost = await subject.deliver();
    await subject.clock.advance('11s');
    expect(await subject.broker.extend([attemptOf(lost)], 10_000)).toEqual(['stale']);
    const released = (await subject.claim())[0];
    if (released === undefined) throw new Error('expected a delivery');
    await subject.broker.settle([{ ...attemptOf(released), outcome: 'released' }]);
    expect(await subject.broker.extend([attemptOf(released)], 10_000)).toEqual(['stale']);
  });

  test('a settled attempt is stale', async () => {
    const delivery = await subject.answer();
    expect(await subject.broker.extend([attemptOf(delivery)], 10_000)).toEqual(['stale']);
  });

  test('the worker learns that the caller wants an end, and keeps its lease', async () => {
    const delivery = await subject.deliver();
    await subject.broker.cancel([delivery]);
    expect(await subject.broker.extend([attemptOf(delivery)], 20_000)).toEqual(['cancelled']);
    await subject.clock.advance('15s');
    expect((await subject.find(delivery))?.state).toBe('leased');
  });

  test('an empty batch is answered with an empty list', async () => {
    expect(await subject.broker.extend([], 10_000)).toEqual([]);
  });
}
