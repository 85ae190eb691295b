// What a caller does with its calls: fetch, arrivals for a subscription, confirm, cancel.

import type { CallRecord, CallRef, CancelStatus } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, isWaiting, type StoredCall } from './calls.js';
import type { Endings } from './endings.js';
import { RECORD, type RecordRow, toRecord } from './records.js';

const FINAL = `state IN ('answered', 'dead', 'cancelled', 'expired')`;

const FETCH = `SELECT ${RECORD} FROM call WHERE id = ? AND queue = ?`;

const REDIRECT = `
UPDATE call SET inbox = ?
WHERE id = ? AND queue = ? AND settled_at IS NULL AND inbox IS NOT ?`;

/** The most outcomes that are read at once for a subscription. */
export const ARRIVALS_LIMIT = 500;

const ARRIVALS = `
SELECT ${RECORD}, seq, settled_seq AS settledSeq FROM call
WHERE inbox = ? AND (settled_seq, seq) > (?, ?) ORDER BY settled_seq, seq LIMIT ${ARRIVALS_LIMIT}`;

const CONFIRM = `DELETE FROM call WHERE id = ? AND queue = ? AND ${FINAL} AND ifnull(place, 0) <= 0 AND digest IS NULL`;

/** What stays after it was confirmed is not pushed again. */
const CONFIRM_KEPT = `UPDATE call SET inbox = NULL WHERE id = ? AND queue = ? AND ${FINAL} AND inbox IS NOT NULL`;

const FIND = `SELECT ${CALL} FROM call WHERE id = ? AND queue = ?`;

const REQUEST_CANCEL = 'UPDATE call SET cancel_requested = 1 WHERE seq = ?';

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

export function createResults(db: SqlDatabase, endings: Endings): Results {
  const fetch = db.prepare<RecordRow>(FETCH);
  const redirect = db.prepare(REDIRECT);
  const arrivals = db.prepare<RecordRow & Cursor>(ARRIVALS);
  const confirm = db.prepare(CONFIRM);
  const confirmKept = db.prepare(CONFIRM_KEPT);
  const find = db.prepare<StoredCall>(FIND);
  const requestCancel = db.prepare(REQUEST_CANCEL);

  function cancelOne(tx: Transaction, now: number, { id, queue }: CallRef): CancelStatus {
    const call = find.get(id, queue);
    if (call === undefined) return 'unknown';
    if (isWaiting(call)) {
      endings.cancel(tx, now, call, false);
      return 'cancelled';
    }
    if (call.state !== 'leased') return 'settled';
    requestCancel.run(call.seq);
    tx.cancelQueues.add(queue);
    return 'requested';
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
