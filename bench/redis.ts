// How fast is mq-rpc on Redis, and how fast are its peers at the same work on the same machine?

import { readFileSync } from 'node:fs';
import type { Benchmark, Goal, PeerMeasured, Row, RowOptions } from './benchmark.js';
import { installPeers } from './compile.js';
import { median } from './measure.js';
import { type Participant, participants } from './participants.js';
import { redisVersion } from './redis-server.js';
import { type Figure, type Work, works } from './redis-works.js';

const OURS = 'mq-rpc';

const formats: Record<Figure['unit'], (value: number) => string> = {
  'per second': (value) => `${Math.round(value).toLocaleString('en')} /s`,
  ms: (value) => `${value.toFixed(2)} ms`,
  µs: (value) => `${Math.round(value)} µs`,
  bytes: (value) => `${Math.round(value)} B`,
  times: (value) => `${value.toFixed(2)}×`,
};

/** The runs of one work: what each participant reached in each of them. */
type Runs = Map<string, Record<string, number>[]>;

/** Runs a work with everybody in turn, and with another one first in every run. */
async function measure(work: Work, who: readonly Participant[], options: RowOptions): Promise<Runs> {
  const runs: Runs = new Map();
  for (let run = 0; run < options.runs; run++) {
    for (let index = 0; index < who.length; index++) {
      const participant = who[(index + run) % who.length] as Participant;
      const of = `${work.name}, run ${run + 1} of ${options.runs}, ${participant.title}`;
      options.onProgress(of);
      const numbers = await work.measure(participant).catch((error: Error) => {
        console.error(`${of} failed: ${error.message}`);
        return {};
      });
      runs.set(participant.title, [...(runs.get(participant.title) ?? []), numbers]);
    }
  }
  return runs;
}

function row(work: Work, { key, label, unit, goals = [] }: Figure, runs: Runs): Row {
  const numbers = (title: string): number[] => (runs.get(title) ?? []).map((run) => run[key] ?? Number.NaN);
  const measured = (title: string) => {
    const valid = numbers(title).filter(Number.isFinite);
    const number = median(valid);
    return { value: valid.length > 0 ? formats[unit](number) : 'failed', number, runs: numbers(title) };
  };
  const ratio = (title: string): number => {
    const [ours, theirs] = [numbers(OURS), numbers(title)];
    const each = ours.map((our, run) => {
      const their = theirs[run] ?? Number.NaN;
      return unit === 'per second' ? our / their : their / our;
    });
    return median(each.filter(Number.isFinite));
  };
  const ours = runs.has(OURS) ? measured(OURS) : { value: '', number: Number.NaN };
  const peers: Record<string, PeerMeasured> = {};
  for (const title of runs.keys()) {
    if (title !== OURS) peers[title] = { ...measured(title), ratio: ratio(title) };
  }
  const reached = goals.flatMap((goal): Goal[] => {
    if ('atMost' in goal)
      return [{ text: `≤ ${formats[unit](goal.atMost)}`, isMet: ours.number <= goal.atMost }];
    if ('atLeast' in goal)
      return [{ text: `≥ ${formats[unit](goal.atLeast)}`, isMet: ours.number >= goal.atLeast }];
    const { against, times } = goal;
    return runs.has(against) ? [{ text: `≥ ${times}×`, against, isMet: ratio(against) >= times }] : [];
  });
  return {
    work: label,
    conditions: `appendfsync ${work.fsync}`,
    ...ours,
    peers,
    goals: runs.has(OURS) ? reached : [],
  };
}

/** What is measured, by its packages. */
function versions(): string {
  installPeers();
  const version = (folder: string): string =>
    (
      JSON.parse(readFileSync(new URL(`${folder}/package.json`, import.meta.url), 'utf8')) as {
        version: string;
      }
    ).version;
  const packages = ['bullmq', 'bee-queue', '@imqueue/rpc', '@nestjs/microservices', 'ioredis'];
  return [redisVersion(), ...packages.map((name) => `${name} ${version(`peers/node_modules/${name}`)}`)].join(
    ', ',
  );
}

export const redis: Benchmark = {
  name: 'redis',
  question: 'How fast is mq-rpc on Redis, beside its peers?',
  columns: participants.map(({ title }) => title).filter((title) => title !== OURS),
  versions,
  names: { only: works.map(({ name }) => name), peers: participants.map(({ name }) => name) },
  async *rows(options): AsyncGenerator<Row> {
    const isChosen = (names: readonly string[], name: string): boolean =>
      names.length === 0 || names.includes(name);
    for (const work of works.filter(({ name }) => isChosen(options.only, name))) {
      const who = participants.filter((one) => work.isDoneBy(one) && isChosen(options.peers, one.name));
      if (who.length === 0) continue;
      const runs = await measure(work, who, options);
      for (const figure of work.figures) yield row(work, figure, runs);
    }
  },
};
