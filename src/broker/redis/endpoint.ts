// One server, or the master that Sentinels name: has a link to it, and opens another one when that has ended.

import type { RedisOptions } from 'ioredis';
import { Link } from './link.js';

/** Wait before the next try: a random part of this, doubled each time, so that clients do not come back together. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

export class Endpoint {
  readonly #options: RedisOptions;
  #link: Link | undefined;
  #opening: Promise<Link> | undefined;
  #failures = 0;
  #isClosed = false;

  constructor(options: RedisOptions) {
    this.#options = options;
  }

  /** The link if there is one, otherwise one try to open one, which everybody shares. */
  link(): Promise<Link> {
    if (this.#link !== undefined && !this.#link.isEnded) return Promise.resolve(this.#link);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  close(): void {
    this.#isClosed = true;
    this.#link?.end();
  }

  async #open(): Promise<Link> {
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    if (this.#failures > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
    this.#failures++;
    const link = await Link.open(this.#options);
    if (this.#isClosed) link.end();
    this.#failures = 0;
    this.#link = link;
    return link;
  }
}
