// Template literal types: strings such as `sku-${number}`.

import type { At, Key } from './at.js';
import { refusal } from './refusal.js';

export type Hole = 'string' | 'number' | 'bigint' | 'boolean';

/** A template literal type: `texts` has one item more than `holes`. */
export interface Template {
  readonly texts: readonly string[];
  readonly holes: readonly Hole[];
}

export const templateOf = (texts: readonly string[], holes: readonly Hole[]): Template => ({ texts, holes });

export function template(value: unknown, at: At, key: Key, expected: Template): string {
  if (isTemplate(value, expected)) return value;
  throw refusal(value, at, key, spell(expected));
}

/**
 * Whether the compiler would accept the string for the type. Like the compiler it ends each hole at the first
 * place where the text after it stands, and never tries a later one.
 */
export function isTemplate(value: unknown, { texts, holes }: Template): value is string {
  const first = texts[0] ?? '';
  const last = texts[holes.length] ?? '';
  if (typeof value !== 'string' || value.length < first.length + last.length) return false;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  const end = value.length - last.length;
  let start = first.length;
  for (const [index, hole] of holes.entries()) {
    const stop =
      index === holes.length - 1 ? end : holeEnd(value.slice(0, end), start, texts[index + 1] ?? '');
    if (stop === undefined || !FILLS[hole](value.slice(start, stop))) return false;
    start = stop + (texts[index + 1] ?? '').length;
  }
  return true;
}

/** Where the hole ends: before the next text, or after one character if there is no text between two holes. */
function holeEnd(value: string, start: number, text: string): number | undefined {
  if (text === '') return start < value.length ? start + 1 : undefined;
  const found = value.indexOf(text, start);
  return found === -1 ? undefined : found;
}

const BIGINT = /^-?(?:0x[\da-f]+|0b[01]+|0o[0-7]+|0|[1-9]\d*)$/i;

const FILLS: Readonly<Record<Hole, (text: string) => boolean>> = {
  string: () => true,
  number: (text) => text !== '' && Number.isFinite(Number(text)),
  bigint: (text) => BIGINT.test(text),
  boolean: (text) => text === 'true' || text === 'false',
};

const spell = ({ texts, holes }: Template): string =>
  `\`${texts.map((text, index) => text + (holes[index] === undefined ? '' : `\${${holes[index]}}`)).join('')}\``;
