// Which faults happen in a run, and when: a seed says it all.

import { type Random, shuffled } from './random.js';

export interface PlannedFault {
  readonly name: string;
  /** After which share of the calls. */
  readonly at: number;
  /** What the fault decides by, at least 0 and less than 1. */
  readonly chance: number;
}

/** Spreads so many faults of each name over the run, in an order of chance. */
export function planFaults(counts: Readonly<Record<string, number>>, random: Random): PlannedFault[] {
  const names = Object.entries(counts).flatMap(([name, count]) => Array<string>(count).fill(name));
  return shuffled(names, random).map((name, index) => ({
    name,
    at: (index + random()) / names.length,
    chance: random(),
  }));
}

/** The plan in one paragraph. */
export const describePlan = (plan: readonly PlannedFault[]): string =>
  plan.map(({ name, at, chance }) => `${(at * 100).toFixed(1)}% ${name} ${chance.toFixed(3)}`).join(', ');
