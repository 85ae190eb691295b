// What the salespeople leave for the evening: the id of each call, and what it is about.

import { appendFileSync, readFileSync } from 'node:fs';

/** One line of the ledger. */
export interface LedgerEntry {
  readonly callId: string;
  readonly method: 'place' | 'reserve';
  /** The order, or the customer of a reservation. */
  readonly about: string;
  /** After that, a reservation is of no use. */
  readonly deadline?: string;
}

export const appendToLedger = (file: string, entry: LedgerEntry): void =>
  appendFileSync(file, `${JSON.stringify(entry)}\n`);

export const readLedger = (file: string): LedgerEntry[] => readLines(file);

/** The lines of a file of JSON, none if there is no such file. A line that was not finished does not count. */
export function readLines<Line>(file: string): Line[] {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Line);
}
