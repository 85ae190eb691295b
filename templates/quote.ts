// Spells data as TypeScript constants.

import type { Data, DataObject } from './code.js';
import { isMemberName } from './code.js';

/**
 * A string literal, in the quotes that take less escaping. Line separators are escaped because they end lines in
 * older parsers.
 */
export function quote(text: string): string {
  const double = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  if (text.includes("'") && !text.includes('"')) return double;
  return `'${double.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** A key of an object literal. `__proto__` is computed: otherwise it would set the prototype. */
export function memberName(name: string): string {
  if (name === '__proto__') return "['__proto__']";
  return isMemberName(name) ? name : quote(name);
}

/** A constant expression. */
export function spell(value: Data): string {
  if (typeof value === 'string') return quote(value);
  if (isArray(value)) return `[${value.map(spell).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return spellObject(value);
  return Object.is(value, -0) ? '-0' : String(value);
}

/**
 * A regular expression: as a literal if it is plain text to every compiler, with each slash escaped, and otherwise
 * made from a string. Compilers complain of names and properties of Unicode in literals that they do not know.
 */
export function spellPattern(source: string): string {
  const isPlain = PLAIN_PATTERN.test(source) && !/[(]\?[^:=!]|\\[pPk]/.test(source);
  return isPlain ? `/${source}/u` : `new RegExp(${quote(source)}, 'u')`;
}

const PLAIN_PATTERN = /^(?:[ -.0-[\]-~]|\\[ -~])+$/;

/** Objects that are longer take a line for each member. */
const WIDTH = 90;

const isArray = (value: Data): value is readonly Data[] => Array.isArray(value);

function spellObject(value: DataObject): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  const items = members.map(([name, member]) => `${memberName(name)}: ${spell(member)}`);
  const line = `{ ${items.join(', ')} }`;
  if (line.length <= WIDTH && !line.includes('\n')) return line;
  return `{\n${items.map((item) => `  ${item.replaceAll('\n', '\n  ')},\n`).join('')}}`;
}
