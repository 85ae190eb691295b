// Lanes: of the calls of one lane only the first can be delivered; the others are `held`.

import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { waitUntil } from './calls.js';
import { readCare } from './care.js';
import type { StoredState } from './records.js';

const FIND_FIRST = `
SELECT seq, state, care, expires_at AS expiresAt FROM call
WHERE queue = ? AND lane = ? AND settled_at IS NULL ORDER BY seq LIMIT 1`;

const LET_GO = 'UPDATE call SET state = ?, due_at = ? WHERE seq = ?';

interface FirstRow {
  readonly seq: number;
  readonly state: StoredState;
  readonly care: string | null;
  readonly expiresAt: number | null;
}

export interface Lanes {
  /** Whether a call of the lane has no outcome yet, so that the next one is held. */
  isTaken(queue: string, lane: string): boolean;
  /** Lets the first call of a lane go, if it is held: the one before has ended. */
  next(tx: Transaction, now: number, queue: string, lane: string): void;
}

export function createLanes(db: SqlDatabase): Lanes {
  const findFirst = db.prepare<FirstRow>(FIND_FIRST);
  const letGo = db.prepare(LET_GO);
  return {
    isTaken: (queue, lane) => findFirst.get(queue, lane) !== undefined,
    next(tx, now, queue, lane) {
      const first = findFirst.get(queue, lane);
      if (first?.state !== 'held') return;
      const { state, dueAt } = waitUntil(now, readCare(first.care).notBefore ?? now, first.expiresAt);
      letGo.run(state, dueAt, first.seq);
      if (state === 'ready') tx.readyQueues.add(queue);
      tx.due(dueAt);
    },
  };
}
