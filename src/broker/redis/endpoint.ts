// One server, or the master that Sentinels name: has a link to it, and opens another one when that has ended.

import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisOptions } from 'ioredis';
import { RpcError } from '../../errors.js';
import { Link } from './link.js';
import { diagnose } from './redis-advice.js';

/** Wait before the next try: a random part of this, doubled each time, so that clients do not come back together. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

export interface EndpointOptions {
  readonly redis: RedisOptions;
  /** What messages call it. */
  readonly display: string;
  /** Rejects if the server of a link must not be used for queues. */
  readonly check: (link: Link, display: string) => Promise<void>;
  readonly onWarning: (message: string) => void;
}

export class Endpoint {
  readonly #options: EndpointOptions;
  readonly #closing = new AbortController();
  #link: Link | undefined;
  #opening: Promise<Link> | undefined;
  #failures = 0;
  #isUnfit = false;

  constructor(options: EndpointOptions) {
    this.#options = options;
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

  /** The link, if its server is fit for queues. */
  async fitLink(): Promise<Link> {
    const link = await this.link();
    try {
      await this.#options.check(link, this.#options.display);
    } catch (error) {
      this.#isUnfit = true;
      this.#fail(error);
      throw error;
    }
    this.#isUnfit = false;
    this.#succeed();
    return link;
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
    if (!this.#isUnfit) this.#succeed();
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
    const { display, onWarning } = this.#options;
    onWarning(`${error instanceof RpcError ? error.message : describe(display, error)}; trying again`);
  }

  #succeed(): void {
    if (this.#failures > 0) this.#options.onWarning(`Redis ${this.#options.display} is back`);
    this.#failures = 0;
  }
}

function describe(display: string, error: unknown): string {
  const { advice, code } = diagnose(error);
  return `Redis ${display} is away: ${code === undefined ? advice : `${advice} (${code})`}`;
}
