// What operators ask of one queue, or of one place of a queue that is split: its dead letters, journals and groups.

import type { DeadLetter, Group, JournalEntry, JournalName, Page, Replay, WaitingCall } from '../broker.js';
import { type ChunkStore, type Gone, packStored, type Unread, withUploads } from './chunks.js';
import { packGroupEvents, unpackGroup } from './groups.js';
import { type FlatEntry, toEntry, unpackEntry } from './journal-entries.js';
import { Packer, packIds } from './packing.js';
import type { QueueLink } from './queue-link.js';
import { unpackLetter, unpackViews } from './records.js';
import { peekPage } from './waiting-calls.js';

/** How many ids one script is given. */
const MOST_IDS = 250;

/** About how many bytes of bodies one script is given. */
const MOST_BYTES = 1_048_576;

/** Of a journal: entries may have both a body and a result. */
const MOST_ENTRIES = 8;

type PlacedReplay = Omit<Replay, 'queue'>;

interface Listed {
  readonly position: number;
  readonly body: string;
  readonly result?: string | undefined;
}

export interface QueueOperationsOptions {
  /** The queue as callers know it. */
  readonly name: string;
  readonly link: QueueLink;
  readonly chunks: ChunkStore;
}

export class QueueOperations {
  readonly #name: string;
  readonly #link: QueueLink;
  readonly #chunks: ChunkStore;

  constructor({ name, link, chunks }: QueueOperationsOptions) {
    this.#name = name;
    this.#link = link;
    this.#chunks = chunks;
  }

  deadLetters(page: Page): Promise<DeadLetter[]> {
    return this.#readPages<DeadLetter>(page, async ({ limit, after }) => {
      const range = [boundOf(after), `${Math.min(limit, MOST_IDS)}`];
      const reply = await this.#link.run('dead-letters', () => range, { isRead: true });
      return this.#unpackLetters(reply as Buffer[]).filter((letter) => letter !== undefined);
    });
  }

  async findDeadLetters(ids: readonly string[]): Promise<(DeadLetter | undefined)[]> {
    const found: (Unread<DeadLetter> | undefined)[] = [];
    while (found.length < ids.length) {
      const part = packIds(ids.slice(found.length, found.length + MOST_IDS));
      const reply = await this.#link.run('find-dead-letters', () => [part], { isRead: true });
      found.push(...this.#unpackLetters(reply as Buffer[]));
    }
    return this.#chunks.readSome<DeadLetter>(found);
  }

  /** Whether each was a dead letter. */
  replay(replays: readonly PlacedReplay[]): Promise<boolean[]> {
    return withUploads(replays, async (some) => {
      const statuses: (boolean | Gone)[] = [];
      while (statuses.length < some.length) {
        const packed = await this.#packReplays(some.slice(statuses.length, statuses.length + MOST_IDS));
        const args = (isAgain: boolean): (string | Buffer)[] => [isAgain ? '1' : '', packed];
        const reply = await this.#link.run('replay', args, { isDurable: true });
        statuses.push(...Array.from(String(reply), (letter) => (letter === 'u' ? 'gone' : letter === 'y')));
      }
      return statuses;
    });
  }

  /** Whether each was known. */
  async remove(ids: readonly string[]): Promise<boolean[]> {
    const wasKnown: boolean[] = [];
    while (wasKnown.length < ids.length) {
      const part = packIds(ids.slice(wasKnown.length, wasKnown.length + MOST_IDS));
      const reply = await this.#link.run('remove', () => [part], { isDurable: true });
      wasKnown.push(...Array.from(String(reply), (letter) => letter === 'y'));
    }
    return wasKnown;
  }

  peek(page: Page): Promise<WaitingCall[]> {
    return peekPage({ link: this.#link, chunks: this.#chunks, queue: this.#name }, page);
  }

  async journal(name: JournalName, page: Page): Promise<JournalEntry[]> {
    const entries = await this.#readPages<FlatEntry>(page, async ({ limit, after }) => {
      const range = [boundOf(after), `${Math.min(limit, MOST_ENTRIES)}`];
      const reply = await this.#link.run('journal', () => [name, ...range], { isRead: true });
      return (reply as Buffer[]).map(unpackEntry);
    });
    return entries.map(toEntry);
  }

  async groups(): Promise<Group[]> {
    const reply = await this.#link.run('groups', () => [], { isRead: true });
    return (reply as Buffer[]).map(unpackGroup);
  }

  async join({ name, events }: Group): Promise<void> {
    const packed = packGroupEvents(events);
    await this.#link.run('join', () => [name, packed], { isDurable: true });
  }

  async leave(group: string): Promise<boolean> {
    const args = (isAgain: boolean): string[] => [isAgain ? '1' : '', group];
    return (await this.#link.run('leave', args, { isDurable: true })) === 1;
  }

  #unpackLetters(reply: readonly Buffer[]): (Unread<DeadLetter> | undefined)[] {
    const letters: (Unread<DeadLetter> | undefined)[] = [];
    for (let at = 0; at + 2 < reply.length; at += 3) {
      const [position, view, rest] = reply.slice(at, at + 3) as [Buffer, Buffer, Buffer];
      const [told] = unpackViews(view, this.#name);
      letters.push(
        told?.kind === 'record'
          ? { ...told.record, ...unpackLetter(rest), position: Number(position) }
          : undefined,
      );
    }
    return letters;
  }

  /** The first of them, as many as fit into one script. */
  async #packReplays(replays: readonly PlacedReplay[]): Promise<Buffer> {
    const packer = new Packer(replays.length * 24);
    for (const replay of replays) {
      if (packer.length > MOST_BYTES) break;
      packReplay(packer, await this.#chunks.storeBody(replay));
    }
    return packer.bytes();
  }

  /** Reads on until there is as much as was asked for, or nothing more: a script answers with as much as it may handle. */
  async #readPages<Entry extends Listed>(
    { limit, after }: Page,
    read: (page: Page) => Promise<readonly Unread<Entry>[]>,
  ): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let last = after; entries.length < limit; ) {
      const page = await read({ limit: limit - entries.length, after: last });
      if (page.length === 0) break;
      entries.push(...(await this.#chunks.read<Entry>(page)).filter((entry) => entry !== undefined));
      last = page.at(-1)?.position;
    }
    return entries;
  }
}

function packReplay(packer: Packer, { id, body }: Unread<PlacedReplay>): void {
  packer.id(id).raw(body === undefined ? '-' : typeof body === 'string' ? 't' : 'c');
  const end = packer.sized();
  if (body !== undefined) packStored(packer, body);
  end();
}

const boundOf = (after: number | undefined): string => (after === undefined ? '+inf' : `${after}`);
