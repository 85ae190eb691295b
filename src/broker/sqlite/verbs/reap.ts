// reap: does what time has made due. Each pass is small; reap asks for another while one was full.

import type { DeadReason, ReapReport } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { type Due, PASS_LIMIT } from './due.js';
import { type LeaseClock, WITNESS_MS } from './lease-clock.js';
import { SETTLED, settledBy } from './settled.js';

const FIND_DUE = `
SELECT 1 FROM call
WHERE state IN ('scheduled', 'ready', 'leased', 'answered', 'cancelled', 'expired') AND due_at <= ? LIMIT 1`;

/** By state, because an index finds the least of each at once. */
const NEXT_DUE = `
SELECT min(dueAt) AS dueAt FROM (
  SELECT min(due_at) AS dueAt FROM call WHERE state = 'scheduled' AND due_at IS NOT NULL
  UNION ALL SELECT min(due_at) FROM call WHERE state = 'ready' AND due_at IS NOT NULL
  UNION ALL SELECT min(due_at) FROM call WHERE state = 'leased' AND due_at IS NOT NULL
  UNION ALL SELECT min(due_at) FROM call WHERE state = 'answered' AND due_at IS NOT NULL
  UNION ALL SELECT min(due_at) FROM call WHERE state = 'cancelled' AND due_at IS NOT NULL
  UNION ALL SELECT min(due_at) FROM call WHERE state = 'expired' AND due_at IS NOT NULL)`;

const FIND_LOST = `
SELECT seq, queue, inbox, attempt, max_deliveries AS maxDeliveries, cancel_requested AS cancelRequested, expires_at AS expiresAt
FROM call WHERE state = 'leased' AND due_at <= ? ORDER BY due_at LIMIT ${PASS_LIMIT}`;

const RECOVER = `UPDATE call SET state = ?, due_at = ?, worker = NULL WHERE seq = ?`;

const CANCEL_LOST = `
UPDATE call SET state = 'cancelled', ${SETTLED}, result = NULL, body = NULL
WHERE seq = ?`;

const EXHAUST = `
UPDATE call SET state = 'dead', settled_at = ?, settled_seq = ?, due_at = NULL, reason = ?, result = NULL
WHERE seq = ?`;

const FORGET = `
DELETE FROM call WHERE seq IN (
  SELECT seq FROM call WHERE state IN ('answered', 'cancelled', 'expired') AND due_at <= ? LIMIT ${PASS_LIMIT})`;

const EXHAUSTED: DeadReason = 'attempts-exhausted';

const MAX_REDELIVERY_DELAY_MS = 60_000;

interface LostRow {
  readonly seq: number;
  readonly queue: string;
  readonly inbox: string | null;
  readonly attempt: number;
  readonly maxDeliveries: number;
  readonly cancelRequested: number;
  readonly expiresAt: number | null;
}

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

export function createReap(db: SqlDatabase, due: Due, leaseClock: LeaseClock): Reap {
  const findDue = db.prepare(FIND_DUE);
  const nextDue = db.prepare<{ dueAt: number | null }>(NEXT_DUE);
  const findLost = db.prepare<LostRow>(FIND_LOST);
  const recover = db.prepare(RECOVER);
  const cancelLost = db.prepare(CANCEL_LOST);
  const exhaust = db.prepare(EXHAUST);
  const forget = db.prepare(FORGET);

  function endLease(tx: Transaction, now: number, lost: LostRow): 'recovered' | 'exhausted' | 'cancelled' {
    if (lost.cancelRequested === 1) {
      cancelLost.run(...settledBy(tx, now), lost.seq);
      tx.outcome(lost.inbox);
      return 'cancelled';
    }
    if (lost.attempt >= lost.maxDeliveries) {
      exhaust.run(now, tx.settledSeq, EXHAUSTED, lost.seq);
      tx.outcome(lost.inbox);
      return 'exhausted';
    }
    const delayMs = redeliveryDelayMs(lost);
    const dueAt = delayMs === 0 ? lost.expiresAt : Math.min(now + delayMs, lost.expiresAt ?? now + delayMs);
    recover.run(delayMs === 0 ? 'ready' : 'scheduled', dueAt, lost.seq);
    if (delayMs === 0) tx.readyQueues.add(lost.queue);
    tx.due(dueAt);
    return 'recovered';
  }

  const isDue = (now: number): boolean => findDue.get(now) !== undefined;

  return {
    isDue,
    nextDueAt(now) {
      const dueAt = nextDue.get()?.dueAt ?? Number.POSITIVE_INFINITY;
      return leaseClock.hasLeases() ? Math.min(dueAt, now + WITNESS_MS) : dueAt;
    },
    isWorthwhile: (now) => isDue(now) || leaseClock.hasLeases(),
    run(tx, now) {
      leaseClock.witness(now);
      const report = { promoted: 0, recovered: 0, exhausted: 0, expired: 0, forgotten: 0 };
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
function redeliveryDelayMs({ attempt, seq }: LostRow): number {
  if (attempt <= 1) return 0;
  const longestMs = Math.min(1_000 * 2 ** (attempt - 2), MAX_REDELIVERY_DELAY_MS);
  return Math.round(longestMs * (0.5 + 0.5 * ((seq * GOLDEN_RATIO) % 1)));
}

/** Its multiples, without their whole parts, lie as far apart as numbers can. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
