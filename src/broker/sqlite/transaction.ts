// What the verbs of one transaction share, and what others have to be told once it is committed.

import type { SqlDatabase } from './driver.js';
import type { QueueState } from './verbs/queues.js';

/** Gives each transaction that records outcomes a number of its own, greater than all before. */
const NEXT_SETTLEMENT = 'UPDATE meta SET settled_seq = settled_seq + 1 RETURNING settled_seq AS settledSeq';

export class Transaction {
  /** Queues that have ready calls now. */
  readonly readyQueues = new Set<string>();
  /** Inboxes that have outcomes now. */
  readonly inboxes = new Set<string>();
  /** Queues with leased calls whose end was asked for. */
  readonly cancelQueues = new Set<string>();
  /** What was read of queues, and written since. */
  readonly queues = new Map<string, QueueState>();
  /** How many calls were made ready because a limit may have room for them. */
  letGo = 0;
  /** Whether there are fences; `undefined` until somebody has looked. */
  hasFences: boolean | undefined;
  /** The earliest instant at which one of the written calls becomes due. */
  dueAt = Number.POSITIVE_INFINITY;
  readonly #takeNumber: () => number;
  #settledSeq: number | undefined;

  constructor(takeNumber: () => number) {
    this.#takeNumber = takeNumber;
  }

  /** The number under which this transaction records outcomes: subscribers read on from the last they saw. */
  get settledSeq(): number {
    this.#settledSeq ??= this.#takeNumber();
    return this.#settledSeq;
  }

  /** Whether outcomes were recorded, each to be forgotten at a time of its own. */
  get hasOutcomes(): boolean {
    return this.#settledSeq !== undefined;
  }

  /** Notes an instant at which {@link Broker.reap} will have work. */
  due(at: number | null): void {
    if (at !== null && at < this.dueAt) this.dueAt = at;
  }

  /** Notes an outcome, if somebody wants it pushed. */
  outcome(inbox: string | null): void {
    if (inbox !== null) this.inboxes.add(inbox);
  }
}

/** Makes the transactions of a database. */
export function createTransactions(db: SqlDatabase): () => Transaction {
  const next = db.prepare<{ settledSeq: number }>(NEXT_SETTLEMENT);
  const takeNumber = (): number => {
    const row = next.get();
    if (row === undefined) throw new Error('the meta table has lost its row');
    return row.settledSeq;
  };
  return () => new Transaction(takeNumber);
}
