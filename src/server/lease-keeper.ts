// Keeps the leases of running calls alive, from a thread of its own where the broker can be reached from one: a
// handler that blocks the event loop for longer than a lease must not lose its call.

import { Worker } from 'node:worker_threads';
import type { Attempt, Broker, ExtendStatus } from '../broker/broker.js';
import { type Clock, systemClock, type Timer } from '../clock.js';
import { messageOf } from '../errors.js';

/** A lease is renewed this many times before it would run out. */
const RENEWALS_PER_LEASE = 3;

/** Tells a worker that it is to stop an attempt. */
export type LeaseEnded = (attempt: Attempt, status: Exclude<ExtendStatus, 'ok'>) => void;

export interface LeaseKeeper {
  /** Renews these leases from now on. */
  hold(attempts: readonly Attempt[]): void;
  /** Stops renewing them. */
  drop(attempts: readonly Attempt[]): void;
  close(): Promise<void>;
}

export interface LeaseKeeperOptions {
  readonly broker: Broker;
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
  #isClosed = false;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  hold(attempts: readonly Attempt[]): void {
    if (this.#isClosed) return;
    for (const attempt of attempts) this.#held.set(keyOf(attempt), attempt);
    if (this.#held.size > 0 && this.#timer === undefined) this.#schedule();
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
    this.#timer = undefined;
    if (this.#held.size > 0) this.#schedule();
  }
}

/** What is said to the thread. */
export type KeeperRequest =
  | { readonly hold: readonly Attempt[]; readonly drop: readonly Attempt[] }
  | { readonly close: true };

/** What the thread says. */
export type KeeperReport =
  | { readonly attempt: Attempt; readonly status: Exclude<ExtendStatus, 'ok'> }
  | { readonly warning: string };

export interface KeeperData {
  readonly url: string;
  readonly leaseMs: number;
}

/**
 * The same, in a thread with a broker of its own. A thread that cannot start, or dies, is replaced by the timers of
 * this event loop.
 */
class ThreadLeaseKeeper implements LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #thread: Worker;
  readonly #exited: Promise<void>;
  readonly #held = new Map<string, Attempt>();
  /** Waiting to be said: dropping late does no harm, so it goes along with the next message or turn. */
  #dropped: Attempt[] = [];
  #substitute: LocalLeaseKeeper | undefined;
  #isClosed = false;

  constructor(url: string, options: LeaseKeeperOptions) {
    const { leaseMs, onEnded, onWarning } = options;
    this.#options = options;
    const data: KeeperData = { url, leaseMs };
    this.#thread = new Worker(new URL('./lease-keeper-thread.js', import.meta.url), { workerData: data });
    this.#thread.on('message', (report: KeeperReport) => {
      if ('warning' in report) onWarning(report.warning);
      else onEnded(report.attempt, report.status);
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

  /** Says it at once: the next thing to happen may be a handler that blocks this thread. */
  hold(attempts: readonly Attempt[]): void {
    const held = attempts.map(bare);
    for (const attempt of held) this.#held.set(keyOf(attempt), attempt);
    if (this.#substitute === undefined) this.#say(held);
    else this.#substitute.hold(held);
  }

  drop(attempts: readonly Attempt[]): void {
    for (const attempt of attempts) this.#held.delete(keyOf(attempt));
    if (this.#dropped.length === 0) setImmediate(() => this.#say([]));
    this.#dropped.push(...attempts.map(bare));
    this.#substitute?.drop(attempts);
  }

  async close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      this.#thread.ref();
      this.#thread.postMessage({ close: true } satisfies KeeperRequest);
    }
    await this.#exited;
    await this.#substitute?.close();
  }

  #say(hold: readonly Attempt[]): void {
    const drop = this.#dropped;
    if (this.#isClosed || (hold.length === 0 && drop.length === 0)) return;
    this.#dropped = [];
    this.#thread.postMessage({ hold, drop } satisfies KeeperRequest);
  }

  #replace(): void {
    if (this.#isClosed) return;
    this.#substitute = new LocalLeaseKeeper(this.#options);
    this.#substitute.hold([...this.#held.values()]);
  }
}

/** Only what names the attempt: a delivery carries its body, which the thread has no use for. */
const bare = ({ queue, id, attempt }: Attempt): Attempt => ({ queue, id, attempt });
