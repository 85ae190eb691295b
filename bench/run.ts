// Runs benchmarks by name: `npm run bench -- embedded generate --runs 5 --json results.json`.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { Command } from 'commander';
import type { Benchmark, Row } from './benchmark.js';
import { compile } from './compile.js';
import { embedded } from './embedded.js';
import { generate } from './generate.js';
import { compiled } from './measure.js';
import { line, tableHead, tableRow } from './print.js';
import { redis } from './redis.js';
import { validators } from './validators.js';

const benchmarks: readonly Benchmark[] = [embedded, redis, generate, validators];

const list = (text: string): string[] => text.split(',');
const named = (kind: 'only' | 'peers'): string =>
  benchmarks.flatMap(({ names }) => names?.[kind] ?? []).join(', ');

const program = new Command('bench')
  .description('Measures mq-rpc on this machine. Each number is the median of several runs.')
  .argument(
    '[names...]',
    `which benchmarks to run: ${benchmarks.map(({ name }) => name).join(', ')} (default: all)`,
  )
  .option('--runs <n>', 'runs of each measurement', '5')
  .option('--only <names>', `works to measure: ${named('only')}`, list, [])
  .option('--peers <names>', `whom to measure: ${named('peers')}`, list, [])
  .option('--json <file>', 'also write the numbers to a file')
  .option('--chart <file>', 'draw the numbers of that file as SVG; needs --json')
  .parse();

const { runs, only, peers, json, chart } = program.opts<{
  runs: string;
  only: string[];
  peers: string[];
  json?: string;
  chart?: string;
}>();

function check(kind: string, given: readonly string[], known: readonly string[]): void {
  const unknown = given.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    program.error(`no such ${kind}: ${unknown.join(', ')}; there are ${known.join(', ')}`);
}
const possible = (kind: 'only' | 'peers') => benchmarks.flatMap(({ names }) => names?.[kind] ?? []);
check(
  'benchmark',
  program.args,
  benchmarks.map(({ name }) => name),
);
check('work', only, possible('only'));
check('peer', peers, possible('peers'));
if (!(Number(runs) >= 1)) program.error(`--runs: expected a number from 1, got ${runs}`);
if (chart !== undefined && json === undefined) program.error('--chart needs --json');
const chosen = benchmarks.filter(({ name }) => program.args.length === 0 || program.args.includes(name));

/** Progress goes to stderr, in one line where that is a terminal. */
const { stderr } = process;
const onProgress = (text: string): void =>
  void stderr.write(stderr.isTTY ? `\r\u001b[2K${text.slice(0, stderr.columns - 1)}` : `${text}\n`);
const print = (text: string): void => {
  if (stderr.isTTY) stderr.write('\r\u001b[2K');
  console.log(text);
};

const machine = {
  node: process.version,
  cpus: `${cpus().length} × ${cpus()[0]?.model}`,
  /** What else was running in the minute before: it should be next to nothing. */
  load: loadavg()[0] ?? 0,
  runs: Number(runs),
  measuredAt: new Date().toISOString(),
};
print(`Node ${machine.node}, ${machine.cpus}, median of ${runs} runs`);
if (machine.load > 0.5)
  print(`This machine is busy, its load is ${machine.load.toFixed(1)}: the numbers will be off.`);
compile();
const results: Record<string, Row[]> = {};
const versions: Record<string, string> = {};
for (const { name, question, columns, rows, versions: ofPeers } of chosen) {
  print(`\n${question}`);
  if (ofPeers !== undefined) {
    versions[name] = ofPeers();
    print(versions[name]);
  }
  let conditions: string | undefined;
  for await (const row of rows({ runs: Number(runs), only, peers, onProgress })) {
    if (columns === undefined) print(line(row));
    else {
      if (row.conditions !== conditions) print(`\n${row.conditions}\n\n${tableHead(columns)}`);
      conditions = row.conditions;
      print(tableRow(row, columns));
    }
    results[name] = [...(results[name] ?? []), row];
    // A long run that is broken off has not been for nothing.
    if (json !== undefined)
      writeFileSync(json, `${JSON.stringify({ machine, versions, ...results }, undefined, 2)}\n`);
  }
}
if (json !== undefined && chart !== undefined)
  execFileSync(process.execPath, [compiled('peers/chart.js'), json, chart], { stdio: 'inherit' });
