// Calls as the scripts take and give them: messages, settlements, deliveries, and what is told of a call.
// `lua/lib/records.lua` is the other side.

import type {
  CallRecord,
  CallState,
  DeadLetter,
  DeadReason,
  Delivery,
  ExpressDelivery,
  FailedAttempt,
  Journalling,
  Limit,
  Message,
  Settlement,
  Understanding,
  WaitingCall,
} from '../broker.js';
import {
  packStored,
  REFERENCE_SIZE,
  Reference,
  type Stored,
  type Unread,
  unpackReference,
} from './chunks.js';
import { hashOf, packLimits, unpackLimits } from './gates.js';
import { type Packer, Unpacker } from './packing.js';

const WANTS_RESULT = 1;
const EXPIRES = 2;
const HAS_INBOX = 4;
const HAS_DIGEST = 8;
const PRIORITY = 16;
const EXPRESS = 128;
const BY_DEADLINE = 256;
const JOURNAL_DEAD = 512;
const JOURNAL_ALL = 1_024;
const HAS_LANE = 2_048;
const HAS_LIMITS = 4_096;
export const CHUNKED = 8_192;
const RESULT_CHUNKED = 16_384;
const HAS_TURN = HAS_LANE | HAS_LIMITS;

const JOURNAL_FLAGS: Readonly<Record<Journalling, number>> = {
  none: 0,
  deadletter: JOURNAL_DEAD,
  always: JOURNAL_ALL,
};

const MAX_DELIVERIES = 65_535;

/** By their number in a record; 0 is none. */
const DEAD_REASONS: readonly DeadReason[] = [
  'malformed',
  'too-large',
  'unknown-method',
  'unsupported-version',
  'invalid-argument',
  'invalid-result',
  'handler-failed',
  'attempts-exhausted',
];

export const STATES: Readonly<Record<string, CallState>> = {
  s: 'scheduled',
  r: 'ready',
  p: 'parked',
  l: 'leased',
  a: 'answered',
  d: 'dead',
  c: 'cancelled',
  e: 'expired',
};

/** What `send` takes. Times are from now on: the clock of the broker decides when that is. */
export function packMessage(packer: Packer, message: Unread<Message>, now: number): void {
  const { expiresAt, digest, lane, limits } = message;
  const inbox = message.wantsResult ? message.inbox : undefined;
  packer.id(message.id).raw('w').number(flagsOf(message), 2);
  packer.ms((message.notBefore ?? now) - now).ms((expiresAt ?? now) - now);
  const sizesAt = packer.length;
  packer.number(0, 4).number(0, 4);
  packer.ms(message.retainMs).number(deliveriesOf(message), 2);
  if (inbox !== undefined) packer.text(inbox, 1);
  if (digest !== undefined) packer.text(digest, 2);
  if (lane !== undefined) packer.append(hashOf(lane)).text(lane, 2);
  if (limits !== undefined && limits.length > 0) packLimits(packer, limits);
  const bodyAt = packer.length;
  packStored(packer, message.body);
  packer.patch(sizesAt, message.body instanceof Reference ? message.body.size : packer.length - bodyAt);
  packer.patch(sizesAt + 4, packer.length - sizesAt - 8);
}

const flagsOf = (message: Unread<Message>): number =>
  (message.wantsResult ? WANTS_RESULT : 0) |
  (message.expiresAt === undefined ? 0 : EXPIRES) |
  (message.wantsResult && message.inbox !== undefined ? HAS_INBOX : 0) |
  (message.digest === undefined ? 0 : HAS_DIGEST) |
  (message.priority * PRIORITY) |
  (message.isExpress === true ? EXPRESS : 0) |
  (message.expiryClock === 'deadline' ? BY_DEADLINE : 0) |
  (message.journal === undefined ? 0 : JOURNAL_FLAGS[message.journal]) |
  (message.lane === undefined ? 0 : HAS_LANE) |
  (message.limits === undefined || message.limits.length === 0 ? 0 : HAS_LIMITS) |
  (message.body instanceof Reference ? CHUNKED : 0);

/** Says that a delivery, or an answer, is stored nowhere: no other has this number of an attempt. */
const UNSTORED = 0;

/** What `express` takes: a delivery, as workers get it. It is not the clock of the broker that says when it was made. */
export function packHandOver(packer: Packer, message: Message, now: number): void {
  const { expiresAt, inbox } = message;
  const end = packer.id(message.id).number(UNSTORED, 4).number(0, 2).sized();
  packer.raw('w').number(flagsOf(message), 2).ms(now);
  if (expiresAt !== undefined) packer.ms(expiresAt);
  packer.ms(message.retainMs).number(1, 2);
  if (message.wantsResult && inbox !== undefined) packer.text(inbox, 1);
  packer.raw(message.body);
  end();
}

/** What a caller is told of an answered express call, as `unpackViews` reads it. */
export function packAnswer(packer: Packer, { id, express, ...settlement }: Settlement, now: number): void {
  if (express === undefined || settlement.outcome !== 'answered') return;
  const { sent } = express;
  packer.id(id).raw('a').append(sent.subarray(1, 3)).number(UNSTORED, 4).number(0, 2);
  packer.append(sent.subarray(3, 9)).ms(now).number(0, 1).optionalText(settlement.result);
}

const deliveriesOf = ({ isExpress, maxDeliveries }: Unread<Message>): number =>
  isExpress === true ? 1 : Math.max(0, Math.min(maxDeliveries, MAX_DELIVERIES));

const OUTCOMES = {
  answered: 'a',
  dead: 'd',
  cancelled: 'c',
  retry: 'r',
  released: 'x',
  parked: 'p',
} as const;

/** Added to the reason when the result is in chunks. */
const IN_CHUNKS = 128;

/** What `settle` takes. */
export function packSettlement(packer: Packer, settlement: Unread<Settlement>): void {
  packer.id(settlement.id).number(settlement.attempt, 4).raw(OUTCOMES[settlement.outcome]);
  packer.ms('delayMs' in settlement ? (settlement.delayMs ?? 0) : 0);
  const isInChunks = 'result' in settlement && settlement.result instanceof Reference;
  const reason = settlement.outcome === 'dead' ? DEAD_REASONS.indexOf(settlement.reason) + 1 : 0;
  packer.number(reason + (isInChunks ? IN_CHUNKS : 0), 1);
  const end = packer.sized();
  if ('result' in settlement) packOptional(packer, settlement.result);
  else if (settlement.outcome === 'parked') packer.raw(needsOf(settlement.needs));
  else packer.number(0, 4);
  end();
}

function packOptional(packer: Packer, text: Stored): void {
  if (typeof text === 'string') packer.optionalText(text);
  else packStored(packer.number(REFERENCE_SIZE + 1, 4), text);
}

/** 40 bits of a hash of a contract: more than one could ever meet in one queue, and few enough for a score. */
const contractHash = ({ contract }: Understanding): number => hashOf(contract).readUIntBE(0, 5);

/** The score of a parked call: `lua/lib/parked.lua` is the other side. */
const needsOf = (needs: Understanding): string => `${minorOf(needs) * 2 ** 40 + contractHash(needs)}`;

/** What a worker understands, as scripts are told of it. */
export const packUnderstanding = (understands: Understanding | undefined): string =>
  understands === undefined ? '' : `${minorOf(understands)} ${contractHash(understands)}`;

/** Scores are exact up to here. */
const minorOf = ({ minor }: Understanding): number => Math.min(minor, 2 ** 12);

/** What `claim` and `consume` give. */
export function unpackDeliveries(bytes: Buffer, queue: string): Unread<Delivery>[] {
  const unpacker = new Unpacker(bytes);
  const deliveries: Unread<Delivery>[] = [];
  while (!unpacker.isAtEnd) {
    const id = unpacker.id();
    const attempt = unpacker.number(4);
    const failures = unpacker.number(2);
    const size = unpacker.number(4);
    if (attempt === UNSTORED) {
      const express = expressOf(bytes.subarray(unpacker.position, unpacker.position + size));
      deliveries.push({ queue, id, attempt: 1, failures, express, ...unpackCall(unpacker, size) });
    } else deliveries.push({ queue, id, attempt, failures, ...unpackCall(unpacker, size) });
  }
  return deliveries;
}

function expressOf(sent: Buffer): ExpressDelivery {
  const flags = sent.readUInt16BE(1);
  if ((flags & HAS_INBOX) === 0) return { sent, inbox: undefined };
  const inboxAt = (flags & EXPIRES) === 0 ? 17 : 23;
  const size = sent.readUInt8(inboxAt);
  return { sent, inbox: sent.toString('utf8', inboxAt + 1, inboxAt + 1 + size) };
}

/** How long it is kept, how often it may be delivered, and so on, are the broker's business. */
function unpackCall(unpacker: Unpacker, size: number) {
  const end = unpacker.position + size;
  unpacker.skip(1);
  const flags = unpacker.number(2);
  const acceptedAt = unpacker.ms();
  const expiresAt = (flags & EXPIRES) === 0 ? undefined : unpacker.ms();
  unpacker.skip((flags & HAS_TURN) === 0 ? 8 : 20);
  if ((flags & HAS_INBOX) !== 0) skipText(unpacker, end, 1);
  if ((flags & HAS_DIGEST) !== 0) skipText(unpacker, end, 2);
  if ((flags & HAS_LANE) !== 0) {
    unpacker.skip(8);
    skipText(unpacker, end, 2);
  }
  if ((flags & HAS_LIMITS) !== 0) skipText(unpacker, end, 2);
  const body = unpackStored(unpacker, end - unpacker.position, (flags & CHUNKED) !== 0);
  return { priority: priorityOf(flags), acceptedAt, expiresAt, body };
}

/** A damaged reference is shown as it is. */
export const unpackStored = (unpacker: Unpacker, size: number, isInChunks: boolean): Stored =>
  isInChunks && size === REFERENCE_SIZE ? unpackReference(unpacker) : unpacker.text(size);

/** The result of an outcome with these flags. */
export function unpackResult(unpacker: Unpacker, flags: number): Stored | undefined {
  const size = unpacker.number(4);
  return size === 0 ? undefined : unpackStored(unpacker, size - 1, (flags & RESULT_CHUNKED) !== 0);
}

export const priorityOf = (flags: number): number => Math.floor(flags / PRIORITY) % 8;

/** Skips a text after its length. One that disk or memory has damaged ends with its call. */
function skipText(unpacker: Unpacker, end: number, lengthSize: 1 | 2): void {
  if (unpacker.position < end) unpacker.skip(Math.min(unpacker.number(lengthSize), end - unpacker.position));
}

type SentCall = Unread<Pick<DeadLetter, 'body' | 'priority' | 'sent'>>;

/** A call as it was sent, for a dead letter: what a worker is told, and what it is not. */
function unpackSent(unpacker: Unpacker, size: number): SentCall {
  const start = unpacker.position;
  const end = start + size;
  const { priority, body, expiresAt } = unpackCall(unpacker, size);
  unpacker.skip(start - end + 1);
  const flags = unpacker.number(2);
  unpacker.skip(6 + (expiresAt === undefined ? 0 : 6) + ((flags & HAS_TURN) === 0 ? 0 : 12));
  const retainMs = unpacker.ms();
  const maxDeliveries = unpacker.number(2);
  if ((flags & HAS_INBOX) !== 0) skipText(unpacker, end, 1);
  const digest = (flags & HAS_DIGEST) === 0 ? undefined : unpacker.text(unpacker.number(2));
  const lane = (flags & HAS_LANE) === 0 ? undefined : unpackLane(unpacker);
  const limits: readonly Limit[] | undefined =
    (flags & HAS_LIMITS) === 0 ? undefined : unpackLimits(unpacker);
  const wantsResult = (flags & WANTS_RESULT) !== 0;
  const journal = journalOf(flags);
  return {
    priority,
    body,
    sent: { expiresAt, maxDeliveries, wantsResult, retainMs, digest, journal, lane, limits },
  };
}

function unpackLane(unpacker: Unpacker): string {
  unpacker.skip(8);
  return unpacker.text(unpacker.number(2));
}

function journalOf(flags: number): Journalling {
  if ((flags & JOURNAL_ALL) !== 0) return 'always';
  return (flags & JOURNAL_DEAD) === 0 ? 'none' : 'deadletter';
}

/** What follows the view of a dead letter: its history, and the call as it was sent. A damaged one is shown as it is. */
export function unpackLetter(bytes: Buffer): SentCall & Pick<DeadLetter, 'history'> {
  try {
    const unpacker = new Unpacker(bytes);
    const size = Math.max(0, unpacker.number(4) - 1);
    const history = unpackHistory(unpacker, size);
    return { history, ...unpackSent(unpacker, bytes.length - unpacker.position) };
  } catch {
    const sent = { expiresAt: undefined, maxDeliveries: 1, wantsResult: false, retainMs: 0 };
    return { history: [], priority: 0, body: bytes.toString(), sent };
  }
}

function unpackHistory(unpacker: Unpacker, size: number): FailedAttempt[] {
  const history: FailedAttempt[] = [];
  for (const end = unpacker.position + size; unpacker.position < end; )
    history.push({
      attempt: unpacker.number(4),
      endedAt: unpacker.ms(),
      failure: unpacker.optionalText(),
    });
  return history;
}

/** A call that waits or runs: what is told of it, and the call as it was sent. A damaged one is shown as it is. */
export function unpackWaiting(
  view: Buffer,
  call: Buffer,
  queue: string,
): Unread<Omit<WaitingCall, 'position'>> {
  const told = unpackView(new Unpacker(view), queue);
  if (told.kind !== 'record') throw new Error('Redis gave no record of a call');
  try {
    const { body, priority } = unpackCall(new Unpacker(call), call.length);
    return { ...told.record, body, priority };
  } catch {
    return { ...told.record, body: call.toString(), priority: 0 };
  }
}

/** What is told of a call. */
export type View =
  | { readonly kind: 'record'; readonly record: Unread<CallRecord> }
  | { readonly kind: 'unknown'; readonly id: string }
  /** It has an outcome, which is too long to be pushed. */
  | { readonly kind: 'fetch'; readonly id: string };

export function unpackViews(bytes: Buffer, queue: string): View[] {
  const unpacker = new Unpacker(bytes);
  const views: View[] = [];
  while (!unpacker.isAtEnd) views.push(unpackView(unpacker, queue));
  return views;
}

function unpackView(unpacker: Unpacker, queue: string): View {
  const id = unpacker.id();
  const letter = unpacker.text(1);
  const flags = unpacker.number(2);
  const attempt = unpacker.number(4);
  const failures = unpacker.number(2);
  const acceptedAt = unpacker.ms();
  const instant = unpacker.ms();
  const reason = unpacker.number(1);
  const result = unpackResult(unpacker, flags);
  const state = STATES[letter];
  if (state === undefined) return { kind: letter === '?' ? 'fetch' : 'unknown', id };
  const at = instant === 0 ? undefined : instant;
  const isForgotten = state === 'answered' && attempt === UNSTORED;
  const record = {
    id,
    queue,
    state,
    attempt: isForgotten ? 1 : attempt,
    failures,
    acceptedAt,
    dueAt: state === 'scheduled' ? at : undefined,
    settledAt: state === 'scheduled' ? undefined : at,
    reason: DEAD_REASONS[reason - 1],
    expiredBy: state === 'expired' ? expiryClockOf(flags) : undefined,
    result,
    isForgotten: isForgotten || undefined,
  };
  return { kind: 'record', record };
}

const expiryClockOf = (flags: number): CallRecord['expiredBy'] =>
  (flags & BY_DEADLINE) === 0 ? 'timeToBeReceived' : 'deadline';
