// Express calls in a file whose machine lost its power: they are delivered once at most, so they are not kept.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { createMessage } from './message.js';
import { withRawDatabase } from './raw-database.js';
import { attemptOf } from './suite/subject.js';
import { createTempQueue, type TempQueue } from './temp-queue.js';

let queue: TempQueue;
beforeEach(() => {
  queue = createTempQueue();
});
afterEach(() => queue.dispose());

const aClaim = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 };
const express = { isExpress: true, maxDeliveries: 1 };

/** Sends and settles some calls, and tells how they are found when the file is opened again. */
async function statesAfter(between: () => Promise<void>): Promise<unknown> {
  const [answered, leased, waiting, recoverable] = [
    createMessage({ ...express, priority: 7 }),
    createMessage({ ...express, priority: 6 }),
    createMessage({ ...express, queue: 'other' }),
    createMessage({ queue: 'other' }),
  ];
  const broker = await openBroker(queue.url);
  await broker.limit('other', { maxCalls: 2 });
  await broker.send([answered, leased, waiting, recoverable]);
  const [first] = await broker.claim(aClaim);
  if (first === undefined) throw new Error('expected a delivery');
  await broker.settle([{ ...attemptOf(first), outcome: 'answered', result: '1' }]);
  await broker.close();
  await between();
  const again = await openBroker(queue.url);
  const records = await again.fetch([answered, leased, waiting, recoverable]);
  const statuses = await again.send([createMessage({ queue: 'other' }), createMessage({ queue: 'other' })]);
  await again.close();
  return { states: records.map((record) => record?.state), statuses };
}

test('they survive the end of all processes', async () => {
  expect(await statesAfter(async () => undefined)).toEqual({
    states: ['answered', 'leased', 'ready', 'ready'],
    statuses: ['full', 'full'],
  });
});

test('those without an outcome are forgotten when the machine has been started anew', async () => {
  const restart = (): Promise<void> =>
    withRawDatabase(queue.path, (db) => db.exec(`UPDATE meta SET boot = 'an earlier one'`));
  expect(await statesAfter(restart)).toEqual({
    states: ['answered', undefined, undefined, 'ready'],
    statuses: ['accepted', 'full'],
  });
});
