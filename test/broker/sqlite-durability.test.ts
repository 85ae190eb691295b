// Which verbs wait for the disk. A test cannot cut the power, so it looks at how each commit was made.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { Checkpoints } from '#dist/src/broker/sqlite/checkpoints.js';
import { loadDriver, type SqlDatabase } from '#dist/src/broker/sqlite/driver.js';
import { watchFile } from '#dist/src/broker/sqlite/file-watch.js';
import { openQueueFile } from '#dist/src/broker/sqlite/queue-file.js';
import { noSignals } from '#dist/src/broker/sqlite/signals.js';
import { SqliteBroker } from '#dist/src/broker/sqlite/sqlite-broker.js';
import { Store } from '#dist/src/broker/sqlite/store.js';
import { systemClock } from '#dist/src/clock.js';
import { createMessage } from './message.js';
import { attemptOf } from './suite/subject.js';
import { createTempQueue, type TempQueue } from './temp-queue.js';

let queue: TempQueue;
let broker: SqliteBroker;
/** The synchronous level of each commit, in order. */
let commits: string[];

beforeEach(async () => {
  queue = createTempQueue();
  commits = [];
  const open = await loadDriver();
  const db = observe(await openQueueFile(open, queue.path));
  const file = {
    path: queue.path,
    watch: watchFile(queue.path),
    checkpoints: new Checkpoints(db, () => open(queue.path)),
  };
  const store = new Store({ db, file, signals: noSignals, clock: systemClock, onWarning: () => undefined });
  const names = { url: queue.url, durability: 'local-fsync', threadUrl: queue.url } as const;
  const context = { clock: systemClock, onWarning: () => undefined };
  broker = new SqliteBroker({ store, ...names, ...context, release: () => store.close() });
});
afterEach(async () => {
  await broker.close();
  queue.dispose();
});

/** A connection that notes how it commits. It starts as FULL: `openQueueFile` sees to that. */
function observe(db: SqlDatabase): SqlDatabase {
  let level = 'FULL';
  return {
    ...db,
    exec(sql) {
      level = /^PRAGMA synchronous = (\w+)/.exec(sql)?.[1] ?? level;
      db.exec(sql);
    },
    prepare<Row>(sql: string) {
      const statement = db.prepare<Row>(sql);
      if (sql !== 'COMMIT') return statement;
      return {
        ...statement,
        run: () => {
          commits.push(level);
          return statement.run();
        },
      };
    },
  };
}

async function levelsOf(act: () => Promise<unknown>): Promise<string[]> {
  commits = [];
  await act();
  return commits;
}

test('send, settle and cancel wait for the disk; claim, extend and confirm need not', async () => {
  const message = createMessage();
  expect(await levelsOf(() => broker.send([message]))).toEqual(['FULL']);
  const claim = { queue: 'q', worker: 'w', limit: 1, leaseMs: 10_000 };
  expect(await levelsOf(() => broker.claim(claim))).toEqual(['NORMAL']);
  const attempt = attemptOf({ ...message, attempt: 1 });
  expect(await levelsOf(() => broker.extend([attempt], 10_000))).toEqual(['NORMAL']);
  expect(await levelsOf(() => broker.cancel([message]))).toEqual(['FULL']);
  expect(await levelsOf(() => broker.settle([{ ...attempt, outcome: 'answered', result: '1' }]))).toEqual([
    'FULL',
  ]);
  expect(await levelsOf(() => broker.fetch([message]))).toEqual([]);
  expect(await levelsOf(() => broker.confirm([message]))).toEqual(['NORMAL']);
});

test('express calls need not wait for the disk, unless they come together with others', async () => {
  const express = { isExpress: true, maxDeliveries: 1 };
  const message = createMessage(express);
  expect(await levelsOf(() => broker.send([message]))).toEqual(['NORMAL']);
  const [delivery] = await broker.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 10_000 });
  const attempt = attemptOf({ ...message, attempt: delivery?.attempt ?? 0 });
  const answer = { ...attempt, outcome: 'answered', result: '1' } as const;
  expect(await levelsOf(() => broker.settle([answer]))).toEqual(['NORMAL']);
  expect(await broker.settle([answer])).toEqual(['stale']);
  expect(await levelsOf(() => broker.send([createMessage(express), createMessage()]))).toEqual(['FULL']);
});

test('a send that shares its commit with a claim waits for the disk', async () => {
  await broker.send([createMessage()]);
  const claim = { queue: 'q', worker: 'w', limit: 1, leaseMs: 10_000 };
  const both = (): Promise<unknown> => Promise.all([broker.claim(claim), broker.send([createMessage()])]);
  expect(await levelsOf(both)).toEqual(['FULL']);
});

test('calls of one turn of the event loop wait for the disk together', async () => {
  const many = (): Promise<unknown> =>
    Promise.all(Array.from({ length: 100 }, () => broker.send([createMessage()])));
  expect(await levelsOf(many)).toEqual(['FULL']);
});
