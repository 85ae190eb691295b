// A plain SQLite connection, for looking at a queue file behind the broker's back and for making other files.

import { loadDriver, type SqlDatabase } from '#dist/src/broker/sqlite/driver.js';

/** Opens the file for the time of `use`. */
export async function withRawDatabase<T>(path: string, use: (db: SqlDatabase) => T | Promise<T>): Promise<T> {
  const db = (await loadDriver())(path);
  try {
    return await use(db);
  } finally {
    db.close();
  }
}
