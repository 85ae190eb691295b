// The state of files and folders at one moment, and whether it is still the same.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Snapshot {
  readonly inputs: readonly InputState[];
  readonly outputs: readonly OutputState[];
  /**
   * Folders of the project's own sources, where a new file can take the place of one that was read, and of the
   * outputs, where it can be one that has to be removed.
   */
  readonly folders: readonly OutputState[];
}

/** A file that was read, or looked for in vain. */
export interface InputState {
  readonly path: string;
  /** Size and times, which tell most unchanged files; `undefined` if there is no file. */
  readonly stamp: string | undefined;
  readonly hash: string | undefined;
}

export interface OutputState {
  readonly path: string;
  readonly hash: string | undefined;
}

export interface SnapshotFiles {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Two writes closer than this can have the same time. */
const CLOCK_TICK_MS = 20;

/** The present state; `undefined` if an input has changed since `startedAt`, when it was perhaps read before. */
export function takeSnapshot({ inputs, outputs }: SnapshotFiles, startedAt: number): Snapshot | undefined {
  const states = inputs.map((path): InputState => ({ path, stamp: stampOf(path), hash: hashOf(path) }));
  const newest = Math.max(...inputs.map((path) => statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0));
  if (newest > startedAt - CLOCK_TICK_MS) return undefined;
  const own = inputs.filter((path) => !path.includes('/node_modules/') && !path.includes('\\node_modules\\'));
  const folders = [...new Set([...own, ...outputs].map((path) => dirname(path)))];
  return {
    inputs: states,
    outputs: outputs.map((path) => ({ path, hash: hashOf(path) })),
    folders: folders.map((path) => ({ path, hash: listingOf(path) })),
  };
}

export function isCurrent({ inputs, outputs, folders }: Snapshot): boolean {
  return (
    inputs.every(isCurrentInput) &&
    folders.every(({ path, hash }) => listingOf(path) === hash) &&
    outputs.every(({ path, hash }) => hash !== undefined && hashOf(path) === hash)
  );
}

function isCurrentInput({ path, stamp, hash }: InputState): boolean {
  return stampOf(path) === stamp || (hash !== undefined && hashOf(path) === hash);
}

/** Changes whenever the content does: the change time cannot be set back. */
function stampOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.size} ${stat.mtimeMs} ${stat.ctimeMs} ${stat.ino}`;
}

function hashOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() ? sha256(readFileSync(path)) : stat && 'folder';
}

/** What module resolution could see in a folder. */
function listingOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  return sha256(
    readdirSync(path)
      .filter((name) => /\.[cm]?tsx?$|^package\.json$/.test(name))
      .sort()
      .join('\n'),
  );
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
