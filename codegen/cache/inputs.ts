// Everything that the generated files depend on, found without the compiler.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface InputOptions {
  readonly cwd: string;
  readonly tsconfig?: string;
}

/**
 * The files that a run depends on, also those that it looked for in vain; `undefined` if they cannot all be
 * told, and the run must not be remembered.
 */
export function inputFiles(options: InputOptions, sourceFiles: readonly string[]): string[] | undefined {
  const tsconfig = resolve(options.cwd, options.tsconfig ?? 'tsconfig.json');
  const tsdocs = [...new Set([options.cwd, dirname(tsconfig)])].map((folder) => join(folder, 'tsdoc.json'));
  const chains = [tsconfig, ...tsdocs].map((file) => configChain(file));
  if (chains.some((chain) => chain === undefined)) return undefined;
  const packages = sourceFiles.flatMap(packageFiles);
  return [...new Set([...sourceFiles, ...chains.flatMap((chain) => chain ?? []), ...packages])].sort();
}

/** A config file and those it extends; `undefined` if one of them is not found the simple way. */
function configChain(file: string, seen: readonly string[] = []): string[] | undefined {
  if (seen.includes(file)) return [];
  if (!existsSync(file)) return seen.length === 0 ? [file] : undefined;
  const chain = extendedBy(readFileSync(file, 'utf8')).map((base) => {
    const found = configPath(base, dirname(file));
    return found === undefined ? undefined : configChain(found, [...seen, file]);
  });
  return chain.some((part) => part === undefined)
    ? undefined
    : [file, ...chain.flatMap((part) => part ?? [])];
}

/** What a config file says it extends. Text in a comment is found too, beside it, which does no harm. */
function extendedBy(text: string): string[] {
  const values = [...text.matchAll(/"extends"\s*:\s*(\[[^\]]*\]|"[^"]*")/g)].map((match) => match[1] ?? '');
  return values.flatMap((value) => [...value.matchAll(/"([^"]*)"/g)].flatMap((match) => match[1] ?? []));
}

function configPath(name: string, folder: string): string | undefined {
  if (name.startsWith('.') || isAbsolute(name)) return firstFile(resolve(folder, name));
  const inModules = firstFile(join(folder, 'node_modules', name));
  if (inModules !== undefined || dirname(folder) === folder) return inModules;
  return configPath(name, dirname(folder));
}

const firstFile = (path: string): string | undefined =>
  [path, `${path}.json`, join(path, 'tsconfig.json')].find((file) =>
    statSync(file, { throwIfNoEntry: false })?.isFile(),
  );

/**
 * What decides how the imports of a source file are resolved: the manifests above it, and what pnpm wrote down when
 * it installed. Its links can lead to another version while the files of this one stay where they are.
 */
function packageFiles(file: string): string[] {
  const [store] = /^.*[\\/]node_modules[\\/]\.pnpm[\\/]/.exec(file) ?? [];
  const found = store === undefined ? [] : [join(store, 'lock.yaml')];
  for (let folder = dirname(file); dirname(folder) !== folder; folder = dirname(folder)) {
    found.push(join(folder, 'package.json'));
    if (existsSync(join(folder, 'package.json'))) break;
  }
  return found;
}

/** The generator's own files with their sizes and times: with another generator nothing is known. */
export function generatorFiles(): readonly string[] {
  const own = dirname(dirname(fileURLToPath(import.meta.url)));
  const folders = [own, join(own, 'plan'), join(own, 'extract'), join(own, '..', 'templates')];
  const files = folders.flatMap((folder) => modulesIn(folder));
  return [...files, createRequire(import.meta.url).resolve('ts-morph')].map((file) => {
    const { size, mtimeMs } = statSync(file);
    return `${file} ${size} ${mtimeMs}`;
  });
}

const modulesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .map((name) => join(folder, name));
