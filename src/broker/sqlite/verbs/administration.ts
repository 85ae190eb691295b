// What operators do with a queue: count and look at its calls, and remove some.

import type { CallRef, Page, QueueCounts, WaitingCall } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, type StoredCall } from './calls.js';
import type { Endings } from './endings.js';
import { type StoredState, toState, toWaitingCall, WAITING, type WaitingRow } from './records.js';

/** Each part is found by an index. Expired calls that are dead letters are not forgotten, so never due. */
const COUNTS = `
SELECT 'ready' AS state, count(*) AS calls FROM call WHERE state = 'ready' AND queue = ?
UNION ALL
SELECT 'dead', count(*) FROM call WHERE place > 0 AND queue = ?
UNION ALL
SELECT 'held', count(*) FROM call
WHERE lane IS NOT NULL AND settled_at IS NULL AND queue = ? AND state = 'held'
UNION ALL
SELECT state, count(*) FROM call WHERE place < 0 AND queue = ? GROUP BY state
UNION ALL
SELECT state, count(*) FROM call
WHERE state IN ('scheduled', 'leased', 'answered', 'cancelled', 'expired') AND due_at IS NOT NULL AND queue = ?
GROUP BY state`;

/** By position in the table: an index would slow down every call, for what is seldom looked at. */
const PEEK = `
SELECT ${WAITING} FROM call WHERE seq > ? AND queue = ? AND settled_at IS NULL ORDER BY seq LIMIT ?`;

const FIND = `SELECT ${CALL} FROM call WHERE id = ? AND queue = ?`;

export interface Administration {
  counts(queue: string): QueueCounts;
  peek(queue: string, page: Page): WaitingCall[];
  remove(tx: Transaction, now: number, calls: readonly CallRef[]): boolean[];
}

export function createAdministration(db: SqlDatabase, endings: Endings): Administration {
  const counts = db.prepare<{ state: StoredState; calls: number }>(COUNTS);
  const peek = db.prepare<WaitingRow>(PEEK);
  const find = db.prepare<StoredCall>(FIND);

  function removeOne(tx: Transaction, now: number, { id, queue }: CallRef): boolean {
    const call = find.get(id, queue);
    if (call !== undefined) endings.remove(tx, now, call);
    return call !== undefined;
  }

  return {
    counts(queue) {
      const numbers = { ...NONE };
      for (const { state, calls } of counts.all(queue, queue, queue, queue, queue))
        numbers[toState(state)] += calls;
      return numbers;
    },
    peek: (queue, { limit, after }) => peek.all(after ?? 0, queue, Math.max(0, limit)).map(toWaitingCall),
    remove: (tx, now, calls) => calls.map((call) => removeOne(tx, now, call)),
  };
}

const NONE = { scheduled: 0, ready: 0, parked: 0, leased: 0, answered: 0, dead: 0, cancelled: 0, expired: 0 };
