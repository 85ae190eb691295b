// The driver over better-sqlite3, for Nodes without SQLite. Importing this file fails if it is not installed.

import Database from 'better-sqlite3';
import type { SqlDatabase, SqlStatement } from './driver.js';

export function openBetterSqlite3(path: string, mode?: 'readonly'): SqlDatabase {
  const database = new Database(path, { timeout: 0, readonly: mode === 'readonly' });
  return {
    exec: (sql) => {
      database.exec(sql);
    },
    prepare: <Row>(sql: string): SqlStatement<Row> => {
      const statement = database.prepare<unknown[], Row>(sql);
      return {
        run: (...values) => statement.run(...values).changes,
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
      };
    },
    close: () => {
      database.close();
    },
  };
}
