// The tables of a queue file, how a new file gets them, and which files are refused.

import type { SqlDatabase } from './driver.js';

/** `mqrp` in ASCII: what SQLite and file(1) know a queue file by. */
export const APPLICATION_ID = 0x6d717270;

/** Raised with every change of the tables. A file with a higher one belongs to a newer mq-rpc. */
export const SCHEMA_VERSION = 1;

/**
 * One row per call. `due_at` is the instant of the call's next change by time alone, whatever its state: the
 * end of a delay, of a lease, of the time it may wait, of the time its outcome is kept. `null` is never.
 *
 * `body` takes any type so that bytes which somebody else wrote are kept as they are; STRICT holds the other
 * columns to theirs. There are no CHECKs: they took 15 % of all sends, and do not stop anybody who can write here.
 *
 * `settled_seq` is the number of the transaction that recorded the outcome (see `transaction.ts`).
 * `kept` says that the outcome is kept: somebody wants it, or a digest has to be remembered.
 */
const TABLES = `
CREATE TABLE call (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  queue TEXT NOT NULL,
  state TEXT NOT NULL,
  due_at INTEGER,
  priority INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  max_deliveries INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0,
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL,
  expires_at INTEGER,
  retain_ms INTEGER NOT NULL,
  settled_at INTEGER,
  settled_seq INTEGER,
  worker TEXT,
  inbox TEXT,
  digest TEXT,
  reason TEXT,
  result TEXT,
  body ANY,
  UNIQUE (id, queue)
) STRICT;
CREATE INDEX call_ready ON call (queue, priority DESC) WHERE state = 'ready';
CREATE INDEX call_due ON call (state, due_at, queue) WHERE due_at IS NOT NULL;
CREATE INDEX call_dead ON call (queue, settled_seq) WHERE state = 'dead';
CREATE INDEX call_outcome ON call (inbox, settled_seq) WHERE inbox IS NOT NULL AND settled_seq IS NOT NULL;

CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  settled_seq INTEGER NOT NULL,
  clock_at INTEGER NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, 0, 0);
`;

/** Creates the tables in an empty database. The caller holds the write lock. */
export function createTables(db: SqlDatabase): void {
  db.exec(TABLES);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}
