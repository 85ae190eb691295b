// Large bodies and results: stored in chunks beside the calls, which refer to them. `lua/lib/chunks.lua` is the other side.

import { randomBytes } from 'node:crypto';
import { RpcError } from '../../errors.js';
import { Packer, type Unpacker } from './packing.js';
import type { QueueLink } from './queue-link.js';

/** What is longer is stored in chunks of this size. */
const CHUNK_BYTES = 65_536;

/** A script holds up everybody else while it runs: 1 MiB is enough for one. */
const CHUNKS_AT_ONCE = 16;

/** How often what was forgotten before it was used is uploaded again. */
const MOST_TRIES = 3;

/** A text that is stored in chunks. */
export class Reference {
  readonly id: Buffer;
  /** In bytes of UTF-8. */
  readonly size: number;

  constructor(id: Buffer, size: number) {
    this.id = id;
    this.size = size;
  }
}

export type Stored = string | Reference;

/** The same with texts that may have to be read first. */
export type Unread<Item> = {
  readonly [Key in keyof Item]: Key extends 'body' | 'result' ? Item[Key] | Reference : Item[Key];
};

interface Texts {
  readonly body?: string;
  readonly result?: string | undefined;
}

/** Whether it has to be stored in chunks. */
export const isLarge = (text: string): boolean =>
  text.length * 3 > CHUNK_BYTES && Buffer.byteLength(text) > CHUNK_BYTES;

export function packStored(packer: Packer, text: Stored): void {
  if (typeof text === 'string') packer.raw(text);
  else packer.append(text.id).number(text.size, 4);
}

export const unpackReference = (unpacker: Unpacker): Reference =>
  new Reference(unpacker.bytes(16), unpacker.number(4));

export const isUnread = ({ body, result }: Unread<Texts>): boolean =>
  body instanceof Reference || result instanceof Reference;

export class ChunkStore {
  readonly #link: QueueLink;

  constructor(link: QueueLink) {
    this.#link = link;
  }

  /** Stores a text for a call or an outcome that is to refer to it soon: it is forgotten after ten minutes. */
  async upload(
    text: string,
    script: 'upload-body' | 'upload-result',
    patienceMs?: number,
  ): Promise<Reference> {
    const bytes = Buffer.from(text);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const id = randomBytes(16);
      if (await this.#upload(id, bytes, script, patienceMs)) return new Reference(id, bytes.length);
    }
    throw uploadLost();
  }

  async #upload(
    id: Buffer,
    bytes: Buffer,
    script: 'upload-body' | 'upload-result',
    patienceMs: number | undefined,
  ): Promise<boolean> {
    const total = Math.ceil(bytes.length / CHUNK_BYTES);
    for (let first = 0; first < total; first += CHUNKS_AT_ONCE) {
      const part = bytes.subarray(first * CHUNK_BYTES, (first + CHUNKS_AT_ONCE) * CHUNK_BYTES);
      const args = [id, `${first + 1}`, `${total}`, part];
      // What follows is durable only if this is.
      if ((await this.#link.run(script, () => args, { patienceMs })) !== 1) return false;
    }
    return true;
  }

  /** Reads what has to be read. Without those that are gone, because their calls have ended meanwhile. */
  async read<Item extends Texts>(items: readonly Unread<Item>[]): Promise<Item[]> {
    return (await this.readEach<Item>(items)).filter((item) => item !== undefined);
  }

  /** The same, with `undefined` for those that are gone. */
  async readEach<Item extends Texts>(items: readonly Unread<Item>[]): Promise<(Item | undefined)[]> {
    const texts = await this.#download(
      items.flatMap(({ body, result }) => [body, result]).filter((text) => text instanceof Reference),
    );
    return items.map((item) => withTexts(item, texts));
  }

  async #download(references: readonly Reference[]): Promise<Map<Reference, string>> {
    const names = references.flatMap((reference) =>
      Array.from({ length: Math.ceil(reference.size / CHUNK_BYTES) }, (_, index) => ({ reference, index })),
    );
    const parts = new Map<Reference, Buffer[]>();
    for (let at = 0; at < names.length; at += CHUNKS_AT_ONCE) {
      const some = names.slice(at, at + CHUNKS_AT_ONCE);
      const packer = new Packer(18 * some.length);
      for (const { reference, index } of some) packer.append(reference.id).number(index + 1, 2);
      const args = [packer.bytes()];
      const reply = (await this.#link.run('download', () => args, { isRead: true })) as Buffer[];
      some.forEach(({ reference }, index) => {
        const own = parts.get(reference) ?? [];
        parts.set(reference, [...own, reply[index] as Buffer]);
      });
    }
    return textsOf(parts);
  }
}

/** Those of which everything is there. */
function textsOf(parts: ReadonlyMap<Reference, readonly Buffer[]>): Map<Reference, string> {
  const texts = new Map<Reference, string>();
  for (const [reference, chunks] of parts) {
    const bytes = Buffer.concat(chunks);
    if (bytes.length === reference.size) texts.set(reference, bytes.toString());
  }
  return texts;
}

function withTexts<Item extends Texts>(
  item: Unread<Item>,
  texts: ReadonlyMap<Reference, string>,
): Item | undefined {
  const read = { ...item } as { body?: Stored; result?: Stored | undefined };
  for (const member of ['body', 'result'] as const) {
    const text = read[member];
    if (!(text instanceof Reference)) continue;
    const found = texts.get(text);
    if (found === undefined) return undefined;
    read[member] = found;
  }
  return read as Item;
}

/** Nothing was written that anybody could see. */
const uploadLost = (): RpcError =>
  new RpcError(
    'UNAVAILABLE',
    'a large body or result was forgotten before it was used: the broker is too slow',
  );
