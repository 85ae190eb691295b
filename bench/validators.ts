// How fast is generated code? Validators beside typia's and class-validator's on typia's shapes, and JSON with and
// without them.

import { readFileSync } from 'node:fs';
import type { Benchmark, Goal, PeerMeasured, Row } from './benchmark.js';
import { compileTypia, installPeers } from './compile.js';
import { median, runProcess } from './measure.js';
import { shapeNames } from './validators/data.js';

/** Nanoseconds for a value, by shape and by who did what. */
type Run = Readonly<Record<string, Readonly<Record<string, number>>>>;

const VALIDATORS = ['is', 'assert', 'assertEquals', 'assertPrune', 'class-validator'];

const GOALS: Readonly<Record<string, number>> = { assert: 0.8, assertEquals: 0.8, 'class-validator': 10 };
const MOST_ON_JSON = 1.1;

const ns = (value: number): string => `${value < 100 ? value.toFixed(1) : Math.round(value)} ns`;
const of = (runs: readonly Run[], shape: string, who: string): number[] =>
  runs.flatMap((run) => run[shape]?.[who] ?? []);
/** Of each run, how many times as long the one took as the other. */
const ratios = (runs: readonly Run[], shape: string, one: string, other: string): number[] => {
  const times = of(runs, shape, other);
  return of(runs, shape, one).map((time, run) => time / (times[run] ?? Number.NaN));
};

function validatorRow(runs: readonly Run[], shape: string): Row {
  const number = median(of(runs, shape, 'mq-rpc'));
  const measured = VALIDATORS.filter((who) => of(runs, shape, who).length > 0);
  const peers = measured.map((who): [string, PeerMeasured] => {
    const time = median(of(runs, shape, who));
    return [who, { value: ns(time), number: time, ratio: median(ratios(runs, shape, who, 'mq-rpc')) }];
  });
  const goals = peers.flatMap(([against, { ratio = Number.NaN }]): Goal[] => {
    const least = GOALS[against];
    return least === undefined ? [] : [{ text: `≥ ${least}×`, against, isMet: ratio >= least }];
  });
  return {
    work: shape,
    conditions: VALIDATE,
    value: ns(number),
    number,
    peers: Object.fromEntries(peers),
    goals,
  };
}

function codecRow(runs: readonly Run[], shape: string): Row {
  const [time, plain] = [median(of(runs, shape, 'codec')), median(of(runs, shape, 'json'))];
  const ratio = median(ratios(runs, shape, 'codec', 'json'));
  return {
    work: shape,
    conditions: CODEC,
    value: `${ns(time)} (${ratio.toFixed(3)}×)`,
    number: time,
    peers: { 'plain JSON': { value: ns(plain), number: plain } },
    goals: [{ text: `≤ ${MOST_ON_JSON}×`, isMet: ratio <= MOST_ON_JSON }],
  };
}

const VALIDATE =
  'One value validated, as it is received; in brackets how many times faster mq-rpc is. Like mq-rpc, assertPrune ' +
  'drops members that the type does not have; assertEquals refuses them, is and assert do not look for them:';
const CODEC =
  'One value encoded, turned into text, parsed and decoded; in brackets how many times as long as ' +
  'JSON.stringify and JSON.parse alone:';

const version = (name: string): string => {
  const file = new URL(`./peers/node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(file, 'utf8')).version}`;
};

export const validators: Benchmark = {
  name: 'validators',
  question: 'How fast is generated code?',
  columns: [...VALIDATORS, 'plain JSON'],
  versions() {
    installPeers();
    return [version('typia'), version('class-validator')].join(', ');
  },
  async *rows({ runs, onProgress }): AsyncGenerator<Row> {
    compileTypia();
    const made = Array.from({ length: runs }, (_, run): Run => {
      onProgress(`validators: run ${run + 1} of ${runs}`);
      return runProcess<Run>('validators');
    });
    for (const shape of shapeNames) yield validatorRow(made, shape);
    for (const shape of shapeNames) yield codecRow(made, shape);
  },
};
