// What SQLite's failures mean to a caller, whichever driver reports them.

import { RpcError } from '../../errors.js';

/** Primary result codes that the broker tells apart. Source: sqlite.org/rescode.html */
const CODES: Readonly<Record<number, string>> = {
  5: 'BUSY',
  6: 'LOCKED',
  7: 'NOMEM',
  8: 'READONLY',
  10: 'IOERR',
  11: 'CORRUPT',
  13: 'FULL',
  14: 'CANTOPEN',
  26: 'NOTADB',
};

/** The extended code of a write that failed: `SQLITE_IOERR | 3 << 8`. */
const IOERR_WRITE = 778;

/** What happened and what to do, by code. */
const ADVICE: Readonly<Record<string, string>> = {
  BUSY: 'another process has kept it locked for too long; end that process or wait, then try again',
  LOCKED: 'another connection has kept it locked for too long; wait, then try again',
  NOMEM: 'there is not enough memory; free some, then try again',
  READONLY: 'it may not be written; check the permissions of the file and its folder, then try again',
  IOERR: 'the disk reported an error; check the disk and its free space, then try again',
  CORRUPT: 'it is damaged; restore it from a copy, or move it away to start with an empty queue',
  FULL: 'the disk is full; free some space, then try again',
  CANTOPEN: 'it cannot be opened; check that its folder exists and may be written',
  NOTADB: 'it is not a SQLite database; choose another file, or move it away to start with an empty queue',
};

/** SQLite's primary result code as a word (`BUSY`, `FULL`…), or `undefined` for an error of another origin. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  // node:sqlite has the extended code as a number, better-sqlite3 as a name such as SQLITE_IOERR_FSYNC.
  if (typeof errcode === 'number') return CODES[errcode & 0xff] ?? 'ERROR';
  return typeof code === 'string' ? /^SQLITE_([A-Z]+)/.exec(code)?.[1] : undefined;
}

/** Whether an error says that somebody else holds the lock, which passes. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'BUSY' || code === 'LOCKED';
}

/**
 * Whether a COMMIT that failed like this has left nothing behind. SQLite forgets the transaction after every
 * failure, but a log that holds its last page would bring it back at the next start: after a failed fsync, for
 * instance. Only when that page was not written is it certain that this cannot happen.
 */
export function isRolledBackFor(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'FULL' || code === 'BUSY' || code === 'READONLY' || isFailedWrite(error);
}

function isFailedWrite(error: unknown): boolean {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  return code === 'SQLITE_IOERR_WRITE' || errcode === IOERR_WRITE;
}

/** The failure of something that was certainly not written. Errors that are not SQLite's stay as they are. */
export function notWritten(error: unknown, file: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const advice = ADVICE[code] ?? 'SQLite refused it';
  return new RpcError('UNAVAILABLE', `queue file ${file}: ${advice} (nothing was written)`, { cause: error });
}

/** The failure of a commit of which nobody knows whether it will be there after a restart. */
export function notConfirmed(error: unknown, file: string): unknown {
  const advice = ADVICE[sqliteCode(error) ?? ''] ?? 'SQLite did not confirm the commit';
  return new RpcError('UNCONFIRMED', `queue file ${file}: ${advice} (it may or may not have been written)`, {
    cause: error,
  });
}
