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
 * `body` takes any type so that bytes which somebody else wrote are kept as they are. STRICT and the CHECKs
 * keep such a writer from stopping a whole queue with a row that no worker can read.
 *
 * `settled_seq` is the number of the transaction that recorded the outcome (see `transaction.ts`).
 * `kept` says that the outcome is kept: somebody wants it, or a digest has to be remembered.
 */
const TABLES = `
CREATE TABLE call (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL,
  queue TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('scheduled', 'ready', 'leased', 'answered', 'dead', 'cancelled', 'expired')),
  due_at INTEGER CHECK (abs(due_at) < 9e15),
  priority INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 7),
  attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt BETWEEN 0 AND 1e9),
  max_deliveries INTEGER NOT NULL,
  failures INTEGER NOT NULL DEFAULT 0 CHECK (failures BETWEEN 0 AND 1e9),
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  kept INTEGER NOT NULL,
  accepted_at INTEGER NOT NULL CHECK (abs(accepted_at) < 9e15),
  expires_at INTEGER CHECK (abs(expires_at) < 9e15),
  retain_ms INTEGER NOT NULL CHECK (retain_ms BETWEEN 0 AND 1e14),
  settled_at INTEGER CHECK (abs(settled_at) < 9e15),
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
