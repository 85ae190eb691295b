// Identities of calls: a new one for each call, or one derived from an idempotency key.

import { createHash, randomFillSync } from 'node:crypto';
import { stringify, v7 } from 'uuid';
import { canonicalJson } from '../wire/canonical-json.js';

/** Random bytes for ids, drawn from the system in bulk: drawing them for each id takes longer than all the rest. */
const RANDOM = new Uint8Array(16 * 256);
let used = RANDOM.length;

function rng(): Uint8Array {
  if (used === RANDOM.length) {
    randomFillSync(RANDOM);
    used = 0;
  }
  used += 16;
  return RANDOM.subarray(used - 16, used);
}

/**
 * A new id. UUIDv7: its order is the order of time, which keeps the indexes of brokers dense. Within a millisecond
 * ids are random, which no one can guess. With a lane it ends with the lane's hash.
 */
export function newCallId(lane?: string): string {
  const id = v7({ rng });
  return lane === undefined ? id : withLane(id, lane);
}

/**
 * Calls of one lane are in one partition of a queue, which the last eight digits of their ids say. Besides those and
 * the time there are 42 random bits.
 */
const withLane = (id: string, lane: string): string =>
  id.slice(0, -8) + createHash('sha256').update(lane).digest('hex').slice(0, 8);

/**
 * The id of the call with this key. The same (namespace and queue, method, key) always gives the same id, in
 * any process. UUIDv8 (RFC 9562 §5.8) over SHA-256. With a lane it ends with the lane's hash.
 */
export function keyedCallId(queue: string, method: string, key: string, lane?: string): string {
  const bytes = createHash('sha256')
    .update(JSON.stringify([queue, method, key]))
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const id = stringify(bytes);
  return lane === undefined ? id : withLane(id, lane);
}

/**
 * Digest of what is called: an id that was derived from a key may come again with the same digest only. Arguments are
 * the same whatever order the members of their objects stand in.
 */
export const callDigest = (method: string, args: unknown): string =>
  createHash('sha256')
    .update(canonicalJson([method, args]))
    .digest('base64url')
    .slice(0, 22);

const CALL_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether it is the id of a call. */
export const isCallId = (id: unknown): id is string => typeof id === 'string' && CALL_ID.test(id);

/** The id itself. Throws a `TypeError` if it is not the id of a call. */
export function checkCallId(id: string): string {
  if (isCallId(id)) return id;
  throw new TypeError(`handle(id): expected the id of a call, as in call.id, got ${JSON.stringify(id)}`);
}
