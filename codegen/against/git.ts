// Asks git about a repository, without touching its index or its working tree.

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { AgainstError } from './against-error.js';

/** A commit, or a tree, and everything in it. */
export interface GitTree {
  /** The repository's folder, as seen from where we are. */
  readonly root: string;
  /** The object's name in full. */
  readonly id: string;
  /** By paths in the repository, with slashes. */
  readonly entries: ReadonlyMap<string, TreeEntry>;
  /** The bytes of files, by their ids. */
  readBlobs(ids: readonly string[]): ReadonlyMap<string, Buffer>;
  /** Files and folders that git ignores, with slashes; folders end in one. */
  ignored(): readonly string[];
}

export interface TreeEntry {
  readonly kind: 'file' | 'link' | 'submodule';
  readonly id: string;
}

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = { '120000': 'link', '160000': 'submodule' };

/** Whether a name is that of a commit or a tree. `false` also outside of repositories. */
export const isGitRef = (cwd: string, ref: string): boolean => treeId(cwd, ref) !== undefined;

/** Opens what a name stands for. Throws an {@link AgainstError}. */
export function openGitTree(cwd: string, ref: string): GitTree {
  const up = ask(cwd, ['rev-parse', '--show-cdup']);
  if (up === undefined) {
    throw new AgainstError(
      `there is no file or folder ${ref}, and no git repository at ${cwd}`,
      'Name a folder, a contract file, or a file that "mq-rpc breaking --save <file>" has written.',
    );
  }
  const id = treeId(cwd, ref);
  if (id === undefined) {
    throw new AgainstError(
      `git knows no ${ref}, and there is no such file or folder`,
      'Check the name. A checkout of CI may lack other branches and tags: git fetch origin <branch>.',
    );
  }
  const root = resolve(cwd, up.toString('utf8').trim());
  return {
    root,
    id,
    entries: readEntries(root, id),
    readBlobs: (ids) => readBlobs(root, ids),
    ignored: () =>
      listOf(demand(root, ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'])),
  };
}

/** The full name of what can be listed as a tree. */
function treeId(cwd: string, ref: string): string | undefined {
  // Nothing that git could take for an option.
  if (ref.startsWith('-') || ref.includes('\0')) return undefined;
  const found =
    ask(cwd, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]) ??
    ask(cwd, ['rev-parse', '--verify', '--quiet', `${ref}^{tree}`]);
  const id = found?.toString('utf8').trim();
  return id !== undefined && /^[\da-f]{40,64}$/.test(id) ? id : undefined;
}

function readEntries(root: string, id: string): Map<string, TreeEntry> {
  const lines = listOf(demand(root, ['ls-tree', '-r', '-z', '--full-tree', id]));
  return new Map(
    lines.map((line): [string, TreeEntry] => {
      const tab = line.indexOf('\t');
      const [mode = '', , blob = ''] = line.slice(0, tab).split(' ');
      return [line.slice(tab + 1), { kind: KINDS[mode] ?? 'file', id: blob }];
    }),
  );
}

/** One question for all of them: a process each would take longer than reading. */
function readBlobs(root: string, ids: readonly string[]): Map<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  if (ids.length === 0) return blobs;
  const output = demand(root, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const [id = '', , size] = output.toString('utf8', at, end).split(' ');
    // Of what is missing, as in a partial clone, there is a line and nothing else.
    const length = size === undefined ? -1 : Number(size);
    if (length >= 0) blobs.set(id, output.subarray(end + 1, end + 1 + length));
    at = end + 1 + (length + 1);
  }
  return blobs;
}

const listOf = (output: Buffer): string[] => output.toString('utf8').split('\0').filter(Boolean);

const MAX_OUTPUT = 1024 ** 3;

/** What git prints; `undefined` if it refuses. */
function ask(cwd: string, args: readonly string[], input = ''): Buffer | undefined {
  const { status, stdout, error } = spawnSync('git', args, {
    cwd,
    // Not even the times in the index are brought up to date.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_LITERAL_PATHSPECS: '1' },
    maxBuffer: MAX_OUTPUT,
    windowsHide: true,
    input,
  });
  if (error !== undefined) {
    throw new AgainstError(
      `git cannot be run: ${error.message}`,
      'Install it, or name a folder, a contract file or a snapshot.',
    );
  }
  return status === 0 ? stdout : undefined;
}

function demand(cwd: string, args: readonly string[], input?: string): Buffer {
  const found = ask(cwd, args, input);
  if (found !== undefined) return found;
  throw new AgainstError(
    `git ${args.join(' ')} has failed in ${cwd}`,
    'Run it there to see why. A partial or shallow clone may lack the objects.',
  );
}
