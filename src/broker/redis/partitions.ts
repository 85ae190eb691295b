// Into how many places a queue is split, has been split before, and at which of them a call can be.

/** One number of places that a queue has had. */
export interface Split {
  readonly count: number;
  /** Broker time in ms from which on no place takes new calls of those who know fewer; unset while one might. */
  readonly sealedAt: number | undefined;
}

/** The numbers of places that a queue has had, smallest first: they only grow, and the last one is in force. */
export type History = readonly [Split, ...Split[]];

/** A queue that nobody has split. */
export const WHOLE: History = [{ count: 1, sealedAt: 0 }];

/** How far the clock of a client may be ahead of the broker's. Beyond that, see {@link olderPlaces}. */
const CLOCK_SKEW_MS = 10 * 60_000;

/** Reads what `partition` answers. */
export function parseHistory(text: string): History {
  const splits = text.split(' ').map((split) => {
    const [count, sealedAt] = split.split(':');
    return { count: Number(count), sealedAt: sealedAt ? Number(sealedAt) : undefined };
  });
  return [splits[0] ?? WHOLE[0], ...splits.slice(1)];
}

/** How many places the queue has now. */
export const countOf = (history: History): number => (history.at(-1) ?? history[0]).count;

/**
 * The place of a call among so many: jump consistent hash (Lamping and Veach, 2014, arXiv:1406.2294) over the last
 * 32 bits of its id, which are random or a hash in every version of id that we make. If there are more places than
 * before, a call either stays where it was or belongs to one of the new ones.
 */
export function placeOf(id: string, count: number): number {
  if (count === 1) return 0;
  let key = BigInt(Number.parseInt(id.slice(-8), 16) || 0);
  let place = 0;
  for (let next = 0; next < count; ) {
    place = next;
    key = BigInt.asUintN(64, key * 2_862_933_555_777_941_757n + 1n);
    next = Math.floor((place + 1) * (2 ** 31 / (Number(key >> 33n) + 1)));
  }
  return place;
}

/**
 * Every place at which a call can be, the likeliest first: where the split that was sealed last before it was made
 * puts it, then newer places before older ones.
 */
export function placesOf(id: string, history: History): readonly number[] {
  if (history.length === 1) return [placeOf(id, history[0].count)];
  const made = madeAt(id);
  const likeliest = history.findLast(({ sealedAt }) => sealedAt !== undefined && sealedAt <= made);
  const splits = history.toReversed();
  if (likeliest !== undefined) splits.unshift(likeliest);
  return [...new Set(splits.map(({ count }) => placeOf(id, count)))];
}

/**
 * The places that have to be asked for a call before it may enter a queue where it belongs now. A split that was
 * sealed before the call was made makes those before it pointless: nobody can have put it there. The margin is for
 * clients whose clocks are ahead; one that is further ahead could, by sending the very same message before and after
 * a split, queue it twice.
 */
export function olderPlaces(id: string, history: History): readonly number[] {
  if (history.length === 1) return NONE;
  const made = madeAt(id) - CLOCK_SKEW_MS;
  const first = history.findLastIndex(({ sealedAt }) => sealedAt !== undefined && sealedAt < made);
  const places = new Set(history.slice(Math.max(0, first)).map(({ count }) => placeOf(id, count)));
  places.delete(placeOf(id, countOf(history)));
  return [...places];
}

const NONE: readonly number[] = [];

/** When an id was made, in ms: UUIDv7 says it. One that is derived from a key may have been made at any time. */
const madeAt = (id: string): number =>
  id[14] === '7' ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : Number.NEGATIVE_INFINITY;
