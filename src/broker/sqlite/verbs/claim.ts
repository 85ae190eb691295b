// claim: leases ready calls to a worker, highest priority first, then oldest.

import type { ClaimRequest, Delivery } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { readBody } from './body.js';
import { type Due, PASS_LIMIT } from './due.js';
import { toInstant } from './instant.js';
import type { LeaseClock } from './lease-clock.js';

const FIND_READY = `SELECT 1 FROM call WHERE state = 'ready' AND queue = ? LIMIT 1`;

const LEASE = `
UPDATE call SET state = 'leased', attempt = attempt + 1, due_at = ?, worker = ?
WHERE seq IN (SELECT seq FROM call WHERE state = 'ready' AND queue = ? ORDER BY priority DESC, seq LIMIT ?)
RETURNING seq, id, body, attempt, failures, priority, accepted_at AS acceptedAt, expires_at AS expiresAt`;

interface LeasedRow {
  readonly seq: number;
  readonly id: string;
  readonly body: unknown;
  readonly attempt: number;
  readonly failures: number;
  readonly priority: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | null;
}

export interface Claim {
  /** Whether a claim would find anything. Only reads, so that waking up for nothing takes no lock. */
  isWorthwhile(now: number, queue: string): boolean;
  run(tx: Transaction, now: number, request: ClaimRequest): Delivery[];
}

export function createClaim(db: SqlDatabase, due: Due, leaseClock: LeaseClock): Claim {
  const findReady = db.prepare(FIND_READY);
  const lease = db.prepare<LeasedRow>(LEASE);
  return {
    isWorthwhile: (now, queue) => findReady.get(queue) !== undefined || due.isDue(now),
    run(tx, now, { queue, worker, limit, leaseMs }) {
      leaseClock.witness(now);
      if (due.isDue(now)) {
        due.promote(tx, now);
        // More expired calls than one pass ends: the others must not be leased, so come back for the rest.
        if (due.expire(tx, now) === PASS_LIMIT) {
          tx.readyQueues.add(queue);
          return [];
        }
      }
      const rows = lease.all(toInstant(now + leaseMs), worker, queue, Math.max(0, limit));
      return rows.sort(inOrderOfClaim).map((row) => toDelivery(queue, row));
    },
  };
}

/** RETURNING gives rows in any order. */
const inOrderOfClaim = (a: LeasedRow, b: LeasedRow): number => b.priority - a.priority || a.seq - b.seq;

const toDelivery = (queue: string, row: LeasedRow): Delivery => ({
  queue,
  id: row.id,
  attempt: row.attempt,
  body: readBody(row.body),
  failures: row.failures,
  priority: row.priority,
  acceptedAt: row.acceptedAt,
  expiresAt: row.expiresAt ?? undefined,
});
