// How rows become what callers and operators see of calls.

import type {
  CallRecord,
  CallState,
  DeadLetter,
  DeadReason,
  FailedAttempt,
  WaitingCall,
} from '../../broker.js';
import { readBody } from './body.js';
import { readCare } from './care.js';
import { HAS_DEADLINE, HAS_JOURNAL, HAS_LETTER, IS_UNWANTED } from './traits.js';

/** States as the table has them. */
export type StoredState = CallState | 'held' | 'limited';

/** The columns of a {@link RecordRow}. What only some states have shares a column: each costs every call some time. */
export const RECORD = `
id, queue, state, attempt, failures, accepted_at AS acceptedAt, settled_at AS settledAt, reason, result,
CASE state WHEN 'scheduled' THEN due_at WHEN 'expired' THEN traits & ${HAS_DEADLINE} END AS detail`;

export interface RecordRow {
  readonly id: string;
  readonly queue: string;
  readonly state: StoredState;
  readonly attempt: number;
  readonly failures: number;
  readonly acceptedAt: number;
  readonly settledAt: number | null;
  readonly reason: DeadReason | null;
  readonly result: string | null;
  /** Of a scheduled call, when it is due; of an expired one, whether it has expired by its deadline. */
  readonly detail: number | null;
}

export const toRecord = (row: RecordRow): CallRecord => ({
  id: row.id,
  queue: row.queue,
  state: toState(row.state),
  attempt: row.attempt,
  failures: row.failures,
  acceptedAt: row.acceptedAt,
  dueAt: row.state === 'scheduled' ? (row.detail ?? undefined) : undefined,
  settledAt: row.settledAt ?? undefined,
  reason: row.reason ?? undefined,
  expiredBy: row.state === 'expired' ? (row.detail ? 'deadline' : 'timeToBeReceived') : undefined,
  result: row.result ?? undefined,
});

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
