// A call as the verbs that move it need it: the columns that say what there is to do besides.

import type { StoredState } from './records.js';

/** The columns of a {@link StoredCall}. */
export const CALL = `
seq, id, queue, state, attempt, max_deliveries AS maxDeliveries, cancel_requested AS cancelRequested, kept,
traits, place, lane, care, inbox, digest, priority, expires_at AS expiresAt, octet_length(body) AS bytes`;

export interface StoredCall {
  readonly seq: number;
  readonly id: string;
  readonly queue: string;
  readonly state: StoredState;
  readonly attempt: number;
  readonly maxDeliveries: number;
  readonly cancelRequested: number;
  readonly kept: number;
  readonly traits: number;
  /** Above 0 the position of a dead letter, below 0 the line in which the call stands. */
  readonly place: number | null;
  readonly lane: string | null;
  readonly care: string | null;
  readonly inbox: string | null;
  readonly digest: string | null;
  readonly priority: number;
  readonly expiresAt: number | null;
  readonly bytes: number | null;
}

/** Whether the call is a dead letter. */
export const isLetter = ({ place }: StoredCall): boolean => place !== null && place > 0;

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
