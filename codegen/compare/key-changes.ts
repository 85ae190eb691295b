// Differences of the options of a method: the keys of its calls, and all others.

import type { MethodOptions } from '../../src/contract/options.js';
import type { MethodModel } from '../model.js';
import { SURVIVES, type Verdicts } from './change.js';
import type { RuleId } from './rules.js';

/** A change of an option. */
export interface OptionChange {
  readonly rule: RuleId;
  readonly message: string;
  readonly verdicts: Verdicts;
}

const KEYS = [
  ['idempotencyKey', 'idempotency-key'],
  ['ordered', 'order-key'],
] as const;

/** What calls were made with a key for is over, for those that wait, when calls after them have another one or none. */
const BROKEN: Verdicts = { ...SURVIVES, queuedCalls: 'breaks' };

export function keyChanges(before: MethodModel, after: MethodModel): OptionChange[] {
  return KEYS.flatMap(([option, rule]): OptionChange[] => {
    const [was, is] = [before.options[option], after.options[option]];
    if (positionOf(before, was) === positionOf(after, is)) return [];
    if (was === undefined) {
      return [{ rule: `${rule}-added`, message: `@${option} ${is} was added`, verdicts: SURVIVES }];
    }
    if (is === undefined) {
      return [{ rule: `${rule}-removed`, message: `@${option} ${was} was removed`, verdicts: BROKEN }];
    }
    return [{ rule: `${rule}-changed`, message: `@${option} was ${was} and is ${is}`, verdicts: BROKEN }];
  });
}

/** A path by the place of its parameter: that may have been renamed, and the path with it. */
function positionOf({ parameters }: MethodModel, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const [first, ...rest] = path.split('.');
  return [parameters.findIndex(({ name }) => name === first), ...rest].join('.');
}

/** Options that are no part of what calls are, but of how they are treated. */
const TREATMENT = [
  'priority',
  'delivery',
  'timeToReachQueue',
  'timeToBeReceived',
  'timeout',
  'retry',
  'journal',
  'retain',
  'concurrency',
  'rate',
] as const satisfies readonly (keyof MethodOptions)[];

/** Changes of other options, of a method or of a whole contract. */
export function treatmentChanges(before: MethodOptions, after: MethodOptions): OptionChange[] {
  return TREATMENT.flatMap((option): OptionChange[] => {
    const [was, is] = [before[option], after[option]].map((value) => JSON.stringify(value));
    if (was === is) return [];
    const message =
      was === undefined
        ? `@${option} was added: ${is}`
        : is === undefined
          ? `@${option} was removed: ${was}`
          : `@${option} was ${was} and is ${is}`;
    return [{ rule: 'option-changed', message, verdicts: SURVIVES }];
  });
}
