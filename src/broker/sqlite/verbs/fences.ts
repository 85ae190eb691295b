// Fences: an attempt at a call that was removed must not be one at the next call of that id.

import type { CallRef } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import type { StoredCall } from './calls.js';
import { writeCare } from './care.js';

/** Longer than anybody works on a call without extending its lease, which tells. */
const KEPT_MS = 86_400_000;

const FIND_ANY = 'SELECT 1 FROM fence LIMIT 1';

const ADD = `
INSERT INTO fence (id, queue, attempt, until) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET attempt = excluded.attempt, until = excluded.until`;

const FIND = 'SELECT attempt FROM fence WHERE id = ? AND queue = ?';

const RAISE = 'UPDATE call SET attempt = ?, care = json_patch(ifnull(care, ?), ?) WHERE id = ? AND queue = ?';

const FORGET = 'DELETE FROM fence WHERE until <= ?';

export interface Fences {
  add(now: number, call: StoredCall): void;
  /** Has the attempts at a new call go on counting from those at a removed one. They count for nothing else. */
  raise(tx: Transaction, call: CallRef): void;
  forget(now: number): void;
}

export function createFences(db: SqlDatabase): Fences {
  const findAny = db.prepare(FIND_ANY);
  const add = db.prepare(ADD);
  const find = db.prepare<{ attempt: number }>(FIND);
  const raise = db.prepare(RAISE);
  const forget = db.prepare(FORGET);
  return {
    add(now, { id, queue, attempt }) {
      add.run(id, queue, attempt, now + KEPT_MS);
    },
    raise(tx, { id, queue }) {
      tx.hasFences ??= findAny.get() !== undefined;
      const attempt = tx.hasFences ? find.get(id, queue)?.attempt : undefined;
      if (attempt === undefined) return;
      raise.run(attempt, '{}', writeCare({ uncounted: attempt }), id, queue);
    },
    forget(now) {
      forget.run(now);
    },
  };
}
