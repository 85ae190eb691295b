// Which files and folders are watched, and which of their changes matter.

import { basename, dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import type { Project } from './project.js';

export interface SourceWatcher {
  /** Watches what a run has read or written and what is not seen already. */
  add(project: Project, files: readonly string[]): void;
  close(): Promise<void>;
}

export interface SourceEvents {
  /** A file was added, changed or removed. Absolute. */
  onChange(path: string): void;
  onError(error: unknown): void;
}

/**
 * Watches the folders of all projects, and what their contracts lead to outside of them. All sources are watched and
 * not only those that contracts import now: a new import, or a new contract, is then a change like any other.
 */
export async function watchSources(
  projects: readonly Project[],
  { onChange, onError }: SourceEvents,
): Promise<SourceWatcher> {
  const { watch } = await import('chokidar');
  const known = new Set(projects.flatMap(foldersOf));
  const watcher = watch([...known], {
    ignoreInitial: true,
    ignored: (path, stats) => !known.has(path) && isIgnored(path, stats?.isFile() === true),
  });
  watcher.on('add', onChange).on('change', onChange).on('unlink', onChange).on('error', onError);
  await new Promise<void>((ready) => watcher.once('ready', ready));
  return {
    add(project, files) {
      const paths = [...foldersOf(project), ...files.map((path) => resolve(path)).filter(isOwn)];
      const added = paths.filter((path) => !known.has(path) && !isCovered(path, known));
      for (const path of added) known.add(path);
      if (added.length > 0) watcher.add(added);
    },
    close: () => watcher.close(),
  };
}

/** The project's own folder, and those outside in which its globs can find contracts. */
function foldersOf({ root, contracts, configFile }: Project): string[] {
  const bases = contracts
    .filter((glob) => !glob.startsWith('!'))
    .map((glob) => resolve(root, fixedPart(glob)));
  const outside = [...bases, ...(configFile === undefined ? [] : [dirname(configFile)])];
  return [root, ...new Set(outside.filter((folder) => !isWithin(root, folder)))];
}

/** The folders at the start of a glob that are no pattern. */
function fixedPart(glob: string): string {
  const parts = glob.split('/');
  const end = parts.findIndex((part) => /[\\()[\]{}!*?@+|]/.test(part));
  return `${parts.slice(0, end < 0 ? -1 : end).join('/')}/`.replace(/^\/$/, glob.startsWith('/') ? '/' : '.');
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Packages change when something is installed, and then lockfiles do. */
const isOwn = (path: string): boolean => !path.split(sep).includes('node_modules');

/** Whether a file is seen already, since a folder above it is watched and none in between is hidden. */
const isCovered = (path: string, folders: ReadonlySet<string>): boolean =>
  isSource(basename(path)) &&
  [...folders].some((folder) => isWithin(folder, path) && !/(?:^|[\\/])\./.test(relative(folder, path)));

const SOURCE = /\.(?:[cm]?[jt]s|tsx)$/;
const SETTINGS =
  /^(?:package|tsdoc|tsconfig.*|package-lock)\.json$|^(?:pnpm-lock\.yaml|yarn\.lock|bun\.lockb?)$/;

const isSource = (name: string): boolean => SOURCE.test(name) || SETTINGS.test(name);

/** Whatever cannot change the output: packages, hidden folders, files that are no source. */
function isIgnored(path: string, isFile: boolean): boolean {
  const name = basename(path);
  return name === 'node_modules' || name.startsWith('.') || (isFile && !isSource(name));
}
