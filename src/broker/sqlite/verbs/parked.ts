// Parked calls: they wait for a worker whose contract understands them.

import type { Understanding } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';

/** Calls that need the same are found by one index, and there are few kinds of them. */
const FIND_NEED = `
SELECT needs_minor AS minor, needs_contract AS contract FROM call
WHERE state = 'parked' AND queue = ? AND (needs_minor, needs_contract) > (?, ?)
ORDER BY needs_minor, needs_contract LIMIT 1`;

const FIND_NEEDING = `
SELECT seq, priority FROM call WHERE state = 'parked' AND queue = ? AND needs_minor = ? AND needs_contract = ?
ORDER BY priority DESC, seq LIMIT ?`;

export interface Parked {
  /** The first calls of a queue that somebody understands, by their `seq`. */
  find(queue: string, understands: Understanding, limit: number): number[];
}

export function createParked(db: SqlDatabase): Parked {
  const findNeed = db.prepare<Understanding>(FIND_NEED);
  const findNeeding = db.prepare<{ seq: number; priority: number }>(FIND_NEEDING);

  function* needs(queue: string): Generator<Understanding> {
    let last: Understanding = { minor: -1, contract: '' };
    for (;;) {
      const need = findNeed.get(queue, last.minor, last.contract);
      if (need === undefined) return;
      yield need;
      last = need;
    }
  }

  return {
    find(queue, { minor, contract }, limit) {
      const calls = [...needs(queue)]
        .filter((need) => need.minor <= minor || need.contract === contract)
        .flatMap((need) => findNeeding.all(queue, need.minor, need.contract, limit));
      return calls
        .sort((a, b) => b.priority - a.priority || a.seq - b.seq)
        .slice(0, limit)
        .map(({ seq }) => seq);
    },
  };
}
