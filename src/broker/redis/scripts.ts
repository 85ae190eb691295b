// The scripts: one file of Lua per verb, with the parts it names put in, a guard in front, and their digests.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface Script {
  readonly name: string;
  readonly source: string;
  /** What Redis calls it once it is loaded. */
  readonly sha: string;
  /** The commands of Redis that it may call. */
  readonly commands: readonly string[];
}

const NAMES = [
  'open',
  'send',
  'express',
  'adopt',
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
  'find-dead-letters',
  'journal',
  'replay',
  'remove',
  'waiting-ids',
  'peek',
  'upload-body',
  'upload-result',
  'download',
  'groups',
  'join',
  'leave',
  'partition',
  'fence',
  'limit',
] as const;

export type ScriptName = (typeof NAMES)[number];

const read = (path: string): string => readFileSync(new URL(`./lua/${path}.lua`, import.meta.url), 'utf8');

/** `--@ part` on a line of its own stands for `lib/part.lua`. Within a function it costs nothing until that is called. */
const expand = (source: string): string =>
  source.replace(/^ *--@ (\S+)$/gm, (_, part: string) => expand(read(`lib/${part}`)));

/** Numbers and keys that a script gives names to; texts are left as they are. */
const CONSTANTS = /^ *local ([A-Z][A-Z_0-9]*(?:, [A-Z][A-Z_0-9]*)*) = (.+)\n/gm;
const CONSTANT = /^(?:\d+|KEYS\[\d+\]|'[^']*')$/;
const WORDS = /'[^'\n]*'|\b[A-Z][A-Z_0-9]*\b/g;

/** Puts constants where their names are: each name that a function uses would cost something whenever it is made. */
function inline(source: string): string {
  const constants = new Map<string, string>();
  const rest = source.replace(CONSTANTS, (line, names: string, values: string) => {
    const parts = values.split(', ');
    if (!parts.every((value) => CONSTANT.test(value))) return line;
    for (const [index, name] of names.split(', ').entries()) define(constants, name, parts[index] ?? '');
    return '';
  });
  return rest.replace(WORDS, (word) => constants.get(word) ?? word);
}

function define(constants: Map<string, string>, name: string, value: string): void {
  if (constants.has(name) && constants.get(name) !== value)
    throw new Error(`${name} is two constants of one script`);
  constants.set(name, value);
}

/** Comments and empty lines are for people: Redis keeps a copy of every script that it has loaded. */
const strip = (source: string): string => source.replace(/^\s*--.*\n|^\s*\n/gm, '');

/** A function that a script gets from a part: it ends with the first `end` that stands at the start of a line. */
const FUNCTION = /^local function (\w+)\([\s\S]*?^end\n/gm;

/** Without the functions that nobody calls. A script pays for each one that it has, every time it runs. */
function shake(source: string): string {
  const shaken = source.replace(FUNCTION, (text, name: string) =>
    source.split(new RegExp(`\\b${name}\\b`)).length > text.split(new RegExp(`\\b${name}\\b`)).length
      ? text
      : '',
  );
  return shaken === source ? source : shake(shaken);
}

/** Arguments that every command takes which has keys, and a key that each user has the rights to who may call it. */
const SOME_KEY = 'KEYS[9]';

/** What to ask Redis about a command. It must have enough arguments: Redis 7.0 looks for keys where they belong. */
function questionAbout(command: string): string {
  switch (command) {
    case 'TIME':
      return "'TIME'";
    case 'LMPOP':
      return `'LMPOP',1,${SOME_KEY},'LEFT'`;
    case 'SPUBLISH':
      return `'SPUBLISH',${SOME_KEY},''`;
    default:
      return `'${command}',${SOME_KEY},${SOME_KEY},${SOME_KEY},${SOME_KEY}`;
  }
}

/**
 * Redis undoes nothing when it stops a script because its user lacks a right: so every right is asked for before
 * anything is written.
 */
function guard(commands: readonly string[]): string {
  const lacks = commands.map((command) => `(not may(${questionAbout(command)}) and '${command}')`);
  return `local may = redis.acl_check_cmd
local lacking = ${lacks.join(' or ')}
if lacking then return redis.error_reply('NOPERM this user may not run ' .. lacking) end
`;
}

function load(name: string): Script {
  const text = shake(inline(strip(expand(read(name)))));
  const commands = [...new Set([...text.matchAll(/\bcall\('([A-Z]+)'/g)].map(([, command = '']) => command))];
  const endOfShebang = text.indexOf('\n') + 1;
  const source = text.slice(0, endOfShebang) + guard(commands) + text.slice(endOfShebang);
  return { name, source, commands, sha: createHash('sha1').update(source).digest('hex') };
}

export const scripts = Object.fromEntries(NAMES.map((name) => [name, load(name)])) as Readonly<
  Record<ScriptName, Script>
>;
