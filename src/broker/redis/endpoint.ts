// One server, or the master that Sentinels name: has a link to it, and opens another one when that has ended.

import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisOptions } from 'ioredis';
import { Link } from './link.js';
import { diagnose } from './redis-advice.js';

/** Wait before the next try: a random part of this, doubled each time, so that clients do not come back together. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

export interface EndpointOptions {
  readonly redis: RedisOptions;
  /** What messages call it. */
  readonly display: string;
  readonly onWarning: (message: string) => void;
}

export class Endpoint {
  readonly display: string;
  readonly #options: EndpointOptions;
  readonly #closing = new AbortController();
  #link: Link | undefined;
  #opening: Promise<Link> | undefined;
  #failures = 0;

  constructor(options: EndpointOptions) {
    this.#options = options;
    this.display = options.display;
  }

  /** The link if there is one now. */
  get current(): Link | undefined {
    return this.#link?.isEnded === false ? this.#link : undefined;
  }

  /** The link if there is one, otherwise one try to open one, which everybody shares. */
  link(): Promise<Link> {
    const { current } = this;
    if (current !== undefined) return Promise.resolve(current);
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  close(): void {
    this.#closing.abort();
    this.#link?.end();
  }

  async #open(): Promise<Link> {
    const { signal } = this.#closing;
    await this.#pause(signal);
    try {
      const link = await Link.open(this.#options.redis, signal);
      if (signal.aborted) link.end();
      this.#link = link;
    } catch (error) {
      this.#fail(error);
      throw error;
    }
    this.#succeed();
    return this.#link;
  }

  /** Keeps no process alive: who waits for a reply does so himself. */
  async #pause(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#failures === 0) return;
    const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    await sleep(Math.random() * longest, undefined, { signal, ref: false });
  }

  /** Told once, however long it takes. */
  #fail(error: unknown): void {
    if (this.#closing.signal.aborted || this.#failures++ > 0) return;
    const { advice, code } = diagnose(error);
    const why = code === undefined ? advice : `${advice} (${code})`;
    this.#options.onWarning(`Redis ${this.display} is away: ${why}; trying again`);
  }

  #succeed(): void {
    if (this.#failures > 0) this.#options.onWarning(`Redis ${this.display} is back`);
    this.#failures = 0;
  }
}
