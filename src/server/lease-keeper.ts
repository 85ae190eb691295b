// Keeps the leases of running calls alive, from a thread of its own where the broker can be reached from one: a
// handler that blocks the event loop for longer than a lease must not lose its call.

import { Worker } from 'node:worker_threads';
import type { Attempt, Broker, ExtendStatus } from '../broker/broker.js';
import { type Clock, systemClock, type Timer } from '../clock.js';
import { messageOf } from '../errors.js';
import { LeaseTable } from './lease-table.js';

/** A lease is renewed this many times before it would run out. */
export const RENEWALS_PER_LEASE = 3;

/** How long the thread may take to end: its broker may be away, and what it would renew is over. */
const CLOSING_MS = 1_000;

/** Tells a worker that it is to stop an attempt. */
export type LeaseEnded = (attempt: Attempt, status: Exclude<ExtendStatus, 'ok'>) => void;

export interface LeaseKeeper {
  /** Renews these leases from now on. */
  hold(attempts: readonly Attempt[]): void;
  /** Stops renewing them. */
  drop(attempts: readonly Attempt[]): void;
  /** Renews them without waiting for the next time: somebody may have asked for an end. */
  renewNow(): void;
  close(): Promise<void>;
}

export interface LeaseKeeperOptions {
  readonly broker: Broker;
  /** The queue of all attempts. */
  readonly queue: string;
  readonly clock: Clock;
  readonly leaseMs: number;
  readonly onEnded: LeaseEnded;
  readonly onWarning: (message: string) => void;
}

export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { broker, clock } = options;
  const canThread = broker.threadUrl !== undefined && clock === systemClock;
  return canThread ? new ThreadLeaseKeeper(broker.threadUrl, options) : new LocalLeaseKeeper(options);
}

const keyOf = ({ id, attempt }: Attempt): string => `${id} ${attempt}`;

/** Renews leases with the timers of the event loop that it runs in. */
export class LocalLeaseKeeper implements LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #held = new Map<string, Attempt>();
  /** Set while anything is held: an idle keeper does not tick. */
  #timer: Timer | undefined;
  #isRenewing = false;
  /** Whether it is to renew again as soon as it has. */
  #isHurried = false;
  #isClosed = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  hold(attempts: readonly Attempt[]): void {
    if (this.#isClosed) return;
    for (const attempt of attempts) this.#held.set(keyOf(attempt), attempt);
    if (this.#held.size > 0 && this.#timer === undefined && !this.#isRenewing) this.#schedule();
  }

  renewNow(): void {
    if (this.#isRenewing) this.#isHurried = true;
    else if (this.#held.size > 0) void this.#renew();
  }

  drop(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) this.#held.delete(keyOf(attempt));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#held.clear();
  }

  #schedule(): void {
    const { clock, leaseMs } = this.#options;
    this.#timer = clock.after(leaseMs / RENEWALS_PER_LEASE, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const { broker, leaseMs, onEnded, onWarning } = this.#options;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isRenewing = true;
    const attempts = [...this.#held.values()];
    try {
      const statuses = attempts.length === 0 ? [] : await broker.extend(attempts, leaseMs);
      statuses.forEach((status, index) => {
        const attempt = attempts[index];
        if (attempt === undefined || status === 'ok' || !this.#held.has(keyOf(attempt))) return;
        if (status === 'stale') this.#held.delete(keyOf(attempt));
        onEnded(attempt, status);
      });
    } catch (error) {
      // The next renewal tries again. If the broker stays away the leases run out, as they should.
      onWarning(`leases could not be renewed: ${messageOf(error)}`);
    }
    this.#isRenewing = false;
    const isHurried = this.#isHurried;
    this.#isHurried = false;
    if (this.#held.size === 0) return;
    if (isHurried) void this.#renew();
    else this.#schedule();
  }
}

/** What is said to the thread: read this memory from now on, renew at once, or end. */
export type KeeperRequest =
  | { readonly memory: SharedArrayBuffer }
  | { readonly renew: true }
  | { readonly close: true };

/** What the thread says. */
export type KeeperReport =
  | { readonly attempt: Attempt; readonly status: Exclude<ExtendStatus, 'ok'> }
  | { readonly warning: string };

export interface KeeperData {
  readonly url: string;
  readonly queue: string;
  readonly leaseMs: number;
  /** See {@link LeaseTable}. */
  readonly memory: SharedArrayBuffer;
}

/** Where an attempt is written down. */
interface Entry {
  readonly attempt: Attempt;
  readonly slot: number;
}

/**
 * The same, in a thread with a broker of its own, which reads what is held when it renews. A thread that cannot
 * start, or dies, is replaced by the timers of this event loop.
 */
class ThreadLeaseKeeper implements LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #thread: Worker;
  readonly #exited: Promise<void>;
  readonly #table = new LeaseTable((memory) => this.#say({ memory }));
  readonly #held = new Map<string, Entry>();
  #substitute: LocalLeaseKeeper | undefined;
  #isClosed = false;

  constructor(url: string, options: LeaseKeeperOptions) {
    const { queue, leaseMs, onEnded, onWarning } = options;
    this.#options = options;
    const data: KeeperData = { url, queue, leaseMs, memory: this.#table.memory };
    this.#thread = new Worker(new URL('./lease-keeper-thread.js', import.meta.url), { workerData: data });
    this.#thread.on('message', (report: KeeperReport) => {
      if ('warning' in report) onWarning(report.warning);
      else if (this.#held.has(keyOf(report.attempt))) onEnded(report.attempt, report.status);
    });
    this.#thread.on('error', (error) =>
      onWarning(`the thread that renews leases ended: ${messageOf(error)}`),
    );
    this.#exited = new Promise((resolve) => {
      this.#thread.once('exit', () => {
        this.#replace();
        resolve();
      });
    });
    this.#thread.unref();
  }

  hold(attempts: readonly Attempt[]): void {
    for (const attempt of attempts)
      this.#held.set(keyOf(attempt), { attempt, slot: this.#table.add(attempt) });
    this.#substitute?.hold(attempts);
  }

  drop(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) {
      const key = keyOf(attempt);
      const entry = this.#held.get(key);
      if (entry !== undefined) this.#table.remove(entry.slot);
      this.#held.delete(key);
    }
    this.#substitute?.drop(attempts);
  }

  renewNow(): void {
    if (this.#substitute === undefined) this.#say({ renew: true });
    else this.#substitute.renewNow();
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#thread.ref();
      this.#say({ close: true });
      this.#isClosed = true;
    }
    const tooLong = setTimeout(() => void this.#thread.terminate(), CLOSING_MS);
    await this.#exited;
    clearTimeout(tooLong);
    await this.#substitute?.close();
  }

  #say(request: KeeperRequest): void {
    if (!this.#isClosed) this.#thread.postMessage(request);
  }

  #replace(): void {
    if (this.#isClosed) return;
    this.#substitute = new LocalLeaseKeeper(this.#options);
    this.#substitute.hold([...this.#held.values()].map(({ attempt }) => attempt));
  }
}
