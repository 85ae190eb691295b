// Opens a queue file: makes its folder, refuses what is not ours without touching it, and sets what must be set.

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError } from '../../errors.js';
import type { OpenDatabase, SqlDatabase } from './driver.js';
import { APPLICATION_ID, createTables, SCHEMA_VERSION } from './schema.js';
import { isBusy, notWritten, sqliteCode } from './sqlite-errors.js';

/** The folder of the queue that is used when no URL is given. */
const DEFAULT_FOLDER = '.mq-rpc';

/** How long to wait for another process that creates or recovers the file at the same moment. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 5;

/** Opens the file at an absolute path. Rejects with `UNAVAILABLE` and what to do. */
export async function openQueueFile(open: OpenDatabase, path: string): Promise<SqlDatabase> {
  prepareFolder(dirname(path));
  try {
    await whenFree(() => refuseForeign(open, path));
    const db = open(path);
    try {
      await whenFree(() => prepare(db, path));
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw notWritten(error, path);
  }
}

/** Opens an empty queue in memory. */
export function openQueueInMemory(open: OpenDatabase): SqlDatabase {
  const db = open(':memory:');
  createTables(db);
  return db;
}

function prepareFolder(folder: string): void {
  if (existsSync(folder)) return;
  try {
    const topmost = mkdirSync(folder, { recursive: true, mode: 0o700 }) ?? folder;
    if (basename(folder) === DEFAULT_FOLDER) writeFileSync(join(folder, '.gitignore'), '*\n');
    for (let made = folder; made.length >= topmost.length; made = dirname(made)) syncFolder(dirname(made));
  } catch (cause) {
    throw new RpcError(
      'UNAVAILABLE',
      `the folder ${folder} of the queue file cannot be created (${(cause as Error).message}); choose another path`,
      { cause },
    );
  }
}

/** Makes a new folder survive power loss. SQLite does the same for its files, and Windows by itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Looks at a file that somebody else has open, or has left behind in a crash, through a connection that cannot
 * write: one that can would tidy up when it is closed. Otherwise looking leaves no trace, and `prepare` does it.
 * Reading the header with `node:fs` instead would be wrong: closing that descriptor would drop the locks of every
 * connection of this process to the file (sqlite.org/howtocorrupt.html, 2.2).
 */
function refuseForeign(open: OpenDatabase, path: string): void {
  if (!existsSync(path) || !(existsSync(`${path}-wal`) || existsSync(`${path}-journal`))) return;
  let db: SqlDatabase | undefined;
  try {
    db = open(path, 'readonly');
    checkIdentity(db, path);
  } catch (error) {
    // Somebody died while writing without a log, which only a connection that can write can look through.
    if (sqliteCode(error) !== 'READONLY') throw error;
  } finally {
    db?.close();
  }
}

/** Whether the database is empty; throws if it is neither empty nor ours. */
function checkIdentity(db: SqlDatabase, path: string): boolean {
  const applicationId = readPragma(db, 'application_id');
  const version = Number(readPragma(db, 'user_version'));
  if (applicationId === APPLICATION_ID && version === SCHEMA_VERSION) return false;
  if (applicationId === APPLICATION_ID && version > SCHEMA_VERSION) {
    throw new RpcError(
      'UNAVAILABLE',
      `queue file ${path}: written by a newer mq-rpc (schema ${version}, this one reads ${SCHEMA_VERSION}); update mq-rpc here`,
    );
  }
  if (applicationId === APPLICATION_ID && version > 0) {
    throw new RpcError(
      'UNAVAILABLE',
      `queue file ${path}: written by an older mq-rpc (schema ${version}, this one reads ${SCHEMA_VERSION}); finish its calls with that one, or choose another path`,
    );
  }
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (isEmpty && applicationId === 0 && version === 0) return true;
  throw new RpcError(
    'UNAVAILABLE',
    `queue file ${path}: this SQLite database belongs to another program; choose another path`,
  );
}

function prepare(db: SqlDatabase, path: string): void {
  // The driver must never wait inside SQLite: that would stop the event loop.
  db.exec('PRAGMA busy_timeout = 0');
  if (checkIdentity(db, path)) createUnderLock(db, path);
  expectPragma(db, path, 'journal_mode', 'wal', 'PRAGMA journal_mode = WAL');
  // better-sqlite3 comes back as NORMAL when it opens an existing WAL file, so it is read back every time.
  db.exec('PRAGMA synchronous = FULL');
  expectPragma(db, path, 'synchronous', 2);
  db.exec('PRAGMA wal_autocheckpoint = 0');
  db.exec('PRAGMA journal_size_limit = 0');
  db.exec('PRAGMA cache_size = -16000');
  // The first read opens the log, which has to be there from now on (see `file-watch.ts`).
  db.prepare('SELECT settled_seq FROM meta').get();
}

/** Two processes may come at once: who gets the lock creates, the other finds the tables. */
function createUnderLock(db: SqlDatabase, path: string): void {
  db.exec('BEGIN EXCLUSIVE');
  try {
    if (checkIdentity(db, path)) createTables(db);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

function expectPragma(db: SqlDatabase, path: string, pragma: string, expected: unknown, set?: string): void {
  if (set !== undefined) db.prepare(set).get();
  const got = readPragma(db, pragma);
  if (got === expected) return;
  throw new RpcError(
    'UNAVAILABLE',
    `queue file ${path}: SQLite refused ${pragma} = ${expected} (it is ${got}), so calls would not be safe there; choose a path on a local disk`,
  );
}

function readPragma(db: SqlDatabase, pragma: string): unknown {
  return Object.values(db.prepare<Record<string, unknown>>(`PRAGMA ${pragma}`).get() ?? {})[0];
}

/** Runs `task` again while another process holds the lock, for a while. */
async function whenFree(task: () => void): Promise<void> {
  const startedAt = performance.now();
  for (;;) {
    try {
      task();
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() - startedAt > PATIENCE_MS) throw error;
    }
    await sleep(RETRY_MS);
  }
}
