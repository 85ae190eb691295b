// Queue files pass the conformance suite, on whichever SQLite this Node has.

import type { SqlDatabase } from '#dist/src/broker/sqlite/driver.js';
import { withRawDatabase } from './raw-database.js';
import { describeBroker } from './suite/index.js';
import { createTempQueue } from './temp-queue.js';

describeBroker('sqlite broker', () => {
  const queue = createTempQueue();
  return { ...queue, heldBytes: () => withRawDatabase(queue.path, bytesOf) };
});

/** The bytes of all that is in the tables, whatever they are. */
function bytesOf(db: SqlDatabase): number {
  const names = (sql: string): string[] =>
    db
      .prepare<{ name: string }>(sql)
      .all()
      .map(({ name }) => name);
  const sizes = names(`SELECT name FROM sqlite_schema WHERE type = 'table'`).map((table) => {
    const columns = names(`SELECT name FROM pragma_table_info('${table}')`);
    const row = columns.map((column) => `coalesce(length(CAST("${column}" AS BLOB)), 0)`).join(' + ');
    return db.prepare<{ bytes: number }>(`SELECT coalesce(sum(${row}), 0) AS bytes FROM "${table}"`).get()
      ?.bytes;
  });
  return sizes.reduce((total: number, size) => total + (size ?? 0), 0);
}
