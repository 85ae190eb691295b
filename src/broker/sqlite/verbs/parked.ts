// Parked calls: they wait, in a line of those with equal needs, for a worker whose contract understands them.

import type { CallRef, Understanding } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';

/** Needs are JSON objects; what other lines have in common are JSON arrays, which come before all objects. */
const FIND_LINES = `SELECT seq, what FROM line WHERE queue = ? AND what >= '{'`;

const JOIN = `
INSERT INTO line (queue, what, top_priority, top_seq) VALUES (?, ?, 0, 0)
ON CONFLICT (queue, what) DO UPDATE SET gate = NULL
RETURNING seq`;

const FIND_FIRST = `
SELECT seq, priority FROM call WHERE queue = ? AND place = ? ORDER BY priority DESC, seq LIMIT ?`;

const REMOVE = 'DELETE FROM line WHERE seq = ?';

interface LineRow {
  readonly seq: number;
  readonly what: string;
}

export interface Parked {
  /** The place, for its row, of a call that is being parked. */
  placeFor(call: Pick<CallRef, 'queue'>, needs: Understanding): number;
  /** Whether there is a call that somebody understands. Only reads. */
  isThere(queue: string, understands: Understanding): boolean;
  /** The first calls of a queue that somebody understands, by their `seq`. */
  find(queue: string, understands: Understanding, limit: number): number[];
}

export function createParked(db: SqlDatabase): Parked {
  const findLines = db.prepare<LineRow>(FIND_LINES);
  const join = db.prepare<{ seq: number }>(JOIN);
  const findFirst = db.prepare<{ seq: number; priority: number }>(FIND_FIRST);
  const remove = db.prepare(REMOVE);

  /** Few: one for each version of a contract that is newer than some worker. */
  const understood = (queue: string, understands: Understanding): LineRow[] =>
    findLines.all(queue).filter(({ what }) => isEnough(understands, JSON.parse(what) as Understanding));

  return {
    placeFor({ queue }, { minor, contract }) {
      const line = join.get(queue, JSON.stringify({ minor, contract }));
      return -(line?.seq ?? 0);
    },
    isThere: (queue, understands) =>
      understood(queue, understands).some(({ seq }) => findFirst.get(queue, -seq, 1) !== undefined),
    find(queue, understands, limit) {
      const calls = understood(queue, understands).flatMap(({ seq }) => {
        const first = findFirst.all(queue, -seq, limit);
        if (first.length === 0) remove.run(seq);
        return first;
      });
      return calls
        .sort((a, b) => b.priority - a.priority || a.seq - b.seq)
        .slice(0, limit)
        .map(({ seq }) => seq);
    },
  };
}

const isEnough = (has: Understanding, needs: Understanding): boolean =>
  needs.minor <= has.minor || needs.contract === has.contract;
