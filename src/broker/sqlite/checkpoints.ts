// Moves the log into the database when it has grown, so that it stays bounded.

import type { SqlDatabase } from './driver.js';
import { isBusy } from './sqlite-errors.js';

/**
 * The size of the log from which on it is moved. Larger ones make neither sends nor calls quicker and the pauses
 * longer: 4 ms here under a stream of sends, 8 ms with 16 MiB, 25 ms with 32.
 */
const LOG_BYTES = 8 * 1024 * 1024;

/**
 * SQLite before 3.51.3 can lose commits when a commit that restarts the log falls into a running checkpoint
 * (sqlite.org/wal.html, "The WAL-Reset Bug"), and Node 22 has had such versions. So a checkpoint runs only while a
 * second connection of this process holds the write lock: then nobody commits. `wal_checkpoint(TRUNCATE)` takes
 * that lock as well, but goes on without it if it is busy, which is just the case to be kept out.
 *
 * The checkpoint itself is PASSIVE and never waits for readers. It leaves the log to be restarted by the next
 * commit, and `journal_size_limit=0` cuts the file down then, so that its size says how far it has grown.
 */
export class Checkpoints {
  readonly #db: SqlDatabase;
  readonly #openGuard: () => SqlDatabase;
  #guard: SqlDatabase | undefined;
  #seenBytes = 0;
  #nextAt = LOG_BYTES;

  constructor(db: SqlDatabase, openGuard: () => SqlDatabase) {
    this.#db = db;
    this.#openGuard = openGuard;
  }

  /** Checkpoints if the log has become too large. A busy lock is fine: the next commit comes here again. */
  keepBounded(logBytes: number): void {
    if (logBytes < this.#seenBytes) this.#nextAt = LOG_BYTES;
    this.#seenBytes = logBytes;
    const dueAt = this.#nextAt;
    if (logBytes < dueAt) return;
    // If readers keep the next commit from restarting the log, or a full disk the log from being moved, trying at
    // each commit would only cost time, and warnings.
    this.#nextAt = logBytes + LOG_BYTES / 4;
    this.#guard ??= this.#openGuard();
    try {
      this.#guard.exec('BEGIN IMMEDIATE');
    } catch (error) {
      if (!isBusy(error)) throw error;
      this.#nextAt = dueAt;
      return;
    }
    try {
      this.#db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get();
    } finally {
      this.#guard.exec('ROLLBACK');
    }
  }

  close(): void {
    this.#guard?.close();
  }
}
