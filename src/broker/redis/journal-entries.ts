// Entries of journals as scripts keep them: `lua/lib/journals.lua` is the other side.

import type { JournalEntry } from '../broker.js';
import { Unpacker } from './packing.js';
import { priorityOf, STATES } from './records.js';

export function unpackEntry(bytes: Buffer): JournalEntry {
  const unpacker = new Unpacker(bytes);
  const position = unpacker.position8();
  const at = unpacker.ms();
  const id = unpacker.id();
  const flags = unpacker.number(2);
  const state = STATES[unpacker.text(1)];
  const result = unpacker.optionalText();
  const body = unpacker.text(bytes.length - unpacker.position);
  const outcome = state === undefined ? undefined : { state, result };
  return { position, id, at, body, priority: priorityOf(flags), outcome };
}
