// Finds annotations that contradict each other: on one method, on a contract, or on a method and its contract.

import { durationMs } from '../../src/duration.js';
import type { AnnotationName } from '../annotations.js';
import type { WrittenLimit } from '../read-limits.js';
import type { Annotations } from './annotations.js';
import type { Context } from './context.js';
import {
  type AnnotatedMethod,
  type InEffect,
  inEffectFor,
  ownInEffect,
  type UseInEffect,
} from './in-effect.js';
import { isWithoutRetry } from './retry-contradictions.js';

interface Contradiction {
  /** What is reported, unless it is the contract's and the other is the method's. */
  readonly use: UseInEffect;
  readonly other: UseInEffect;
  readonly why: string;
  readonly help: string;
}

/** Reports what a contract says against itself. */
export function checkServiceContradictions(context: Context, service: Annotations): void {
  for (const found of findContradictions(ownInEffect(service))) report(context, found);
  checkRepeatedLimits(context, service);
}

/** Reports what a method says against itself and against its contract. */
export function checkMethodContradictions(context: Context, method: AnnotatedMethod): void {
  for (const found of findContradictions(inEffectFor(method))) {
    // What a contract says against itself is reported there.
    if (!found.use.isInherited || !found.other.isInherited) report(context, found);
  }
  checkRepeatedLimits(context, method.own);
}

const findContradictions = (inEffect: InEffect): Contradiction[] => [
  ...expressContradictions(inEffect),
  ...clockContradictions(inEffect),
];

function report(context: Context, { use, other, why, help }: Contradiction): void {
  const [first, second] = use.isInherited ? [other, use] : [use, other];
  const owner = second.isInherited ? ' of the contract' : '';
  const message = `${spell(first)} contradicts ${spell(second)}${owner}: ${why}`;
  context.report('MQ1003', first.place, message, help);
}

const spell = ({ name, value }: UseInEffect): string =>
  SPELLED.has(name) ? `@${name} ${String(value)}` : `@${name}`;

const SPELLED: ReadonlySet<AnnotationName> = new Set([
  'delivery',
  'journal',
  'timeToReachQueue',
  'timeToBeReceived',
]);

/** What an express call, which is neither stored nor tried again, cannot have. */
const NOT_EXPRESS = {
  journal: {
    isMeant: ({ value }) => value !== 'none',
    why: 'what is not stored cannot be journalled',
    instead: '@journal none',
  },
  retry: {
    isMeant: ({ value }) => !isWithoutRetry(value),
    why: 'an express call is delivered once at most',
    instead: '@retry none',
  },
  ordered: { why: 'an express call waits for no other call' },
  concurrency: { why: 'an express call waits for no other call' },
  rate: { why: 'an express call waits for no other call' },
  event: { why: 'an event reaches groups that are offline' },
} as const satisfies Partial<Record<AnnotationName, NotExpress>>;

interface NotExpress {
  /** Default: always. */
  readonly isMeant?: (use: UseInEffect) => boolean;
  readonly why: string;
  /** What to write to have none of it. Default: nothing. */
  readonly instead?: string;
}

function expressContradictions(inEffect: InEffect): Contradiction[] {
  const [delivery] = inEffect('delivery');
  if (delivery?.value !== 'express') return [];
  return Object.entries(NOT_EXPRESS).flatMap(([name, rule]: [string, NotExpress]) => {
    const [use] = inEffect(name as AnnotationName);
    if (use === undefined || rule.isMeant?.(use) === false) return [];
    return [{ use, other: delivery, why: rule.why, help: expressHelp(use, rule) }];
  });
}

function expressHelp({ name, isInherited }: UseInEffect, { instead }: NotExpress): string {
  if (instead !== undefined) return `Write @delivery recoverable, or ${instead}.`;
  if (!isInherited) return `Write @delivery recoverable, or remove @${name}.`;
  return `Write @delivery recoverable, or move @${name} from the contract to the methods that need it.`;
}

function clockContradictions(inEffect: InEffect): Contradiction[] {
  const [reach] = inEffect('timeToReachQueue');
  const [received] = inEffect('timeToBeReceived');
  if (reach === undefined || received === undefined) return [];
  if (Number(durationMs(reach.value)) <= Number(durationMs(received.value))) return [];
  const why = 'a call that reached its queue that late would have expired';
  const help = 'Write a timeToReachQueue that is not longer than timeToBeReceived.';
  return [{ use: reach, other: received, why, help }];
}

/** Two limits of one kind, where the stricter one always decides. */
function checkRepeatedLimits({ report: add }: Context, { uses }: Annotations): void {
  const seen = new Set<string>();
  for (const { name, value, place } of uses) {
    if (name !== 'concurrency' && name !== 'rate') continue;
    for (const { calls, per } of value as WrittenLimit[]) {
      const period = name === 'rate' ? String(calls).replace(/^.*\//, ' …/') : '';
      const kind = `@${name}${period}${per === undefined ? '' : ` per ${per}`}`;
      if (seen.has(kind))
        add('MQ1003', place, `${kind} is set twice on one declaration`, 'Keep one of the two.');
      seen.add(kind);
    }
  }
}
