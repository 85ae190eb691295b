// The attempts that a worker holds, in memory that two threads share: writing one down takes no message.

import type { Attempt } from '../broker/broker.js';

/** Bytes of a slot: a word that says who is in it, the attempt, the id. */
const SLOT = 64;
const WORDS = SLOT / 4;
const ID_AT = 8;
const ID_LENGTH = 36;

const FIRST_SLOTS = 64;

/**
 * The side that writes. A slot that is in use has a number in its first word that no other use has; the reader
 * compares it before and after, so that it never takes half of one attempt and half of another.
 */
export class LeaseTable {
  #memory = new SharedArrayBuffer(FIRST_SLOTS * SLOT);
  #words = new Int32Array(this.#memory);
  #bytes = Buffer.from(this.#memory);
  #free = Array.from({ length: FIRST_SLOTS }, (_, slot) => slot);
  #uses = 0;
  readonly #onGrown: (memory: SharedArrayBuffer) => void;

  /** `onGrown` is told of the memory to read from now on. */
  constructor(onGrown: (memory: SharedArrayBuffer) => void) {
    this.#onGrown = onGrown;
  }

  get memory(): SharedArrayBuffer {
    return this.#memory;
  }

  /** Writes an attempt down and says where. */
  add({ id, attempt }: Attempt): number {
    const slot = this.#free.pop() ?? this.#grow();
    this.#bytes.write(id, slot * SLOT + ID_AT, ID_LENGTH, 'latin1');
    this.#words[slot * WORDS + 1] = attempt;
    this.#uses = (this.#uses % 0x7fffffff) + 1;
    Atomics.store(this.#words, slot * WORDS, this.#uses);
    return slot;
  }

  remove(slot: number): void {
    Atomics.store(this.#words, slot * WORDS, 0);
    this.#free.push(slot);
  }

  /** Moves to memory of twice the size; gives a slot that is free. */
  #grow(): number {
    const slots = this.#memory.byteLength / SLOT;
    const memory = new SharedArrayBuffer(2 * slots * SLOT);
    new Uint8Array(memory).set(new Uint8Array(this.#memory));
    this.#memory = memory;
    this.#words = new Int32Array(memory);
    this.#bytes = Buffer.from(memory);
    for (let slot = 2 * slots - 1; slot > slots; slot--) this.#free.push(slot);
    this.#onGrown(memory);
    return slots;
  }
}

/** The side that reads: the attempts that are written down at this moment. */
export function readLeaseTable(memory: SharedArrayBuffer, queue: string): Attempt[] {
  const words = new Int32Array(memory);
  const bytes = Buffer.from(memory);
  const attempts: Attempt[] = [];
  for (let word = 0; word < words.length; word += WORDS) {
    const use = Atomics.load(words, word);
    if (use === 0) continue;
    const attempt = words[word + 1] as number;
    const idAt = word * 4 + ID_AT;
    const id = bytes.toString('latin1', idAt, idAt + ID_LENGTH);
    if (Atomics.load(words, word) === use) attempts.push({ queue, id, attempt });
  }
  return attempts;
}
