// Fencing: an attempt that lost its lease can do nothing any more, whatever it tries and whenever.

import { expect, test } from 'vitest';
import type { Attempt, Settlement } from '#dist/src/broker/broker.js';
import { attemptOf, type Subject } from './subject.js';

const everyEnd = (attempt: Attempt): Settlement[] => [
  { ...attempt, outcome: 'answered', result: '"late"' },
  { ...attempt, outcome: 'dead', reason: 'handler-failed', result: '"late"' },
  { ...attempt, outcome: 'cancelled' },
  { ...attempt, outcome: 'retry', delayMs: 0, result: '"late"' },
  { ...attempt, outcome: 'released' },
  { ...attempt, outcome: 'parked', needs: { minor: 1, contract: 'c' } },
];

export function fencingSuite(subject: Subject): void {
  test('a lost lease discards the result, also while nobody has claimed the call again', async () => {
    const lost = attemptOf(await subject.deliver());
    await subject.clock.advance('11s');
    for (const settlement of everyEnd(lost)) {
      expect(await subject.broker.settle([settlement])).toEqual(['stale']);
    }
    expect(await subject.find(lost)).toMatchObject({ state: 'ready', result: undefined });
  });

  test('a superseded attempt cannot touch the lease of its successor', async () => {
    const lost = attemptOf(await subject.deliver());
    await subject.clock.advance('11s');
    const [successor] = await subject.claim();
    if (successor === undefined) throw new Error('expected a delivery');
    for (const settlement of everyEnd(lost)) {
      expect(await subject.broker.settle([settlement])).toEqual(['stale']);
    }
    expect(await subject.broker.extend([lost], 60_000)).toEqual(['stale']);
    await subject.broker.settle([{ ...attemptOf(successor), outcome: 'answered', result: '"mine"' }]);
    expect((await subject.find(lost))?.result).toBe('"mine"');
  });

  test('an attempt given back is over, also for the worker that gave it back', async () => {
    const released = attemptOf(await subject.deliver());
    await subject.broker.settle([{ ...released, outcome: 'released' }]);
    const [again] = await subject.claim();
    expect(again?.attempt).toBe(2);
    for (const settlement of everyEnd(released)) {
      expect(await subject.broker.settle([settlement])).toEqual(['stale']);
    }
  });

  test('of two that settle one attempt at the same time, one does', async () => {
    const attempt = attemptOf(await subject.deliver());
    const other = await subject.connect();
    const statuses = await Promise.all(
      [subject.broker, other].map((broker, index) =>
        broker.settle([{ ...attempt, outcome: 'answered', result: `"${index}"` }]),
      ),
    );
    expect(statuses.flat().toSorted()).toEqual(['ok', 'stale']);
    const winner = statuses.findIndex(([status]) => status === 'ok');
    expect((await subject.find(attempt))?.result).toBe(`"${winner}"`);
  });

  test('attempts are never numbered twice, whatever ended them', async () => {
    const numbers: number[] = [];
    await subject.send({ maxDeliveries: 5 });
    for (const end of ['released', 'retry', 'lost', 'released', 'retry'] as const) {
      const [delivery] = await subject.claim();
      if (delivery === undefined) throw new Error('expected a delivery');
      numbers.push(delivery.attempt);
      const attempt = attemptOf(delivery);
      if (end === 'released') await subject.broker.settle([{ ...attempt, outcome: 'released' }]);
      if (end === 'retry') {
        await subject.broker.settle([{ ...attempt, outcome: 'retry', delayMs: 0, result: '1' }]);
      }
      await subject.clock.advance('15s');
    }
    expect(numbers).toEqual([1, 2, 3, 4, 5]);
  });
}
