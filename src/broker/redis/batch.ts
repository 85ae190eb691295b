// Collects what is asked for in one turn of the event loop, by whomever, and has it done together.

/** A script holds up everybody else while it runs: so many items, or bytes, are enough for one. */
const MOST_ITEMS = 250;
const MOST_BYTES = 1_048_576;

interface Share<Item, Result> {
  readonly items: readonly Item[];
  readonly resolve: (results: Result[]) => void;
  readonly reject: (error: unknown) => void;
}

export interface BatchOptions<Item, Result> {
  /** Does a part; results come in the order of the items. */
  readonly run: (items: readonly Item[]) => Promise<readonly Result[]>;
  /** About how many bytes an item takes. */
  readonly sizeOf: (item: Item) => number;
  /** How long items may wait for others, in ms. Default: until the end of the turn. */
  readonly delayMs?: number;
}

export class Batch<Item, Result> {
  readonly #options: BatchOptions<Item, Result>;
  #waiting: Share<Item, Result>[] = [];
  readonly #running = new Set<Promise<void>>();
  #isScheduled = false;

  constructor(options: BatchOptions<Item, Result>) {
    this.#options = options;
  }

  /** Resolves when all of them are done, and rejects if one part of them could not be. */
  async add(items: readonly Item[]): Promise<Result[]> {
    if (items.length <= 1) return this.#enter(items);
    return (await Promise.all(this.#split(items).map((part) => this.#enter(part)))).flat();
  }

  /** Does now what waits. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#isScheduled = false;
    for (const part of inParts(waiting, ({ items }) => this.#sizeOf(items))) {
      const running = this.#run(part).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  /** Does now what waits; resolves when everything that was asked for before is done, or has failed. */
  async drained(): Promise<void> {
    this.flush();
    await Promise.all(this.#running);
  }

  #enter(items: readonly Item[]): Promise<Result[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      this.#schedule();
    });
  }

  #split(items: readonly Item[]): Item[][] {
    return [...inParts(items, (item) => ({ count: 1, bytes: this.#options.sizeOf(item) }))];
  }

  #sizeOf(items: readonly Item[]): Size {
    return { count: items.length, bytes: items.reduce((sum, item) => sum + this.#options.sizeOf(item), 0) };
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const { delayMs } = this.#options;
    if (delayMs === undefined) setImmediate(() => this.flush());
    else setTimeout(() => this.flush(), delayMs);
  }

  async #run(shares: readonly Share<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#options.run(shares.flatMap(({ items }) => items));
      let at = 0;
      for (const { items, resolve } of shares) {
        resolve(results.slice(at, at + items.length));
        at += items.length;
      }
    } catch (error) {
      for (const { reject } of shares) reject(error);
    }
  }
}

interface Size {
  readonly count: number;
  readonly bytes: number;
}

/** The things in their order, in parts that are small enough. One that is too large by itself is a part. */
function* inParts<T>(things: readonly T[], sizeOf: (thing: T) => Size): Generator<T[]> {
  let part: T[] = [];
  let [count, bytes] = [0, 0];
  for (const thing of things) {
    const size = sizeOf(thing);
    if (part.length > 0 && (count + size.count > MOST_ITEMS || bytes + size.bytes > MOST_BYTES)) {
      yield part;
      part = [];
      [count, bytes] = [0, 0];
    }
    part.push(thing);
    count += size.count;
    bytes += size.bytes;
  }
  if (part.length > 0) yield part;
}
