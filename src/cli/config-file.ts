// Finds the config file and evaluates it.

import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { defineConfig } from '../config.js';
import { messageOf } from '../errors.js';
import { UsageError } from './exit.js';
import { portableGlob } from './paths.js';

/** The names a config file can have. */
export const CONFIG_NAMES = [
  'mq-rpc.config.ts',
  'mq-rpc.config.mts',
  'mq-rpc.config.js',
  'mq-rpc.config.mjs',
];

/** The config file in `cwd` or the nearest folder above, no higher than the folder of the package. */
export function findConfigFile(cwd: string): string | undefined {
  for (const folder of upToPackage(cwd)) {
    const found = configIn(folder);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The config file in a folder. */
function configIn(folder: string): string | undefined {
  const found = CONFIG_NAMES.filter((name) => existsSync(join(folder, name)));
  if (found.length > 1)
    throw new UsageError(
      `${folder} has several config files: ${found.join(', ')}`,
      'Keep one of them, or choose with --config.',
    );
  return found[0] === undefined ? undefined : join(folder, found[0]);
}

/** The config files that globs of folders or files lead to, seen from a config file. */
export async function configsIn(file: string, globs: readonly string[]): Promise<string[]> {
  const { glob } = await import('tinyglobby');
  const found = await glob(globs.map(portableGlob), {
    cwd: dirname(file),
    absolute: true,
    onlyFiles: false,
    expandDirectories: false,
    ignore: ['**/node_modules/**'],
  });
  const files = found
    .map((path) => resolve(path))
    .flatMap((path) =>
      statSync(path).isDirectory()
        ? (configIn(path) ?? [])
        : CONFIG_NAMES.includes(basename(path))
          ? path
          : [],
    );
  return [...new Set(files)].sort();
}

/** How deep below a folder its packages are looked for. */
const DEPTH = 3;

/** Config files in the folders below, sorted. */
export function configsBelow(folder: string, depth = DEPTH): string[] {
  const folders = entriesIn(folder)
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
    .map(({ name }) => join(folder, name))
    .sort();
  return folders.flatMap((inner) => {
    const found = CONFIG_NAMES.map((name) => join(inner, name)).filter((path) => existsSync(path));
    return [...found.slice(0, 1), ...(depth > 1 ? configsBelow(inner, depth - 1) : [])];
  });
}

/** The nearest folder with a package.json, or `cwd` itself if there is none. */
export function packageRoot(cwd: string): string {
  const top = upToPackage(cwd).at(-1);
  return top !== undefined && existsSync(join(top, 'package.json')) ? top : cwd;
}

function upToPackage(cwd: string): string[] {
  const folders = [cwd];
  for (let folder = cwd; !existsSync(join(folder, 'package.json')); folder = dirname(folder)) {
    const above = dirname(folder);
    if (above === folder) break;
    folders.push(above);
  }
  return folders;
}

function entriesIn(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** The default export of a config file. Throws a {@link UsageError} with the place of a mistake in it. */
export async function evaluateConfig(file: string): Promise<unknown> {
  if (!existsSync(file)) throw new UsageError(`no config file ${file}`, 'Check the path after --config.');
  const { createJiti } = await import('jiti');
  const modules = join(dirname(file), 'node_modules');
  const jiti = createJiti(file, {
    // The default, a folder in the machine's temporary one, would let other users of the machine put code there.
    fsCache: existsSync(modules) && join(modules, '.cache', 'mq-rpc', 'config'),
    // Watching reads a changed file again.
    moduleCache: false,
    interopDefault: false,
    virtualModules: isInstalledFor(file) ? { 'mq-rpc': OF_THIS_PACKAGE } : {},
  });
  try {
    return ((await jiti.import(file)) as { default?: unknown }).default;
  } catch (error) {
    const reason = firstLines(error);
    throw new UsageError(`${file} cannot be read: ${reason}`, wayOut(reason), { cause: error });
  }
}

/** What a config takes from this package. All of it would take longer to load than the config. */
const OF_THIS_PACKAGE = { defineConfig };

function isInstalledFor(file: string): boolean {
  try {
    createRequire(file).resolve('mq-rpc');
    return true;
  } catch {
    return false;
  }
}

/** `npx` runs us where we are not installed; the config, and generated code, need us to be. */
const wayOut = (reason: string): string =>
  /Cannot find (?:module|package) 'mq-rpc'/.test(reason)
    ? 'Install it in this project: npm install mq-rpc'
    : 'Put the config file right.';

/** The message without jiti's list of the files that led to it. */
const firstLines = (error: unknown): string => messageOf(error).split('\nRequire stack:')[0]?.trim() ?? '';
