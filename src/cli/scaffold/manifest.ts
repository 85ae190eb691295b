// Makes or completes a package.json: what is there stays as it is.

import { basename } from 'node:path';
import { UsageError } from '../exit.js';
import type { Needed, Ranges } from './dependencies.js';

/** The package.json after `init`, and what `init` put into it. */
export interface Manifest {
  readonly text: string;
  /** As in `scripts.client` or `devDependencies.tsx`. Empty if nothing was missing. */
  readonly added: readonly string[];
  /** The scripts that run our commands. A name that stood for something else is not among them. */
  readonly scripts: readonly string[];
}

type Json = Record<string, unknown>;

const DEPENDENCY_LISTS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const;

/** Completes the text of a package.json; without one, makes a new one. Throws a {@link UsageError} if it is broken. */
export function completeManifest(
  text: string | undefined,
  folder: string,
  scripts: Ranges,
  needed: Needed,
): Manifest {
  const before = text === undefined ? {} : parse(text, folder);
  const manifest: Json = text === undefined ? { name: packageName(folder), private: true } : { ...before };
  // A package.json that only lists dependencies was made by installing mq-rpc: the project has not begun yet.
  if (Object.keys(before).every(isList)) manifest.type = 'module';
  addMissing(manifest, 'scripts', scripts, []);
  addMissing(manifest, 'dependencies', needed.dependencies, DEPENDENCY_LISTS);
  addMissing(manifest, 'devDependencies', needed.devDependencies, DEPENDENCY_LISTS);
  const added = additions(before, manifest);
  return {
    text: added.length === 0 && text !== undefined ? text : print(manifest, text),
    added,
    scripts: Object.keys(scripts).filter((name) => section(manifest, 'scripts')[name] === scripts[name]),
  };
}

const isList = (key: string): boolean => (DEPENDENCY_LISTS as readonly string[]).includes(key);

/** Adds the entries that neither `name` nor one of the `alsoIn` sections has. */
function addMissing(manifest: Json, name: string, entries: Ranges, alsoIn: readonly string[]): void {
  const target = { ...section(manifest, name) };
  for (const [key, value] of Object.entries(entries)) {
    const isThere = [name, ...alsoIn].some((other) => Object.hasOwn(section(manifest, other), key));
    if (!isThere) target[key] = value;
  }
  if (Object.keys(target).length > 0) manifest[name] = target;
}

function additions(before: Json, after: Json): string[] {
  const type = before.type === after.type ? [] : ['type'];
  const entries = ['scripts', 'dependencies', 'devDependencies'].flatMap((name) => {
    const old = section(before, name);
    const keys = Object.keys(section(after, name)).filter((key) => !Object.hasOwn(old, key));
    return keys.map((key) => `${name}.${key}`);
  });
  return [...type, ...entries];
}

const section = (manifest: Json, name: string): Json => {
  const value = manifest[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
};

function parse(text: string, folder: string): Json {
  const help = `Put ${folder}/package.json right, then run mq-rpc init again.`;
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UsageError(`package.json is not JSON: ${(error as Error).message}`, help);
  }
  if (typeof manifest !== 'object' || manifest === null || Array.isArray(manifest))
    throw new UsageError('package.json does not hold an object', help);
  return manifest as Json;
}

/** As it was written before: the same indentation, and a line end only if there was one. */
function print(manifest: Json, text = '{\n  \n}\n'): string {
  const indentation = /\n([ \t]+)/.exec(text)?.[1] ?? '  ';
  return JSON.stringify(manifest, null, indentation) + (text.endsWith('\n') ? '\n' : '');
}

/** A folder's name as npm allows it. */
const packageName = (folder: string): string =>
  basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '') || 'greeter';
