// How rows become what callers and operators see of calls.

import type {
  CallRecord,
  CallState,
  DeadLetter,
  DeadReason,
  FailedAttempt,
  Message,
  WaitingCall,
} from '../../broker.js';
import { readBody } from './body.js';
import { readCare } from './care.js';
import { HAS_JOURNAL, HAS_LETTER, IS_UNWANTED } from './traits.js';

/** The clocks by which a waiting call can expire. */
export type WaitingClock = NonNullable<Message['expiryClock']>;

/** States as the table has them. */
export type StoredState = CallState | 'held' | 'limited';

/** The columns of a {@link RecordRow}: as few as possible, because each costs every call some time. */
export const RECORD = `
id, queue, state, attempt, failures, accepted_at AS acceptedAt, ifnull(settled_at, due_at) AS at, reason, result`;

export interface RecordRow {
  readonly id: string;
  readonly queue: string;
  readonly state: StoredState;
  readonly attempt: number;
  readonly failures: number;
  readonly acceptedAt: number;
  /** Of a final call, when it was settled; of another, when time will change it. */
  readonly at: number | null;
  /** Why it is dead, or which clock it has expired by. */
  readonly reason: DeadReason | WaitingClock | null;
  readonly result: string | null;
}

export const toRecord = (row: RecordRow): CallRecord => ({
  id: row.id,
  queue: row.queue,
  state: toState(row.state),
  attempt: row.attempt,
  failures: row.failures,
  acceptedAt: row.acceptedAt,
  dueAt: row.state === 'scheduled' ? (row.at ?? undefined) : undefined,
  settledAt: isFinal(row.state) ? (row.at ?? undefined) : undefined,
  reason: row.state === 'dead' ? ((row.reason as DeadReason | null) ?? undefined) : undefined,
  expiredBy: row.state === 'expired' ? (row.reason as WaitingClock) : undefined,
  result: row.result ?? undefined,
});

export const isFinal = (state: StoredState): boolean =>
  state === 'answered' || state === 'dead' || state === 'cancelled' || state === 'expired';

export const toState = (state: StoredState): CallState =>
  state === 'held' || state === 'limited' ? 'scheduled' : state;

/** The body as bytes: Node 22 cuts texts at a NUL. */
const WHOLE_BODY = 'CAST(body AS BLOB) AS body';

/** The columns of a {@link WaitingRow}. */
export const WAITING = `${RECORD}, seq, priority, ${WHOLE_BODY}`;

export interface WaitingRow extends RecordRow {
  readonly seq: number;
  readonly priority: number;
  readonly body: unknown;
}

export const toWaitingCall = (row: WaitingRow): WaitingCall => ({
  ...toRecord(row),
  body: readBody(row.body),
  priority: row.priority,
  position: row.seq,
});

/** The columns of a {@link LetterRow}. */
export const LETTER = `
${RECORD}, place, traits, priority, expires_at AS expiresAt, max_deliveries AS maxDeliveries, kept,
retain_ms AS retainMs, digest, lane, care, ${WHOLE_BODY}`;

export interface LetterRow extends RecordRow {
  readonly place: number;
  readonly traits: number;
  readonly priority: number;
  readonly expiresAt: number | null;
  readonly maxDeliveries: number;
  readonly kept: number;
  readonly retainMs: number;
  readonly digest: string | null;
  readonly lane: string | null;
  readonly care: string | null;
  readonly body: unknown;
}

export const toDeadLetter = (row: LetterRow): DeadLetter => ({
  ...toRecord(row),
  body: readBody(row.body),
  priority: row.priority,
  history: (readCare(row.care).history ?? []).map(toFailedAttempt),
  position: row.place,
  sent: {
    expiresAt: row.expiresAt ?? undefined,
    maxDeliveries: row.maxDeliveries,
    wantsResult: row.kept === 1 && (row.traits & IS_UNWANTED) === 0,
    retainMs: row.retainMs,
    digest: row.digest ?? undefined,
    journal: row.traits & HAS_JOURNAL ? 'always' : row.traits & HAS_LETTER ? 'deadletter' : 'none',
    lane: row.lane ?? undefined,
    limits: readCare(row.care).limits,
  },
});

/** JSON leaves out what is undefined. */
const toFailedAttempt = ({ attempt, endedAt, failure }: FailedAttempt): FailedAttempt => ({
  attempt,
  endedAt,
  failure,
});
