// Runs operations in transactions: whatever is asked for in one turn of the event loop shares one commit.

import { RpcError } from '../../errors.js';
import type { SqlDatabase } from './driver.js';
import { isBusy, isRolledBackFor, notConfirmed, notWritten } from './sqlite-errors.js';
import type { Transaction } from './transaction.js';

/**
 * What an operation needs.
 * - `read`: no transaction.
 * - `lazy`: a commit that may be undone by power loss; see {@link GroupCommit}.
 * - `durable`: a commit that is on the disk when the promise resolves.
 */
export type Effort = 'read' | 'lazy' | 'durable';

/** Tries for the lock in direct succession, then one per millisecond, until patience ends. */
const EAGER_TRIES = 20;
const RETRY_MS = 1;
const PATIENCE_MS = 10_000;

/** The most operations in one transaction: other processes want the lock too. */
const MAX_OPERATIONS = 1_000;

interface Operation {
  readonly effort: Effort;
  readonly work: (tx: Transaction) => unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Set after a transaction failed: each of its operations runs again by itself, so that only one fails. */
  isAlone: boolean;
}

export interface GroupCommitOptions {
  readonly db: SqlDatabase;
  /** The file's name for messages. */
  readonly file: string;
  /** Whether there is a disk to wait for. */
  readonly syncs: boolean;
  readonly beginTransaction: () => Transaction;
  /** How long to wait for the lock. Default 10 s. */
  readonly patienceMs?: number;
  /** Throws if what is written now would be lost. */
  readonly beforeWrite: () => void;
  /** Tells others, also what a batch of reads has found out. Must not throw. */
  readonly afterCommit: (tx: Transaction) => void;
}

/**
 * A `lazy` transaction is written without waiting for the disk (`synchronous=NORMAL`), which takes a fifth off the
 * time of a call. That is right for claim, extend and confirm, for express calls, and only for them. The death of a
 * process does not undo it. Power loss can, but never a part of it, and never a durable commit after it: that one waits until the
 * disk has the whole log up to its end.
 *
 * An undone claim makes its call ready again, with the attempt number free for another delivery. The worker that
 * had it was on this machine and is gone as well, so no two hold one number. (A call that takes the whole machine
 * down before the next durable commit is therefore not counted.) What a claim has expired expires again. An
 * undone extend shortens a lease that nobody holds any more. An undone confirm keeps an outcome until its
 * `retain` is over. Express calls that wait or run are forgotten when the machine has been started anew: after an
 * undone claim or settlement one would be delivered twice.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #begin;
  readonly #commit;
  readonly #rollback;
  #queue: Operation[] = [];
  #isScheduled = false;
  /** Whether commits wait for the disk, as the connection is set now. */
  #isSyncing = true;
  #tries = 0;
  #busySince = 0;
  #isClosed = false;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#begin = options.db.prepare('BEGIN IMMEDIATE');
    this.#commit = options.db.prepare('COMMIT');
    this.#rollback = options.db.prepare('ROLLBACK');
  }

  /**
   * Runs `work` and resolves with its result when that is as durable as asked for. Rejects with `UNAVAILABLE`
   * if nothing was written, with `UNCONFIRMED` if nobody knows, with `CLOSED` after {@link close}. `work` may run
   * more than once; only its last run counts.
   */
  run<T>(effort: Effort, work: (tx: Transaction) => T): Promise<T> {
    if (this.#isClosed) return Promise.reject(new RpcError('CLOSED', `${this.#options.file} is closed`));
    return new Promise<T>((resolve, reject) => {
      this.#queue.push({
        effort,
        work,
        resolve: resolve as (value: unknown) => void,
        reject,
        isAlone: false,
      });
      this.#schedule();
    });
  }

  /** Resolves when everything that was asked for before is done, or has failed. */
  async drained(): Promise<void> {
    await this.run('read', () => undefined).catch(() => undefined);
  }

  /** Finishes what was asked for, and what that asks for next, and takes no more. */
  async close(): Promise<void> {
    do await this.drained();
    while (this.#queue.length > 0);
    this.#isClosed = true;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    if (this.#tries <= EAGER_TRIES) setImmediate(this.#flush);
    else setTimeout(this.#flush, RETRY_MS);
  }

  readonly #flush = (): void => {
    this.#isScheduled = false;
    const batch = this.#takeBatch();
    const isDone = this.#attempt(batch);
    if (isDone) this.#tries = 0;
    else this.#waitForLock(batch);
    if (this.#queue.length > 0) this.#schedule();
  };

  #takeBatch(): Operation[] {
    const limit = this.#queue[0]?.isAlone ? 1 : MAX_OPERATIONS;
    const nextAlone = limit === 1 ? 1 : this.#queue.findIndex((operation) => operation.isAlone);
    return this.#queue.splice(0, nextAlone < 0 ? limit : Math.min(limit, nextAlone));
  }

  /** Whether the batch is done, well or badly; otherwise the lock was taken. */
  #attempt(batch: readonly Operation[]): boolean {
    const isDurable = batch.some(({ effort }) => effort === 'durable');
    const isWriting = isDurable || batch.some(({ effort }) => effort === 'lazy');
    try {
      if (isWriting) this.#open(isDurable);
    } catch (error) {
      if (isBusy(error)) return false;
      this.#fail(batch, notWritten(error, this.#options.file));
      return true;
    }
    return this.#work(batch, isWriting);
  }

  #open(isDurable: boolean): void {
    const { db, syncs, beforeWrite } = this.#options;
    beforeWrite();
    if (syncs && isDurable !== this.#isSyncing) {
      db.exec(`PRAGMA synchronous = ${isDurable ? 'FULL' : 'NORMAL'}`);
      this.#isSyncing = isDurable;
    }
    this.#begin.run();
  }

  #work(batch: readonly Operation[], isWriting: boolean): boolean {
    const tx = this.#options.beginTransaction();
    let results: unknown[];
    try {
      results = batch.map(({ work }) => work(tx));
    } catch (error) {
      if (isWriting) this.#rollBack();
      if (isBusy(error)) return false;
      if (batch.length === 1) this.#fail(batch, notWritten(error, this.#options.file));
      else this.#putBack(batch, true);
      return true;
    }
    if (isWriting && !this.#isCommitted(batch)) return true;
    batch.forEach(({ resolve }, index) => {
      resolve(results[index]);
    });
    this.#options.afterCommit(tx);
    return true;
  }

  #isCommitted(batch: readonly Operation[]): boolean {
    try {
      this.#commit.run();
      return true;
    } catch (error) {
      this.#rollBack();
      const explain = isRolledBackFor(error) ? notWritten : notConfirmed;
      this.#fail(batch, explain(error, this.#options.file));
      return false;
    }
  }

  #rollBack(): void {
    try {
      this.#rollback.run();
    } catch {
      // SQLite has rolled back by itself, as it does after most failures.
    }
  }

  #waitForLock(batch: readonly Operation[]): void {
    const now = performance.now();
    if (this.#tries++ === 0) this.#busySince = now;
    if (now - this.#busySince < (this.#options.patienceMs ?? PATIENCE_MS)) {
      this.#putBack(batch, false);
      return;
    }
    this.#tries = 0;
    const busy = Object.assign(new Error('database is locked'), { code: 'SQLITE_BUSY' });
    this.#fail(batch, notWritten(busy, this.#options.file));
  }

  #putBack(batch: readonly Operation[], isAlone: boolean): void {
    if (isAlone) for (const operation of batch) operation.isAlone = true;
    this.#queue = [...batch, ...this.#queue];
  }

  #fail(batch: readonly Operation[], error: unknown): void {
    for (const { reject } of batch) reject(error);
  }
}
