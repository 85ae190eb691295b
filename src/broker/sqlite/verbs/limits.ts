// Limits: which calls may start now, where the others wait, and who goes on when a limit has room again.

import type { Limit } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import type { StoredCall } from './calls.js';
import { readCare } from './care.js';
import { PASS_LIMIT } from './due.js';
import { toInstant } from './instant.js';
import { createLines, type Line, type Lines } from './lines.js';
import { IS_STARTED } from './traits.js';

const FIND_USE = `
SELECT running, started, ends_at AS endsAt FROM limit_use WHERE queue = ? AND name = ?`;

const RUN_ONE = `
INSERT INTO limit_use (queue, name, running) VALUES (?, ?, 1)
ON CONFLICT DO UPDATE SET running = running + 1`;
const END_ONE = 'UPDATE limit_use SET running = running - 1 WHERE queue = ? AND name = ?';

const START_FIRST = `
INSERT INTO limit_use (queue, name, started, ends_at) VALUES (?, ?, 1, ?)
ON CONFLICT DO UPDATE SET started = 1, ends_at = excluded.ends_at`;
const START_ONE = 'UPDATE limit_use SET started = started + 1 WHERE queue = ? AND name = ?';

const MARK_STARTED = `UPDATE call SET traits = traits | ${IS_STARTED} WHERE seq = ?`;

const FORGET_UNUSED =
  'DELETE FROM limit_use WHERE queue = ? AND name = ? AND running <= 0 AND ends_at IS NULL';

const FIND_ENDED = `
SELECT queue, name FROM limit_use WHERE ends_at <= ? ORDER BY ends_at LIMIT ${PASS_LIMIT}`;
const END_PERIOD = 'UPDATE limit_use SET started = 0, ends_at = NULL WHERE queue = ? AND name = ?';

interface Use {
  readonly running: number;
  readonly started: number;
  readonly endsAt: number | null;
}

/** A call with limits that is about to be leased. */
export type Starter = Pick<StoredCall, 'seq' | 'queue' | 'priority' | 'traits' | 'care'>;

export interface Limits {
  /** Takes what the call uses up, if there is room in all of its limits; otherwise sets it aside. */
  start(tx: Transaction, now: number, call: Starter): boolean;
  /** The call's lease has ended: others may take its place. */
  end(tx: Transaction, now: number, call: StoredCall): void;
  /** The call waited, and does not wait any more: others may go in its stead. */
  leave(tx: Transaction, now: number, call: StoredCall): void;
  /** Ends periods, and lets go who waited for that. Answers how many. */
  endPeriods(tx: Transaction, now: number): number;
}

export function createLimits(db: SqlDatabase): Limits {
  const findUse = db.prepare<Use>(FIND_USE);
  const runOne = db.prepare(RUN_ONE);
  const endOne = db.prepare(END_ONE);
  const startFirst = db.prepare(START_FIRST);
  const startOne = db.prepare(START_ONE);
  const markStarted = db.prepare(MARK_STARTED);
  const forgetUnused = db.prepare(FORGET_UNUSED);
  const findEnded = db.prepare<{ queue: string; name: string }>(FIND_ENDED);
  const endPeriod = db.prepare(END_PERIOD);
  const lines: Lines = createLines(db);

  const isUsedUp = (now: number, queue: string, limit: Limit): boolean => {
    const use = findUse.get(queue, limit.name);
    if (use === undefined) return false;
    if ('concurrency' in limit) return use.running >= limit.concurrency;
    return isRunning(now, use, limit.periodMs) && use.started >= limit.rate;
  };

  /** The first limit that keeps calls from starting. */
  const findGate = (now: number, queue: string, limits: readonly Limit[]): string | undefined =>
    limits.find((limit) => isUsedUp(now, queue, limit))?.name;

  function take(tx: Transaction, now: number, queue: string, limit: Limit): void {
    if ('concurrency' in limit) {
      runOne.run(queue, limit.name);
      return;
    }
    const use = findUse.get(queue, limit.name);
    if (use !== undefined && isRunning(now, use, limit.periodMs)) {
      startOne.run(queue, limit.name);
      return;
    }
    const endsAt = toInstant(now + limit.periodMs);
    startFirst.run(queue, limit.name, endsAt);
    tx.due(endsAt);
  }

  /** Has the first of a line tried, or shuts the line before the limit that is used up. */
  function moveUp(tx: Transaction, now: number, line: Line): string | undefined {
    const gate = findGate(now, line.queue, parse(line.limits));
    if (gate !== undefined) lines.shut(line, gate);
    else if (lines.letFirstGo(line)) {
      tx.letGo += 1;
      tx.readyQueues.add(line.queue);
    }
    return gate;
  }

  /** A limit may have room: the most urgent line that can go on goes on. The others wait for another limit. */
  function open(tx: Transaction, now: number, queue: string, name: string): void {
    for (let line = lines.before(queue, name); line !== undefined; line = lines.before(queue, name)) {
      const own = parse(line.limits).find((limit) => limit.name === name);
      if (own !== undefined && isUsedUp(now, queue, own)) return;
      const gate = moveUp(tx, now, line);
      if (gate === undefined || gate === name) return;
    }
  }

  /** A call that was tried, and may have been the first of its line, has gone one way or the other. */
  function followUp(tx: Transaction, now: number, call: Starter, limits: readonly Limit[]): void {
    const line = lines.of(call.queue, JSON.stringify(limits));
    if (line !== undefined && line.gate === null) moveUp(tx, now, line);
    for (const { name } of limits) open(tx, now, call.queue, name);
  }

  return {
    start(tx, now, call) {
      const limits = limitsOf(call);
      const gate = findGate(now, call.queue, limits);
      if (gate === undefined) {
        for (const limit of limits) take(tx, now, call.queue, limit);
        if (limits.some((limit) => 'rate' in limit)) markStarted.run(call.seq);
      } else {
        lines.setAside(call, JSON.stringify(limits), gate);
      }
      followUp(tx, now, call, limits);
      return gate === undefined;
    },
    end(tx, now, call) {
      for (const limit of readCare(call.care).limits ?? []) {
        if (!('concurrency' in limit)) continue;
        const { name } = limit;
        endOne.run(call.queue, name);
        open(tx, now, call.queue, name);
        forgetUnused.run(call.queue, name);
      }
    },
    leave(tx, now, call) {
      if (call.state === 'limited' && call.place !== null) lines.leave(call.place);
      else if (call.state === 'ready') followUp(tx, now, call, limitsOf(call));
    },
    endPeriods(tx, now) {
      const ended = findEnded.all(now);
      for (const { queue, name } of ended) {
        endPeriod.run(queue, name);
        open(tx, now, queue, name);
        forgetUnused.run(queue, name);
      }
      return ended.length;
    },
  };
}

/** What may keep the call from starting: its first start, which rates count, may be over. */
function limitsOf({ care, traits }: Starter): readonly Limit[] {
  const all = readCare(care).limits ?? [];
  return (traits & IS_STARTED) === 0 ? all : all.filter((limit) => 'concurrency' in limit);
}

const parse = (limits: string): readonly Limit[] => JSON.parse(limits) as Limit[];

/** A period that is longer than itself was begun before the clock was set back. */
const isRunning = (now: number, { endsAt }: Use, periodMs: number): boolean =>
  endsAt !== null && now < endsAt && endsAt - now <= periodMs;
