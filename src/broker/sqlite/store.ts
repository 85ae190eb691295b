// One open queue database: its statements, its transactions, and who has to be told after each of them.

import type { Clock } from '../../clock.js';
import { RpcError } from '../../errors.js';
import type { CallRecord, CallRef, ClaimRequest, Delivery, ReapReport } from '../broker.js';
import { Keeper } from '../keeper.js';
import { addReports, NOTHING_REAPED } from '../reap-report.js';
import { isSameBoot } from './boot.js';
import type { Checkpoints } from './checkpoints.js';
import type { SqlDatabase } from './driver.js';
import { ExpressAttempts } from './express-attempts.js';
import type { FileWatch } from './file-watch.js';
import { GroupCommit } from './group-commit.js';
import type { Signals } from './signals.js';
import { Subscriptions } from './subscriptions.js';
import { createTransactions, type Transaction } from './transaction.js';
import { createVerbs, type Verbs } from './verbs/index.js';
import { WITNESS_MS } from './verbs/lease-clock.js';

/** How often a process that cannot be woken looks for itself. */
const DEAF_POLL_MS = 10;

/** What a database in a file has besides its tables. */
export interface StoreFile {
  readonly path: string;
  readonly watch: FileWatch;
  readonly checkpoints: Checkpoints;
}

export interface StoreOptions {
  readonly db: SqlDatabase;
  /** `undefined` in memory. */
  readonly file: StoreFile | undefined;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly onWarning: (message: string) => void;
}

export class Store {
  readonly verbs: Verbs;
  readonly commit: GroupCommit;
  readonly subscriptions: Subscriptions;
  readonly expressAttempts = new ExpressAttempts();
  readonly #options: StoreOptions;
  readonly #keeper: Keeper;
  readonly #dataVersion;
  #seenVersion: unknown;
  #logBytes = 0;
  #isKeeping = false;
  #isFailing = false;
  #deafPoll: NodeJS.Timeout | undefined;

  constructor(options: StoreOptions) {
    const { db, file, signals, clock, onWarning } = options;
    this.#options = options;
    this.verbs = createVerbs(db, (delivery) => this.expressAttempts.add(delivery));
    this.commit = new GroupCommit({
      db,
      file: file?.path ?? 'in memory',
      syncs: file !== undefined,
      beginTransaction: createTransactions(db),
      beforeWrite: () => {
        this.#logBytes = file?.watch.check() ?? 0;
      },
      afterCommit: (tx) => this.#afterCommit(tx),
    });
    this.subscriptions = new Subscriptions({
      signals,
      onWarning,
      readArrivals: (inbox, after) =>
        this.commit.run('read', () => this.verbs.results.arrivals(inbox, after)),
      onDeaf: (reason) => this.#pollWhenDeaf(reason),
    });
    this.#dataVersion = db.prepare<{ data_version: number }>('PRAGMA data_version');
    this.#seenVersion = this.#dataVersion.get()?.data_version;
    this.#keeper = new Keeper({ clock, polls: file !== undefined, task: () => void this.#keep() });
  }

  /**
   * Broker time, in whole milliseconds as the tables have it. To be read within a transaction: before it, the lock
   * or the event loop may keep one waiting for longer than a lease.
   */
  get now(): number {
    return Math.round(this.#options.clock.now());
  }

  /** To be called first: forgets what an earlier run of the machine may have lost. */
  async open(boot: string): Promise<void> {
    const { express } = this.verbs;
    const isSame = await this.commit.run('read', () => isSameBoot(express.boot(), boot));
    if (!isSame) await this.commit.run('durable', (tx) => express.startOver(tx, this.now, boot));
  }

  async claim(request: ClaimRequest): Promise<Delivery[]> {
    const { claim } = this.verbs;
    if (!isWorthTrying(() => claim.isWorthwhile(this.now, request))) return [];
    return this.commit.run('lazy', (tx) => {
      this.dueLeases(tx, request.leaseMs);
      return claim.run(tx, this.now, request);
    });
  }

  /** Notes when leases will want to be looked at. In a file, ticks do. */
  dueLeases(tx: Transaction, leaseMs: number): void {
    if (this.#options.file === undefined) tx.due(this.now + Math.min(leaseMs, WITNESS_MS));
  }

  /** With an inbox, what is not final is read again after it was redirected: it may have ended in between. */
  async fetch(calls: readonly CallRef[], inbox: string | undefined): Promise<(CallRecord | undefined)[]> {
    const { results } = this.verbs;
    const records = await this.commit.run('read', () => results.fetch(calls));
    const isSettled = records.every((record) => record === undefined || record.settledAt !== undefined);
    if (inbox === undefined || isSettled) return records;
    return this.commit.run('lazy', () => {
      results.redirect(calls, inbox);
      return results.fetch(calls);
    });
  }

  async reap(): Promise<ReapReport> {
    const { reap } = this.verbs;
    let total = NOTHING_REAPED;
    while (isWorthTrying(() => reap.isWorthwhile(this.now))) {
      // Without due calls only the clock is written down, which power loss may undo.
      const effort = isWorthTrying(() => reap.isDue(this.now)) ? 'durable' : 'lazy';
      const { report, isFull } = await this.commit.run(effort, (tx) => reap.run(tx, this.now));
      total = addReports(total, report);
      if (!isFull) break;
    }
    await this.commit.run('read', (tx) => tx.due(reap.nextDueAt(this.now)));
    return total;
  }

  async close(): Promise<void> {
    this.#keeper.stop();
    clearInterval(this.#deafPoll);
    this.subscriptions.close();
    await this.commit.close();
    this.#options.file?.checkpoints.close();
    this.#options.db.close();
  }

  #afterCommit(tx: Transaction): void {
    const { signals, file } = this.#options;
    for (const queue of tx.readyQueues) {
      this.subscriptions.wakeQueue(queue);
      signals.signal(`queue:${queue}`);
    }
    for (const queue of tx.cancelQueues) {
      this.subscriptions.wakeCancelled(queue);
      signals.signal(`cancel:${queue}`);
    }
    for (const inbox of tx.inboxes) {
      if (this.subscriptions.has(inbox)) this.subscriptions.wakeInbox(inbox);
      else signals.signal(`inbox:${inbox}`);
    }
    // Without ticks, nothing that becomes due may be missed, and each outcome is forgotten at a time of its own.
    const isKnown = file !== undefined || !tx.hasOutcomes;
    this.#keeper.due(isKnown ? tx.dueAt : this.verbs.reap.nextDueAt(this.now));
    try {
      file?.checkpoints.keepBounded(this.#logBytes);
    } catch (error) {
      this.#options.onWarning(`the log of ${file?.path} could not be moved: ${(error as Error).message}`);
    }
  }

  /** The work of every second, and of every instant at which something is due. */
  async #keep(): Promise<void> {
    this.#pollOthers();
    // A flood of due calls can take longer than a second.
    if (this.#isKeeping) return;
    this.#isKeeping = true;
    try {
      // A queue that is only waited for is never written: without this look nobody would hear that it is gone.
      this.#options.file?.watch.check();
      await this.reap();
      this.#isFailing = false;
    } catch (error) {
      this.#warnOfReap(error as Error);
    } finally {
      this.#isKeeping = false;
    }
  }

  /** Once for each trouble, not every second. */
  #warnOfReap(error: Error): void {
    if (error instanceof RpcError && error.code === 'CLOSED') return;
    if (!this.#isFailing) this.#options.onWarning(`reap failed: ${error.message}`);
    this.#isFailing = true;
  }

  /** Signals are hints and can be lost; SQLite itself says whether another connection has committed. */
  #pollOthers(): void {
    if (this.subscriptions.isEmpty) return;
    try {
      const version = this.#dataVersion.get()?.data_version;
      if (version === this.#seenVersion) return;
      this.#seenVersion = version;
      this.subscriptions.wakeAll();
    } catch {
      // Busy, or broken in a way that the next operation reports.
    }
  }

  #pollWhenDeaf(reason: Error): void {
    if (this.#deafPoll !== undefined) return;
    const { onWarning } = this.#options;
    onWarning(`cannot watch for signals of other processes (${reason.message}); polling instead`);
    this.#deafPoll = setInterval(() => this.#pollOthers(), DEAF_POLL_MS).unref();
  }
}

/** A look that fails, for instance because the file is locked, decides nothing: the operation itself will tell. */
function isWorthTrying(look: () => boolean): boolean {
  try {
    return look();
  } catch {
    return true;
  }
}
