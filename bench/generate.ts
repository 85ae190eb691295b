// How fast is the generator? 100 contracts × 10 methods, with tsoa on the same types in the same run.

import { execFileSync, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Benchmark, Row } from './benchmark.js';
import { installPeers } from './compile.js';
import { inTempFolder, median } from './measure.js';
import { writeSyntheticProject } from './synthetic-project.js';

const SERVICES = 100;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Seconds that a command takes as a whole process. */
function seconds(cwd: string, script: string, ...args: string[]): number {
  const startAt = performance.now();
  execFileSync(process.execPath, [script, ...args], { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  return (performance.now() - startAt) / 1_000;
}

/**
 * Makes the next run cold. What the last one made is moved and not removed: to create files soon after many were
 * removed takes ext4 up to ten times longer, and would be most of what is measured.
 */
function setAside(folder: string, run: number): void {
  const aside = join(folder, `made-before-${run}`);
  mkdirSync(aside);
  for (const [index, made] of ['src/generated', 'node_modules/.cache', 'tsoa/routes.ts'].entries()) {
    if (existsSync(join(folder, made))) renameSync(join(folder, made), join(aside, String(index)));
  }
}

/**
 * Milliseconds from the write of one contract to that of the last of its files, as `--watch` does it, for each run. The
 * time that it waits for more changes is part of them.
 */
async function watchTimes(folder: string, script: string, runs: number): Promise<number[]> {
  const child = spawn(process.execPath, [script, 'generate', '--watch'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const says = async (text: string): Promise<void> => {
    for await (const [data] of on(child.stdout, 'data')) if (String(data).includes(text)) return;
  };
  await says('Ctrl-C ends');
  const times: number[] = [];
  // The first change waits for what is read ahead.
  for (let run = 0; run <= runs; run++) {
    await setTimeout(3_000);
    const contract = join(folder, `src/contracts/service${run}.contract.ts`);
    const text = readFileSync(contract, 'utf8').replace('{ sku: string;', '{ sku: string; extra: string;');
    const done = says('written');
    const startedAt = Date.now();
    writeFileSync(contract, text);
    await done;
    const files = ['client', 'server', 'descriptor'].map((kind) =>
      join(folder, `src/generated/service-${run}.${kind}.ts`),
    );
    const writtenAt = Math.max(...files.map((file) => statSync(file).ctimeMs));
    if (run > 0) times.push(writtenAt - startedAt);
  }
  child.kill('SIGINT');
  await once(child, 'close');
  return times;
}

export const generate: Benchmark = {
  name: 'generate',
  question: `How fast is the generator (${SERVICES} contracts × 10 methods)?`,
  async *rows({ runs }): AsyncGenerator<Row> {
    installPeers();
    const mqRpc = here('../dist/src/cli/main.js');
    const tsoa = here('peers/node_modules/@tsoa/cli/dist/cli.js');
    const times = { cold: [] as number[], unchanged: [] as number[], tsoa: [] as number[] };
    let watched: number[] = [];
    await inTempFolder(async (folder) => {
      writeSyntheticProject(folder, SERVICES);
      for (let run = 0; run <= runs; run++) {
        setAside(folder, run);
        const cold = seconds(folder, mqRpc, 'generate');
        const unchanged = seconds(folder, mqRpc, 'generate');
        const peer = seconds(folder, tsoa, 'routes');
        // The first run fills the caches of the file system.
        if (run === 0) continue;
        times.cold.push(cold);
        times.unchanged.push(unchanged);
        times.tsoa.push(peer);
      }
    });
    // In a folder of its own: what was set aside would be watched as well.
    await inTempFolder(async (folder) => {
      writeSyntheticProject(folder, SERVICES);
      watched = await watchTimes(folder, mqRpc, runs);
    });
    const ratio = median(times.cold.map((cold, run) => cold / (times.tsoa[run] ?? Number.NaN)));
    const s = (value: number): string => `${value.toFixed(2)} s`;
    const [cold, unchanged, peer] = [median(times.cold), median(times.unchanged), median(times.tsoa)];
    yield { work: 'mq-rpc generate, cold', value: s(cold), number: cold };
    yield { work: 'tsoa routes, the same types', value: s(peer), number: peer };
    yield {
      work: 'mq-rpc against tsoa',
      value: `${ratio.toFixed(2)}×`,
      number: ratio,
      goals: [{ text: '≤ 0.6×', isMet: ratio <= 0.6 }],
    };
    yield {
      work: 'mq-rpc generate, unchanged',
      value: s(unchanged),
      number: unchanged,
      goals: [{ text: '≤ 0.3 s', isMet: unchanged <= 0.3 }],
    };
    const changed = median(watched);
    yield {
      work: 'watch, one contract changed',
      value: `${Math.round(changed)} ms`,
      number: changed,
      goals: [{ text: '≤ 200 ms', isMet: changed <= 200 }],
    };
  },
};
