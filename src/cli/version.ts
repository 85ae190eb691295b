// This package as it is installed: its version, and how the project that installed it asked for it.

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Seen from dist/src/cli. */
const PACKAGE = fileURLToPath(new URL('../../..', import.meta.url));

export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

/**
 * What a package.json in `folder` has to ask for to get the package that runs now: the range or the tarball by
 * which it was installed, also by `npx` into its cache, or else this version.
 */
export function ownRange(folder: string): string {
  const modules = dirname(PACKAGE);
  const installer = dirname(modules);
  const range = basename(modules) === 'node_modules' ? rangeIn(join(installer, 'package.json')) : undefined;
  if (range === undefined) return `^${readVersion()}`;
  if (!range.startsWith('file:')) return range;
  const target = relative(folder, resolve(installer, range.slice('file:'.length)));
  return `file:${target.split(sep).join('/')}`;
}

function rangeIn(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
  };
  return dependencies?.['mq-rpc'] ?? devDependencies?.['mq-rpc'];
}
