// Writes and reads the bytes that go to scripts and come back from them. Numbers are big-endian.

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
    this.#length = writeId(id, this.#bytes, this.#length);
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
  text(text: string, lengthSize: 1 | 2 | 4): this {
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

  append(bytes: Uint8Array): this {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  raw(text: string): this {
    this.#room(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, 'utf8');
    return this;
  }

  /** Writes four bytes that were kept free before. */
  patch(at: number, value: number): void {
    this.#bytes.writeUInt32BE(value, at);
  }

  /** Keeps some bytes free and writes into them, when the returned function is called, how many came after. */
  sized(lengthSize: 2 | 4 = 4): () => void {
    this.number(0, lengthSize);
    const start = this.#length;
    return () => void this.#bytes.writeUIntBE(this.#length - start, start - lengthSize, lengthSize);
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
    return readId(this.#bytes, this.#at - 16);
  }

  number(size: 1 | 2 | 4): number {
    this.#at += size;
    return this.#bytes.readUIntBE(this.#at - size, size);
  }

  ms(): number {
    this.#at += 6;
    return this.#bytes.readUIntBE(this.#at - 6, 6);
  }

  bytes(size: number): Buffer {
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }

  /** Eight bytes: a position in a list. */
  position8(): number {
    return this.number(2) * 2 ** 48 + this.ms();
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

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** The value of each hexadecimal digit by its character code; of everything else something larger. */
const DIGITS = new Uint8Array(128).fill(16);
for (let value = 0; value < 16; value++) {
  const digit = value.toString(16);
  DIGITS[digit.charCodeAt(0)] = value;
  DIGITS[digit.toUpperCase().charCodeAt(0)] = value;
}

const DASHES: readonly number[] = [8, 13, 18, 23];

/**
 * Writes the sixteen bytes of a UUID and says where they end. Throws a `TypeError` if it is none. Every call is
 * written and read several times: this takes a tenth of the time of the package that makes the ids.
 */
function writeId(id: string, bytes: Buffer, start: number): number {
  let at = start;
  let bad = id.length === 36 ? 0 : 16;
  for (let index = 0; index < 36; index += 2) {
    if (DASHES.includes(index)) index++;
    const high = DIGITS[id.charCodeAt(index)] ?? 16;
    const low = DIGITS[id.charCodeAt(index + 1)] ?? 16;
    bad |= high | low;
    bytes[at++] = (high << 4) | low;
  }
  if (bad > 15) throw new TypeError(`id of a call: expected a UUID, got ${JSON.stringify(id)}`);
  return at;
}

/** The id that is here as sixteen bytes. */
export function readId(bytes: Buffer, start: number): string {
  let id = '';
  for (let index = 0; index < 16; index++) {
    if (index === 4 || index === 6 || index === 8 || index === 10) id += '-';
    id += HEX[bytes[start + index] as number];
  }
  return id;
}

export function packIds(ids: readonly string[]): Buffer {
  const packer = new Packer(ids.length * 16);
  for (const id of ids) packer.id(id);
  return packer.bytes();
}

/** Throws a `TypeError` if it is not the id of a call. */
export const checkId = (id: string): void => void writeId(id, Buffer.allocUnsafe(16), 0);
