// A call as the verbs that move it need it: the columns that say what there is to do besides.

import type { StoredState } from './records.js';

/** The columns of a {@link StoredCall}. */
export const CALL = `
seq, id, queue, state, attempt, uncounted, max_deliveries AS maxDeliveries, cancel_requested AS cancelRequested, kept,
traits, lane, limits, line, inbox, digest, priority, expires_at AS expiresAt, letter, octet_length(body) AS bytes`;

export interface StoredCall {
  readonly seq: number;
  readonly id: string;
  readonly queue: string;
  readonly state: StoredState;
  readonly attempt: number;
  /** Deliveries that do not count against `maxDeliveries`. */
  readonly uncounted: number;
  readonly maxDeliveries: number;
  readonly cancelRequested: number;
  readonly kept: number;
  readonly traits: number;
  readonly lane: string | null;
  readonly limits: string | null;
  readonly line: number | null;
  readonly inbox: string | null;
  readonly digest: string | null;
  readonly priority: number;
  readonly expiresAt: number | null;
  readonly letter: number | null;
  readonly bytes: number | null;
}

/** States of calls that wait, as a list for SQL. */
export const WAITING_STATES = `('scheduled', 'ready', 'held', 'limited', 'parked')`;

export const isWaiting = ({ state }: StoredCall): boolean =>
  state === 'scheduled' || state === 'ready' || state === 'held' || state === 'limited' || state === 'parked';

/** Where a call waits that may be delivered from `notBefore` on, and when time changes that. */
export function waitUntil(
  now: number,
  notBefore: number,
  expiresAt: number | null,
): { readonly state: 'ready' | 'scheduled'; readonly dueAt: number | null } {
  if (notBefore <= now) return { state: 'ready', dueAt: expiresAt };
  return { state: 'scheduled', dueAt: Math.min(notBefore, expiresAt ?? notBefore) };
}
