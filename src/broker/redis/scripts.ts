// The scripts: one file of Lua per verb, with the parts it names put in, and their digests.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Script {
  readonly name: string;
  readonly source: string;
  /** What Redis calls it once it is loaded. */
  readonly sha: string;
}

const NAMES = [
  'open',
  'send',
  'claim',
  'consume',
  'extend',
  'settle',
  'reap',
  'fetch',
  'confirm',
  'cancel',
  'counts',
  'dead-letters',
] as const;

export type ScriptName = (typeof NAMES)[number];

const read = (path: string): string => readFileSync(new URL(`./lua/${path}.lua`, import.meta.url), 'utf8');

/** `--@ part` at the start of a line stands for `lib/part.lua`. */
const expand = (source: string): string =>
  source.replace(/^--@ (\S+)$/gm, (_, part: string) => read(`lib/${part}`));

/** Comments and empty lines are for people: Redis keeps a copy of every script that it has loaded. */
const strip = (source: string): string => source.replace(/^\s*--.*\n|^\s*\n/gm, '');

function load(name: string): Script {
  const source = strip(expand(read(name)));
  return { name, source, sha: createHash('sha1').update(source).digest('hex') };
}

export const scripts = Object.fromEntries(NAMES.map((name) => [name, load(name)])) as Readonly<
  Record<ScriptName, Script>
>;
