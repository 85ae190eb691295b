// Values that others' code checks: as it will be on the other side, so that both sides see the same.

import { type At, asReceived, type Key } from './at.js';
import type { Reader } from './reader.js';
import { refusalOf } from './refusal.js';

/**
 * Encodes a value, and decodes what came out as its receiver will, which asks classes and schemas. Nothing of that
 * is sent: what they make of a value, they make of it once, where it arrives.
 */
export const checked = (value: unknown, at: At, key: Key, encode: Reader, decode: Reader): unknown =>
  at.trials.within((_, isOutermost) => {
    const data = encode(value, at, key);
    if (isOutermost) decode(data, asReceived(at), key);
    return data;
  });

/** Whether a value can be read, and those whose code checks it have nothing against it. */
export const agrees = (value: unknown, at: At, key: Key, read: Reader): boolean =>
  at.trials.apart(() => refusalOf(read, value, at, key)) === undefined;
