// What claim and reap have in common: waiting calls whose time has come expire or become ready.

import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { SETTLED, settledBy } from './settled.js';

/** The most calls that one pass moves, so that a flood of due calls does not hold the write lock for long. */
export const PASS_LIMIT = 500;

const FIND_DUE = `
SELECT 1 FROM call WHERE state IN ('scheduled', 'ready') AND due_at <= ? LIMIT 1`;

const EXPIRE = `
UPDATE call SET state = 'expired', ${SETTLED}, body = NULL, result = NULL
WHERE seq IN (SELECT seq FROM call WHERE state = 'ready' AND due_at <= ? ORDER BY due_at LIMIT ${PASS_LIMIT})
RETURNING inbox`;

const PROMOTE = `
UPDATE call SET state = 'ready', due_at = expires_at
WHERE seq IN (SELECT seq FROM call WHERE state = 'scheduled' AND due_at <= ? ORDER BY due_at LIMIT ${PASS_LIMIT})
RETURNING queue`;

export interface Due {
  /** Whether any waiting call is due. Only reads. */
  isDue(now: number): boolean;
  /** Makes scheduled calls ready whose delay, or whose time to wait, is over; says how many. */
  promote(tx: Transaction, now: number): number;
  /** Ends ready calls whose time to wait is over; says how many. Comes after {@link promote}. */
  expire(tx: Transaction, now: number): number;
}

export function createDue(db: SqlDatabase): Due {
  const findDue = db.prepare(FIND_DUE);
  const expire = db.prepare<{ inbox: string | null }>(EXPIRE);
  const promote = db.prepare<{ queue: string }>(PROMOTE);
  return {
    isDue: (now) => findDue.get(now) !== undefined,
    expire(tx, now) {
      const calls = expire.all(...settledBy(tx, now), now);
      for (const { inbox } of calls) tx.outcome(inbox);
      return calls.length;
    },
    promote(tx, now) {
      const calls = promote.all(now);
      for (const { queue } of calls) tx.readyQueues.add(queue);
      return calls.length;
    },
  };
}
