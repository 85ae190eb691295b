// Several real processes on one queue file, killed at any moment.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CallRecord } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { runScript, type ScriptProcess } from '../support/run-script.js';
import { withRawDatabase } from './raw-database.js';
import { createTempQueue } from './temp-queue.js';

const KILLS = 12;

test('processes that are killed at any moment lose no acknowledged call', { timeout: 60_000 }, async () => {
  const queue = createTempQueue();
  const acknowledged = join(queue.folder, 'acknowledged');
  const sender = (): ScriptProcess =>
    runScript('../../broker/processes/crash-sender', queue.url, acknowledged);
  const worker = (): ScriptProcess => runScript('../../broker/processes/crash-worker', queue.url);

  const running = [sender(), sender(), worker(), worker()];
  for (let kill = 0; kill < KILLS; kill++) {
    const index = kill % running.length;
    const victim = running[index] as ScriptProcess;
    await victim.printed(index < 2 ? 'sending' : 'working');
    // Any moment will do, and chance finds more of them than a plan: this is not a wait for something.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 100));
    await victim.kill();
    running[index] = index < 2 ? sender() : worker();
  }
  await Promise.all(running.slice(0, 2).map((process) => process.kill()));

  const ids = readFileSync(acknowledged, 'utf8').trim().split('\n');
  const calls = ids.map((id) => ({ queue: 'q', id }));
  const broker = await openBroker(queue.url);
  let records: (CallRecord | undefined)[] = [];
  while (records.length === 0 || records.some((record) => record?.state === 'ready' || isHeld(record))) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    records = await broker.fetch(calls);
  }
  await Promise.all(running.slice(2).map((process) => process.kill()));

  expect(ids.length).toBeGreaterThan(100);
  expect(records.every((record) => record?.state === 'answered')).toBe(true);
  expect(records.every((record) => record?.result === `${record?.attempt}`)).toBe(true);
  await broker.close();
  const check = await withRawDatabase(queue.path, (db) => db.prepare('PRAGMA integrity_check').get());
  expect(check).toEqual({ integrity_check: 'ok' });
  queue.dispose();
});

const isHeld = (record: CallRecord | undefined): boolean =>
  record?.state === 'leased' || record?.state === 'scheduled';
