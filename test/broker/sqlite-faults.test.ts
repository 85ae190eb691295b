// What goes wrong below an open queue file: locks, a full disk, a lost file, power loss. No acknowledged call is lost.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { VirtualClock } from 'mq-rpc/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { createMessage } from './message.js';
import { withRawDatabase } from './raw-database.js';
import { idsOf } from './suite/subject.js';
import { createTempQueue, type TempQueue } from './temp-queue.js';

let queue: TempQueue;
let broker: Broker;
beforeEach(async () => {
  queue = createTempQueue();
  broker = await openBroker(queue.url);
});
afterEach(async () => {
  await broker.close();
  queue.dispose();
});

test('while somebody else holds the lock, calls wait and the event loop does not', async () => {
  let isSent = false;
  const sent = await withRawDatabase(queue.path, async (db) => {
    db.exec('BEGIN IMMEDIATE');
    const sending = broker.send([createMessage()]).then((statuses) => {
      isSent = true;
      return statuses;
    });
    for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(isSent).toBe(false);
    db.exec('ROLLBACK');
    return { sending };
  });
  expect(await sent.sending).toEqual(['accepted']);
});

test('a full disk refuses calls and loses none', async () => {
  await broker.close();
  const script = fileURLToPath(new URL('./processes/limited-sender.ts', import.meta.url));
  // The largest file that the shell allows stands in for the disk: 4,000 blocks of 512 bytes, or of 1,024.
  const { stdout, status } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 4000; exec "$@"', 'sh', process.execPath, '--import', 'tsx', script, queue.url],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
  );
  expect(status).toBe(0);
  const lines = stdout.trim().split('\n');
  const ending = (code: string): string[] =>
    lines.filter((line) => line.endsWith(` ${code}`)).map((line) => line.slice(0, 36));
  expect(ending('accepted').length).toBeGreaterThan(5);
  expect(ending('UNAVAILABLE')).toHaveLength(10);

  broker = await openBroker(queue.url);
  const find = async (ids: string[]): Promise<boolean[]> =>
    (await broker.fetch(ids.map((id) => ({ queue: 'q', id })))).map((record) => record !== undefined);
  expect(await find(ending('accepted'))).not.toContain(false);
  expect(await find(ending('UNAVAILABLE'))).not.toContain(true);
  expect(await broker.send([createMessage()])).toEqual(['accepted']);
});

for (const [name, lose] of Object.entries({
  'the file is deleted': () => rmSync(queue.path),
  'the log is deleted': () => rmSync(`${queue.path}-wal`),
  'the folder is deleted': () => rmSync(queue.folder, { recursive: true }),
  'the file is replaced': () => {
    writeFileSync(join(queue.folder, 'other'), '');
    execFileSync('mv', [join(queue.folder, 'other'), queue.path]);
  },
})) {
  test(`when ${name}, nothing is accepted any more`, async () => {
    await broker.send([createMessage()]);
    lose();
    const lost = { code: 'UNAVAILABLE', message: expect.stringContaining('deleted or replaced') };
    await expect(broker.send([createMessage()])).rejects.toMatchObject(lost);
    await expect(broker.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 1_000 })).rejects.toMatchObject(
      lost,
    );
  });
}

test('whoever only waits is told that the file is gone, once', async () => {
  const warnings: string[] = [];
  const clock = new VirtualClock();
  const waiting = await openBroker(queue.url, { clock, onWarning: (message) => warnings.push(message) });
  waiting.listen('q', () => {});
  await clock.advance('3s');
  expect(warnings).toEqual([]);
  rmSync(queue.folder, { recursive: true });
  await clock.advance('5s');
  expect(warnings).toEqual([expect.stringContaining('deleted or replaced')]);
  await waiting.close();
});

test('after power loss every acknowledged call is there, wherever the log was cut', async () => {
  const acknowledged: string[] = [];
  const checkpoints: { bytes: number; calls: number }[] = [];
  for (let round = 0; round < 20; round++) {
    const messages = Array.from({ length: 7 }, () => createMessage());
    await broker.send(messages);
    acknowledged.push(...idsOf(messages));
    checkpoints.push({ bytes: statSync(`${queue.path}-wal`).size, calls: acknowledged.length });
    await broker.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 60_000 });
  }
  for (const [index, { bytes, calls }] of checkpoints.entries()) {
    // Copied by another process: closing a file here would drop this process's locks on it.
    const copy = join(queue.folder, `copy-${index}.db`);
    execFileSync('cp', [queue.path, copy]);
    execFileSync('cp', [`${queue.path}-wal`, `${copy}-wal`]);
    cutSomewhere(`${copy}-wal`, bytes);
    const reopened = await openBroker(`sqlite:${copy}`);
    const found = await reopened.fetch(acknowledged.slice(0, calls).map((id) => ({ queue: 'q', id })));
    expect(found).not.toContain(undefined);
    await reopened.close();
  }
});

/** Leaves at least `bytes` of a log, and overwrites some of the rest, as a disk may that lost power. */
function cutSomewhere(log: string, bytes: number): void {
  const content = readFileSync(log);
  const end = bytes + Math.floor(Math.random() * (content.length - bytes + 1));
  content.fill(0x5a, bytes + Math.floor((end - bytes) / 2), end);
  writeFileSync(log, content);
  truncateSync(log, end);
}

test('the log stays bounded while several connections write', async () => {
  const other = await openBroker(queue.url);
  const body = 'x'.repeat(20_000);
  let largest = 0;
  for (let round = 0; round < 60; round++) {
    await Promise.all(
      [broker, other].map((connection) =>
        connection.send(Array.from({ length: 25 }, () => createMessage({ body }))),
      ),
    );
    largest = Math.max(largest, statSync(`${queue.path}-wal`).size);
  }
  expect(statSync(queue.path).size).toBeGreaterThan(40e6);
  expect(largest).toBeLessThan(20e6);
  await other.close();
});
