// Readers of built-in values that JSON does not have: Date, bigint, Uint8Array and URL travel as strings.

import type { At, Key } from './at.js';
import { refusal } from './refusal.js';

/** The most characters of a bigint, sign included: parsing decimals is quadratic. */
const LONGEST_BIGINT = 4_096;
const BIGINT = /^(?:0|-?[1-9]\d*)$/;

export const isDate = (value: unknown): value is Date =>
  value instanceof Date && !Number.isNaN(value.getTime());

/** Whether it is what `toISOString` makes. */
export function isDateText(value: unknown): value is string {
  if (typeof value !== 'string' || value.length < 24 || value.length > 27) return false;
  const date = new Date(value);
  return !Number.isNaN(date.getTime()) && date.toISOString() === value;
}

export function encodeDate(value: unknown, at: At, key: Key): string {
  if (isDate(value)) return value.toISOString();
  throw refusal(value, at, key, 'Date');
}

export function decodeDate(data: unknown, at: At, key: Key): Date {
  if (isDateText(data)) return new Date(data);
  throw refusal(data, at, key, 'ISO date as toISOString makes it');
}

export const isBigintText = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_BIGINT && BIGINT.test(value);

export function encodeBigint(value: unknown, at: At, key: Key): string {
  if (typeof value !== 'bigint') throw refusal(value, at, key, 'bigint');
  const text = value.toString();
  if (text.length > LONGEST_BIGINT)
    throw refusal(value, at, key, `bigint of at most ${LONGEST_BIGINT} digits`);
  return text;
}

export function decodeBigint(data: unknown, at: At, key: Key): bigint {
  if (isBigintText(data)) return BigInt(data);
  throw refusal(data, at, key, 'bigint as decimal digits');
}

/** `expected` is the literal as decimal digits. */
export function encodeBigintLiteral(value: unknown, at: At, key: Key, expected: string): string {
  if (isBigintLiteral(value, expected)) return expected;
  throw refusal(value, at, key, `${expected}n`);
}

export function decodeBigintLiteral(data: unknown, at: At, key: Key, expected: string): bigint {
  if (data === expected) return BigInt(expected);
  throw refusal(data, at, key, `"${expected}"`);
}

/** `expected` is the literal as decimal digits. */
export const isBigintLiteral = (value: unknown, expected: string): value is bigint =>
  typeof value === 'bigint' && value === BigInt(expected);

/** Whether it is base64 as this library writes it: padded, without line breaks or stray bits. */
export const isBase64 = (value: unknown): value is string =>
  typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value;

export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

export function encodeBytes(value: unknown, at: At, key: Key): string {
  if (!isBytes(value)) throw refusal(value, at, key, 'Uint8Array');
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
}

export function decodeBytes(data: unknown, at: At, key: Key): Uint8Array {
  if (isBase64(data)) return new Uint8Array(Buffer.from(data, 'base64'));
  throw refusal(data, at, key, 'base64');
}

// Buffers are Uint8Arrays to our declarations: who has no types of Node has to compile with them, too.

export const isBuffer = (value: unknown): value is Uint8Array => value instanceof Buffer;

export function encodeBuffer(value: unknown, at: At, key: Key): string {
  if (!isBuffer(value)) throw refusal(value, at, key, 'Buffer');
  return encodeBytes(value, at, key);
}

export function decodeBuffer(data: unknown, at: At, key: Key): Uint8Array {
  if (isBase64(data)) return Buffer.from(data, 'base64');
  throw refusal(data, at, key, 'base64');
}

/** Whether it is the `href` of a URL. */
export const isHref = (value: unknown): value is string =>
  typeof value === 'string' && URL.canParse(value) && new URL(value).href === value;

export const isUrl = (value: unknown): value is URL => value instanceof URL;

export function encodeUrl(value: unknown, at: At, key: Key): string {
  if (isUrl(value)) return value.href;
  throw refusal(value, at, key, 'URL');
}

export function decodeUrl(data: unknown, at: At, key: Key): URL {
  if (isHref(data)) return new URL(data);
  throw refusal(data, at, key, 'URL as its href');
}
