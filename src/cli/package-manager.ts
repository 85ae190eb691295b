// The package manager of a project: how to find out which it is, and how to say things to it.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from './exit.js';

export type PackageManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

export interface PackageManager {
  readonly name: PackageManagerName;
  /** What makes it install what package.json lists. */
  readonly install: readonly string[];
  /** Runs a command of an installed package. */
  readonly exec: string;
  /** What has to stand between a script's name and its arguments. */
  readonly argumentMark: string;
}

const MANAGERS: Readonly<Record<PackageManagerName, PackageManager>> = {
  npm: { name: 'npm', install: ['install', '--no-audit', '--no-fund'], exec: 'npx', argumentMark: ' --' },
  pnpm: { name: 'pnpm', install: ['install'], exec: 'pnpm exec', argumentMark: '' },
  yarn: { name: 'yarn', install: ['install'], exec: 'yarn run', argumentMark: '' },
  bun: { name: 'bun', install: ['install'], exec: 'bunx', argumentMark: '' },
};

const LOCKFILES: Readonly<Record<string, PackageManagerName>> = {
  'package-lock.json': 'npm',
  'npm-shrinkwrap.json': 'npm',
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

export const isLockfile = (name: string): boolean => Object.hasOwn(LOCKFILES, name);

/** By the lockfile of the folder or of its repository, then by the manager that started us, then npm. */
export function detectPackageManager(folder: string, env: NodeJS.ProcessEnv): PackageManager {
  return MANAGERS[byLockfile(folder) ?? byUserAgent(env) ?? 'npm'];
}

function byLockfile(folder: string): PackageManagerName | undefined {
  const lockfile = Object.keys(LOCKFILES).find((name) => existsSync(join(folder, name)));
  if (lockfile !== undefined) return LOCKFILES[lockfile];
  const above = dirname(folder);
  return above === folder || existsSync(join(folder, '.git')) ? undefined : byLockfile(above);
}

/** Such as `pnpm/10.4.0 npm/? node/v22.1.0 linux x64`. */
function byUserAgent(env: NodeJS.ProcessEnv): PackageManagerName | undefined {
  const name = env.npm_config_user_agent?.split('/')[0] ?? '';
  return Object.hasOwn(MANAGERS, name) ? (name as PackageManagerName) : undefined;
}

/** Installs what the package.json of the folder lists, with the manager's own output. */
export function install(manager: PackageManager, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(manager.name, manager.install, {
      cwd: folder,
      stdio: 'inherit',
      // On Windows the managers are .cmd files. All arguments are constants.
      shell: process.platform === 'win32',
    });
    const fail = (what: string): void => {
      const help = `What was written is complete. Go on with: ${manager.name} install`;
      reject(new UsageError(`${manager.name} ${what}`, help));
    };
    child.once('error', (error) => fail(`could not be started: ${error.message}`));
    child.once('close', (code, signal) => (code === 0 ? resolve() : fail(`ended with ${signal ?? code}`)));
  });
}
