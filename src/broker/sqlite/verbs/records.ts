// How rows become what callers and operators see of calls.

import type {
  CallRecord,
  CallState,
  DeadLetter,
  DeadReason,
  FailedAttempt,
  Limit,
  WaitingCall,
} from '../../broker.js';
import { readBody } from './body.js';
import { HAS_DEADLINE, HAS_JOURNAL, HAS_LETTER, IS_UNWANTED } from './traits.js';

/** States as the table has them. */
export type StoredState = CallState | 'held' | 'limited';

/** The columns of a {@link RecordRow}. */
export const RECORD = `
id, queue, state, attempt, failures, accepted_at AS acceptedAt, due_at AS dueAt, settled_at AS settledAt, reason,
traits, result`;

export interface RecordRow {
  readonly id: string;
  readonly queue: string;
  readonly state: StoredState;
  readonly attempt: number;
  readonly failures: number;
  readonly acceptedAt: number;
  readonly dueAt: number | null;
  readonly settledAt: number | null;
  readonly reason: DeadReason | null;
  readonly traits: number;
  readonly result: string | null;
}

export const toRecord = (row: RecordRow): CallRecord => ({
  id: row.id,
  queue: row.queue,
  state: toState(row.state),
  attempt: row.attempt,
  failures: row.failures,
  acceptedAt: row.acceptedAt,
  dueAt: row.state === 'scheduled' ? (row.dueAt ?? undefined) : undefined,
  settledAt: row.settledAt ?? undefined,
  reason: row.reason ?? undefined,
  expiredBy: row.state === 'expired' ? expiredBy(row.traits) : undefined,
  result: row.result ?? undefined,
});

export const toState = (state: StoredState): CallState =>
  state === 'held' || state === 'limited' ? 'scheduled' : state;

const expiredBy = (traits: number): 'deadline' | 'timeToBeReceived' =>
  traits & HAS_DEADLINE ? 'deadline' : 'timeToBeReceived';

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
${RECORD}, letter, priority, history, expires_at AS expiresAt, max_deliveries AS maxDeliveries, kept,
retain_ms AS retainMs, digest, lane, limits, ${WHOLE_BODY}`;

export interface LetterRow extends RecordRow {
  readonly letter: number;
  readonly priority: number;
  readonly history: string | null;
  readonly expiresAt: number | null;
  readonly maxDeliveries: number;
  readonly kept: number;
  readonly retainMs: number;
  readonly digest: string | null;
  readonly lane: string | null;
  readonly limits: string | null;
  readonly body: unknown;
}

export const toDeadLetter = (row: LetterRow): DeadLetter => ({
  ...toRecord(row),
  body: readBody(row.body),
  priority: row.priority,
  history: readHistory(row.history),
  position: row.letter,
  sent: {
    expiresAt: row.expiresAt ?? undefined,
    maxDeliveries: row.maxDeliveries,
    wantsResult: row.kept === 1 && (row.traits & IS_UNWANTED) === 0,
    retainMs: row.retainMs,
    digest: row.digest ?? undefined,
    journal: row.traits & HAS_JOURNAL ? 'always' : row.traits & HAS_LETTER ? 'deadletter' : 'none',
    lane: row.lane ?? undefined,
    limits: row.limits === null ? undefined : (JSON.parse(row.limits) as Limit[]),
  },
});

function readHistory(history: string | null): FailedAttempt[] {
  if (history === null) return [];
  const attempts = JSON.parse(history) as (Omit<FailedAttempt, 'failure'> & { failure: string | null })[];
  return attempts.map(({ failure, ...attempt }) => ({ ...attempt, failure: failure ?? undefined }));
}
