// The packed tarball, installed in an empty folder elsewhere, as a user would.

import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Finished, run } from './mq-rpc-command.js';
import { packInto, ROOT } from './pack.js';

/**
 * What differs from a user's machine: packages come from npm's cache where it has them, and are not built.
 * better-sqlite3 is copied from this project, where it was; building it takes a minute.
 */
const FROM_CACHE = { npm_config_prefer_offline: 'true', npm_config_ignore_scripts: 'true' };

/** Runs a program of npm to its end. Throws with its output if it fails. */
export function npm(cwd: string, command: 'npm' | 'npx', ...args: readonly string[]): Finished {
  const finished = run(cwd, command, args, FROM_CACHE);
  if (finished.status !== 0)
    throw new Error(`${command} ${args.join(' ')}\n${finished.stdout}${finished.stderr}`);
  return finished;
}

/** Installs the tarball, and nothing else, into an empty folder. */
export function installTarball(folder: string): void {
  npm(folder, 'npm', 'install', '--no-audit', '--no-fund', packInto(folder));
}

/** Puts the built better-sqlite3 of this project where npm has put one that is not built. */
export function bringSqlite(folder: string): void {
  if (isBuiltin('node:sqlite')) return;
  const target = join(folder, 'node_modules/better-sqlite3');
  if (!existsSync(target)) throw new Error('better-sqlite3 is not installed, and this Node has no SQLite');
  rmSync(target, { recursive: true });
  cpSync(join(ROOT, 'node_modules/better-sqlite3'), target, { recursive: true });
}

/** Another project with the packages of `installed`, and a package.json of its own. */
export function projectBeside(installed: string, name: string, manifest: object): string {
  const folder = join(installed, '..', name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  symlinkSync(join(installed, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}
