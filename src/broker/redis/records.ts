// Calls as the scripts take and give them: messages, settlements, deliveries, and what is told of a call.
// `lua/lib/records.lua` is the other side.

import type { CallRecord, CallState, DeadReason, Delivery, Message, Settlement } from '../broker.js';
import { type Packer, Unpacker } from './packing.js';

const WANTS_RESULT = 1;
const EXPIRES = 2;
const HAS_INBOX = 4;
const HAS_DIGEST = 8;
const PRIORITY = 16;

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

const STATES: Readonly<Record<string, CallState>> = {
  s: 'scheduled',
  r: 'ready',
  l: 'leased',
  a: 'answered',
  d: 'dead',
  c: 'cancelled',
  e: 'expired',
};

/** What `send` takes. Times are from now on: the clock of the broker decides when that is. */
export function packMessage(packer: Packer, message: Message, now: number): void {
  const { expiresAt, digest } = message;
  const inbox = message.wantsResult ? message.inbox : undefined;
  const flags =
    (message.wantsResult ? WANTS_RESULT : 0) |
    (expiresAt === undefined ? 0 : EXPIRES) |
    (inbox === undefined ? 0 : HAS_INBOX) |
    (digest === undefined ? 0 : HAS_DIGEST) |
    (message.priority * PRIORITY);
  packer.id(message.id).raw('w').number(flags, 1);
  packer.ms((message.notBefore ?? now) - now).ms((expiresAt ?? now) - now);
  const end = packer.sized();
  packer.ms(message.retainMs).number(Math.max(0, Math.min(message.maxDeliveries, MAX_DELIVERIES)), 2);
  if (inbox !== undefined) packer.text(inbox, 1);
  if (digest !== undefined) packer.text(digest, 1);
  packer.raw(message.body);
  end();
}

const OUTCOMES = { answered: 'a', dead: 'd', cancelled: 'c', retry: 'r', released: 'x' } as const;

/** What `settle` takes. */
export function packSettlement(packer: Packer, settlement: Settlement): void {
  packer.id(settlement.id).number(settlement.attempt, 4).raw(OUTCOMES[settlement.outcome]);
  packer.ms(settlement.outcome === 'retry' ? settlement.delayMs : 0);
  packer.number(settlement.outcome === 'dead' ? DEAD_REASONS.indexOf(settlement.reason) + 1 : 0, 1);
  const end = packer.sized();
  if ('result' in settlement) packer.optionalText(settlement.result);
  else packer.number(0, 4);
  end();
}

/** What `claim` and `consume` give. */
export function unpackDeliveries(bytes: Buffer, queue: string): Delivery[] {
  const unpacker = new Unpacker(bytes);
  const deliveries: Delivery[] = [];
  while (!unpacker.isAtEnd) {
    const id = unpacker.id();
    const attempt = unpacker.number(4);
    const failures = unpacker.number(2);
    const size = unpacker.number(4);
    deliveries.push({ queue, id, attempt, failures, ...unpackCall(unpacker, size) });
  }
  return deliveries;
}

function unpackCall(unpacker: Unpacker, size: number) {
  const end = unpacker.position + size;
  unpacker.skip(1);
  const flags = unpacker.number(1);
  const acceptedAt = unpacker.ms();
  const expiresAt = (flags & EXPIRES) === 0 ? undefined : unpacker.ms();
  // How long it is kept and how often it may be delivered are the broker's business.
  unpacker.skip(8);
  if ((flags & HAS_INBOX) !== 0) skipText(unpacker, end);
  if ((flags & HAS_DIGEST) !== 0) skipText(unpacker, end);
  const body = unpacker.text(end - unpacker.position);
  return { priority: Math.floor(flags / PRIORITY), acceptedAt, expiresAt, body };
}

/** Skips a text after its length. One that disk or memory has damaged ends with its call. */
function skipText(unpacker: Unpacker, end: number): void {
  if (unpacker.position < end) unpacker.skip(Math.min(unpacker.number(1), end - unpacker.position));
}

/** The priority and the body of a call as it was sent, for a dead letter. A damaged one is shown as it is. */
export function unpackSent(bytes: Buffer): { readonly priority: number; readonly body: string } {
  try {
    const { priority, body } = unpackCall(new Unpacker(bytes), bytes.length);
    return { priority, body };
  } catch {
    return { priority: 0, body: bytes.toString() };
  }
}

/** What is told of a call. */
export type View =
  | { readonly kind: 'record'; readonly record: CallRecord }
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
  unpacker.skip(1);
  const attempt = unpacker.number(4);
  const acceptedAt = unpacker.ms();
  const settledAt = unpacker.ms();
  const reason = unpacker.number(1);
  const result = unpacker.optionalText();
  const state = STATES[letter];
  if (state === undefined) return { kind: letter === '?' ? 'fetch' : 'unknown', id };
  const record = {
    id,
    queue,
    state,
    attempt,
    failures: 0,
    acceptedAt,
    settledAt: settledAt === 0 ? undefined : settledAt,
    reason: DEAD_REASONS[reason - 1],
    expiredBy: undefined,
    result,
  };
  return { kind: 'record', record };
}
