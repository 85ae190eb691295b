// Real processes and real signals: a client that dies with its last acknowledgement, servers that die in the middle
// of their handlers. Every acknowledged call has one outcome, by its newest attempt, and nothing is stuck.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { runScript, type ScriptProcess } from '../support/run-script.js';
import { tempFolder } from '../support/temp-folder.js';

const CALLS = 5_000;
const KILLS = 20;
const QUEUE = 'shop.v1';

const linesOf = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];

/** How many handlers a killed server left unfinished. */
function interrupted(log: string): number {
  const lines = linesOf(log);
  const ends = new Set(lines.filter((line) => line.startsWith('end')).map((line) => line.slice(4)));
  return lines.filter((line) => line.startsWith('start') && !ends.has(line.slice(6))).length;
}

test('no acknowledged call is lost, stuck or answered by a superseded attempt', {
  timeout: 300_000,
}, async () => {
  const folder = tempFolder();
  const url = `sqlite:${join(folder, 'queue.db')}`;
  const acks = join(folder, 'acks');
  const logs: string[] = [];
  const startServer = async (): Promise<{ server: ScriptProcess; log: string }> => {
    const log = join(folder, `server-${logs.length}.log`);
    logs.push(log);
    const server = runScript('storm-server', url, log);
    await server.printed('serving');
    return { server, log };
  };

  const client = runScript('storm-client', url, acks, String(CALLS));
  const servers = await Promise.all([startServer(), startServer()]);
  const broker = await openBroker(url);
  const waiting = async (): Promise<number> => {
    const { scheduled, ready, leased } = await broker.counts(QUEUE);
    return scheduled + ready + leased;
  };
  try {
    let kills = 0;
    for (let turn = 0; kills < KILLS; turn++) {
      // A storm over an empty queue would prove nothing.
      expect(
        (client.process.exitCode === null && client.process.signalCode === null) || (await waiting()) > 0,
      ).toBe(true);
      await sleep(Math.random() * 200);
      const index = turn % servers.length;
      const victim = servers[index];
      await victim?.server.kill('SIGKILL');
      if (victim !== undefined && interrupted(victim.log) > 0) kills++;
      servers[index] = await startServer();
    }

    expect(await client.ended).toMatchObject({ signal: 'SIGKILL' });
    const ids = linesOf(acks);
    expect(new Set(ids).size).toBe(CALLS);

    while ((await waiting()) > 0) await sleep(100);

    const records = await broker.fetch(ids.map((id) => ({ queue: QUEUE, id })));
    for (const record of records) {
      expect(record).toMatchObject({ state: 'answered' });
      const { ok } = JSON.parse(record?.result ?? '{}') as { ok?: string };
      expect(ok).toContain(`by attempt ${record?.attempt} in `);
    }
    // The storm was one: calls were interrupted, and those that were have run again.
    expect(records.filter((record) => (record?.attempt ?? 0) > 1).length).toBeGreaterThanOrEqual(KILLS / 2);
  } finally {
    await broker.close();
  }
});
