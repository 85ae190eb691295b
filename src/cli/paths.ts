// Paths of the command line and of config files, on every system: what the generator gets has forward slashes.

import * as nodePath from 'node:path';

/** The part of `node:path` that decides; tests give that of another system. */
type PathModule = Pick<typeof nodePath, 'isAbsolute' | 'relative' | 'resolve' | 'sep'>;

export interface Paths {
  /** With forward slashes. */
  portable(path: string): string;
  /** A path that counts from `cwd`, as it has to be written to count from `root`. */
  seenFrom(root: string, cwd: string, path: string): string;
  /** The same for a glob, which may begin with `!`. Folders on the way there are no part of the pattern. */
  globSeenFrom(root: string, cwd: string, glob: string): string;
  /** A glob as globs are written: with forward slashes, also where people write others. */
  portableGlob(glob: string): string;
}

export function createPaths(path: PathModule): Paths {
  const portable = (text: string): string => text.split(path.sep).join('/');
  // Where a backslash separates folders, it is an escape only before what folders are named with and patterns use.
  const portableGlob = (glob: string): string =>
    path.sep === '\\' ? glob.replaceAll(/\\(?![()[\]])/g, '/') : glob;
  const globSeenFrom = (root: string, cwd: string, glob: string): string => {
    if (glob.startsWith('!')) return `!${globSeenFrom(root, cwd, glob.slice(1))}`;
    const pattern = portableGlob(glob);
    if (path.isAbsolute(pattern)) return portable(path.relative(root, pattern));
    const way = portable(path.relative(root, cwd)).replace(/[\\()[\]{}!*?@+|]/g, '\\$&');
    return nodePath.posix.join(way, pattern);
  };
  return {
    portable,
    portableGlob,
    globSeenFrom,
    seenFrom: (root, cwd, text) => portable(path.relative(root, path.resolve(cwd, text))) || '.',
  };
}

export const { portable, portableGlob, seenFrom, globSeenFrom } = createPaths(nodePath);
