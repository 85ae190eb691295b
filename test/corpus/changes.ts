// Copies of recorded data, each with one thing changed: wherever the data has a member or an item of its own kind, once
// without it and once with something else in its place.

import type { Datum } from './corpus.js';

export interface ChangedDatum extends Datum {
  /** What was changed, as in `paths["/pets"].get removed`. */
  readonly change: string;
}

/** How many bytes the copies of a corpus may be together: each datum has its share, so large ones have fewer copies. */
const BYTES = 1_000_000;

/** Copies of all data of a corpus. */
export const changedCopies = (data: readonly Datum[]): ChangedDatum[] =>
  data.flatMap((datum) => copiesOf(datum, BYTES / data.length));

/** The changes of a datum, evenly spread over its places if there are more of them than copies. */
function copiesOf(datum: Datum, bytes: number): ChangedDatum[] {
  const changes = placesIn(datum.value).flatMap(({ path, kind }, index) => [
    ...(isItem(path) ? [] : [{ path, what: REMOVED }]),
    { path, what: OTHERS[(kind + 1 + (index % (OTHERS.length - 1))) % OTHERS.length] },
  ]);
  const size = JSON.stringify(datum.value).length;
  const count = Math.min(changes.length, Math.floor(bytes / size));
  return Array.from({ length: count }, (_, index) => {
    const { path, what } = changes[Math.floor((index * changes.length) / count)] as Change;
    const value = structuredClone(datum.value);
    apply(value, path, what);
    const change = what === REMOVED ? 'removed' : `is ${JSON.stringify(what)}`;
    return { ...datum, value, change: `${path.join('.')} ${change}` };
  });
}

type Path = readonly (string | number)[];

interface Change {
  readonly path: Path;
  readonly what: unknown;
}

const REMOVED = Symbol('removed');

/** One value of each kind that JSON has; those that come first are told apart by their place. */
const OTHERS: readonly unknown[] = ['x', 7, true, null, [], {}];

const kindOf = (value: unknown): number => {
  if (value === null) return 3;
  if (typeof value === 'object') return Array.isArray(value) ? 4 : 5;
  return OTHERS.findIndex((other) => typeof other === typeof value);
};

const isItem = (path: Path): boolean => typeof path.at(-1) === 'number';

/** The first place of each pattern: `pets[0].name` stands for `pets[1].name`. */
function placesIn(value: unknown): { path: Path; kind: number }[] {
  const known = new Set<string>();
  const found: { path: Path; kind: number }[] = [];
  const visit = (inner: unknown, path: Path): void => {
    const pattern = JSON.stringify(path.map((step) => (typeof step === 'number' ? 0 : step)));
    if (path.length > 0 && !known.has(pattern)) found.push({ path, kind: kindOf(inner) });
    known.add(pattern);
    if (Array.isArray(inner)) for (const [index, item] of inner.entries()) visit(item, [...path, index]);
    else if (typeof inner === 'object' && inner !== null)
      for (const [key, member] of Object.entries(inner)) visit(member, [...path, key]);
  };
  visit(value, []);
  return found;
}

function apply(value: unknown, path: Path, what: unknown): void {
  const container = path.slice(0, -1).reduce((inner, step) => (inner as Members)[step], value) as Members;
  const last = path.at(-1) as string | number;
  if (what === REMOVED) delete container[last];
  else container[last] = what;
}

type Members = Record<string | number, unknown>;
