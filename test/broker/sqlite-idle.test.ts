// A queue file with nothing to do: not written, and yet nothing is missed when hints are lost.

import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { createMessage } from './message.js';
import { withRawDatabase } from './raw-database.js';
import { attemptOf, eventually, idsOf } from './suite/subject.js';
import { createTempQueue, type TempQueue } from './temp-queue.js';

let queue: TempQueue;
let clock: VirtualClock;
let warnings: string[];
let connections: Broker[];
beforeEach(() => {
  queue = createTempQueue();
  clock = new VirtualClock();
  warnings = [];
  connections = [];
});
afterEach(async () => {
  for (const connection of connections) await connection.close();
  queue.dispose();
});

async function connect(): Promise<Broker> {
  const broker = await openBroker(queue.url, { clock, onWarning: (message) => warnings.push(message) });
  connections.push(broker);
  return broker;
}

test('an idle queue is not written, whatever it holds', async () => {
  const broker = await connect();
  broker.listen('q', () => undefined);
  broker.subscribe('inbox', () => undefined);
  await broker.send([createMessage({ queue: 'waiting' }), createMessage()]);
  const [delivery] = await broker.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 10_000 });
  if (delivery === undefined) throw new Error('expected a delivery');
  await broker.settle([{ ...attemptOf(delivery), outcome: 'dead', reason: 'malformed', result: '1' }]);

  const versionAfter = async (change: () => Promise<void>): Promise<unknown[]> =>
    withRawDatabase(queue.path, async (db) => {
      const version = db.prepare('PRAGMA data_version');
      const before = version.get();
      await change();
      return [before, version.get()];
    });
  const [before, after] = await versionAfter(() => clock.advance('5m'));
  expect(after).toEqual(before);
});

test('where signals cannot be watched for, there is a warning, and others are heard all the same', async () => {
  writeFileSync(`${queue.path}-wake`, 'in the way of the folder');
  const [caller, worker] = [await connect(), await connect()];
  let heard = 0;
  worker.listen('q', () => heard++);
  expect(warnings.join()).toContain('polling instead');
  await caller.send([createMessage()]);
  await eventually(() => expect(heard).toBeGreaterThan(0));
});

test('what dead processes left in the folder of signals is removed when it is old', async () => {
  const names = ['i-', 'i-', 'q-'].map((kind, index) => `${kind}${String(index).repeat(32)}`);
  mkdirSync(`${queue.path}-wake`);
  for (const name of [...names, 'notes.txt']) writeFileSync(`${queue.path}-wake/${name}`, '');
  for (const name of [...names.slice(1), 'notes.txt']) utimesSync(`${queue.path}-wake/${name}`, 1, 1);
  await connect();
  expect(readdirSync(`${queue.path}-wake`)).toEqual([names[0], 'notes.txt', names[2]].toSorted());
});

test('when every signal is lost, polling finds new calls and outcomes within a second', async () => {
  const [caller, worker] = [await connect(), await connect()];
  let heard = 0;
  const outcomes: string[] = [];
  worker.listen('q', () => heard++);
  caller.subscribe('inbox', (records) => outcomes.push(...idsOf(records)));
  await clock.settle();
  rmSync(`${queue.path}-wake`, { recursive: true });
  await clock.settle();

  await caller.send([createMessage({ inbox: 'inbox' })]);
  heard = 0;
  await clock.advance('1s');
  expect(heard).toBeGreaterThan(0);
  const [delivery] = await worker.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 10_000 });
  if (delivery === undefined) throw new Error('expected a delivery');
  await worker.settle([{ ...attemptOf(delivery), outcome: 'answered', result: '1' }]);
  await clock.advance('1s');
  await eventually(() => expect(outcomes).toEqual([delivery.id]));
});
