// The one thing the SQLite broker asks of a driver, and how it is found: Node's own, otherwise better-sqlite3.

import { RpcError } from '../../errors.js';

/** What a statement takes and gives. */
export type SqlValue = string | number | null | Uint8Array;

/** A prepared statement. `Row` is what the author of the SQL says that a row is. */
export interface SqlStatement<Row> {
  /** Runs it and says how many rows it changed. */
  run(...values: SqlValue[]): number;
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
}

/** A connection. Everything is synchronous; failures are the driver's, see `sqliteCode`. */
export interface SqlDatabase {
  exec(sql: string): void;
  prepare<Row>(sql: string): SqlStatement<Row>;
  close(): void;
}

/** Opens a file, or `:memory:`. Unless it is `readonly`, creates it if need be. */
export type OpenDatabase = (path: string, mode?: 'readonly') => SqlDatabase;

/** Finds a driver. Rejects with `UNAVAILABLE` and what to install if there is none. */
export async function loadDriver(): Promise<OpenDatabase> {
  const { openNodeSqlite } = await import('./node-sqlite.js');
  const builtIn = openNodeSqlite();
  if (builtIn !== undefined) return builtIn;
  try {
    const { openBetterSqlite3 } = await import('./better-sqlite3.js');
    // Its native part is loaded with the first database; better to miss it here.
    openBetterSqlite3(':memory:').close();
    return openBetterSqlite3;
  } catch (cause) {
    throw new RpcError('UNAVAILABLE', explain(cause), { cause });
  }
}

function explain(cause: unknown): string {
  const isMissing = (cause as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND';
  return isMissing
    ? `Node ${process.versions.node} has no SQLite of its own (22.13 and later have); add one with: npm install better-sqlite3@12`
    : `better-sqlite3 is installed, but does not load in Node ${process.versions.node}; mend it with: npm rebuild better-sqlite3, or: npm install better-sqlite3@12`;
}
