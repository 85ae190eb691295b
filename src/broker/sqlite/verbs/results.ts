// What a caller does with its calls: fetch, arrivals for a subscription, confirm, cancel.

import type { CallRecord, CallRef, CallState, CancelStatus, DeadReason } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { SETTLED, settledBy } from './settled.js';

/** The columns of a {@link RecordRow}. */
export const RECORD = `
id, queue, state, attempt, failures, accepted_at AS acceptedAt, settled_at AS settledAt, reason, result`;

export interface RecordRow {
  readonly id: string;
  readonly queue: string;
  readonly state: CallState;
  readonly attempt: number;
  readonly failures: number;
  readonly acceptedAt: number;
  readonly settledAt: number | null;
  readonly reason: DeadReason | null;
  readonly result: string | null;
}

export const toRecord = (row: RecordRow): CallRecord => ({
  id: row.id,
  queue: row.queue,
  state: row.state,
  attempt: row.attempt,
  failures: row.failures,
  acceptedAt: row.acceptedAt,
  settledAt: row.settledAt ?? undefined,
  reason: row.reason ?? undefined,
  expiredBy: undefined,
  result: row.result ?? undefined,
});

const FINAL = `state IN ('answered', 'dead', 'cancelled', 'expired')`;

const FETCH = `SELECT ${RECORD} FROM call WHERE id = ? AND queue = ?`;

const REDIRECT = `
UPDATE call SET inbox = ?
WHERE id = ? AND queue = ? AND state IN ('scheduled', 'ready', 'leased') AND inbox IS NOT ?`;

/** The most outcomes that are read at once for a subscription. */
export const ARRIVALS_LIMIT = 500;

const ARRIVALS = `
SELECT ${RECORD}, seq, settled_seq AS settledSeq FROM call
WHERE inbox = ? AND (settled_seq, seq) > (?, ?) ORDER BY settled_seq, seq LIMIT ${ARRIVALS_LIMIT}`;

const CONFIRM = `DELETE FROM call WHERE id = ? AND queue = ? AND ${FINAL} AND state <> 'dead' AND digest IS NULL`;

/** What stays after it was confirmed is not pushed again. */
const CONFIRM_KEPT = `UPDATE call SET inbox = NULL WHERE id = ? AND queue = ? AND ${FINAL} AND inbox IS NOT NULL`;

const CANCEL_WAITING = `
UPDATE call SET state = 'cancelled', ${SETTLED}, result = NULL, body = NULL
WHERE id = ? AND queue = ? AND state IN ('scheduled', 'ready')
RETURNING inbox`;

const REQUEST_CANCEL = `
UPDATE call SET cancel_requested = 1 WHERE id = ? AND queue = ? AND state = 'leased'`;

const EXISTS = 'SELECT 1 FROM call WHERE id = ? AND queue = ?';

/** How far a subscription has read. */
export interface Cursor {
  readonly settledSeq: number;
  readonly seq: number;
}

export interface Arrivals {
  readonly records: readonly CallRecord[];
  /** Where to read on, or `undefined` if nothing came. */
  readonly cursor: Cursor | undefined;
}

export interface Results {
  fetch(calls: readonly CallRef[]): (CallRecord | undefined)[];
  /** Has the outcomes of calls that are not final pushed to `inbox`. */
  redirect(calls: readonly CallRef[], inbox: string): void;
  arrivals(inbox: string, after: Cursor): Arrivals;
  confirm(calls: readonly CallRef[]): void;
  cancel(tx: Transaction, now: number, calls: readonly CallRef[]): CancelStatus[];
}

export function createResults(db: SqlDatabase): Results {
  const fetch = db.prepare<RecordRow>(FETCH);
  const redirect = db.prepare(REDIRECT);
  const arrivals = db.prepare<RecordRow & Cursor>(ARRIVALS);
  const confirm = db.prepare(CONFIRM);
  const confirmKept = db.prepare(CONFIRM_KEPT);
  const cancelWaiting = db.prepare<{ inbox: string | null }>(CANCEL_WAITING);
  const requestCancel = db.prepare(REQUEST_CANCEL);
  const exists = db.prepare(EXISTS);

  function cancelOne(tx: Transaction, now: number, { id, queue }: CallRef): CancelStatus {
    const waiting = cancelWaiting.get(...settledBy(tx, now), id, queue);
    if (waiting !== undefined) {
      tx.outcome(waiting.inbox);
      return 'cancelled';
    }
    if (requestCancel.run(id, queue) > 0) return 'requested';
    return exists.get(id, queue) === undefined ? 'unknown' : 'settled';
  }

  return {
    fetch: (calls) =>
      calls.map(({ id, queue }) => {
        const row = fetch.get(id, queue);
        return row === undefined ? undefined : toRecord(row);
      }),
    redirect(calls, inbox) {
      for (const { id, queue } of calls) redirect.run(inbox, id, queue, inbox);
    },
    arrivals(inbox, after) {
      const rows = arrivals.all(inbox, after.settledSeq, after.seq);
      return { records: rows.map(toRecord), cursor: rows.at(-1) };
    },
    confirm(calls) {
      for (const { id, queue } of calls) if (confirm.run(id, queue) === 0) confirmKept.run(id, queue);
    },
    cancel: (tx, now, calls) => calls.map((call) => cancelOne(tx, now, call)),
  };
}
