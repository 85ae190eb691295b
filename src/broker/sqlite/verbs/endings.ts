// The ends of calls: each writes the outcome, and then does what the call's traits ask for.

import type { DeadReason } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { isLetter, type StoredCall } from './calls.js';
import type { Fences } from './fences.js';
import type { Journals } from './journals.js';
import type { Lanes } from './lanes.js';
import type { Limits } from './limits.js';
import type { Queues } from './queues.js';
import { isFinal, type WaitingClock } from './records.js';
import { SETTLED, settledBy } from './settled.js';
import {
  HAS_DEADLINE,
  HAS_JOURNAL,
  HAS_LANE,
  HAS_LETTER,
  HAS_LIMITS,
  IS_COUNTED,
  NEEDS_CARE,
} from './traits.js';

const ANSWER = `
UPDATE call SET state = 'answered', ${SETTLED}, result = ?, body = NULL, care = NULL WHERE seq = ?`;

const CANCEL = `
UPDATE call SET state = 'cancelled', ${SETTLED}, result = NULL, body = NULL, place = NULL, care = NULL WHERE seq = ?`;

const EXPIRE = `
UPDATE call SET state = 'expired', ${SETTLED}, reason = ?, result = NULL, body = NULL, place = NULL, care = NULL WHERE seq = ?`;

/** Positions go up in a queue, and stay when others leave. */
const NEXT_LETTER = `
(SELECT ifnull(max(other.place), 0) + 1 FROM call AS other WHERE other.queue = call.queue AND other.place > 0)`;

const EXPIRE_AS_LETTER = `
UPDATE call SET state = 'expired', settled_at = ?, settled_seq = ?, due_at = NULL, reason = ?, result = NULL, place = ${NEXT_LETTER}
WHERE seq = ?`;

const DIE = `
UPDATE call SET state = 'dead', settled_at = ?, settled_seq = ?, due_at = NULL, reason = ?, result = ?,
  place = ${NEXT_LETTER}
WHERE seq = ?`;

const REMOVE = 'DELETE FROM call WHERE seq = ?';

/** What is at hand when a call moves on. */
export interface EndingsOptions {
  readonly lanes: Lanes;
  readonly limits: Limits;
  readonly queues: Queues;
  readonly journals: Journals;
  readonly fences: Fences;
}

/** Each takes the call as it was read in the same transaction. */
export interface Endings {
  answer(tx: Transaction, now: number, call: StoredCall, result: string): void;
  /** Without a result, it did not come to its handler's end. */
  die(tx: Transaction, now: number, call: StoredCall, reason: DeadReason, result: string | null): void;
  /** `isHandled`: by its handler, which was told. */
  cancel(tx: Transaction, now: number, call: StoredCall, isHandled: boolean): void;
  expire(tx: Transaction, now: number, call: StoredCall): void;
  remove(tx: Transaction, now: number, call: StoredCall): void;
  /** Not the end: a call that was leased waits again. Comes after that was written. */
  waitAgain(tx: Transaction, now: number, call: StoredCall): void;
}

export function createEndings(db: SqlDatabase, options: EndingsOptions): Endings {
  const { lanes, limits, queues, journals, fences } = options;
  const answer = db.prepare(ANSWER);
  const cancel = db.prepare(CANCEL);
  const expire = db.prepare(EXPIRE);
  const expireAsLetter = db.prepare(EXPIRE_AS_LETTER);
  const die = db.prepare(DIE);
  const remove = db.prepare(REMOVE);

  /** The call has its outcome: others may come in its place. */
  function leave(tx: Transaction, now: number, call: StoredCall): void {
    if ((call.traits & NEEDS_CARE) === 0) return;
    if (call.traits & IS_COUNTED) queues.addCalls(tx, call.queue, -1, -(call.bytes ?? 0));
    if (call.traits & HAS_LIMITS) {
      if (call.state === 'leased') limits.end(tx, now, call);
      else limits.leave(tx, now, call);
    }
    if (call.traits & HAS_LANE && call.lane !== null) lanes.next(tx, now, call.queue, call.lane);
  }

  function journal(
    tx: Transaction,
    now: number,
    { seq, queue, traits }: StoredCall,
    state: 'answered' | 'dead' | 'cancelled',
    result?: string,
  ): void {
    if (traits & HAS_JOURNAL) journals.addReceived(tx, now, { seq, queue, state, result });
  }

  return {
    answer(tx, now, call, result) {
      journal(tx, now, call, 'answered', result);
      if (call.kept === 1) answer.run(...settledBy(tx, now), result, call.seq);
      else remove.run(call.seq);
      tx.outcome(call.inbox);
      leave(tx, now, call);
    },
    die(tx, now, call, reason, result) {
      if (result !== null) journal(tx, now, call, 'dead', result);
      die.run(now, tx.settledSeq, reason, result, call.seq);
      queues.addLetters(tx, call.queue, 1, call.bytes ?? 0);
      tx.outcome(call.inbox);
      leave(tx, now, call);
    },
    cancel(tx, now, call, isHandled) {
      if (isHandled) journal(tx, now, call, 'cancelled');
      cancel.run(...settledBy(tx, now), call.seq);
      tx.outcome(call.inbox);
      leave(tx, now, call);
    },
    expire(tx, now, call) {
      const clock: WaitingClock = call.traits & HAS_DEADLINE ? 'deadline' : 'timeToBeReceived';
      if (call.traits & HAS_LETTER) {
        expireAsLetter.run(now, tx.settledSeq, clock, call.seq);
        queues.addLetters(tx, call.queue, 1, call.bytes ?? 0);
      } else {
        expire.run(...settledBy(tx, now), clock, call.seq);
      }
      tx.outcome(call.inbox);
      leave(tx, now, call);
    },
    remove(tx, now, call) {
      remove.run(call.seq);
      if (call.state === 'leased') {
        fences.add(now, call);
        tx.hasFences = true;
      }
      if (isLetter(call)) queues.addLetters(tx, call.queue, -1, -(call.bytes ?? 0));
      else if (!isFinal(call.state)) leave(tx, now, call);
    },
    waitAgain(tx, now, call) {
      if (call.traits & HAS_LIMITS) limits.end(tx, now, call);
    },
  };
}
