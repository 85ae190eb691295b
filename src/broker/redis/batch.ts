// Collects what is asked for in one turn of the event loop, by whomever, and has it done together.

/** A script holds up everybody else while it runs: so many items, or bytes, are enough for one. */
const MOST_ITEMS = 250;
const MOST_BYTES = 1_048_576;

/** So many do not wait for more: who works on them can begin while the others are collected. */
const ENOUGH_ITEMS = 64;

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
  /** So many items wait no longer. */
  readonly enough?: number;
}

export class Batch<Item, Result> {
  readonly #options: BatchOptions<Item, Result>;
  #waiting: Share<Item, Result>[] = [];
  #count = 0;
  #bytes = 0;
  readonly #running = new Set<Promise<void>>();
  #isScheduled = false;

  constructor(options: BatchOptions<Item, Result>) {
    this.#options = options;
  }

  /** Resolves when all of them are done, and rejects if one part of them could not be. */
  add(items: readonly Item[]): Promise<Result[]> {
    if (items.length === 1) return this.#enter(items, this.#options.sizeOf(items[0] as Item));
    return this.#addParts(items);
  }

  /** Does now what waits. */
  flush(): void {
    if (this.#waiting.length === 0) return;
    const running = this.#run(this.#waiting).finally(() => this.#running.delete(running));
    this.#running.add(running);
    this.#waiting = [];
    this.#count = 0;
    this.#bytes = 0;
  }

  /** Does now what waits; resolves when everything that was asked for before is done, or has failed. */
  async drained(): Promise<void> {
    this.flush();
    await Promise.all(this.#running);
  }

  async #addParts(items: readonly Item[]): Promise<Result[]> {
    const parts: Promise<Result[]>[] = [];
    let part: Item[] = [];
    let bytes = 0;
    for (const item of items) {
      const size = this.#options.sizeOf(item);
      if (part.length > 0 && (part.length === MOST_ITEMS || bytes + size > MOST_BYTES)) {
        parts.push(this.#enter(part, bytes));
        part = [];
        bytes = 0;
      }
      part.push(item);
      bytes += size;
    }
    if (part.length > 0) parts.push(this.#enter(part, bytes));
    return (await Promise.all(parts)).flat();
  }

  #enter(items: readonly Item[], bytes: number): Promise<Result[]> {
    if (this.#count + items.length > MOST_ITEMS || this.#bytes + bytes > MOST_BYTES) this.flush();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ items, resolve, reject });
      this.#count += items.length;
      this.#bytes += bytes;
      if (this.#count >= (this.#options.enough ?? ENOUGH_ITEMS)) this.flush();
      else this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const { delayMs } = this.#options;
    const flush = (): void => {
      this.#isScheduled = false;
      this.flush();
    };
    if (delayMs !== undefined) setTimeout(flush, delayMs);
    // Who is alone need not wait for the others of this turn: what they ask for goes with the next part.
    else if (this.#running.size === 0) process.nextTick(flush);
    else setImmediate(flush);
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
