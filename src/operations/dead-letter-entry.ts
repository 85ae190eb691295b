// A dead letter as an operator sees it.

import type { CallRecord, DeadLetter, DeadReason } from '../broker/broker.js';
import { type ReadCall, type ReadError, readCall, readError } from './lenient.js';

/** Why a call is a dead letter. `expired`: one of its clocks ran out, and its journal says that it is to be kept. */
export type LetterReason = DeadReason | 'expired';

export const LETTER_REASONS = Object.keys({
  malformed: true,
  'too-large': true,
  'unknown-method': true,
  'unsupported-version': true,
  'invalid-argument': true,
  'invalid-result': true,
  'handler-failed': true,
  'attempts-exhausted': true,
  expired: true,
} satisfies Record<LetterReason, true>) as LetterReason[];

/** A call that came to nothing, and all that is known of it. What cannot be read of its body is `undefined`. */
export interface DeadLetterEntry extends ReadCall {
  readonly id: string;
  /** Name of the queue, without the namespace. */
  readonly queue: string;
  /** As it was sent. */
  readonly body: string;
  readonly reason: LetterReason;
  /** The clock of an `expired` one. */
  readonly expiredBy: CallRecord['expiredBy'];
  /** Its last failure. Without one it expired, or workers were lost with it. */
  readonly error: ReadError | undefined;
  /** The attempts before the last, oldest first: the first one and the newest nineteen. */
  readonly history: readonly LetterAttempt[];
  /** How often it was given to a worker. */
  readonly attempts: number;
  /** How often its handler has failed. */
  readonly failures: number;
  readonly acceptedAt: Date;
  readonly diedAt: Date;
  readonly priority: number;
  /** Where it is in the list, for `after`. */
  readonly position: number;
}

/** An attempt that did not end a call. */
export interface LetterAttempt {
  readonly attempt: number;
  readonly endedAt: Date;
  /** `undefined` if its lease was lost: the worker crashed, or was cut off. */
  readonly error: ReadError | undefined;
}

export function createEntry(letter: DeadLetter, queue: string): DeadLetterEntry {
  const { id, body, attempt, failures, priority, position, expiredBy } = letter;
  return {
    ...readCall(body),
    id,
    queue,
    body,
    reason: reasonOf(letter),
    expiredBy,
    error: readError(letter.result),
    history: letter.history.map(({ attempt, endedAt, failure }) => ({
      attempt,
      endedAt: new Date(endedAt),
      error: readError(failure),
    })),
    attempts: attempt,
    failures,
    acceptedAt: new Date(letter.acceptedAt),
    diedAt: new Date(letter.settledAt ?? letter.acceptedAt),
    priority,
    position,
  };
}

const reasonOf = ({ state, reason }: DeadLetter): LetterReason =>
  state === 'expired' ? 'expired' : (reason ?? 'attempts-exhausted');
