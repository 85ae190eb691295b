// The driver over Node's own SQLite, where Node has it without a flag (22.13 and later).

import type { DatabaseSync } from 'node:sqlite';
import type { OpenDatabase, SqlDatabase, SqlStatement } from './driver.js';

/** The driver, or `undefined` if this Node has none. */
export function openNodeSqlite(): OpenDatabase | undefined {
  const sqlite = withoutExperimentalWarning(() => process.getBuiltinModule('node:sqlite'));
  return sqlite === undefined
    ? undefined
    : (path, mode) => wrap(new sqlite.DatabaseSync(path, { readOnly: mode === 'readonly' }));
}

function wrap(database: DatabaseSync): SqlDatabase {
  return {
    exec: (sql) => database.exec(sql),
    prepare: <Row>(sql: string): SqlStatement<Row> => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => Number(statement.run(...values).changes),
        get: (...values) => statement.get(...values) as Row | undefined,
        all: (...values) => statement.all(...values) as Row[],
      };
    },
    close: () => database.close(),
  };
}

/**
 * Runs `load` without the one warning that Node prints when its SQLite is loaded first: the user did not choose
 * the module and can do nothing about it. Loading is synchronous, so no other warning can be caught by this.
 */
function withoutExperimentalWarning<T>(load: () => T): T {
  const original = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: unknown[]) => {
    const isAboutSqlite = String(warning).includes('SQLite is an experimental feature');
    if (!isAboutSqlite) Reflect.apply(original, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    return load();
  } finally {
    process.emitWarning = original;
  }
}
