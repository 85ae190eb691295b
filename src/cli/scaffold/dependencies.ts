// The packages that a project of `mq-rpc init` needs, and the versions to ask for.

import { isBuiltin } from 'node:module';
import { readVersion } from '../version.js';

/** Package names with version ranges, as in package.json. */
export type Ranges = Readonly<Record<string, string>>;

export interface Needed {
  readonly dependencies: Ranges;
  readonly devDependencies: Ranges;
}

/** `hasSqlite`: whether this Node brings SQLite itself; otherwise the embedded queue needs better-sqlite3. */
export const neededPackages = (hasSqlite: boolean = isBuiltin('node:sqlite')): Needed => ({
  dependencies: {
    'mq-rpc': `^${readVersion()}`,
    ...(!hasSqlite && { 'better-sqlite3': '^12.0.0' }),
  },
  // tsx runs TypeScript, with `await using`, on every Node that we support.
  devDependencies: { '@types/node': '^24.0.0', tsx: '^4.20.0', typescript: '^7.0.0' },
});
