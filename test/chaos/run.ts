// Runs real processes against brokers that fail: `npm run chaos -- --calls 100000 --seed 1 --phases standalone`.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { type PhaseReport, runPhase } from './phase.js';
import { phases } from './phases/index.js';
import { describeReport, isWell } from './report.js';

const program = new Command('chaos')
  .description('Kills, pauses and cuts off brokers under load, and checks what became of every call.')
  .option('--calls <n>', 'the least number of calls in each phase', '100000')
  .option('--seed <n>', 'decides which faults happen when', String(Date.now() % 1_000_000))
  .option('--phases <names>', `which of ${Object.keys(phases).join(', ')}`, 'standalone,sentinel,cluster')
  .option('--faults <counts>', 'instead of those of a full run: "kill=5,move a slot=2"')
  .option('--keep', 'keep the histories')
  .parse();

const { calls, seed, phases: chosen, faults, keep } = program.opts<Record<string, string | undefined>>();
const names = (chosen ?? '').split(',');
const unknown = names.filter((name) => !Object.hasOwn(phases, name));
if (unknown.length > 0) program.error(`no such phase: ${unknown.join(', ')}`);

/** "kill=5,pause=1" as numbers by name. */
function countsOf(text: string): Record<string, number> {
  const pairs = text.split(',').map((part) => part.split('='));
  return Object.fromEntries(pairs.map(([name = '', count]) => [name.trim(), Number(count ?? 1)]));
}

const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-chaos-'));
const reports: PhaseReport[] = [];
for (const name of names) {
  const phase = phases[name];
  if (phase === undefined) continue;
  const report = await runPhase(phase, {
    calls: Number(calls),
    seed: Number(seed),
    ...(faults === undefined ? {} : { faults: countsOf(faults) }),
    folder,
    log: (line) => console.log(line),
  });
  console.log(`\n${describeReport(report)}\n`);
  reports.push(report);
}

const areAllWell = reports.every(isWell);
if (keep || !areAllWell) console.log(`histories: ${folder}`);
else rmSync(folder, { recursive: true, force: true });
process.exit(areAllWell ? 0 : 1);
