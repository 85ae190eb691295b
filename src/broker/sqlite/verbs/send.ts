// send: puts calls into their queues, unless their id is there already.

import type { Message, SendStatus } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, isLetter, type StoredCall } from './calls.js';
import { type Care, writeCare } from './care.js';
import type { Fences } from './fences.js';
import { toInstant } from './instant.js';
import type { Journals } from './journals.js';
import type { Lanes } from './lanes.js';
import type { QueueState, Queues } from './queues.js';
import {
  HAS_DEADLINE,
  HAS_JOURNAL,
  HAS_LANE,
  HAS_LETTER,
  HAS_LIMITS,
  IS_COUNTED,
  IS_EXPRESS,
  IS_UNWANTED,
} from './traits.js';

const INSERT = `
INSERT INTO call (id, queue, state, due_at, priority, max_deliveries, kept, accepted_at, expires_at, retain_ms, inbox, digest, traits, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id, queue) DO NOTHING`;

const ADD_LANE_AND_CARE = 'UPDATE call SET lane = ?, care = ? WHERE id = ? AND queue = ?';

/** What a call is again that had come to nothing. Attempts go on counting: they are fencing tokens. */
export const WAIT_ANEW = `
seq = (SELECT max(seq) FROM call) + 1, state = ?, due_at = ?, accepted_at = ?, expires_at = ?, traits = ?, care = ?,
failures = 0, cancel_requested = 0, settled_at = NULL, settled_seq = NULL, place = NULL, reason = NULL, result = NULL`;

/** A key whose call came to nothing may be used again. */
const REVIVE = `
UPDATE call SET ${WAIT_ANEW}, priority = ?, max_deliveries = ?, kept = 1, retain_ms = ?, inbox = ?, lane = ?, body = ?
WHERE seq = ?`;

const FIND = `SELECT ${CALL} FROM call WHERE id = ? AND queue = ?`;

const NO_CARE: Care = {};

/** Three thousand years: more than anybody means, and small enough to be added to an instant. */
const MAX_RETAIN_MS = 1e14;

/** `calledAt` is when the caller has called. */
export type Send = (
  tx: Transaction,
  now: number,
  messages: readonly Message[],
  calledAt: number,
) => SendStatus[];

export interface SendOptions {
  readonly queues: Queues;
  readonly lanes: Lanes;
  readonly journals: Journals;
  readonly fences: Fences;
}

/** The columns of a message that need some thought. */
interface Place {
  readonly state: 'ready' | 'scheduled' | 'held';
  readonly dueAt: number | null;
  readonly expiresAt: number | null;
  readonly traits: number;
  readonly inbox: string | null;
  readonly retainMs: number;
  readonly care: Care;
}

export function createSend(db: SqlDatabase, { queues, lanes, journals, fences }: SendOptions): Send {
  const insert = db.prepare(INSERT);
  const addLaneAndCare = db.prepare(ADD_LANE_AND_CARE);
  const revive = db.prepare(REVIVE);
  const find = db.prepare<StoredCall>(FIND);

  /** Written out, because every call comes through here: objects that are put together from others cost a third. */
  function placeOf(now: number, message: Message, isCounted: boolean): Place {
    const { queue, lane, limits } = message;
    const notBefore = message.notBefore === undefined ? now : toInstant(message.notBefore);
    const expiresAt = message.expiresAt === undefined ? null : toInstant(message.expiresAt);
    const isHeld = lane !== undefined && lanes.isTaken(queue, lane);
    const state = isHeld ? 'held' : notBefore > now ? 'scheduled' : 'ready';
    return {
      state,
      dueAt: state === 'scheduled' ? Math.min(notBefore, expiresAt ?? notBefore) : expiresAt,
      expiresAt,
      traits: traitsOf(message) | (isCounted ? IS_COUNTED : 0),
      inbox: message.wantsResult ? (message.inbox ?? null) : null,
      retainMs: Math.min(Math.round(message.retainMs), MAX_RETAIN_MS),
      care: lane === undefined && limits === undefined ? NO_CARE : { limits, notBefore: message.notBefore },
    };
  }

  function isInserted(now: number, message: Message, place: Place): boolean {
    const { id, queue, priority, maxDeliveries, wantsResult, digest = null, body } = message;
    const { state, dueAt, expiresAt, retainMs, inbox, traits } = place;
    const kept = wantsResult || digest !== null ? 1 : 0;
    const isNew =
      insert.run(
        id,
        queue,
        state,
        dueAt,
        priority,
        maxDeliveries,
        kept,
        now,
        expiresAt,
        retainMs,
        inbox,
        digest,
        traits,
        body,
      ) > 0;
    if (isNew && traits & (HAS_LANE | HAS_LIMITS))
      addLaneAndCare.run(message.lane ?? null, writeCare(place.care), id, queue);
    return isNew;
  }

  function reviveOne(tx: Transaction, now: number, message: Message, known: StoredCall, place: Place): void {
    const { priority, maxDeliveries, lane = null, body } = message;
    const { state, dueAt, expiresAt, traits, retainMs, inbox } = place;
    const care = writeCare({ ...place.care, uncounted: known.attempt });
    if (isLetter(known)) queues.addLetters(tx, message.queue, -1, -(known.bytes ?? 0));
    const anew = [state, dueAt, now, expiresAt, traits, care] as const;
    revive.run(...anew, priority, maxDeliveries, retainMs, inbox, lane, body, known.seq);
  }

  function accept(tx: Transaction, now: number, message: Message, place: Place): SendStatus {
    const { queue, body, journal } = message;
    if (place.traits & IS_COUNTED) queues.addCalls(tx, queue, 1, Buffer.byteLength(body));
    if (journal === 'always') journals.addSent(tx, now, message);
    if (place.state === 'ready') tx.readyQueues.add(queue);
    tx.due(place.dueAt);
    return 'accepted';
  }

  function sendOne(tx: Transaction, now: number, message: Message, calledAt: number): SendStatus {
    const queue = queues.of(tx, message.queue);
    const refused = refusal(queue, now, message, calledAt);
    const place = placeOf(now, message, queue.calls !== null);
    if (refused === undefined && isInserted(now, message, place)) {
      fences.raise(tx, message);
      return accept(tx, now, message, place);
    }
    const known = find.get(message.id, message.queue);
    if (known === undefined) return refused ?? 'accepted';
    if (known.digest !== (message.digest ?? null)) return 'conflict';
    if (known.digest === null || !hasComeToNothing(known)) return 'duplicate';
    if (refused !== undefined) return refused;
    reviveOne(tx, now, message, known, place);
    return accept(tx, now, message, place);
  }

  return (tx, now, messages, calledAt) => messages.map((message) => sendOne(tx, now, message, calledAt));
}

/** Why the message is not taken, unless it is there already. */
function refusal(
  queue: QueueState,
  now: number,
  { reachWithinMs, body }: Message,
  calledAt: number,
): SendStatus | undefined {
  if (reachWithinMs !== undefined && now - calledAt > reachWithinMs) return 'late';
  if (queue.letters >= queue.maxLetters || queue.letterBytes >= queue.maxLetterBytes)
    return 'dead-letters-full';
  if (queue.calls === null || queue.bytes === null) return undefined;
  if (queue.calls >= (queue.maxCalls ?? Number.POSITIVE_INFINITY)) return 'full';
  const bytes = queue.bytes + Buffer.byteLength(body);
  return bytes > (queue.maxBytes ?? Number.POSITIVE_INFINITY) ? 'full' : undefined;
}

const hasComeToNothing = ({ state }: StoredCall): boolean =>
  state === 'dead' || state === 'cancelled' || state === 'expired';

function traitsOf(message: Message): number {
  const { lane, limits, journal, isExpress, expiryClock, wantsResult, digest } = message;
  return (
    (lane === undefined ? 0 : HAS_LANE) |
    (limits === undefined || limits.length === 0 ? 0 : HAS_LIMITS) |
    (journal === undefined || journal === 'none' ? 0 : HAS_LETTER) |
    (journal === 'always' ? HAS_JOURNAL : 0) |
    (isExpress === true ? IS_EXPRESS : 0) |
    (expiryClock === 'deadline' ? HAS_DEADLINE : 0) |
    (!wantsResult && digest !== undefined ? IS_UNWANTED : 0)
  );
}
