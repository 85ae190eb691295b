// The checker is alive: it says nothing of a run in which all is well, and finds each thing that can be wrong.

import { expect, test } from 'vitest';
import { check, idsToAsk, type Rule } from './checker.js';
import { type HistoryEvent, resultOf } from './history.js';
import { CALL_TIMEOUT_MS, LATE_MS } from './limits.js';
import type { Outcome } from './outcomes.js';
import { type Recovery, recoveries } from './recovery.js';

const KEY = 'caller-0-7';
const ID = 'id-7';
const RESULT = resultOf(KEY, ID, 1, 'worker-0');

const event = (
  type: HistoryEvent['type'],
  operation: HistoryEvent['operation'],
  at: number,
  more: Partial<HistoryEvent> = {},
): HistoryEvent => ({ process: 'caller-0', type, operation, key: KEY, at, ...more });

const run = (at: number, attempt: number): HistoryEvent[] => [
  event('invoke', 'run', at, { process: 'worker-0', id: ID, attempt }),
  event('ok', 'run', at + 5, { process: 'worker-0', id: ID, attempt }),
];

const submitted = [event('invoke', 'submit', 0), event('ok', 'submit', 1, { id: ID })];
const collected = [
  event('invoke', 'result', 2, { id: ID }),
  event('ok', 'result', 20, { id: ID, value: RESULT }),
];
const awaited = [event('invoke', 'call', 0), event('ok', 'call', 20, { value: RESULT })];

const answered: Outcome = { state: 'answered', attempt: 1, reason: undefined, value: RESULT };
const unknown: Outcome = { state: 'unknown', attempt: 0, reason: undefined, value: undefined };

const rulesOf = (events: readonly HistoryEvent[], outcome: Outcome = answered): Rule[] =>
  check(events, new Map([[ID, outcome]])).findings.map(({ rule }) => rule);

test('nothing is found where all is well', () => {
  expect(rulesOf([...submitted, ...run(5, 1), ...collected])).toEqual([]);
  expect(rulesOf([...submitted, ...run(5, 1)])).toEqual([]);
  expect(rulesOf([...awaited, ...run(5, 1)], unknown)).toEqual([]);
  const confirmed = [event('invoke', 'confirm', 21, { id: ID }), event('ok', 'confirm', 22, { id: ID })];
  expect(rulesOf([...submitted, ...run(5, 1), ...collected, ...confirmed], unknown)).toEqual([]);
  const secondAttempt = { ...answered, attempt: 2, value: resultOf(KEY, ID, 2, 'worker-1') };
  expect(rulesOf([...submitted, ...run(5, 1), ...run(15, 2)], secondAttempt)).toEqual([]);
  expect(
    rulesOf([event('invoke', 'submit', 0), event('fail', 'submit', 9, { value: 'UNAVAILABLE' })]),
  ).toEqual([]);
});

test('an accepted call that the broker has forgotten is lost, whether it ran or not', () => {
  expect(rulesOf(submitted, unknown)).toEqual(['lost']);
  expect(rulesOf([...submitted, ...run(5, 1), ...collected], unknown)).toEqual(['lost']);
  const missed = [event('invoke', 'call', 0), event('info', 'call', 9, { id: ID, value: 'NOT_FOUND' })];
  expect(rulesOf(missed, unknown)).toEqual(['lost']);
});

test('a call that is not settled in the end is stuck', () => {
  for (const state of ['scheduled', 'ready', 'leased'] as const) {
    expect(rulesOf(submitted, { ...unknown, state })).toEqual(['stuck']);
  }
});

test('a run that nobody asked for and a result of another call are phantoms', () => {
  expect(rulesOf(run(5, 1), unknown)).toEqual(['phantom']);
  const swapped = { ...answered, value: resultOf('caller-0-8', ID, 1, 'worker-0') };
  expect(rulesOf([...submitted, ...run(5, 1)], swapped)).toEqual(['phantom']);
  const otherId = { ...answered, value: resultOf(KEY, 'id-8', 1, 'worker-0') };
  expect(rulesOf([...submitted, ...run(5, 1)], otherId)).toEqual(['phantom']);
});

test('two observers with two results, and a result that came too late, are found', () => {
  const changed = { ...answered, value: resultOf(KEY, ID, 1, 'worker-1') };
  expect(rulesOf([...submitted, ...run(5, 1), ...collected], changed)).toEqual(['second result']);
  expect(rulesOf([...submitted, ...run(5, 1), ...run(15, 2), ...collected])).toEqual(['superseded']);
  expect(rulesOf([...awaited, ...run(5, 1), ...run(15, 2)], unknown)).toEqual(['superseded']);
  expect(rulesOf([...submitted, ...run(5, 1), ...collected], { ...answered, attempt: 2 })).toEqual([
    'superseded',
  ]);
});

test('a call that ran although its caller was told that it did not happen is found', () => {
  const refused = [event('invoke', 'submit', 0), event('fail', 'submit', 9, { value: 'UNAVAILABLE' })];
  expect(rulesOf([...refused, ...run(20, 1)], unknown)).toEqual(['ran though rejected']);
});

test('a caller who is told nothing, or too late, is left hanging', () => {
  expect(rulesOf([event('invoke', 'call', 0), ...run(5, 1)], unknown)).toEqual(['left hanging']);
  expect(rulesOf([...submitted, ...run(5, 1), event('invoke', 'result', 2, { id: ID })])).toEqual([
    'left hanging',
  ]);
  expect(check([event('invoke', 'call', 0)], new Map(), ['caller-0']).findings).toEqual([]);
  const lateAt = CALL_TIMEOUT_MS + LATE_MS + 1;
  const late = [event('invoke', 'call', 0), event('ok', 'call', lateAt, { value: RESULT })];
  expect(rulesOf([...late, ...run(5, 1)], unknown)).toEqual(['left hanging']);
});

test('the checker asks for what was accepted and for what is in doubt, and counts what it saw', () => {
  const doubtful = [
    event('invoke', 'submit', 0, { key: 'k-2' }),
    event('info', 'submit', 9, { key: 'k-2', id: 'id-2', value: 'UNCONFIRMED' }),
  ];
  const events = [...submitted, ...run(5, 1), ...run(9, 2), ...doubtful];
  expect(idsToAsk(events)).toEqual([ID, 'id-2']);
  expect(check(events, new Map([[ID, { ...answered, attempt: 2 }]])).counts).toMatchObject({
    calls: 2,
    accepted: 1,
    answered: 1,
    'ran more than once': 1,
    'submit: UNCONFIRMED': 1,
  });
});

/** A worker that ends a handler every 10 ms in these stretches of time. */
const working = (worker: string, ...stretches: readonly (readonly [from: number, to: number])[]) =>
  stretches.flatMap(([from, to]) =>
    Array.from({ length: (to - from) / 10 }, (_, index) =>
      event('ok', 'run', from + index * 10, { process: worker }),
    ),
  );

test('a worker that does not come back after the last fault is found', () => {
  const times = { startedAt: 0, firstFaultAt: 10_000, lastFaultAt: 20_000, endedAt: 42_000 };
  const events = [
    ...working('well', [0, 42_000]),
    ...working('slow', [0, 12_000], [26_000, 42_000]),
    ...working('wedged', [0, 12_000]),
  ];
  const [well, slow, wedged] = recoveries(events, ['well', 'slow', 'wedged'], times) as [
    Recovery,
    Recovery,
    Recovery,
  ];
  expect(well).toMatchObject({ before: 100, after: 100, recoveredMs: 0, isAtFullRate: true });
  expect(slow).toMatchObject({ after: 100, recoveredMs: 5_600, isAtFullRate: true });
  expect(wedged).toMatchObject({ after: 0, recoveredMs: undefined, isAtFullRate: false, doneSince: 0 });
});
