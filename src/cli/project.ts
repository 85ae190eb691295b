// What `generate` works on: the config file and the options of the command line, put together.

import { existsSync } from 'node:fs';
import { dirname, isAbsolute, posix, relative, resolve, sep } from 'node:path';
import type { Outputs } from '../config.js';
import { loadConfig } from './config-check.js';
import { findConfigFile, packageRoot } from './config-file.js';
import { UsageError } from './exit.js';

/** The options of `mq-rpc generate` that say what to generate. */
export interface ProjectFlags {
  readonly config?: string;
  readonly contracts?: readonly string[];
  readonly outDir?: string;
  readonly tsconfig?: string;
}

/** One run's input. Everything is relative to `root`. */
export interface Project {
  /** Folder of the config file or, without one, of the package. */
  readonly root: string;
  readonly contracts: readonly string[];
  readonly outDir: string;
  readonly tsconfig: string | undefined;
  readonly selfContained: boolean;
  readonly outputs: Outputs | undefined;
}

const DEFAULT_OUT_DIR = 'src/generated';

/** Reads the config file, if there is one, and lets the flags override it. Throws a {@link UsageError}. */
export async function loadProject(cwd: string, flags: ProjectFlags): Promise<Project> {
  const configFile = flags.config === undefined ? findConfigFile(cwd) : resolve(cwd, flags.config);
  const root = configFile === undefined ? packageRoot(cwd) : dirname(configFile);
  const config = configFile === undefined ? undefined : await loadConfig(configFile);
  const contracts = flags.contracts?.map((glob) => globSeenFrom(root, cwd, glob)) ?? config?.contracts;
  if (contracts === undefined) throw noConfig(cwd, root);
  const tsconfig = flagPath(root, cwd, flags.tsconfig) ?? config?.tsconfig;
  if (tsconfig !== undefined && !existsSync(resolve(root, tsconfig)))
    throw new UsageError(`no tsconfig ${resolve(root, tsconfig)}`, 'Check its path, or leave it out.');
  return {
    root,
    contracts,
    outDir: flagPath(root, cwd, flags.outDir) ?? config?.outDir ?? DEFAULT_OUT_DIR,
    tsconfig,
    selfContained: config?.selfContained === true,
    outputs: config?.outputs,
  };
}

const flagPath = (root: string, cwd: string, path: string | undefined): string | undefined =>
  path === undefined ? undefined : seenFrom(root, cwd, path);

/** A path of the command line, which counts from `cwd`, as it has to be written to count from `root`. */
const seenFrom = (root: string, cwd: string, path: string): string =>
  portable(relative(root, resolve(cwd, path))) || '.';

/** The same for a glob, which may begin with `!`. Folders on the way there are no part of the pattern. */
function globSeenFrom(root: string, cwd: string, glob: string): string {
  if (glob.startsWith('!')) return `!${globSeenFrom(root, cwd, glob.slice(1))}`;
  if (isAbsolute(glob)) return portable(relative(root, glob));
  const way = portable(relative(root, cwd)).replace(/[\\()[\]{}!*?@+|]/g, '\\$&');
  return posix.join(way, glob);
}

const portable = (path: string): string => path.split(sep).join('/');

const noConfig = (cwd: string, root: string): UsageError =>
  new UsageError(
    `no mq-rpc.config.ts in ${cwd === root ? cwd : `${cwd} or above, up to ${root}`}`,
    'Run "mq-rpc init" to get one, or name the contracts: mq-rpc generate --contracts "src/**/*.contract.ts"',
  );
