// Entries of journals as scripts keep them: `lua/lib/journals.lua` is the other side.

import type { JournalEntry } from '../broker.js';
import type { Unread } from './chunks.js';
import { Unpacker } from './packing.js';
import { CHUNKED, priorityOf, STATES, unpackResult, unpackStored } from './records.js';

/** An entry whose result is beside its body, so that both can be read in one way. */
export type FlatEntry = Omit<JournalEntry, 'outcome'> & {
  readonly state: NonNullable<JournalEntry['outcome']>['state'] | undefined;
  readonly result: string | undefined;
};

export const toEntry = ({ state, result, ...entry }: FlatEntry): JournalEntry => ({
  ...entry,
  outcome: state === undefined ? undefined : { state, result },
});

export function unpackEntry(bytes: Buffer): Unread<FlatEntry> {
  const unpacker = new Unpacker(bytes);
  const position = unpacker.position8();
  const at = unpacker.ms();
  const id = unpacker.id();
  const flags = unpacker.number(2);
  const state = STATES[unpacker.text(1)];
  const result = unpackResult(unpacker, flags);
  const body = unpackStored(unpacker, bytes.length - unpacker.position, (flags & CHUNKED) !== 0);
  return { position, id, at, body, priority: priorityOf(flags), state, result };
}
