// extend: makes leases last longer, and passes on that a caller wants an end.

import type { Attempt, ExtendStatus } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import { toInstant } from './instant.js';
import type { LeaseClock } from './lease-clock.js';

const EXTEND = `
UPDATE call SET due_at = ?
WHERE id = ? AND queue = ? AND state = 'leased' AND attempt = ?
RETURNING cancel_requested AS cancelRequested`;

export type Extend = (now: number, attempts: readonly Attempt[], leaseMs: number) => ExtendStatus[];

export function createExtend(db: SqlDatabase, leaseClock: LeaseClock): Extend {
  const extend = db.prepare<{ cancelRequested: number }>(EXTEND);
  return (now, attempts, leaseMs) => {
    leaseClock.witness(now);
    return attempts.map(({ id, queue, attempt }) => {
      const row = extend.get(toInstant(now + leaseMs), id, queue, attempt);
      if (row === undefined) return 'stale';
      return row.cancelRequested === 1 ? 'cancelled' : 'ok';
    });
  };
}
