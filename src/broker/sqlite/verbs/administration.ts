// What operators read: the numbers of a queue and its dead letters.

import type { CallState, DeadLetter, QueueCounts } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import { readBody } from './body.js';
import { RECORD, type RecordRow, toRecord } from './results.js';

/** Each part is answered by an index alone. */
const COUNTS = `
SELECT 'ready' AS state, count(*) AS calls FROM call WHERE state = 'ready' AND queue = ?
UNION ALL
SELECT 'dead', count(*) FROM call WHERE state = 'dead' AND queue = ?
UNION ALL
SELECT state, count(*) FROM call
WHERE state IN ('scheduled', 'leased', 'answered', 'cancelled', 'expired') AND due_at IS NOT NULL AND queue = ?
GROUP BY state`;

/** The body as bytes: Node 22 cuts texts at a NUL. */
const DEAD_LETTERS = `
SELECT ${RECORD}, priority, CAST(body AS BLOB) AS body FROM call
WHERE state = 'dead' AND queue = ? ORDER BY settled_seq DESC, seq DESC LIMIT ?`;

interface DeadLetterRow extends RecordRow {
  readonly priority: number;
  readonly body: unknown;
}

export interface Administration {
  counts(queue: string): QueueCounts;
  deadLetters(queue: string, limit: number): DeadLetter[];
}

export function createAdministration(db: SqlDatabase): Administration {
  const counts = db.prepare<{ state: CallState; calls: number }>(COUNTS);
  const deadLetters = db.prepare<DeadLetterRow>(DEAD_LETTERS);
  return {
    counts(queue) {
      const numbers = {
        scheduled: 0,
        ready: 0,
        parked: 0,
        leased: 0,
        answered: 0,
        dead: 0,
        cancelled: 0,
        expired: 0,
      };
      for (const { state, calls } of counts.all(queue, queue, queue)) numbers[state] = calls;
      return numbers;
    },
    deadLetters: (queue, limit) =>
      deadLetters
        .all(queue, Math.max(0, limit))
        .map((row) => ({ ...toRecord(row), body: readBody(row.body), priority: row.priority })),
  };
}
