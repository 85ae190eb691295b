// reap: does what time has made due. Each pass is small; reap asks for another while one was full.

import type { ReapReport } from '../../broker.js';
import { NOTHING_REAPED } from '../../reap-report.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, type StoredCall, waitUntil } from './calls.js';
import { addToHistory, readCare, writeCare } from './care.js';
import { type Due, PASS_LIMIT } from './due.js';
import type { Endings } from './endings.js';
import type { Fences } from './fences.js';
import { type Journals, NEXT_TOO_OLD } from './journals.js';
import { type LeaseClock, WITNESS_MS } from './lease-clock.js';
import type { StoredState } from './records.js';
import { HAS_HISTORY } from './traits.js';

/** States that time alone can end. */
const TIMED_STATES: readonly StoredState[] = [
  'scheduled',
  'ready',
  'held',
  'limited',
  'parked',
  'leased',
  'answered',
  'cancelled',
  'expired',
];

const FIND_DUE = `
SELECT 1 FROM call WHERE state IN (${TIMED_STATES.map((state) => `'${state}'`).join(', ')}) AND due_at <= ?
UNION ALL SELECT 1 FROM limit_use WHERE ends_at <= ? LIMIT 1`;

/** By state, because an index finds the least of each at once. */
const NEXT_DUE = `
SELECT min(dueAt) AS dueAt FROM (
  ${TIMED_STATES.map(
    (state) => `SELECT min(due_at) AS dueAt FROM call WHERE state = '${state}' AND due_at IS NOT NULL`,
  ).join(`
  UNION ALL `)}
  UNION ALL SELECT min(ends_at) FROM limit_use WHERE ends_at IS NOT NULL
  UNION ALL ${NEXT_TOO_OLD})`;

const FIND_LOST = `
SELECT ${CALL} FROM call WHERE state = 'leased' AND due_at <= ? ORDER BY due_at LIMIT ${PASS_LIMIT}`;

const RECOVER = `
UPDATE call SET state = ?, due_at = ?, worker = NULL, care = ?, traits = traits | ${HAS_HISTORY} WHERE seq = ?`;

const FORGET = `
DELETE FROM call WHERE seq IN (
  SELECT seq FROM call WHERE state IN ('answered', 'cancelled', 'expired') AND due_at <= ? LIMIT ${PASS_LIMIT})`;

const MAX_REDELIVERY_DELAY_MS = 60_000;

interface ReapPass {
  readonly report: ReapReport;
  /** Whether there may be more to do. */
  readonly isFull: boolean;
}

export interface Reap {
  /** Whether any call is due. Only reads. */
  isDue(now: number): boolean;
  /** Whether there is anything to do at all. Only reads, so that an idle queue is never written. */
  isWorthwhile(now: number): boolean;
  run(tx: Transaction, now: number): ReapPass;
  /** When there will be work next: something is due, or leases want somebody to look at the clock. */
  nextDueAt(now: number): number;
}

export interface ReapOptions {
  readonly due: Due;
  readonly endings: Endings;
  readonly journals: Journals;
  readonly fences: Fences;
  readonly leaseClock: LeaseClock;
}

export function createReap(
  db: SqlDatabase,
  { due, endings, journals, fences, leaseClock }: ReapOptions,
): Reap {
  const findDue = db.prepare(FIND_DUE);
  const nextDue = db.prepare<{ dueAt: number | null }>(NEXT_DUE);
  const nextTooOld = db.prepare<{ dueAt: number | null }>(NEXT_TOO_OLD);
  const findLost = db.prepare<StoredCall>(FIND_LOST);
  const recover = db.prepare(RECOVER);
  const forget = db.prepare(FORGET);

  function endLease(tx: Transaction, now: number, lost: StoredCall): 'recovered' | 'exhausted' | 'cancelled' {
    if (lost.cancelRequested === 1) {
      endings.cancel(tx, now, lost, false);
      return 'cancelled';
    }
    if (countedDeliveries(lost) >= lost.maxDeliveries) {
      endings.die(tx, now, lost, 'attempts-exhausted', null);
      return 'exhausted';
    }
    const { state, dueAt } = waitUntil(now, now + redeliveryDelayMs(lost), lost.expiresAt);
    const care = writeCare(addToHistory(readCare(lost.care), lost.attempt, now, undefined));
    recover.run(state, dueAt, care, lost.seq);
    if (state === 'ready') tx.readyQueues.add(lost.queue);
    tx.due(dueAt);
    endings.waitAgain(tx, now, lost);
    return 'recovered';
  }

  const isTooOld = (now: number): boolean => (nextTooOld.get()?.dueAt ?? Number.POSITIVE_INFINITY) <= now;
  const isDue = (now: number): boolean => findDue.get(now, now) !== undefined || isTooOld(now);

  return {
    isDue,
    nextDueAt(now) {
      const dueAt = nextDue.get()?.dueAt ?? Number.POSITIVE_INFINITY;
      return leaseClock.hasLeases() ? Math.min(dueAt, now + WITNESS_MS) : dueAt;
    },
    isWorthwhile: (now) => isDue(now) || leaseClock.hasLeases(),
    run(tx, now) {
      leaseClock.witness(now);
      const report = { ...NOTHING_REAPED };
      const lostLeases = findLost.all(now);
      for (const lost of lostLeases) {
        const end = endLease(tx, now, lost);
        if (end !== 'cancelled') report[end] += 1;
      }
      if (due.isDue(now)) {
        report.promoted = due.promote(tx, now);
        report.expired = due.expire(tx, now);
      }
      report.forgotten = forget.run(now);
      if (isTooOld(now)) journals.trim(tx, now);
      fences.forget(now);
      const isFull = lostLeases.length === PASS_LIMIT || Object.values(report).includes(PASS_LIMIT);
      return { report, isFull };
    },
  };
}

/**
 * How long a call waits after it took its worker down: not at all the first time, which may be bad luck, then
 * longer and longer, so that a call which kills every worker does not keep killing them. Calls that were lost with
 * it wait differently long, or they would be claimed with it again and again and die of it.
 */
function redeliveryDelayMs(lost: StoredCall): number {
  const deliveries = countedDeliveries(lost);
  if (deliveries <= 1) return 0;
  const longestMs = Math.min(1_000 * 2 ** (deliveries - 2), MAX_REDELIVERY_DELAY_MS);
  return Math.round(longestMs * (0.5 + 0.5 * ((lost.seq * GOLDEN_RATIO) % 1)));
}

const countedDeliveries = ({ attempt, care }: StoredCall): number =>
  attempt - (readCare(care).uncounted ?? 0);

/** Its multiples, without their whole parts, lie as far apart as numbers can. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
