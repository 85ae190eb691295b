// Real processes, real servers and real faults, a few of each kind: `npm run chaos` does the same for longer.

import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.js';
import { type PhaseReport, runPhase } from './phase.js';
import { phases } from './phases/index.js';
import { describeReport } from './report.js';

const CALLS = 5_000;

// Half a minute each, unless callers wait until their timeouts.
const timeout = 240_000;

/** Runs a phase in short. */
async function report(name: string, faults: Readonly<Record<string, number>>): Promise<PhaseReport> {
  const phase = phases[name];
  if (phase === undefined) throw new RangeError(`no phase is called ${name}`);
  // Another run every time: what it was is in the log.
  const seed = Math.floor(Math.random() * 1_000_000);
  const lines: string[] = [];
  const options = { calls: CALLS, seed, faults, folder: tempFolder(), warmUpMs: 1_000, tailMs: 3_000 };
  const result = await runPhase(phase, { ...options, log: (line) => lines.push(line) }).catch((error) => {
    throw new Error(lines.join('\n'), { cause: error });
  });
  console.log([...lines, describeReport(result)].join('\n'));
  return result;
}

/** Every call is accounted for, every caller has heard, and every worker works. */
function expectWell({ wrong, troubles, counts, recoveries }: PhaseReport): void {
  expect(wrong).toEqual([]);
  expect(troubles).toEqual([]);
  expect(counts.calls).toBeGreaterThanOrEqual(CALLS);
  expect(counts.answered).toBeGreaterThan(0);
  expect(recoveries).toHaveLength(2);
  for (const { worker, doneSince } of recoveries) expect([worker, doneSince > 0]).toEqual([worker, true]);
}

test('one server that is killed, paused and cut off loses nothing and answers once', {
  timeout,
}, async () => {
  const result = await report('standalone', {
    kill: 3,
    pause: 1,
    cut: 6,
    'kill a worker': 1,
    'kill a client': 1,
  });
  expectWell(result);
  expect(result.excused).toEqual([]);
  expect(result.counts.accepted).toBe(result.counts['acknowledged as broker-fsync']);
});

test('under Sentinels a failover and a dead master leave no caller hanging and nothing stuck', {
  timeout,
}, async () => {
  expectWell(await report('sentinel', { failover: 1, 'kill the master': 1 }));
});

test('a cluster that loses a master and moves slots leaves no caller hanging and nothing stuck', {
  timeout,
}, async () => {
  expectWell(await report('cluster', { 'kill a master': 1, 'move a slot': 2 }));
});

test('workers and clients of the embedded queue that are killed lose nothing', { timeout }, async () => {
  const result = await report('embedded', { 'kill a worker': 3, 'kill a client': 1 });
  expectWell(result);
  expect(result.excused).toEqual([]);
});

test('what a server without a file forgets does not go unnoticed', { timeout }, async () => {
  const { wrong, troubles } = await report('forgetful', { kill: 1 });
  expect(troubles).toEqual([]);
  expect(new Set(wrong.map(({ rule }) => rule))).toContain('lost');
});
