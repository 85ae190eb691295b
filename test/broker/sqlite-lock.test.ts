// Sends that have to reach their queue in time, while somebody else holds the lock of the file.

import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { createMessage } from './message.js';
import { withRawDatabase } from './raw-database.js';
import { createTempQueue, type TempQueue } from './temp-queue.js';

let queue: TempQueue;
let clock: VirtualClock;
let broker: Broker;
beforeEach(async () => {
  queue = createTempQueue();
  clock = new VirtualClock();
  broker = await openBroker(queue.url, { clock });
});
afterEach(async () => {
  await broker.close();
  queue.dispose();
});

test('a call that waits for the lock longer than it may is late at once, and not stored afterwards', async () => {
  const late = createMessage({ reachWithinMs: 500 });
  const patient = createMessage({ reachWithinMs: 60_000 });
  const waiting = await withRawDatabase(queue.path, async (db) => {
    db.exec('BEGIN IMMEDIATE');
    const sending = broker.send([late]);
    const others = broker.send([patient, createMessage()]);
    await clock.advance('600ms');
    expect(await sending).toEqual(['late']);
    db.exec('ROLLBACK');
    return { others };
  });
  expect(await waiting.others).toEqual(['accepted', 'accepted']);
  const records = await broker.fetch([late, patient]);
  expect(records.map((record) => record?.state)).toEqual([undefined, 'ready']);
});

test('a call that gets the lock in time is accepted, one that gets it too late by the clock is late', async () => {
  const messages = [createMessage({ reachWithinMs: 500 }), createMessage({ reachWithinMs: 200 })];
  const statuses = await withRawDatabase(queue.path, async (db) => {
    db.exec('BEGIN IMMEDIATE');
    const sending = broker.send(messages);
    // A jump fires no timer: the transaction itself looks at the clock.
    clock.jump(clock.now() + 300);
    db.exec('ROLLBACK');
    return sending;
  });
  expect(statuses).toEqual(['accepted', 'late']);
});

test('a call that is there is no late one', async () => {
  const message = createMessage({ reachWithinMs: 500 });
  await broker.send([message]);
  const again = broker.send([message]);
  clock.jump(clock.now() + 10_000);
  expect(await again).toEqual(['duplicate']);
});
