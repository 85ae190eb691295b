// What texts on the wire look like, as regular expressions that JSON Schema can have.

import type { TypeModel } from '../model.js';

const MONTH_AND_DAY =
  '(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|[12]\\d))';

/** What `toISOString` makes, but for the leap days of other years and the ends of time. */
export const DATE = `^(?:\\d{4}|\\+0[1-9]\\d{4}|\\+[12]\\d{5}|-(?!000000)[0-2]\\d{5})-${MONTH_AND_DAY}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z$`;

export const BIGINT = '^(?:0|-?[1-9]\\d*)$';

/** Padded, and without stray bits in the last character. */
export const BASE64 = '^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$';

/** Names of members that are numbers to JavaScript: what a number becomes as a text. */
const NUMBER_NAME = '(?:NaN|-?Infinity|0|-?(?:0\\.\\d*[1-9]|[1-9]\\d*(?:\\.\\d*[1-9])?)(?:e[+-]\\d+)?)';

type TemplateModel = TypeModel & { readonly kind: 'template' };

/** The texts of a template literal type. */
export const templatePattern = (type: TemplateModel): string => `^${templateBody(type)}$`;

/** The names that an index signature is for; none for those by any string. */
export function namePattern(key: TypeModel): string | undefined {
  if (key.kind === 'number') return NUMBER_NAME;
  return key.kind === 'template' ? templateBody(key) : undefined;
}

const DIGITS = '[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?';
const RADIX = '0[xX][\\da-fA-F]+|0[oO][0-7]+|0[bB][01]+';

const HOLES = {
  string: '[\\s\\S]*',
  number: `(?:\\s*(?:${DIGITS}|${RADIX})\\s*|\\s+)`,
  bigint: `-?(?:${RADIX}|0|[1-9]\\d*)`,
  boolean: '(?:true|false)',
} as const;

/** A hole of one character, as it is where no text follows it. No boolean has one. */
const ONE_CHARACTER = { string: '[\\s\\S]', number: '[\\d\\s]', bigint: '\\d', boolean: '(?!)' } as const;

function templateBody({ texts, holes }: TemplateModel): string {
  const parts = holes.map((hole, index) => {
    const next = texts[index + 1] ?? '';
    const isLast = index === holes.length - 1;
    return holePattern(hole, isLast ? undefined : next) + escaped(next);
  });
  return escaped(texts[0] ?? '') + parts.join('');
}

/** A hole but the last ends where the text after it stands for the first time. */
function holePattern(hole: keyof typeof HOLES, next: string | undefined): string {
  if (next === '') return ONE_CHARACTER[hole];
  return hole === 'string' && next !== undefined ? `(?:(?!${escaped(next)})[\\s\\S])*` : HOLES[hole];
}

/** For regular expressions with the flag `u`, which allows no other escapes. */
const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
