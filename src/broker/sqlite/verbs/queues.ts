// What queues may hold, and how much they do: counted while it changes, so that nothing ever has to be counted anew.

import type { QueueLimits } from '../../broker.js';
import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { IS_COUNTED } from './traits.js';

export const DEFAULTS = {
  maxLetters: 100_000,
  maxLetterBytes: 2 ** 30,
  maxJournalEntries: 10_000,
  maxJournalBytes: 64 * 2 ** 20,
  maxJournalAgeMs: 7 * 86_400_000,
} as const;

const FIND = `
SELECT max_calls AS maxCalls, max_bytes AS maxBytes, calls, bytes, letters, letter_bytes AS letterBytes,
  ifnull(max_letters, ${DEFAULTS.maxLetters}) AS maxLetters,
  ifnull(max_letter_bytes, ${DEFAULTS.maxLetterBytes}) AS maxLetterBytes,
  ifnull(max_journal_entries, ${DEFAULTS.maxJournalEntries}) AS maxJournalEntries,
  ifnull(max_journal_bytes, ${DEFAULTS.maxJournalBytes}) AS maxJournalBytes,
  ifnull(max_journal_age_ms, ${DEFAULTS.maxJournalAgeMs}) AS maxJournalAgeMs
FROM queue WHERE name = ?`;

const CREATE = 'INSERT INTO queue (name) VALUES (?) ON CONFLICT DO NOTHING';

const LIMIT = `
UPDATE queue SET max_calls = ifnull(?, max_calls), max_bytes = ifnull(?, max_bytes),
  max_letters = ifnull(?, max_letters), max_letter_bytes = ifnull(?, max_letter_bytes),
  max_journal_entries = ifnull(?, max_journal_entries), max_journal_bytes = ifnull(?, max_journal_bytes),
  max_journal_age_ms = ifnull(?, max_journal_age_ms)
WHERE name = ?`;

/** Only once in the life of a queue: from then on its calls are counted as they come and go. */
const MARK_COUNTED = `UPDATE call SET traits = traits | ${IS_COUNTED} WHERE queue = ? AND settled_at IS NULL`;
const COUNT_FROM_NOW = `
UPDATE queue SET (calls, bytes) = (
  SELECT count(*), ifnull(sum(octet_length(body)), 0) FROM call WHERE queue = ? AND settled_at IS NULL)
WHERE name = ?`;

const ADD_CALLS = 'UPDATE queue SET calls = calls + ?, bytes = bytes + ? WHERE name = ?';
const ADD_LETTERS = `
INSERT INTO queue (name, letters, letter_bytes) VALUES (?, ?, ?)
ON CONFLICT DO UPDATE SET letters = letters + excluded.letters, letter_bytes = letter_bytes + excluded.letter_bytes`;

/** A queue as a transaction has found it, with what the transaction has changed since. */
export interface QueueState {
  readonly maxCalls: number | null;
  readonly maxBytes: number | null;
  readonly maxLetters: number;
  readonly maxLetterBytes: number;
  readonly maxJournalEntries: number;
  readonly maxJournalBytes: number;
  readonly maxJournalAgeMs: number;
  /** `null` if nobody has to count. */
  calls: number | null;
  bytes: number | null;
  letters: number;
  letterBytes: number;
}

export interface Queues {
  /** What a queue may hold and does. Read once in a transaction. */
  of(tx: Transaction, queue: string): QueueState;
  limit(queue: string, limits: QueueLimits): void;
  /** Counts calls that have come (or gone, if negative) in a queue whose calls are counted. */
  addCalls(tx: Transaction, queue: string, calls: number, bytes: number): void;
  addLetters(tx: Transaction, queue: string, letters: number, bytes: number): void;
}

export function createQueues(db: SqlDatabase): Queues {
  const find = db.prepare<QueueState>(FIND);
  const create = db.prepare(CREATE);
  const limit = db.prepare(LIMIT);
  const markCounted = db.prepare(MARK_COUNTED);
  const countFromNow = db.prepare(COUNT_FROM_NOW);
  const addCalls = db.prepare(ADD_CALLS);
  const addLetters = db.prepare(ADD_LETTERS);

  function of(tx: Transaction, queue: string): QueueState {
    let state = tx.queues.get(queue);
    if (state === undefined) {
      state = { ...(find.get(queue) ?? UNLIMITED) };
      tx.queues.set(queue, state);
    }
    return state;
  }

  return {
    of,
    limit(queue, limits) {
      create.run(queue);
      limit.run(
        toColumn(limits.maxCalls),
        toColumn(limits.maxBytes),
        toColumn(limits.maxDeadLetters),
        toColumn(limits.maxDeadLetterBytes),
        toColumn(limits.maxJournalEntries),
        toColumn(limits.maxJournalBytes),
        toColumn(limits.maxJournalAgeMs, MAX_AGE_MS),
        queue,
      );
      const state = find.get(queue);
      if (state === undefined || state.calls !== null) return;
      if (state.maxCalls === null && state.maxBytes === null) return;
      markCounted.run(queue);
      countFromNow.run(queue, queue);
    },
    addCalls(tx, queue, calls, bytes) {
      const state = of(tx, queue);
      state.calls = (state.calls ?? 0) + calls;
      state.bytes = (state.bytes ?? 0) + bytes;
      addCalls.run(calls, bytes, queue);
    },
    addLetters(tx, queue, letters, bytes) {
      const state = of(tx, queue);
      state.letters += letters;
      state.letterBytes += bytes;
      addLetters.run(queue, letters, bytes);
    },
  };
}

const UNLIMITED: QueueState = {
  ...DEFAULTS,
  maxCalls: null,
  maxBytes: null,
  calls: null,
  bytes: null,
  letters: 0,
  letterBytes: 0,
};

/** No limit at all is a number that nothing reaches. */
const toColumn = (value: number | undefined, most: number = Number.MAX_SAFE_INTEGER): number | null =>
  value === undefined ? null : Math.min(value, most);

/** Three thousand years: small enough to be added to an instant. */
const MAX_AGE_MS = 1e14;
