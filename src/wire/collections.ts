// Readers of arrays, tuples, maps and sets. A map travels as an array of pairs, a set as an array.

import type { At, Key } from './at.js';
import type { Reader } from './reader.js';
import { Refusal, refusal } from './refusal.js';

export function array(value: unknown, at: At, key: Key, read: Reader): unknown[] {
  if (!Array.isArray(value)) throw refusal(value, at, key, 'array');
  const here = at.enter(key);
  const to: unknown[] = [];
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    if (item === undefined) refuseHole(value, here, index);
    to.push(read(item, here, index));
  }
  return to;
}

/** A hole of a sparse array reads as `undefined`, but no type has holes. */
function refuseHole(items: readonly unknown[], here: At, index: number): void {
  if (!(index in items)) throw new Refusal(here.path(index), 'item', 'hole', here.depth);
}

/** The items of a tuple, still unread, if there are as many as its type has. */
export function tuple(value: unknown, at: At, key: Key, least: number, most: number): readonly unknown[] {
  if (!Array.isArray(value)) throw refusal(value, at, key, 'array');
  if (value.length >= least && value.length <= most) return value;
  throw new Refusal(at.path(key), count(least, most, 'item'), `${value.length}`, at.depth);
}

/** Reads the items from `start` up to `end`: what a tuple's `...rest` holds. */
export function rest(
  items: readonly unknown[],
  here: At,
  start: number,
  end: number,
  read: Reader,
): unknown[] {
  const to: unknown[] = [];
  for (let index = start; index < end; index++) {
    const item = items[index];
    if (item === undefined) refuseHole(items, here, index);
    to.push(read(item, here, index));
  }
  return to;
}

/** `2 items`, `1 to 3 items`, `at least 1 item` */
export function count(least: number, most: number, noun: string): string {
  const isOpen = most === Number.POSITIVE_INFINITY;
  const range = least === most ? `${least}` : isOpen ? `at least ${least}` : `${least} to ${most}`;
  return `${range} ${noun}${(isOpen ? least : most) === 1 ? '' : 's'}`;
}

export function encodeMap(value: unknown, at: At, key: Key, readKey: Reader, readValue: Reader): unknown[] {
  if (!(value instanceof Map)) throw refusal(value, at, key, 'Map');
  const here = at.enter(key);
  return Array.from(value, (entry, index) => pair(entry, here, index, readKey, readValue));
}

export function decodeMap(
  data: unknown,
  at: At,
  key: Key,
  readKey: Reader,
  readValue: Reader,
): Map<unknown, unknown> {
  if (!Array.isArray(data)) throw refusal(data, at, key, 'array of pairs');
  const here = at.enter(key);
  const to = new Map(data.map((entry, index) => pair(entry, here, index, readKey, readValue)));
  if (to.size === data.length) return to;
  throw new Refusal(at.path(key), 'different keys', 'equal ones', at.depth);
}

function pair(value: unknown, at: At, key: Key, readKey: Reader, readValue: Reader): [unknown, unknown] {
  const entry = tuple(value, at, key, 2, 2);
  const here = at.enter(key);
  return [readKey(entry[0], here, 0), readValue(entry[1], here, 1)];
}

export function encodeSet(value: unknown, at: At, key: Key, read: Reader): unknown[] {
  if (!(value instanceof Set)) throw refusal(value, at, key, 'Set');
  const here = at.enter(key);
  return Array.from(value, (item, index) => read(item, here, index));
}

export function decodeSet(data: unknown, at: At, key: Key, read: Reader): Set<unknown> {
  const to = new Set(array(data, at, key, read));
  if (to.size === (data as unknown[]).length) return to;
  throw new Refusal(at.path(key), 'different items', 'equal ones', at.depth);
}
