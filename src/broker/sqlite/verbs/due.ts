// What claim and reap have in common: waiting calls whose time has come expire or become ready.

import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, type StoredCall, WAITING_STATES } from './calls.js';
import type { Endings } from './endings.js';
import type { Limits } from './limits.js';

/** The most calls that one pass moves, so that a flood of due calls does not hold the write lock for long. */
export const PASS_LIMIT = 500;

const FIND_DUE = `
SELECT 1 FROM call WHERE state IN ${WAITING_STATES} AND due_at <= ?
UNION ALL SELECT 1 FROM limit_use WHERE ends_at <= ? LIMIT 1`;

const FIND_EXPIRED = `
SELECT ${CALL} FROM call
WHERE state IN ('ready', 'held', 'limited', 'parked') AND due_at <= ? LIMIT ${PASS_LIMIT}`;

const PROMOTE = `
UPDATE call SET state = 'ready', due_at = expires_at
WHERE seq IN (SELECT seq FROM call WHERE state = 'scheduled' AND due_at <= ? ORDER BY due_at LIMIT ${PASS_LIMIT})
RETURNING queue`;

export interface Due {
  /** Whether any waiting call is due, or a limit has room again. Only reads. */
  isDue(now: number): boolean;
  /** Makes calls ready whose delay, time to wait, or wait for a limit is over; says how many. */
  promote(tx: Transaction, now: number): number;
  /** Ends waiting calls whose time to wait is over; says how many. Comes after {@link promote}. */
  expire(tx: Transaction, now: number): number;
}

export function createDue(db: SqlDatabase, endings: Endings, limits: Limits): Due {
  const findDue = db.prepare(FIND_DUE);
  const findExpired = db.prepare<StoredCall>(FIND_EXPIRED);
  const promote = db.prepare<{ queue: string }>(PROMOTE);
  return {
    isDue: (now) => findDue.get(now, now) !== undefined,
    expire(tx, now) {
      let count = 0;
      let calls: StoredCall[];
      // The end of one can make another one of its lane ready whose time is over, too.
      do {
        calls = findExpired.all(now);
        for (const call of calls) endings.expire(tx, now, call);
        count += calls.length;
      } while (calls.length > 0 && count < PASS_LIMIT);
      return count;
    },
    promote(tx, now) {
      const calls = promote.all(now);
      for (const { queue } of calls) tx.readyQueues.add(queue);
      return Math.max(calls.length, limits.endPeriods(tx, now));
    },
  };
}
