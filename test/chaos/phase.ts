// One phase of a run: a broker, load on it, faults, and what came of it.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { check, type Finding, idsToAsk, type Rule } from './checker.js';
import { readHistories } from './history.js';
import { CALL_TIMEOUT_MS, DRAIN_MS, LATE_MS, MEASURE_MS, RECOVERY_MS, STANDSTILL_MS } from './limits.js';
import { Load } from './load.js';
import { readOutcomes } from './outcomes.js';
import { createRandom } from './random.js';
import { type Recovery, recoveries } from './recovery.js';
import { describePlan, planFaults } from './schedule.js';

/** Does one thing to the broker or the processes, waits until it is over, and says what was done. */
export type Fault = (chance: number, load: Load) => Promise<string>;

/** A broker that runs, and what can be done to it. */
export interface Environment extends AsyncDisposable {
  /** How clients and workers reach it. */
  readonly url: string;
  /** Besides those that every phase has. */
  readonly faults: Readonly<Record<string, Fault>>;
}

export interface Phase {
  readonly name: string;
  /** Faults of each name in a full run. */
  readonly faults: Readonly<Record<string, number>>;
  /** What a failover can undo: it is counted and reported. Anything else, and in other phases anything, is wrong. */
  readonly excused: readonly Rule[];
  start(folder: string): Promise<Environment>;
}

export interface PhaseOptions {
  /** At least so many calls are made. */
  readonly calls: number;
  readonly seed: number;
  /** Faults of each name. Default: those of a full run. */
  readonly faults?: Readonly<Record<string, number>>;
  /** Where histories go. */
  readonly folder: string;
  /** Load before the first fault. Default 10 s. */
  readonly warmUpMs?: number;
  /** Load after the last fault. Default: long enough to see whether workers run at full rate again. */
  readonly tailMs?: number;
  readonly log: (line: string) => void;
}

export interface PhaseReport {
  readonly phase: string;
  readonly seed: number;
  readonly wrong: readonly Finding[];
  /** What the broker lost, as far as that is excused. */
  readonly excused: readonly Finding[];
  /** Faults that could not be done, and standstills. */
  readonly troubles: readonly string[];
  /** What was done, and how many calls that were accepted meanwhile the broker has lost. */
  readonly faults: readonly (DoneFault & { readonly lost: number })[];
  readonly counts: Readonly<Record<string, number>>;
  readonly recoveries: readonly Recovery[];
  readonly seconds: number;
}

/** A fault that was done, and when. */
interface DoneFault {
  readonly name: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What can be done in every phase. */
const COMMON_FAULTS: Readonly<Record<string, Fault>> = {
  'kill a worker': async (chance, load) => {
    await load.replaceWorker(chance);
    return 'another one serves';
  },
  'kill a client': async (chance, load) => {
    await load.replaceClient(chance);
    return 'another one calls';
  },
};

const LOAD = { clients: 2, workers: 2, inFlight: 32, handlerMs: 20 };

/** How much of the calls is made before the last fault. */
const SHARE_WITH_FAULTS = 0.75;

export async function runPhase(phase: Phase, options: PhaseOptions): Promise<PhaseReport> {
  const { seed, log, faults = phase.faults } = options;
  const folder = join(options.folder, phase.name);
  mkdirSync(folder, { recursive: true });
  const plan = planFaults(faults, createRandom(seed));
  log(`${phase.name}, seed ${seed}: ${describePlan(plan)}`);
  await using environment = await phase.start(folder);
  const load = await Load.start({ ...LOAD, url: environment.url, folder });
  try {
    const run = new Run(environment, load, log);
    const startedAt = Date.now();
    await run.warmUp(options.warmUpMs ?? 10_000);
    const firstFaultAt = Date.now();
    await run.inject(plan, options.calls);
    const lastFaultAt = Date.now();
    await run.goOn(options.tailMs ?? RECOVERY_MS + MEASURE_MS, options.calls);
    const endedAt = Date.now();
    const hanging = await load.stopClients(CALL_TIMEOUT_MS + 2 * LATE_MS);
    if (hanging > 0) run.troubles.push(`${hanging} clients did not end and had to be killed`);
    const outcomes = await readOutcomes(environment.url, idsToAsk(readHistories(folder)), DRAIN_MS);
    const workers = load.workerNames;
    const stubborn = await load.stopWorkers(30_000);
    if (stubborn > 0) run.troubles.push(`${stubborn} workers did not end and had to be killed`);
    const events = readHistories(folder);
    const { findings, counts } = check(events, outcomes, load.killedNames);
    const times = { startedAt, firstFaultAt, lastFaultAt, endedAt };
    return {
      phase: phase.name,
      seed,
      wrong: findings.filter(({ rule }) => !phase.excused.includes(rule)),
      excused: findings.filter(({ rule }) => phase.excused.includes(rule)),
      troubles: run.troubles,
      faults: countLost(run.faults, findings),
      counts,
      recoveries: recoveries(events, workers, times),
      seconds: (Date.now() - startedAt) / 1_000,
    };
  } finally {
    load.kill();
  }
}

/** A call that is lost was made before the fault was over, and after the one before it. */
function countLost(faults: readonly DoneFault[], findings: readonly Finding[]) {
  const lost = findings.filter(({ rule }) => rule === 'lost');
  return faults.map((fault, index) => {
    const from = faults[index - 1]?.endedAt ?? 0;
    return { ...fault, lost: lost.filter(({ at }) => at > from && at <= fault.endedAt).length };
  });
}

/** The course of a phase. */
class Run {
  readonly troubles: string[] = [];
  readonly faults: DoneFault[] = [];
  readonly #environment: Environment;
  readonly #load: Load;
  readonly #log: (line: string) => void;

  constructor(environment: Environment, load: Load, log: (line: string) => void) {
    this.#environment = environment;
    this.#load = load;
    this.#log = log;
  }

  async warmUp(ms: number): Promise<void> {
    const endsAt = performance.now() + ms;
    await this.#until(() => this.#load.done > 0 && performance.now() >= endsAt);
  }

  /** Does the faults, each when its share of the calls is done: a fault without load would prove nothing. */
  async inject(
    plan: readonly { readonly name: string; readonly at: number; readonly chance: number }[],
    calls: number,
  ): Promise<void> {
    const first = this.#load.done;
    const span = Math.max(calls * SHARE_WITH_FAULTS - first, 0);
    for (const { name, at, chance } of plan) {
      const from = Math.max(first + at * span, this.#load.done + 1);
      await this.#until(() => this.#load.done >= from);
      // One standstill is enough to know; what would be done now has no load to do it to.
      if (this.troubles.length > 0) return;
      const startedAt = Date.now();
      const did = await this.#do(name, chance);
      const endedAt = Date.now();
      this.faults.push({ name, startedAt, endedAt });
      this.#log(`  ${this.#load.done} calls: ${name}: ${did} (${endedAt - startedAt} ms)`);
    }
  }

  /** Keeps the load up for so long, and until so many calls are made; not if something is wrong already. */
  async goOn(ms: number, calls: number): Promise<void> {
    if (this.troubles.length > 0) return;
    const endsAt = performance.now() + ms;
    await this.#until(() => performance.now() >= endsAt && this.#load.done >= calls);
  }

  async #do(name: string, chance: number): Promise<string> {
    const fault = this.#environment.faults[name] ?? COMMON_FAULTS[name];
    if (fault === undefined) throw new RangeError(`this phase has no fault called ${name}`);
    try {
      return await fault(chance, this.#load);
    } catch (error) {
      this.troubles.push(`${name}: ${String(error)}`);
      return `failed: ${String(error)}`;
    }
  }

  /** Waits for something that calls bring about, but not while they stand still. */
  async #until(isTrue: () => boolean): Promise<void> {
    let done = this.#load.done;
    let movedAt = performance.now();
    while (!isTrue()) {
      await sleep(20);
      if (this.#load.done !== done) {
        done = this.#load.done;
        movedAt = performance.now();
      } else if (performance.now() - movedAt > STANDSTILL_MS) {
        this.troubles.push(`no call was done for ${STANDSTILL_MS} ms, after ${done} calls`);
        this.#log(`  ${this.troubles.at(-1)}`);
        return;
      }
    }
  }
}
