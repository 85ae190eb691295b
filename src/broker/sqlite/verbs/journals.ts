// Journals: copies of calls, of which the oldest make room for new ones.

import type { CallState, JournalEntry, JournalName, Message, Page } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { readBody } from './body.js';
import { DEFAULTS, type Queues } from './queues.js';

const ADD_SENT = `
INSERT INTO journal (queue, name, id, at, priority, bytes, body) VALUES (?, 'sent', ?, ?, ?, ?, ?)`;

const ADD_RECEIVED = `
INSERT INTO journal (queue, name, id, at, priority, bytes, state, result, body)
SELECT queue, 'received', id, ?, priority, ifnull(octet_length(body), 0) + ?, ?, ?, body FROM call WHERE seq = ?
RETURNING bytes`;

const ADD_SIZE = `
INSERT INTO journal_size (queue, name, entries, bytes) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET entries = entries + excluded.entries, bytes = bytes + excluded.bytes
RETURNING entries, bytes`;

const FIND_OLDEST = `
SELECT position, at, bytes FROM journal WHERE queue = ? AND name = ? ORDER BY position LIMIT 1`;

/** When the oldest entry of any journal will be too old. */
export const NEXT_TOO_OLD = `
SELECT min(
  (SELECT at FROM journal WHERE journal.queue = journal_size.queue AND journal.name = journal_size.name
    ORDER BY position LIMIT 1) +
  ifnull((SELECT max_journal_age_ms FROM queue WHERE queue.name = journal_size.queue), ${DEFAULTS.maxJournalAgeMs}))
  AS dueAt FROM journal_size`;

const FIND_ALL = 'SELECT queue, name, entries, bytes FROM journal_size';

const REMOVE = 'DELETE FROM journal WHERE position = ?';

const LIST = `
SELECT position, id, at, priority, state, result, CAST(body AS BLOB) AS body FROM journal
WHERE queue = ? AND name = ? AND position < ? AND at > ? ORDER BY position DESC LIMIT ?`;

interface Size {
  readonly entries: number;
  readonly bytes: number;
}

interface EntryRow {
  readonly position: number;
  readonly id: string;
  readonly at: number;
  readonly priority: number;
  readonly state: CallState | null;
  readonly result: string | null;
  readonly body: unknown;
}

/** A settled call, as far as it tells how it was handled. */
export interface Received {
  readonly seq: number;
  readonly queue: string;
  readonly state: CallState;
  readonly result: string | undefined;
}

export interface Journals {
  addSent(tx: Transaction, now: number, message: Message): void;
  /** Copies a call while it still has its body. */
  addReceived(tx: Transaction, now: number, received: Received): void;
  /** Forgets what is too old. */
  trim(tx: Transaction, now: number): void;
  list(tx: Transaction, now: number, queue: string, name: JournalName, page: Page): JournalEntry[];
}

export function createJournals(db: SqlDatabase, queues: Queues): Journals {
  const addSent = db.prepare(ADD_SENT);
  const addReceived = db.prepare<{ bytes: number }>(ADD_RECEIVED);
  const addSize = db.prepare<Size>(ADD_SIZE);
  const findOldest = db.prepare<{ position: number; at: number; bytes: number }>(FIND_OLDEST);
  const remove = db.prepare(REMOVE);
  const findAll = db.prepare<Size & { queue: string; name: JournalName }>(FIND_ALL);
  const list = db.prepare<EntryRow>(LIST);

  /** Counts a new entry, and has the oldest make room. */
  function count(tx: Transaction, now: number, queue: string, name: JournalName, added: number): void {
    tx.due(now + queues.of(tx, queue).maxJournalAgeMs);
    trim(tx, now, queue, name, addSize.get(queue, name, 1, added) ?? { entries: 1, bytes: added });
  }

  function trim(tx: Transaction, now: number, queue: string, name: JournalName, found: Size): void {
    const { maxJournalEntries, maxJournalBytes, maxJournalAgeMs } = queues.of(tx, queue);
    let size = found;
    for (;;) {
      const oldest = findOldest.get(queue, name);
      const isOver = size.entries > maxJournalEntries || size.bytes > maxJournalBytes;
      if (oldest === undefined || !(isOver || oldest.at <= now - maxJournalAgeMs)) return;
      remove.run(oldest.position);
      size = addSize.get(queue, name, -1, -oldest.bytes) ?? size;
    }
  }

  return {
    addSent(tx, now, { queue, id, priority, body }) {
      const bytes = Buffer.byteLength(body);
      addSent.run(queue, id, now, priority, bytes, body);
      count(tx, now, queue, 'sent', bytes);
    },
    addReceived(tx, now, { seq, queue, state, result }) {
      const bytes =
        addReceived.get(now, Buffer.byteLength(result ?? ''), state, result ?? null, seq)?.bytes ?? 0;
      count(tx, now, queue, 'received', bytes);
    },
    trim(tx, now) {
      for (const { queue, name, ...size } of findAll.all()) trim(tx, now, queue, name, size);
    },
    list(tx, now, queue, name, { limit, after }) {
      const oldestAt = now - queues.of(tx, queue).maxJournalAgeMs;
      const before = after ?? Number.MAX_SAFE_INTEGER;
      return list.all(queue, name, before, oldestAt, Math.max(0, limit)).map(toEntry);
    },
  };
}

const toEntry = ({ state, result, body, ...row }: EntryRow): JournalEntry => ({
  ...row,
  body: readBody(body),
  outcome: state === null ? undefined : { state, result: result ?? undefined },
});
