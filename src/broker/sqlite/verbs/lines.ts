// Lines: calls with equal limits that wait for one of them, most urgent first, then oldest.

import type { SqlDatabase } from '../driver.js';
import type { Starter } from './limits.js';

const LINE = 'seq, queue, what AS limits, gate';

const FIND = `SELECT ${LINE} FROM line WHERE seq = ?`;

const FIND_OF = `SELECT ${LINE} FROM line WHERE queue = ? AND what = ?`;

const FIND_BEFORE = `
SELECT ${LINE} FROM line WHERE queue = ? AND gate = ? ORDER BY top_priority DESC, top_seq LIMIT 1`;

const SHUT = 'UPDATE line SET gate = ? WHERE seq = ?';

const JOIN = `
INSERT INTO line (queue, what, gate, top_priority, top_seq) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (queue, what) DO UPDATE SET gate = excluded.gate
RETURNING ${LINE}`;

/** The delivery did not happen: its number is free again. */
const SET_ASIDE = `
UPDATE call SET state = 'limited', place = ?, attempt = attempt - 1, due_at = expires_at, worker = NULL WHERE seq = ?`;

const FIND_FIRST = `
SELECT seq, priority FROM call WHERE queue = ? AND place = ?
ORDER BY priority DESC, seq LIMIT 1`;

const LET_GO = `UPDATE call SET state = 'ready', place = NULL WHERE seq = ?`;

const SET_FIRST = 'UPDATE line SET top_priority = ?, top_seq = ? WHERE seq = ?';

const OPEN = 'UPDATE line SET gate = NULL WHERE seq = ?';

const REMOVE = 'DELETE FROM line WHERE seq = ?';

export interface Line {
  readonly seq: number;
  readonly queue: string;
  readonly limits: string;
  /** The limit that is used up, or `null` if the first of the line is being tried. */
  readonly gate: string | null;
}

export interface Lines {
  /** The line of calls with these limits. */
  of(queue: string, limits: string): Line | undefined;
  /** The line with the most urgent call of those that wait for a limit. */
  before(queue: string, gate: string): Line | undefined;
  shut(line: Line, gate: string): void;
  /** Puts a call that was about to be leased into the line of its limits. */
  setAside(call: Starter, limits: string, gate: string): void;
  /** Makes the first call of the line ready. Answers whether there was one. */
  letFirstGo(line: Line): boolean;
  /** A call that stood there has gone otherwise. */
  leave(place: number): void;
}

export function createLines(db: SqlDatabase): Lines {
  const find = db.prepare<Line>(FIND);
  const findOf = db.prepare<Line>(FIND_OF);
  const findBefore = db.prepare<Line>(FIND_BEFORE);
  const shut = db.prepare(SHUT);
  const join = db.prepare<Line>(JOIN);
  const setAside = db.prepare(SET_ASIDE);
  const findFirst = db.prepare<{ seq: number; priority: number }>(FIND_FIRST);
  const letGo = db.prepare(LET_GO);
  const setFirst = db.prepare(SET_FIRST);
  const open = db.prepare(OPEN);
  const remove = db.prepare(REMOVE);

  /** A line without calls is none. */
  function refresh(line: Line): void {
    const first = findFirst.get(line.queue, -line.seq);
    if (first === undefined) remove.run(line.seq);
    else setFirst.run(first.priority, first.seq, line.seq);
  }

  return {
    of: (queue, limits) => findOf.get(queue, limits),
    before: (queue, gate) => findBefore.get(queue, gate),
    shut(line, gate) {
      shut.run(gate, line.seq);
    },
    setAside({ seq, queue, priority }, limits, gate) {
      const line = join.get(queue, limits, gate, priority, seq);
      if (line === undefined) return;
      setAside.run(-line.seq, seq);
      refresh(line);
    },
    letFirstGo(line) {
      const first = findFirst.get(line.queue, -line.seq);
      if (first !== undefined) letGo.run(first.seq);
      open.run(line.seq);
      refresh(line);
      return first !== undefined;
    },
    leave(place) {
      const line = find.get(-place);
      if (line !== undefined) refresh(line);
    },
  };
}
