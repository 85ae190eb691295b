// What keeps calls from running at any time, as scripts are told of it: the hash of a lane, and limits.
// `lua/lib/gates.lua` is the other side.

import { createHash } from 'node:crypto';
import type { Limit } from '../broker.js';
import type { Packer, Unpacker } from './packing.js';

/** Eight bytes for a name of any length. Two lanes that share them would wait for each other, no more. */
export const hashOf = (name: string): Buffer => createHash('sha256').update(name).digest().subarray(0, 8);

const CONCURRENCY = 'c';
const RATE = 'r';

/** More than this is any number. */
const MOST = 2 ** 32 - 1;

/** What a limit takes besides its name. */
const HEAD_BYTES = 21;

export const sizeOfLimits = (limits: readonly Limit[]): number =>
  limits.reduce((sum, { name }) => sum + HEAD_BYTES + Buffer.byteLength(name), 0);

/** Each limit: its kind, the hash of its name, how many, the period of a rate, its name; all of them after their size. */
export function packLimits(packer: Packer, limits: readonly Limit[]): void {
  const end = packer.sized(2);
  for (const limit of limits) {
    const isRate = 'rate' in limit;
    packer.raw(isRate ? RATE : CONCURRENCY).append(hashOf(limit.name));
    packer.number(Math.min(isRate ? limit.rate : limit.concurrency, MOST), 4);
    packer.ms(isRate ? Math.max(1, limit.periodMs) : 0);
    packer.text(limit.name, 2);
  }
  end();
}

export function unpackLimits(unpacker: Unpacker): Limit[] {
  const limits: Limit[] = [];
  for (const end = unpacker.number(2) + unpacker.position; unpacker.position < end; ) {
    const isRate = unpacker.text(1) === RATE;
    unpacker.skip(8);
    const most = unpacker.number(4);
    const periodMs = unpacker.ms();
    const name = unpacker.text(unpacker.number(2));
    limits.push(isRate ? { name, rate: most, periodMs } : { name, concurrency: most });
  }
  return limits;
}
