// Shows the calls of one place of a queue that wait or run, in pages.

import type { Page, WaitingCall } from '../broker.js';
import type { ChunkStore, Unread } from './chunks.js';
import { packIds, readId } from './packing.js';
import type { QueueLink } from './queue-link.js';
import { unpackWaiting } from './records.js';

/** The lists that have them all: see `waiting-ids.lua`. */
const SOURCES = ['leases', 'delayed', '7', '6', '5', '4', '3', '2', '1', '0'];

/** How many of the ids that were read last are told to the script, which goes on behind one of them. */
const TOLD_IDS = 16;

const MOST_IDS = 250;

/** So many more than were asked for are looked at in one pass: entries of calls that have ended are among them. */
const SPARE = 10_000;

/** Where to look. */
export interface Place {
  readonly queue: string;
  readonly link: QueueLink;
  readonly chunks: ChunkStore;
}

interface Candidate {
  readonly id: string;
  readonly position: number;
}

/**
 * A page of them. Where a call stands in its list changes all the time, so they have an order of their own: by a hash
 * of their ids. Each page costs a pass over the ids of all of them, five thousand for each script; a million takes about
 * a second. Two calls whose hashes of 53 bits are equal could hide each other at the end of a page: of a million calls, in
 * one queue of eighteen thousand there are two such.
 */
export async function peekPage(place: Place, { limit, after }: Page): Promise<WaitingCall[]> {
  const calls: WaitingCall[] = [];
  for (let last = after ?? -1; calls.length < limit; ) {
    const candidates = await nextCandidates(place.link, last, limit + SPARE);
    // Some have ended meanwhile, or before.
    for (let at = 0; at < candidates.length && calls.length < limit; at += MOST_IDS)
      calls.push(...(await readCalls(place, candidates.slice(at, at + MOST_IDS))));
    last = candidates.at(-1)?.position ?? last;
    if (candidates.length < limit + SPARE) break;
  }
  return calls.slice(0, limit);
}

/** The first ones behind this position, in their order. */
async function nextCandidates(link: QueueLink, after: number, most: number): Promise<Candidate[]> {
  let found: Candidate[] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const source of SOURCES) {
    let before = 0;
    let told: Buffer = Buffer.alloc(0);
    while (before >= 0) {
      const args = [source, `${before}`, told];
      const [ids, next] = (await link.run('waiting-ids', () => args, { isRead: true })) as [Buffer, number];
      for (let at = 0; at < ids.length; at += 16) {
        const position = positionOf(ids, at);
        if (position > after && position <= end) found.push({ id: readId(ids, at), position });
      }
      if (found.length > 2 * most) {
        found = firstOf(found, most);
        if (found.length === most) end = found.at(-1)?.position ?? end;
      }
      told = lastOf(ids);
      before = next;
    }
  }
  return firstOf(found, most);
}

/** The ids that came last, newest first. */
function lastOf(ids: Buffer): Buffer {
  const last = ids.subarray(-16 * TOLD_IDS);
  const parts = Array.from({ length: last.length / 16 }, (_, index) =>
    last.subarray(16 * index, 16 * index + 16),
  );
  return Buffer.concat(parts.reverse());
}

function firstOf(candidates: readonly Candidate[], most: number): Candidate[] {
  const unique = [...new Map(candidates.map((candidate) => [candidate.id, candidate])).values()];
  return unique.sort((a, b) => a.position - b.position).slice(0, most);
}

async function readCalls(
  { link, queue, chunks }: Place,
  candidates: readonly Candidate[],
): Promise<WaitingCall[]> {
  const calls: Unread<WaitingCall>[] = [];
  for (let at = 0; at < candidates.length; ) {
    const ids = packIds(candidates.slice(at).map(({ id }) => id));
    const reply = (await link.run('peek', () => [ids], { isRead: true })) as Buffer[];
    for (let index = 0; index + 1 < reply.length; index += 2, at++) {
      const [view, call] = [reply[index] as Buffer, reply[index + 1] as Buffer];
      const position = candidates[at]?.position ?? 0;
      if (view.length > 0) calls.push({ ...unpackWaiting(view, call, queue), position });
    }
  }
  return (await chunks.read<WaitingCall>(calls)).filter((call) => call !== undefined);
}

/** 53 bits of a hash of the sixteen bytes of an id: like cyrb53, which is in the public domain. */
function positionOf(ids: Buffer, at: number): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let index = at; index < at + 16; index++) {
    const byte = ids[index] as number;
    high = Math.imul(high ^ byte, 2_654_435_761);
    low = Math.imul(low ^ byte, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 2 ** 32 * (low & 0x1fffff) + (high >>> 0);
}
