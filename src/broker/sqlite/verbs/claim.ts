// claim: leases ready calls to a worker, highest priority first, then oldest.

import type { ClaimRequest, Delivery } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { readBody } from './body.js';
import { type Due, PASS_LIMIT } from './due.js';
import { toInstant } from './instant.js';
import type { LeaseClock } from './lease-clock.js';
import type { Limits, Starter } from './limits.js';
import type { Parked } from './parked.js';
import { HAS_LIMITS, IS_EXPRESS } from './traits.js';

const FIND_READY = `SELECT 1 FROM call WHERE state = 'ready' AND queue = ? LIMIT 1`;

/** As many as there are. */
const PRIORITIES = 8;

/** Traits and priority in one column, because each costs every call some time. */
const LEASED = `
RETURNING seq, id, body, attempt, failures, traits * ${PRIORITIES} + priority AS kind, accepted_at AS acceptedAt,
  expires_at AS expiresAt`;

const LEASE = `
UPDATE call SET state = 'leased', attempt = attempt + 1, due_at = ?, worker = ?
WHERE seq IN (SELECT seq FROM call WHERE state = 'ready' AND queue = ? ORDER BY priority DESC, seq LIMIT ?)
${LEASED}`;

const LEASE_PARKED = `
UPDATE call SET state = 'leased', attempt = attempt + 1, due_at = ?, worker = ?, place = NULL WHERE seq = ? ${LEASED}`;

/** The delivery did not happen: its number is free again. */
const PUT_BACK = `
UPDATE call SET state = 'ready', attempt = attempt - 1, due_at = expires_at, worker = NULL WHERE seq = ?`;

const FIND_STARTER = 'SELECT seq, queue, priority, traits, care FROM call WHERE seq = ?';

interface LeasedRow {
  readonly seq: number;
  readonly id: string;
  readonly body: unknown;
  readonly attempt: number;
  readonly failures: number;
  readonly kind: number;
  readonly acceptedAt: number;
  readonly expiresAt: number | null;
}

const priorityOf = ({ kind }: LeasedRow): number => kind % PRIORITIES;
const hasLimits = ({ kind }: LeasedRow): boolean => (kind & (HAS_LIMITS * PRIORITIES)) !== 0;
const isExpress = ({ kind }: LeasedRow): boolean => (kind & (IS_EXPRESS * PRIORITIES)) !== 0;

export interface Claim {
  /** Whether a claim would find anything. Only reads, so that waking up for nothing takes no lock. */
  isWorthwhile(now: number, request: ClaimRequest): boolean;
  run(tx: Transaction, now: number, request: ClaimRequest): Delivery[];
}

export interface ClaimOptions {
  readonly due: Due;
  readonly limits: Limits;
  readonly parked: Parked;
  readonly leaseClock: LeaseClock;
  /** Hears of deliveries that may be lost. */
  readonly onExpress: (delivery: Delivery) => void;
}

export function createClaim(
  db: SqlDatabase,
  { due, limits, parked, leaseClock, onExpress }: ClaimOptions,
): Claim {
  const findReady = db.prepare(FIND_READY);
  const lease = db.prepare<LeasedRow>(LEASE);
  const leaseParked = db.prepare<LeasedRow>(LEASE_PARKED);
  const putBack = db.prepare(PUT_BACK);
  const findStarter = db.prepare<Starter>(FIND_STARTER);

  const leaseSome = (now: number, request: ClaimRequest, limit: number): LeasedRow[] =>
    lease
      .all(toInstant(now + request.leaseMs), request.worker, request.queue, Math.max(0, limit))
      .sort(inOrderOfClaim);

  /** Whether a call that was just leased may start; otherwise it is set aside. */
  function isStarted(tx: Transaction, now: number, row: LeasedRow): boolean {
    const call = hasLimits(row) ? findStarter.get(row.seq) : undefined;
    return call === undefined || limits.start(tx, now, call);
  }

  /**
   * Goes through calls that were just leased, in order. Each that has limits can make another one ready, which may be
   * more urgent than the rest: then the rest is put back. Answers how far it came.
   */
  function startSome(tx: Transaction, now: number, rows: readonly LeasedRow[], started: LeasedRow[]): number {
    const letGo = tx.letGo;
    let tried = 0;
    while (tried < rows.length && tx.letGo === letGo) {
      const row = rows[tried++] as LeasedRow;
      if (isStarted(tx, now, row)) started.push(row);
    }
    for (const row of rows.slice(tried)) putBack.run(row.seq);
    return tried;
  }

  function leaseReady(tx: Transaction, now: number, request: ClaimRequest): LeasedRow[] {
    const rows = leaseSome(now, request, request.limit);
    return rows.some(hasLimits) ? leaseLimited(tx, now, request, rows) : rows;
  }

  /** Once something was put back, one after the other: so nobody is put back twice. */
  function leaseLimited(
    tx: Transaction,
    now: number,
    request: ClaimRequest,
    first: readonly LeasedRow[],
  ): LeasedRow[] {
    const started: LeasedRow[] = [];
    let rows = first;
    let isStepping = false;
    for (let tried = 0; rows.length > 0; ) {
      const count = startSome(tx, now, rows, started);
      tried += count;
      isStepping ||= count < rows.length;
      if (tried - started.length >= PASS_LIMIT) {
        tx.readyQueues.add(request.queue);
        break;
      }
      const free = request.limit - started.length;
      rows = leaseSome(now, request, isStepping ? Math.min(1, free) : free);
    }
    return started.sort(inOrderOfClaim);
  }

  function leaseUnderstood(tx: Transaction, now: number, request: ClaimRequest, limit: number): LeasedRow[] {
    const { queue, worker, leaseMs, understands } = request;
    if (understands === undefined || limit <= 0) return [];
    return parked
      .find(queue, understands, limit)
      .flatMap((seq) => leaseParked.all(toInstant(now + leaseMs), worker, seq))
      .filter((row) => isStarted(tx, now, row));
  }

  return {
    isWorthwhile: (now, { queue, understands }) =>
      findReady.get(queue) !== undefined ||
      due.isDue(now) ||
      (understands !== undefined && parked.isThere(queue, understands)),
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
      const rows = leaseReady(tx, now, request);
      rows.push(...leaseUnderstood(tx, now, request, limit - rows.length));
      const deliveries = rows.map((row) => toDelivery(queue, row));
      rows.forEach((row, index) => {
        if (isExpress(row)) onExpress(deliveries[index] as Delivery);
      });
      return deliveries;
    },
  };
}

/** RETURNING gives rows in any order. */
const inOrderOfClaim = (a: LeasedRow, b: LeasedRow): number => priorityOf(b) - priorityOf(a) || a.seq - b.seq;

const toDelivery = (queue: string, row: LeasedRow): Delivery => ({
  queue,
  id: row.id,
  attempt: row.attempt,
  body: readBody(row.body),
  failures: row.failures,
  priority: priorityOf(row),
  acceptedAt: row.acceptedAt,
  expiresAt: row.expiresAt ?? undefined,
});
