// claim: leases ready calls to a worker, highest priority first, then oldest.

import type { ClaimRequest, Delivery } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { readBody } from './body.js';
import { type Due, PASS_LIMIT } from './due.js';
import { toInstant } from './instant.js';
import type { LeaseClock } from './lease-clock.js';
import type { Limits, Starter } from './limits.js';
import { createParked } from './parked.js';
import { HAS_LIMITS, IS_EXPRESS } from './traits.js';

const FIND_READY = `SELECT 1 FROM call WHERE state = 'ready' AND queue = ? LIMIT 1`;

const LEASED = `
RETURNING seq, id, body, attempt, failures, priority, accepted_at AS acceptedAt, expires_at AS expiresAt, traits`;

const LEASE = `
UPDATE call SET state = 'leased', attempt = attempt + 1, due_at = ?, worker = ?
WHERE seq IN (SELECT seq FROM call WHERE state = 'ready' AND queue = ? ORDER BY priority DESC, seq LIMIT ?)
${LEASED}`;

const LEASE_PARKED = `
UPDATE call SET state = 'leased', attempt = attempt + 1, due_at = ?, worker = ? WHERE seq = ? ${LEASED}`;

const FIND_STARTER = 'SELECT seq, queue, priority, traits, limits, line FROM call WHERE seq = ?';

interface LeasedRow {
  readonly seq: number;
  readonly id: string;
  readonly body: unknown;
  readonly attempt: number;
  readonly failures: number;
  readonly priority: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | null;
  readonly traits: number;
}

export interface Claim {
  /** Whether a claim would find anything. Only reads, so that waking up for nothing takes no lock. */
  isWorthwhile(now: number, request: ClaimRequest): boolean;
  run(tx: Transaction, now: number, request: ClaimRequest): Delivery[];
}

export interface ClaimOptions {
  readonly due: Due;
  readonly limits: Limits;
  readonly leaseClock: LeaseClock;
  /** Hears of deliveries that may be lost. */
  readonly onExpress: (delivery: Delivery) => void;
}

export function createClaim(db: SqlDatabase, { due, limits, leaseClock, onExpress }: ClaimOptions): Claim {
  const findReady = db.prepare(FIND_READY);
  const lease = db.prepare<LeasedRow>(LEASE);
  const leaseParked = db.prepare<LeasedRow>(LEASE_PARKED);
  const findStarter = db.prepare<Starter>(FIND_STARTER);
  const parked = createParked(db);

  /** Of calls that were just leased, those that their limits let start. */
  function startable(tx: Transaction, now: number, rows: readonly LeasedRow[]): readonly LeasedRow[] {
    if (rows.every(({ traits }) => (traits & HAS_LIMITS) === 0)) return rows;
    return rows.filter(({ seq, traits }) => {
      const call = traits & HAS_LIMITS ? findStarter.get(seq) : undefined;
      return call === undefined || limits.start(tx, now, call);
    });
  }

  /** Whatever is set aside leaves room for others, which may have become ready by that. */
  function leaseReady(
    tx: Transaction,
    now: number,
    { queue, worker, limit, leaseMs }: ClaimRequest,
  ): LeasedRow[] {
    const taken: LeasedRow[] = [];
    for (let tried = 0; taken.length < limit; ) {
      const rows = lease
        .all(toInstant(now + leaseMs), worker, queue, limit - taken.length)
        .sort(inOrderOfClaim);
      const started = startable(tx, now, rows);
      taken.push(...started);
      tried += rows.length;
      const mayHaveMore = rows.length > 0 && rows.some(({ traits }) => traits & HAS_LIMITS);
      if (!mayHaveMore) break;
      if (tried - taken.length >= PASS_LIMIT) {
        tx.readyQueues.add(queue);
        break;
      }
    }
    return taken.sort(inOrderOfClaim);
  }

  function leaseUnderstood(tx: Transaction, now: number, request: ClaimRequest, limit: number): LeasedRow[] {
    const { queue, worker, leaseMs, understands } = request;
    if (understands === undefined || limit <= 0) return [];
    const rows = parked
      .find(queue, understands, limit)
      .flatMap((seq) => leaseParked.all(toInstant(now + leaseMs), worker, seq));
    return [...startable(tx, now, rows)];
  }

  return {
    isWorthwhile: (now, { queue, understands }) =>
      findReady.get(queue) !== undefined ||
      due.isDue(now) ||
      (understands !== undefined && parked.find(queue, understands, 1).length > 0),
    run(tx, now, request) {
      const { queue, limit } = request;
      leaseClock.witness(now);
      if (due.isDue(now)) {
        due.promote(tx, now);
        // More expired calls than one pass ends: the others must not be leased, so come back for the rest.
        if (due.expire(tx, now) >= PASS_LIMIT) {
          tx.readyQueues.add(queue);
          return [];
        }
      }
      const ready = leaseReady(tx, now, request);
      const rows = [...ready, ...leaseUnderstood(tx, now, request, limit - ready.length)];
      return rows.map((row) => {
        const delivery = toDelivery(queue, row);
        if (row.traits & IS_EXPRESS) onExpress(delivery);
        return delivery;
      });
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
