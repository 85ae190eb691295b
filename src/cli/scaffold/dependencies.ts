// The packages that a project of `mq-rpc init` needs, and the versions to ask for.

import { isBuiltin } from 'node:module';
import { ownRange } from '../version.js';

/** Package names with version ranges, as in package.json. */
export type Ranges = Readonly<Record<string, string>>;

export interface Needed {
  readonly dependencies: Ranges;
  readonly devDependencies: Ranges;
}

/** What the project in `folder` needs. Where Node brings no SQLite, the embedded queue takes better-sqlite3. */
export const neededPackages = (folder: string): Needed => ({
  dependencies: {
    'mq-rpc': ownRange(folder),
    ...(!isBuiltin('node:sqlite') && { 'better-sqlite3': '^12.0.0' }),
  },
  // tsx runs TypeScript, with `await using`, on every Node that we support.
  devDependencies: { '@types/node': '^24.0.0', tsx: '^4.20.0', typescript: '^7.0.0' },
});
