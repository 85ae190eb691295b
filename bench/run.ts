// Runs benchmarks by name: `npm run bench -- embedded generate --runs 5 --json results.json`.

import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Command } from 'commander';
import type { Benchmark, Row } from './benchmark.js';
import { embedded } from './embedded.js';
import { generate } from './generate.js';

const benchmarks: readonly Benchmark[] = [embedded, generate];

const program = new Command('bench')
  .description('Measures mq-rpc on this machine. Each number is the median of several runs.')
  .argument(
    '[names...]',
    `which benchmarks to run: ${benchmarks.map(({ name }) => name).join(', ')} (default: all)`,
  )
  .option('--runs <n>', 'runs of each measurement', '5')
  .option('--json <file>', 'also write the numbers to a file')
  .parse();

const { runs, json } = program.opts<{ runs: string; json?: string }>();
const unknown = program.args.filter((name) => !benchmarks.some((benchmark) => benchmark.name === name));
if (unknown.length > 0) program.error(`no such benchmark: ${unknown.join(', ')}`);
const chosen = benchmarks.filter(({ name }) => program.args.length === 0 || program.args.includes(name));

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, median of ${runs} runs`);
const results: Record<string, Row[]> = {};
for (const { name, question, rows } of chosen) {
  console.log(`\n${question}`);
  for await (const row of rows({ runs: Number(runs) })) {
    const verdict = row.goal === undefined ? '' : `   goal ${row.goal}: ${row.isMet ? 'met' : 'MISSED'}`;
    console.log(`  ${row.work.padEnd(46)} ${row.value.padStart(14)}${verdict}`);
    results[name] = [...(results[name] ?? []), row];
  }
}
if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
