// What contracts are compared with: a commit, a folder, a contract file or a snapshot.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Diagnostic } from '../diagnostic.js';
import { createDisk, type Disk } from '../disk.js';
import type { ServiceModel } from '../model.js';
import { createContractReader } from '../read-contracts.js';
import { AgainstError } from './against-error.js';
import { contractsAt, contractsInPackage } from './find-contracts.js';
import { isGitRef, openGitTree } from './git.js';
import { createGitDisk } from './git-disk.js';
import { createOverlayDisk } from './overlay-disk.js';
import { readSnapshot } from './snapshot.js';

/** A project, as `generate` takes it. */
export interface ProjectOptions {
  /** The folder that all other paths are relative to, absolute. */
  readonly cwd: string;
  /** Globs of contract files. */
  readonly contracts: readonly string[];
  readonly tsconfig?: string | undefined;
}

/** What was found there. */
export interface OldContracts {
  readonly kind: 'commit' | 'folder' | 'file' | 'snapshot';
  /** As a reader would say it: `main (3f2a1b0c9d)`. */
  readonly label: string;
  readonly services: readonly ServiceModel[];
  /** What is wrong with them: they cannot be compared then. */
  readonly diagnostics: readonly Diagnostic[];
  /** Whether these are all contracts there were. */
  readonly isComplete: boolean;
}

/**
 * Reads the contracts that `against` names, which is relative to `from`: what is there on the disk, or else a name that
 * git knows. Nothing is written. Throws an {@link AgainstError} if there are none.
 */
export function readOldContracts(against: string, from: string, project: ProjectOptions): OldContracts {
  const path = resolve(from, against);
  if (!existsSync(path)) return readCommit(against, project);
  const isSpelledAsPath = isAbsolute(against) || /^\.{1,2}(?:[\\/]|$)/.test(against);
  if (!isSpelledAsPath && isGitRef(project.cwd, against)) {
    throw new AgainstError(
      `${against} is both a path and a name that git knows`,
      `Write ./${against} for the path, or refs/heads/${against} for the branch.`,
    );
  }
  if (statSync(path).isDirectory()) return readFolder(path, project);
  return path.endsWith('.json') ? readSnapshotFile(path) : readFile(path, project);
}

function readCommit(ref: string, project: ProjectOptions): OldContracts {
  const tree = openGitTree(project.cwd, ref);
  const label = `${ref} (${tree.id.slice(0, 10)})`;
  const files = contractsAt(tree, project.cwd, project.contracts);
  if (files.length === 0) throw noContracts(label, project);
  return { kind: 'commit', label, isComplete: true, ...read(project, files, createGitDisk(tree)) };
}

function readFolder(folder: string, project: ProjectOptions): OldContracts {
  const files = contractsInPackage(folder, project.contracts);
  if (files.length === 0) throw noContracts(folder, project);
  const disk = createOverlayDisk(folder, project.cwd);
  return {
    kind: 'folder',
    label: folder,
    isComplete: true,
    ...read({ ...project, cwd: folder }, files, disk),
  };
}

function readFile(file: string, project: ProjectOptions): OldContracts {
  const disk = createOverlayDisk(dirname(file), project.cwd);
  return { kind: 'file', label: file, isComplete: false, ...read(project, [file], disk) };
}

function readSnapshotFile(file: string): OldContracts {
  const services = readSnapshot(readFileSync(file, 'utf8'), file);
  return { kind: 'snapshot', label: file, isComplete: true, services, diagnostics: [] };
}

type Read = Pick<OldContracts, 'services' | 'diagnostics'>;

function read({ cwd, tsconfig }: ProjectOptions, files: readonly string[], disk: Disk): Read {
  // There may have been none then, or packages come without theirs.
  const settings = tsconfig !== undefined && disk.isFile(resolve(cwd, tsconfig)) ? tsconfig : undefined;
  const { services, diagnostics } = createContractReader().read({ cwd, files, tsconfig: settings }, disk);
  return { services, diagnostics };
}

/** Reads the contracts of a project as they are now. */
export const readPresent = (project: ProjectOptions, files: readonly string[]): Read =>
  createContractReader().read({ cwd: project.cwd, files, tsconfig: project.tsconfig }, createDisk());

const noContracts = (label: string, { contracts }: ProjectOptions): AgainstError =>
  new AgainstError(
    `${label} has no file that matches ${contracts.join(', ')}`,
    'The globs are those of the config file as it is now: name others with --contracts, or something else to compare with.',
  );

export const relativeTo =
  (folder: string) =>
  (file: string): string =>
    relative(folder, file).replaceAll('\\', '/');
