// The disk as it was at a commit: the project's files from git, installed packages from where they are.

import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { addsToModules, createDisk, type Disk, decode, type FolderEntries, SOURCES } from '../disk.js';
import type { GitTree, TreeEntry } from './git.js';

/** Files at the same paths as now, so that links between packages of a repository lead to where they were. */
export function createGitDisk(tree: GitTree): Disk {
  const disk = createDisk();
  const folders = foldersOf(tree.entries);
  const pathIn = createPathFinder(tree.root);
  const ignored = once(() => tree.ignored());
  const texts = new Map<string, string | undefined>();

  /** The path in the tree; `undefined` for what is not the commit's to say. */
  function trackedPath(path: string): string | undefined {
    const name = pathIn(path);
    if (name === undefined) return undefined;
    const isTracked = tree.entries.has(name) || folders.has(name);
    if (isTracked || name === '') return name;
    if (/(?:^|\/)node_modules(?:\/|$)/.test(name) || isInSubmodule(name)) return undefined;
    // What builds have left is as much of a package as what is installed.
    return isIgnored(name) ? undefined : name;
  }

  const isInSubmodule = (name: string): boolean =>
    parentsOf(name).some((folder) => tree.entries.get(folder)?.kind === 'submodule');

  const isIgnored = (name: string): boolean =>
    ignored().some(
      (path) => name === path || `${name}/` === path || (path.endsWith('/') && name.startsWith(path)),
    );

  /** The entry that a path leads to, links followed. */
  function follow(name: string): string {
    let path = name;
    for (let steps = 0; steps < MAX_LINKS; steps++) {
      const link = [path, ...parentsOf(path)].find((each) => tree.entries.get(each)?.kind === 'link');
      if (link === undefined) return path;
      const target = blobText(tree.entries.get(link)?.id ?? '');
      path = posix.normalize(posix.join(posix.dirname(link), target, path.slice(link.length)));
    }
    return path;
  }

  function textOf(name: string): string | undefined {
    const entry = tree.entries.get(follow(name));
    if (entry?.kind !== 'file') return undefined;
    return unchangedText(join(tree.root, name), entry) ?? blobText(entry.id);
  }

  const blobText = (id: string): string => blobTexts([id]).get(id) ?? '';

  function blobTexts(ids: readonly string[]): ReadonlyMap<string, string> {
    return new Map([...tree.readBlobs(ids)].map(([id, bytes]) => [id, decode(bytes)]));
  }

  /** Reads all sources of a folder, to find those that add to other modules. */
  function augmenting(folder: string): readonly string[] {
    const inside = [...tree.entries].filter(
      ([path, { kind }]) => kind === 'file' && isSourceIn(folder, path) && !texts.has(path),
    );
    const changed = inside.filter(([path, entry]) => {
      const text = unchangedText(join(tree.root, path), entry);
      if (text !== undefined) texts.set(path, text);
      return text === undefined;
    });
    const found = blobTexts(changed.map(([, { id }]) => id));
    for (const [path, { id }] of changed) texts.set(path, found.get(id));
    const all = [...tree.entries.keys()].filter((path) => isSourceIn(folder, path));
    return all
      .filter((path) => addsToModules(texts.get(path) ?? ''))
      .map((path) => posix.join(tree.root.split(sep).join('/'), path))
      .sort();
  }

  const isFile = (name: string): boolean => tree.entries.get(follow(name))?.kind === 'file';
  const isFolder = (name: string): boolean => folders.has(follow(name));

  function entries(path: string, name: string): FolderEntries {
    const own = folders.get(follow(name)) ?? new Set();
    const now = disk.entries(path);
    const fromDisk = now.directories.filter((each) => trackedPath(join(path, each)) === undefined);
    const inside = [...own].map((each) => ({ each, full: name === '' ? each : `${name}/${each}` }));
    return {
      files: inside
        .filter(({ each, full }) => /\.d\.[cm]?ts$/.test(each) && isFile(full))
        .map(({ each }) => each)
        .sort(),
      directories: [
        ...new Set([...inside.filter(({ full }) => isFolder(full)).map(({ each }) => each), ...fromDisk]),
      ].sort(),
    };
  }

  const choose = <Answer>(
    ofTree: (name: string, path: string) => Answer,
    ofDisk: (path: string) => Answer,
  ): ((path: string) => Answer) => {
    return (path) => {
      const name = trackedPath(path);
      return name === undefined ? ofDisk(path) : ofTree(name, path);
    };
  };
  const remembered = (name: string): string | undefined => {
    if (!texts.has(name)) texts.set(name, textOf(name));
    return texts.get(name);
  };
  return {
    text: choose(remembered, disk.text),
    isFile: choose(isFile, disk.isFile),
    isFolder: choose(isFolder, disk.isFolder),
    augmenting: choose(augmenting, disk.augmenting),
    entries: choose((name, path) => entries(path, name), disk.entries),
    realPath: choose((name) => join(tree.root, follow(name)).split(sep).join('/'), disk.realPath),
    answers: () => [],
  };
}

const MAX_LINKS = 40;

function once<Result>(compute: () => Result): () => Result {
  let result: { readonly value: Result } | undefined;
  return () => {
    result ??= { value: compute() };
    return result.value;
  };
}

/** Every folder of a tree by its path, with the names in it. The whole tree is the folder `''`. */
function foldersOf(entries: ReadonlyMap<string, TreeEntry>): ReadonlyMap<string, ReadonlySet<string>> {
  const folders = new Map<string, Set<string>>([['', new Set()]]);
  for (const path of entries.keys()) {
    let name = path;
    for (const folder of parentsOf(path)) {
      const names = folders.get(folder);
      names?.add(name.slice(folder.length === 0 ? 0 : folder.length + 1));
      if (names !== undefined) break;
      folders.set(folder, new Set([name.slice(folder.length === 0 ? 0 : folder.length + 1)]));
      name = folder;
    }
  }
  return folders;
}

/** The folders around a path, the innermost first, `''` last. */
function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    parents.push(path.slice(0, end));
  }
  return [...parents, ''];
}

/** Finds paths within the repository, which may be named by a link or by where it really is. */
function createPathFinder(root: string): (path: string) => string | undefined {
  const roots = [...new Set([root, realpathSync.native(root)])].map((each) => each.split(sep).join('/'));
  return (path) => {
    const slashed = path.split(sep).join('/');
    const found = roots.find((each) => slashed === each || slashed.startsWith(`${each}/`));
    return found === undefined
      ? undefined
      : posix.normalize(slashed.slice(found.length + 1) || '.').replace(/^\.$/, '');
  };
}

const isSourceIn = (folder: string, path: string): boolean =>
  (folder === '' || path.startsWith(`${folder}/`)) &&
  SOURCES.test(path) &&
  !/(?:^|\/)(?:node_modules|\.[^/]*)\//.test(path.slice(folder.length));

/** The text of the file as it is, if it is that of the commit: most files are, and git need not be asked. */
function unchangedText(path: string, { id }: TreeEntry): string | undefined {
  try {
    const bytes = readFileSync(path);
    const hash = createHash(id.length === 40 ? 'sha1' : 'sha256');
    return hash.update(`blob ${bytes.length}\0`).update(bytes).digest('hex') === id
      ? decode(bytes)
      : undefined;
  } catch {
    return undefined;
  }
}
