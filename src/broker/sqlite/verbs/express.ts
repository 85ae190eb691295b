// Express calls after a power loss: of what was written without waiting for the disk, nobody knows what is missing.

import type { SqlDatabase } from '../driver.js';
import type { Transaction } from '../transaction.js';
import { CALL, type StoredCall } from './calls.js';
import type { Endings } from './endings.js';
import { IS_EXPRESS } from './traits.js';

const READ_BOOT = 'SELECT boot FROM meta';
const WRITE_BOOT = 'UPDATE meta SET boot = ?';
const FIND_UNSAFE = `SELECT ${CALL} FROM call WHERE traits & ${IS_EXPRESS} AND settled_at IS NULL`;

export interface Express {
  /** The run of the machine that the queue was last used in. */
  boot(): string;
  /** Forgets express calls without an outcome: to deliver one again is worse than to lose it. */
  startOver(tx: Transaction, now: number, boot: string): void;
}

export function createExpress(db: SqlDatabase, endings: Endings): Express {
  const readBoot = db.prepare<{ boot: string }>(READ_BOOT);
  const writeBoot = db.prepare(WRITE_BOOT);
  const findUnsafe = db.prepare<StoredCall>(FIND_UNSAFE);
  return {
    boot: () => readBoot.get()?.boot ?? '',
    startOver(tx, now, boot) {
      for (const call of findUnsafe.all()) endings.remove(tx, now, call);
      writeBoot.run(boot);
    },
  };
}
