// What operators ask of one queue, or of one place of a queue that is split: its dead letters, journals and groups.

import type { DeadLetter, Group, JournalEntry, JournalName, Page, Replay, WaitingCall } from '../broker.js';
import { packGroupEvents, unpackGroup } from './groups.js';
import { unpackEntry } from './journal-entries.js';
import { Packer, packIds } from './packing.js';
import type { QueueLink } from './queue-link.js';
import { unpackLetter, unpackViews } from './records.js';
import { peekPage } from './waiting-calls.js';

/** How many ids one script is given. */
const MOST_IDS = 250;

/** About how many bytes of bodies one script is given. */
const MOST_BYTES = 1_048_576;

/** Of a journal: entries may have both a body and a result. */
const MOST_ENTRIES = 16;

export interface QueueOperationsOptions {
  /** The queue as callers know it. */
  readonly name: string;
  readonly link: QueueLink;
}

export class QueueOperations {
  readonly #name: string;
  readonly #link: QueueLink;

  constructor({ name, link }: QueueOperationsOptions) {
    this.#name = name;
    this.#link = link;
  }

  deadLetters(page: Page): Promise<DeadLetter[]> {
    return readPages(page, async ({ limit, after }) => {
      const range = [boundOf(after), `${Math.min(limit, MOST_IDS)}`];
      const reply = await this.#link.run('dead-letters', () => range, { isRead: true });
      return this.#unpackLetters(reply as Buffer[]).filter((letter) => letter !== undefined);
    });
  }

  async findDeadLetters(ids: readonly string[]): Promise<(DeadLetter | undefined)[]> {
    const letters: (DeadLetter | undefined)[] = [];
    while (letters.length < ids.length) {
      const part = packIds(ids.slice(letters.length, letters.length + MOST_IDS));
      const reply = await this.#link.run('find-dead-letters', () => [part], { isRead: true });
      letters.push(...this.#unpackLetters(reply as Buffer[]));
    }
    return letters;
  }

  /** Whether each was a dead letter. */
  async replay(replays: readonly Omit<Replay, 'queue'>[]): Promise<boolean[]> {
    const wasLetter: boolean[] = [];
    while (wasLetter.length < replays.length) {
      const packed = packReplays(replays.slice(wasLetter.length, wasLetter.length + MOST_IDS));
      const args = (isAgain: boolean): (string | Buffer)[] => [isAgain ? '1' : '', packed];
      const reply = await this.#link.run('replay', args, { isDurable: true });
      wasLetter.push(...Array.from(String(reply), (letter) => letter === 'y'));
    }
    return wasLetter;
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
    return peekPage(this.#link, this.#name, page);
  }

  journal(name: JournalName, page: Page): Promise<JournalEntry[]> {
    return readPages(page, async ({ limit, after }) => {
      const range = [boundOf(after), `${Math.min(limit, MOST_ENTRIES)}`];
      const reply = await this.#link.run('journal', () => [name, ...range], { isRead: true });
      return (reply as Buffer[]).map(unpackEntry);
    });
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

  #unpackLetters(reply: readonly Buffer[]): (DeadLetter | undefined)[] {
    const letters: (DeadLetter | undefined)[] = [];
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
}

/** The first of them, as many as fit into one script. */
function packReplays(replays: readonly Omit<Replay, 'queue'>[]): Buffer {
  const packer = new Packer(replays.length * 20);
  for (const { id, body } of replays) {
    if (packer.length > MOST_BYTES) break;
    packer.id(id);
    if (body === undefined) packer.number(0, 4);
    else packer.optionalText(body);
  }
  return packer.bytes();
}

const boundOf = (after: number | undefined): string => (after === undefined ? '+inf' : `${after}`);

/** Reads on until there is as much as was asked for, or nothing more: a script answers with as much as it may handle. */
async function readPages<Entry extends { readonly position: number }>(
  { limit, after }: Page,
  read: (page: Page) => Promise<readonly Entry[]>,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  while (entries.length < limit) {
    const page = await read({ limit: limit - entries.length, after: entries.at(-1)?.position ?? after });
    if (page.length === 0) break;
    entries.push(...page);
  }
  return entries;
}
