// How fast is the embedded queue? Real processes on one SQLite file, synchronous=FULL.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Benchmark, Row } from './benchmark.js';
import { inTempFolder, median, runProcess, startProcess } from './measure.js';

interface CallerReport {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const onFile = <T>(work: (url: string) => Promise<T>): Promise<T> =>
  inTempFolder((folder) => work(`sqlite:${join(folder, 'queue.db')}`));

async function repeat<T>(runs: number, work: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let run = 0; run < runs; run++) results.push(await work());
  return results;
}

const sends = () =>
  onFile(async (url) => runProcess<CallerReport>('caller', url, 'send', 50_000, 500).perSecond);

const drain = () =>
  onFile(async (url) => {
    const calls = 30_000;
    runProcess<CallerReport>('caller', url, 'submit', calls - 1_000, 500);
    const server = startProcess('server', url, calls);
    const { seconds } = await server.next<{ seconds: number }>();
    await server.stop();
    return calls / seconds;
  });

const calls = (count: number, inFlight: number) => () =>
  onFile(async (url) => {
    const server = startProcess('server', url);
    await server.next();
    const report = runProcess<CallerReport>('caller', url, 'call', count, inFlight);
    await server.stop();
    return report;
  });

const idle = () => onFile(async (url) => runProcess<{ share: number }>('idle', url, 20).share);

const backlog = (waiting: number) =>
  inTempFolder(async (folder) =>
    runProcess<{ send: number; claim: number }>(
      'backlog',
      `sqlite:${join(folder, 'empty.db')}`,
      `sqlite:${join(folder, 'full.db')}`,
      waiting,
    ),
  );

function importMs(): number {
  const script =
    "const startAt = performance.now(); await import('mq-rpc'); console.log(performance.now() - startAt)";
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

const rate = (value: number): string => `${Math.round(value).toLocaleString('en')} /s`;
const ms = (value: number): string => `${value.toFixed(2)} ms`;

export const embedded: Benchmark = {
  name: 'embedded',
  question: 'How fast is the embedded queue (SQLite, synchronous=FULL)?',
  async *rows({ runs }): AsyncGenerator<Row> {
    const sent = median(await repeat(runs, sends));
    yield {
      work: 'send, one process, 500 in flight',
      value: rate(sent),
      number: sent,
      goals: [{ text: '≥ 40,000 /s', isMet: sent >= 40_000 }],
    };

    const drained = median(await repeat(runs, drain));
    yield { work: 'drain a backlog, one process', value: rate(drained), number: drained };

    const busy = median((await repeat(runs, calls(20_000, 100))).map(({ perSecond }) => perSecond));
    yield {
      work: 'request/reply, two processes, 100 in flight',
      value: rate(busy),
      number: busy,
      goals: [{ text: '≥ 10,000 /s', isMet: busy >= 10_000 }],
    };

    const single = await repeat(runs, calls(2_000, 1));
    const p50 = median(single.map((report) => report.p50));
    yield {
      work: 'request/reply, one at a time, p50',
      value: ms(p50),
      number: p50,
      goals: [{ text: '≤ 2 ms', isMet: p50 <= 2 }],
    };
    const p99 = median(single.map((report) => report.p99));
    yield { work: 'request/reply, one at a time, p99', value: ms(p99), number: p99 };

    const share = (await idle()) * 100;
    yield {
      work: 'idle server, share of a core',
      value: `${share.toFixed(2)} %`,
      number: share,
      goals: [{ text: '< 1 %', isMet: share < 1 }],
    };

    const { send, claim } = await backlog(1_000_000);
    yield {
      work: 'send with 1,000,000 waiting, against none',
      value: `${send.toFixed(2)}×`,
      number: send,
      goals: [{ text: '< 1.3×', isMet: send < 1.3 }],
    };
    yield {
      work: 'claim with 1,000,000 waiting, against none',
      value: `${claim.toFixed(2)}×`,
      number: claim,
      goals: [{ text: '< 1.3×', isMet: claim < 1.3 }],
    };

    const loaded = median(Array.from({ length: 2 * runs + 1 }, importMs));
    yield {
      work: "import 'mq-rpc'",
      value: ms(loaded),
      number: loaded,
      goals: [{ text: '< 60 ms', isMet: loaded < 60 }],
    };
  },
};
