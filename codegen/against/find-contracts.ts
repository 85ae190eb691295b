// Finds contract files by globs: on the disk, at a commit, or in an unpacked package.

import type { Dirent } from 'node:fs';
import { posix, relative, resolve, sep } from 'node:path';
import { type GlobOptions, globSync } from 'tinyglobby';
import type { GitTree } from './git.js';

const IGNORED = ['**/node_modules/**'];

/** Absolute and sorted. */
export const contractsInFolder = (folder: string, globs: readonly string[]): string[] =>
  found(globSync([...globs], { cwd: folder, absolute: true, ignore: IGNORED }));

/**
 * The contracts of a package: at their places, or else files of such names wherever they are, also declaration files.
 * Compilers move what they compile.
 */
export function contractsInPackage(folder: string, globs: readonly string[]): string[] {
  const inPlace = contractsInFolder(folder, globs);
  return inPlace.length > 0 ? inPlace : contractsInFolder(folder, globs.map(anywhere));
}

function anywhere(glob: string): string {
  if (glob.startsWith('!')) return `!${anywhere(glob.slice(1))}`;
  const name = posix.basename(glob).replace(/(?:\.d)?\.[cm]?tsx?$/, '');
  return `**/${name}{,.d}.{ts,mts,cts}`;
}

/** The contracts that a commit has for the same globs. */
export function contractsAt(tree: GitTree, cwd: string, globs: readonly string[]): string[] {
  const folders = listFolders(tree);
  const pathOf = (path: string): string => relative(tree.root, path).split(sep).join('/');
  const readdirSync = (path: string): Dirent[] => [...(folders.get(pathOf(path))?.values() ?? [])];
  // No link is followed: what links lead to is found where it is.
  const fs = {
    readdirSync,
    readdir: (path: string, _: unknown, done: (error: null, entries: Dirent[]) => void) =>
      done(null, readdirSync(path)),
  };
  return found(
    globSync([...globs], {
      cwd,
      absolute: true,
      ignore: IGNORED,
      followSymbolicLinks: false,
      fs: fs as unknown as NonNullable<GlobOptions['fs']>,
    }),
  );
}

const found = (paths: readonly string[]): string[] => paths.map((path) => resolve(path)).sort();

/** What each folder of a commit has, as directory entries. */
function listFolders({ entries }: GitTree): ReadonlyMap<string, ReadonlyMap<string, Dirent>> {
  const folders = new Map<string, Map<string, Dirent>>();
  const add = (path: string, isFile: boolean): void => {
    const folder = posix.dirname(path).replace(/^\.$/, '');
    const known = folders.get(folder);
    const names = known ?? new Map<string, Dirent>();
    names.set(posix.basename(path), direntOf(path, isFile));
    folders.set(folder, names);
    if (known === undefined && folder !== '') add(folder, false);
  };
  for (const [path, { kind }] of entries) if (kind === 'file') add(path, true);
  return folders;
}

const direntOf = (path: string, isFile: boolean): Dirent =>
  ({
    name: posix.basename(path),
    parentPath: posix.dirname(path),
    isFile: () => isFile,
    isDirectory: () => !isFile,
    isSymbolicLink: () => false,
  }) as Dirent;
