// Writes and reads the bytes that go to scripts and come back from them. Numbers are big-endian.

import { stringify as formatUuid, parse as parseUuid } from 'uuid';

/** The latest instant and the longest time that six bytes hold: the year 10889. */
export const MAX_INSTANT = 2 ** 48 - 1;

/** A buffer that grows as it is written to. */
export class Packer {
  #bytes: Buffer;
  #length = 0;

  constructor(size = 1_024) {
    this.#bytes = Buffer.allocUnsafe(size);
  }

  get length(): number {
    return this.#length;
  }

  id(id: string): this {
    this.#room(16);
    this.#bytes.set(packId(id), this.#length);
    this.#length += 16;
    return this;
  }

  /** One, two or four bytes. */
  number(value: number, size: 1 | 2 | 4): this {
    this.#room(size);
    this.#length = this.#bytes.writeUIntBE(value, this.#length, size);
    return this;
  }

  /** Milliseconds, in six bytes. What does not fit means for ever, or already over. */
  ms(value: number): this {
    this.#room(6);
    const whole = Math.max(0, Math.min(Math.round(value), MAX_INSTANT));
    this.#length = this.#bytes.writeUIntBE(whole, this.#length, 6);
    return this;
  }

  /** A text with its length in front, which takes this many bytes. */
  text(text: string, lengthSize: 1 | 4): this {
    this.#room(lengthSize + text.length * 3);
    const at = this.#length + lengthSize;
    const size = this.#bytes.write(text, at, 'utf8');
    this.#bytes.writeUIntBE(size, this.#length, lengthSize);
    this.#length = at + size;
    return this;
  }

  /** A text that may be missing elsewhere: its length in four bytes, plus one. */
  optionalText(text: string): this {
    this.number(0, 4);
    const start = this.#length;
    this.raw(text);
    this.#bytes.writeUInt32BE(this.#length - start + 1, start - 4);
    return this;
  }

  raw(text: string): this {
    this.#room(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
    return this;
  }

  /** Keeps four bytes free and writes into them, when the returned function is called, how many came after. */
  sized(): () => void {
    this.number(0, 4);
    const start = this.#length;
    return () => this.#bytes.writeUInt32BE(this.#length - start, start - 4);
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #room(size: number): void {
    const needed = this.#length + size;
    if (needed <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}

/** Reads what a script has packed. */
export class Unpacker {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** How far it has read, in bytes. */
  get position(): number {
    return this.#at;
  }

  id(): string {
    this.#at += 16;
    return formatUuid(this.#bytes.subarray(this.#at - 16, this.#at));
  }

  number(size: 1 | 2 | 4): number {
    this.#at += size;
    return this.#bytes.readUIntBE(this.#at - size, size);
  }

  ms(): number {
    this.#at += 6;
    return this.#bytes.readUIntBE(this.#at - 6, 6);
  }

  text(size: number): string {
    this.#at += size;
    return this.#bytes.toString('utf8', this.#at - size, this.#at);
  }

  /** A text that can be missing: its length in four bytes, plus one. */
  optionalText(): string | undefined {
    const size = this.number(4);
    return size === 0 ? undefined : this.text(size - 1);
  }

  skip(size: number): void {
    this.#at += size;
  }
}

/** The sixteen bytes of an id. Throws a `TypeError` if it is not a UUID. */
export const packId = (id: string): Uint8Array => parseUuid(id);
