// settle: ends attempts. Every statement names the attempt, so that one which lost its lease changes nothing.

import type { Settlement, SettleStatus, Understanding } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, type StoredCall, waitUntil } from './calls.js';
import { addToHistory, readCare, writeCare } from './care.js';
import type { Endings } from './endings.js';
import { toInstant } from './instant.js';
import type { Parked } from './parked.js';
import { SETTLED, settledBy } from './settled.js';
import { HAS_HISTORY, NEEDS_CARE } from './traits.js';

const MINE = `id = ? AND queue = ? AND state = 'leased' AND attempt = ?`;

/** The short way of most calls: nothing but the outcome has to be written. */
const IS_PLAIN = `traits & ${NEEDS_CARE} = 0`;

const ANSWERED = `
UPDATE call SET state = 'answered', ${SETTLED}, result = ?, body = NULL
WHERE ${MINE} AND kept = 1 AND ${IS_PLAIN}
RETURNING inbox`;

/** A one-way call ends without a trace. */
const ANSWERED_UNWANTED = `DELETE FROM call WHERE ${MINE} AND kept = 0 AND ${IS_PLAIN}`;

const FIND_MINE = `SELECT ${CALL} FROM call WHERE ${MINE}`;

const RETRY = `
UPDATE call SET state = ?, due_at = ?, failures = failures + 1, result = ?, worker = NULL, care = ?,
  traits = traits | ${HAS_HISTORY}
WHERE seq = ?`;

/** The delivery does not count against the call: nothing was started. Its attempt stays used up. */
const RELEASE = `
UPDATE call SET state = ?, due_at = ?, care = ?, worker = NULL WHERE seq = ?`;

const PARK = `
UPDATE call SET state = 'parked', due_at = expires_at, care = ?, worker = NULL, place = ? WHERE seq = ?`;

export type Settle = (tx: Transaction, now: number, settlements: readonly Settlement[]) => SettleStatus[];

type Delayed = Settlement & { outcome: 'retry' | 'released' };
type NotFinal = Settlement & { outcome: 'retry' | 'released' | 'parked' };

interface Outcome {
  readonly inbox: string | null;
}

export function createSettle(db: SqlDatabase, endings: Endings, parked: Parked): Settle {
  const answered = db.prepare<Outcome>(ANSWERED);
  const answeredUnwanted = db.prepare(ANSWERED_UNWANTED);
  const findMine = db.prepare<StoredCall>(FIND_MINE);
  const retry = db.prepare(RETRY);
  const release = db.prepare(RELEASE);
  const park = db.prepare(PARK);

  function isAnsweredPlainly(tx: Transaction, now: number, settlement: Settlement): boolean {
    if (settlement.outcome !== 'answered') return false;
    const mine = [settlement.id, settlement.queue, settlement.attempt] as const;
    const outcome = answered.get(...settledBy(tx, now), settlement.result, ...mine);
    if (outcome === undefined) return answeredUnwanted.run(...mine) > 0;
    tx.outcome(outcome.inbox);
    return true;
  }

  /** Whether the attempt was the newest one. */
  function settleOne(tx: Transaction, now: number, settlement: Settlement): boolean {
    if (isAnsweredPlainly(tx, now, settlement)) return true;
    const { id, queue, attempt, outcome } = settlement;
    const call = findMine.get(id, queue, attempt);
    if (call === undefined) return false;
    if (outcome === 'answered') endings.answer(tx, now, call, settlement.result);
    else if (outcome === 'dead') endings.die(tx, now, call, settlement.reason, settlement.result);
    // A caller that asked for an end does not get another attempt.
    else if (outcome === 'cancelled' || call.cancelRequested === 1)
      endings.cancel(tx, now, call, outcome === 'cancelled' || outcome === 'retry');
    else waitAgain(tx, now, call, settlement);
    return true;
  }

  function waitAgain(tx: Transaction, now: number, call: StoredCall, settlement: NotFinal): void {
    if (settlement.outcome === 'parked') parkOne(tx, call, settlement.needs);
    else delayOne(tx, now, call, settlement);
    endings.waitAgain(tx, now, call);
  }

  /** Whoever understands it takes it at once. */
  function parkOne(tx: Transaction, call: StoredCall, needs: Understanding): void {
    park.run(oneMoreUncounted(call), parked.placeFor(call, needs), call.seq);
    tx.due(call.expiresAt);
    tx.readyQueues.add(call.queue);
  }

  function delayOne(tx: Transaction, now: number, call: StoredCall, settlement: Delayed): void {
    const { state, dueAt } = waitUntil(now, toInstant(now + (settlement.delayMs ?? 0)), call.expiresAt);
    if (settlement.outcome === 'released') release.run(state, dueAt, oneMoreUncounted(call), call.seq);
    else retry.run(state, dueAt, settlement.result, failedOnce(call, now, settlement.result), call.seq);
    if (state === 'ready') tx.readyQueues.add(call.queue);
    tx.due(dueAt);
  }

  return (tx, now, settlements) =>
    settlements.map((settlement) => (settleOne(tx, now, settlement) ? 'ok' : 'stale'));
}

/** What was not started counts for nothing. */
function oneMoreUncounted(call: StoredCall): string | null {
  const care = readCare(call.care);
  return writeCare({ ...care, uncounted: (care.uncounted ?? 0) + 1 });
}

const failedOnce = (call: StoredCall, now: number, failure: string): string | null =>
  writeCare(addToHistory(readCare(call.care), call.attempt, now, failure));
