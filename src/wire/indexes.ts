// Members that index signatures name: by any string, by numbers, by a pattern.

import type { At } from './at.js';
import { type IndexKey, isNamed } from './index-names.js';
import { merge } from './merge.js';
import { refuseMember } from './objects.js';
import { opaque } from './opaque.js';
import type { Members, Reader } from './reader.js';
import type { Guard } from './trials.js';

/** An index signature: its names, and what reads or recognises the members of these names. */
export type Index<Function> = readonly [key: IndexKey, of: Function];

export const indexes = <Function>(...all: readonly Index<Function>[]): readonly Index<Function>[] => all;

/** What happens to members that no index signature names. */
export type Unnamed = 'drop' | 'refuse' | 'keep';

/** Copies the members that the type does not name itself: as what all index signatures for their name read. */
export function copyIndexed(
  source: Members,
  to: Members,
  here: At,
  known: ReadonlySet<unknown>,
  all: readonly Index<Reader>[],
  unnamed: Unnamed,
): void {
  for (const name of Object.keys(source)) {
    if (known.has(name)) continue;
    const readers = all.filter(([key]) => isNamed(key, name));
    if (readers.length > 0) {
      to[name] = readers.map(([, read]) => read(source[name], here, name)).reduce(merge);
    } else if (unnamed !== 'drop' && source[name] !== undefined) {
      if (unnamed === 'refuse') refuseMember(source, here, name);
      to[name] = opaque(source[name], here, name);
    }
  }
}

/** Whether the members that the type does not name itself agree with all index signatures for their name. */
export const areIndexed = (
  source: Members,
  here: At,
  known: ReadonlySet<unknown>,
  all: readonly Index<Guard>[],
  unnamed: Unnamed,
): boolean =>
  Object.keys(source).every((name) => {
    if (known.has(name)) return true;
    const guards = all.filter(([key]) => isNamed(key, name));
    if (guards.length === 0) return unnamed !== 'refuse' || source[name] === undefined;
    return guards.every(([, guard]) => guard(source[name], here, name));
  });
