// The tables of a queue file, how a new file gets them, and which files are refused.

import type { SqlDatabase } from './driver.js';

/** `mqrp` in ASCII: what SQLite and file(1) know a queue file by. */
export const APPLICATION_ID = 0x6d717270;

/** Raised with every change of the tables. A file with a higher one belongs to a newer mq-rpc. */
export const SCHEMA_VERSION = 2;

/**
 * One row per call. `due_at` is the instant of the call's next change by time alone, whatever its state: the
 * end of a delay, of a lease, of the time it may wait, of the time its outcome is kept. `null` is never.
 *
 * `body` takes any type so that bytes which somebody else wrote are kept as they are; STRICT holds the other
 * columns to theirs. There are no CHECKs: they took 15 % of all sends, and do not stop anybody who can write here.
 *
 * `settled_seq` is the number of the transaction that recorded the outcome (see `transaction.ts`).
 * `kept` says that the outcome is kept: somebody wants it, or a digest has to be remembered.
 * `traits` are the bits of `verbs/traits.ts`: what else there is to do when the call moves on. Usually nothing.
 * `place` is the position of a dead letter in its queue, above 0; or of a `limited` or `parked` call the line in which
 * it stands, as a number below 0 (see {@link LINES}).
 * `care` is the JSON object of `verbs/care.ts`, for what few calls have. A column for each would slow down all of them.
 *
 * Two states are the broker's own, and `scheduled` for everybody else: `held` waits for an earlier call of its
 * lane, `limited` for a limit.
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
  traits INTEGER NOT NULL DEFAULT 0,
  accepted_at INTEGER NOT NULL,
  expires_at INTEGER,
  retain_ms INTEGER NOT NULL,
  settled_at INTEGER,
  settled_seq INTEGER,
  worker TEXT,
  inbox TEXT,
  digest TEXT,
  reason TEXT,
  place INTEGER,
  lane TEXT,
  care TEXT,
  result TEXT,
  body ANY,
  UNIQUE (id, queue)
) STRICT;
CREATE INDEX call_ready ON call (queue, priority DESC) WHERE state = 'ready';
CREATE INDEX call_due ON call (state, due_at, queue) WHERE due_at IS NOT NULL;
CREATE INDEX call_place ON call (queue, place, priority DESC) WHERE place IS NOT NULL;
CREATE INDEX call_lane ON call (queue, lane, seq) WHERE lane IS NOT NULL AND settled_at IS NULL;
CREATE INDEX call_outcome ON call (inbox, settled_seq) WHERE inbox IS NOT NULL AND settled_seq IS NOT NULL;

CREATE TABLE meta (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  settled_seq INTEGER NOT NULL,
  clock_at INTEGER NOT NULL,
  boot TEXT NOT NULL
) STRICT;
INSERT INTO meta VALUES (1, 0, 0, '');
`;

/**
 * `queue` has what a queue may hold, and how much it does. Its row is made when there is something to write down.
 * `calls` and `bytes` are counted only if they are limited; `null` is not counted, or not limited.
 *
 * `fence` has the attempts of calls that were removed while they ran, for as long as somebody may come with one.
 */
const QUEUES = `
CREATE TABLE queue (
  name TEXT PRIMARY KEY,
  max_calls INTEGER,
  max_bytes INTEGER,
  max_letters INTEGER,
  max_letter_bytes INTEGER,
  max_journal_entries INTEGER,
  max_journal_bytes INTEGER,
  max_journal_age_ms INTEGER,
  calls INTEGER,
  bytes INTEGER,
  letters INTEGER NOT NULL DEFAULT 0,
  letter_bytes INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE fence (
  id TEXT NOT NULL,
  queue TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (id, queue)
) STRICT, WITHOUT ROWID;

CREATE TABLE subscriber_group (
  queue TEXT NOT NULL,
  name TEXT NOT NULL,
  events TEXT NOT NULL,
  PRIMARY KEY (queue, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE journal (
  position INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  name TEXT NOT NULL,
  id TEXT NOT NULL,
  at INTEGER NOT NULL,
  priority INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  state TEXT,
  result TEXT,
  body ANY
) STRICT;
CREATE INDEX journal_name ON journal (queue, name, position);

CREATE TABLE journal_size (
  queue TEXT NOT NULL,
  name TEXT NOT NULL,
  entries INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (queue, name)
) STRICT, WITHOUT ROWID;
`;

/**
 * `limit_use` says how much of a limit is used up: by the calls that run, and by those that were started in the
 * period until `ends_at`. A row that says nothing is removed.
 *
 * A `line` is made of the `limited` calls with equal limits (a JSON array) that wait for one of them, `gate`. Only its
 * first one is ever tried: it is `ready` while no gate is known to be closed (`gate` is `null`). So no event has to
 * look at more calls than it starts, however many there are. `top_priority` and `top_seq` are those of the first call
 * that waits. Or it is made of the `parked` calls with equal needs (a JSON object).
 */
const LINES = `
CREATE TABLE limit_use (
  queue TEXT NOT NULL,
  name TEXT NOT NULL,
  running INTEGER NOT NULL DEFAULT 0,
  started INTEGER NOT NULL DEFAULT 0,
  ends_at INTEGER,
  PRIMARY KEY (queue, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX limit_use_ends ON limit_use (ends_at) WHERE ends_at IS NOT NULL;

CREATE TABLE line (
  seq INTEGER PRIMARY KEY,
  queue TEXT NOT NULL,
  what TEXT NOT NULL,
  gate TEXT,
  top_priority INTEGER NOT NULL,
  top_seq INTEGER NOT NULL,
  UNIQUE (queue, what)
) STRICT;
CREATE INDEX line_gate ON line (queue, gate, top_priority DESC, top_seq) WHERE gate IS NOT NULL;
`;

/** Creates the tables in an empty database. The caller holds the write lock. */
export function createTables(db: SqlDatabase): void {
  db.exec(TABLES + QUEUES + LINES);
  db.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
}
