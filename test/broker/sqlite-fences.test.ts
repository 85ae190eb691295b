// A call that was removed while it ran, and sent again: whoever still works on the first cannot end the second.

import { expect, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { createMessage } from './message.js';
import { attemptOf } from './suite/subject.js';

const aClaim = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 };

test('an attempt at a removed call is stale for the next call of its id, which has all its deliveries', async () => {
  const clock = new VirtualClock();
  const broker = await openBroker('memory:', { clock });
  const message = createMessage({
    maxDeliveries: 1,
    lane: 'lane',
    limits: [{ name: 'one', concurrency: 1 }],
  });
  await broker.send([message]);
  const [first] = await broker.claim(aClaim);
  if (first === undefined) throw new Error('expected a delivery');
  await broker.remove([message]);
  expect(await broker.send([message])).toEqual(['accepted']);
  const [second] = await broker.claim(aClaim);
  if (second === undefined) throw new Error('expected another delivery');
  const answer = { outcome: 'answered', result: '1' } as const;
  expect(await broker.settle([{ ...attemptOf(first), ...answer }])).toEqual(['stale']);
  expect(await broker.settle([{ ...attemptOf(second), ...answer }])).toEqual(['ok']);
  await broker.close();
});
