// How fast each worker was before the first fault, and how fast it is after the last one.

import type { HistoryEvent } from './history.js';
import { MEASURE_MS, RECOVERY_MS } from './limits.js';

/** When things happened in a run: wall time in ms. */
export interface Times {
  readonly startedAt: number;
  readonly firstFaultAt: number;
  readonly lastFaultAt: number;
  readonly endedAt: number;
}

export interface Recovery {
  readonly worker: string;
  /** Handlers per second before the first fault, on average of all workers. */
  readonly before: number;
  /** Handlers per second, from ten seconds after the last fault on; `undefined` if the run ended before. */
  readonly after: number | undefined;
  /** How long after the last fault it first ran at full rate for two seconds; `undefined` if it never did. */
  readonly recoveredMs: number | undefined;
  readonly isAtFullRate: boolean | undefined;
  /** Handlers that ended after the last fault. */
  readonly doneSince: number;
}

/** Workers compete for calls and for the processor: a fifth less is still full. */
const FULL = 0.8;
const SETTLING_MS = 2_000;
const WINDOW_MS = 2_000;
const STEP_MS = 100;

/** Looks at the workers that were there at the end. */
export function recoveries(
  events: readonly HistoryEvent[],
  workers: readonly string[],
  times: Times,
): Recovery[] {
  const { startedAt, firstFaultAt, lastFaultAt, endedAt } = times;
  const ends = new Map<string, number[]>();
  for (const { process, operation, type, at } of events) {
    if (operation !== 'run' || type !== 'ok') continue;
    const list = ends.get(process) ?? [];
    ends.set(process, list);
    list.push(at);
  }
  const all = [...ends.values()].flat();
  const before =
    rate(all, Math.min(startedAt + SETTLING_MS, firstFaultAt - 1), firstFaultAt) / workers.length;
  return workers.map((worker) => {
    const own = ends.get(worker) ?? [];
    const from = lastFaultAt + RECOVERY_MS;
    const after = endedAt <= from ? undefined : rate(own, from, Math.min(from + MEASURE_MS, endedAt));
    const recoveredMs = firstFull(own, before * FULL, lastFaultAt, endedAt);
    const doneSince = own.filter((at) => at > lastFaultAt).length;
    const isAtFullRate = after === undefined ? undefined : after >= before * FULL;
    return { worker, before, after, recoveredMs, doneSince, isAtFullRate };
  });
}

const rate = (ends: readonly number[], from: number, to: number): number =>
  to <= from ? 0 : (ends.filter((at) => at >= from && at < to).length * 1_000) / (to - from);

function firstFull(ends: readonly number[], goal: number, from: number, to: number): number | undefined {
  for (let at = from; at + WINDOW_MS <= to; at += STEP_MS) {
    if (rate(ends, at, at + WINDOW_MS) >= goal) return at - from;
  }
  return undefined;
}
