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

/** How many bytes a reference takes. */
export const REFERENCE_SIZE = 20;

/** The same with texts that may have to be read first. */
export type Unread<Item> = {
  readonly [Key in keyof Item]: Key extends 'body' | 'result' ? Item[Key] | Reference : Item[Key];
};

interface Texts {
  readonly body?: string | undefined;
  readonly result?: string | undefined;
}

/** That an upload was forgotten before it was used. */
export type Gone = 'gone';

/** Whether a text has to be stored in chunks. */
export const isLarge = (text: string | undefined): text is string =>
  text !== undefined && text.length * 3 > CHUNK_BYTES && Buffer.byteLength(text) > CHUNK_BYTES;

/** Whether an item has to be read first. */
export const isUnread = ({ body, result }: Unread<Texts>): boolean =>
  body instanceof Reference || result instanceof Reference;

/** About how many bytes a script is given of a text. */
export const weightOf = (text: Stored): number => (typeof text === 'string' ? text.length : REFERENCE_SIZE);

export function packStored(packer: Packer, text: Stored): void {
  if (typeof text === 'string') packer.raw(text);
  else packer.append(text.id).number(text.size, 4);
}

export const unpackReference = (unpacker: Unpacker): Reference =>
  new Reference(unpacker.bytes(16), unpacker.number(4));

export class ChunkStore {
  readonly #link: QueueLink;

  constructor(link: QueueLink) {
    this.#link = link;
  }

  /** Stores the body, if it is large, for a call that is to refer to it soon: it is forgotten after ten minutes. */
  async storeBody<Item extends { readonly body?: string | undefined }>(
    item: Item,
    patienceMs?: number,
  ): Promise<Unread<Item>> {
    const { body } = item;
    if (!isLarge(body)) return item as Unread<Item>;
    return { ...item, body: await this.#store(body, 'upload-body', patienceMs) } as Unread<Item>;
  }

  /** The same with the result of an attempt that is to be settled soon. */
  async storeResult<Item extends object>(item: Item): Promise<Unread<Item>> {
    const { result } = item as Texts;
    if (!isLarge(result)) return item as Unread<Item>;
    return { ...item, result: await this.#store(result, 'upload-result') } as Unread<Item>;
  }

  /** Reads what has to be read: `undefined` for what is gone, because its call has ended meanwhile. */
  async read<Item extends Texts>(items: readonly Unread<Item>[]): Promise<(Item | undefined)[]> {
    if (!items.some(isUnread)) return items as Item[];
    const references = items.flatMap(({ body, result }) => [body, result]);
    const texts = await this.#download(references.filter((text) => text instanceof Reference));
    return items.map((item) => withTexts(item, texts));
  }

  /** The same of a list with gaps. */
  async readSome<Item extends Texts>(
    items: readonly (Unread<Item> | undefined)[],
  ): Promise<(Item | undefined)[]> {
    if (!items.some((item) => item !== undefined && isUnread(item))) return items as (Item | undefined)[];
    const found = await this.read<Item>(items.filter((item) => item !== undefined));
    let at = 0;
    return items.map((item) => (item === undefined ? undefined : found[at++]));
  }

  async #store(
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

  /** Whether it is there as a whole. What refers to it afterwards is durable only if it is. */
  async #upload(
    id: Buffer,
    bytes: Buffer,
    script: 'upload-body' | 'upload-result',
    patienceMs?: number,
  ): Promise<boolean> {
    const total = Math.ceil(bytes.length / CHUNK_BYTES);
    for (let first = 0; first < total; first += CHUNKS_AT_ONCE) {
      const part = bytes.subarray(first * CHUNK_BYTES, (first + CHUNKS_AT_ONCE) * CHUNK_BYTES);
      const args = [id, `${first + 1}`, `${total}`, part];
      const reply = await this.#link.run(script, () => args, { patienceMs }).catch(refuse);
      if (reply !== 1) return false;
    }
    return true;
  }

  async #download(references: readonly Reference[]): Promise<Map<Reference, string>> {
    const parts = new Map(references.map((reference): [Reference, Buffer[]] => [reference, []]));
    const chunks = references.flatMap((reference) =>
      Array.from({ length: Math.ceil(reference.size / CHUNK_BYTES) }, (_, index) => ({ reference, index })),
    );
    for (let at = 0; at < chunks.length; at += CHUNKS_AT_ONCE) {
      const some = chunks.slice(at, at + CHUNKS_AT_ONCE);
      const packer = new Packer(18 * some.length);
      for (const { reference, index } of some) packer.append(reference.id).number(index + 1, 2);
      const args = [packer.bytes()];
      const reply = (await this.#link.run('download', () => args, { isRead: true })) as Buffer[];
      some.forEach(({ reference }, index) => {
        parts.get(reference)?.push(reply[index] as Buffer);
      });
    }
    return textsOf(parts);
  }
}

/** Does something with items that have uploads, and again with those whose upload was gone by then. */
export async function withUploads<Item, Status>(
  items: readonly Item[],
  run: (items: readonly Item[]) => Promise<readonly (Status | Gone)[]>,
): Promise<Status[]> {
  const statuses = [...(await run(items))];
  for (let tries = 1; statuses.includes('gone') && tries < MOST_TRIES; tries++) {
    const left = statuses.flatMap((status, index) => (status === 'gone' ? [index] : []));
    const again = await run(left.map((index) => items[index] as Item));
    left.forEach((index, at) => {
      statuses[index] = again[at] as Status | Gone;
    });
  }
  if (statuses.includes('gone')) throw uploadLost();
  return statuses as Status[];
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
  const read: { body?: Stored | undefined; result?: Stored | undefined } = { ...item };
  for (const member of ['body', 'result'] as const) {
    const text = read[member];
    if (!(text instanceof Reference)) continue;
    const found = texts.get(text);
    if (found === undefined) return undefined;
    read[member] = found;
  }
  return read as Item;
}

/** Whatever became of an upload, nobody has seen it: what was to follow has not been written. */
function refuse(error: unknown): never {
  if (!(error instanceof RpcError) || error.code !== 'UNCONFIRMED') throw error;
  throw new RpcError('UNAVAILABLE', error.message, { cause: error });
}

const uploadLost = (): RpcError =>
  new RpcError(
    'UNAVAILABLE',
    'a large body or result was forgotten before it could be used, because that took longer than ten minutes (nothing was written)',
  );
