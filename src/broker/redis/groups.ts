// Groups of subscribers as scripts keep them: `lua/lib/groups.lua` is the other side.

import type { Group } from '../broker.js';
import { Packer, Unpacker } from './packing.js';

/** Names of methods, each after its length. */
export function packGroupEvents(events: readonly string[]): Buffer {
  const packer = new Packer(64);
  for (const event of events) packer.text(event, 4);
  return packer.bytes();
}

export function unpackGroup(bytes: Buffer): Group {
  const unpacker = new Unpacker(bytes);
  const name = unpacker.text(unpacker.number(4));
  const events: string[] = [];
  while (!unpacker.isAtEnd) events.push(unpacker.text(unpacker.number(4)));
  return { name, events };
}
