// The columns that say when and by which transaction an outcome was recorded, and until when it is kept.

import type { Transaction } from '../transaction.js';

/** For the SET of an UPDATE; takes the three values of {@link settledBy}. */
export const SETTLED = 'settled_at = ?, settled_seq = ?, due_at = ? + retain_ms';

export const settledBy = (tx: Transaction, now: number): [number, number, number] => [
  now,
  tx.settledSeq,
  now,
];
