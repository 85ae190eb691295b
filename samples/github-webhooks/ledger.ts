// What the receiver leaves for the collector: the id of each call, and which delivery it is about.

import { appendFileSync, readFileSync } from 'node:fs';

/** One line of the ledger. */
export interface LedgerEntry {
  readonly callId: string;
  readonly deliveryId: string;
  readonly method: 'digest' | 'digestUntyped';
  /** Of `digestUntyped`: why the published types refuse the payload. */
  readonly refusal?: { readonly path: string; readonly reason: string };
}

export const appendToLedger = (file: string, entry: LedgerEntry): void =>
  appendFileSync(file, `${JSON.stringify(entry)}\n`);

export const readLedger = (file: string): LedgerEntry[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LedgerEntry);
