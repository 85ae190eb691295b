// settle: ends attempts. Every statement names the attempt, so that one which lost its lease changes nothing.

import type { Settlement, SettleStatus } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { toInstant } from './instant.js';
import { SETTLED, settledBy } from './settled.js';

const MINE = `id = ? AND queue = ? AND state = 'leased' AND attempt = ?`;

const ANSWERED = `
UPDATE call SET state = 'answered', ${SETTLED}, result = ?, body = NULL
WHERE ${MINE} AND kept = 1
RETURNING inbox`;

/** A one-way call ends without a trace. */
const ANSWERED_UNWANTED = `DELETE FROM call WHERE ${MINE} AND kept = 0`;

const DEAD = `
UPDATE call SET state = 'dead', settled_at = ?, settled_seq = ?, due_at = NULL, reason = ?, result = ?
WHERE ${MINE} RETURNING inbox`;

const CANCELLED = `
UPDATE call SET state = 'cancelled', ${SETTLED}, result = NULL, body = NULL
WHERE ${MINE}
RETURNING inbox`;

/** A caller that asked for an end does not get another attempt. */
const CANCELLED_IF_REQUESTED = CANCELLED.replace('RETURNING', 'AND cancel_requested = 1 RETURNING');

const RETRY_NOW = `
UPDATE call SET state = 'ready', due_at = expires_at, failures = failures + 1, result = ?, worker = NULL
WHERE ${MINE}`;

const RETRY_LATER = `
UPDATE call SET state = 'scheduled', due_at = min(?, ifnull(expires_at, ?)), failures = failures + 1, result = ?, worker = NULL
WHERE ${MINE}`;

/** The delivery does not count against the call: nothing was started. Its attempt stays used up. */
const RELEASED = `
UPDATE call SET state = 'ready', due_at = expires_at, max_deliveries = max_deliveries + 1, worker = NULL
WHERE ${MINE}`;

export type Settle = (tx: Transaction, now: number, settlements: readonly Settlement[]) => SettleStatus[];

interface Outcome {
  readonly inbox: string | null;
}

export function createSettle(db: SqlDatabase): Settle {
  const answered = db.prepare<Outcome>(ANSWERED);
  const answeredUnwanted = db.prepare(ANSWERED_UNWANTED);
  const dead = db.prepare<Outcome>(DEAD);
  const cancelled = db.prepare<Outcome>(CANCELLED);
  const cancelledIfRequested = db.prepare<Outcome>(CANCELLED_IF_REQUESTED);
  const retryNow = db.prepare(RETRY_NOW);
  const retryLater = db.prepare(RETRY_LATER);
  const released = db.prepare(RELEASED);

  /** Whether the attempt was the newest one. */
  function settleOne(tx: Transaction, now: number, settlement: Settlement): boolean {
    const mine = [settlement.id, settlement.queue, settlement.attempt] as const;
    const recorded = (outcome: Outcome | undefined): boolean => {
      if (outcome !== undefined) tx.outcome(outcome.inbox);
      return outcome !== undefined;
    };
    switch (settlement.outcome) {
      case 'answered':
        return (
          recorded(answered.get(...settledBy(tx, now), settlement.result, ...mine)) ||
          answeredUnwanted.run(...mine) > 0
        );
      case 'dead':
        return recorded(dead.get(now, tx.settledSeq, settlement.reason, settlement.result, ...mine));
      case 'cancelled':
        return recorded(cancelled.get(...settledBy(tx, now), ...mine));
      case 'retry':
        return (
          recorded(cancelledIfRequested.get(...settledBy(tx, now), ...mine)) || retryOne(tx, now, settlement)
        );
      case 'released':
        if (recorded(cancelledIfRequested.get(...settledBy(tx, now), ...mine))) return true;
        if (released.run(...mine) === 0) return false;
        tx.readyQueues.add(settlement.queue);
        return true;
    }
  }

  function retryOne(tx: Transaction, now: number, settlement: Settlement & { outcome: 'retry' }): boolean {
    const { id, queue, attempt, delayMs, result } = settlement;
    if (delayMs <= 0) {
      if (retryNow.run(result, id, queue, attempt) === 0) return false;
      tx.readyQueues.add(queue);
      return true;
    }
    const dueAt = toInstant(now + delayMs);
    tx.due(dueAt);
    return retryLater.run(dueAt, dueAt, result, id, queue, attempt) > 0;
  }

  return (tx, now, settlements) =>
    settlements.map((settlement) => (settleOne(tx, now, settlement) ? 'ok' : 'stale'));
}
