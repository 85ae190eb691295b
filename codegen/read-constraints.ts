// Reads the values of the constraints of JSON Schema.

import { FORMAT_NAMES } from '../src/wire/formats.js';
import { suggestName } from './extract/suggestion.js';
import type { ReadValue, WrittenValue } from './written-value.js';

const textOf = (written: WrittenValue): string =>
  written.spelling === 'tag' ? written.text : String(written.value);

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** A number as JSON writes it. A whole one has to be exact, or another would be meant than is written. */
export function readNumber(written: WrittenValue): ReadValue {
  const text = textOf(written);
  const value = Number(text);
  if (!NUMBER.test(text) || !Number.isFinite(value)) return { expected: 'a number' };
  const isExact = !/^-?\d+$/.test(text) || BigInt(text) === BigInt(value);
  // -0 is 0 to JSON.
  return isExact
    ? { value: value + 0 }
    : { expected: 'a number that JavaScript can tell from its neighbours' };
}

export function readMultipleOf(written: WrittenValue): ReadValue {
  const read = readNumber(written);
  return 'value' in read && Number(read.value) <= 0 ? { expected: 'a number greater than 0' } : read;
}

const PATTERN =
  'a regular expression, as it stands between slashes with the flag u, on one line; in backticks if a tag or a space stands in its way';

/** The rest of the line, or what stands between backticks. */
export function readPattern(written: WrittenValue): ReadValue {
  const text = textOf(written);
  const isQuoted = text.startsWith('`');
  const isWhole = !isQuoted || (text.length > 2 && text.endsWith('`'));
  const source = isQuoted ? text.slice(1, -1) : text;
  const isUsable = source !== '' && isWhole && !source.includes('\n') && isRegularExpression(source);
  return isUsable ? { value: source } : { expected: PATTERN };
}

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    return false;
  }
}

export function readFormat(written: WrittenValue): ReadValue {
  const text = textOf(written);
  if (FORMAT_NAMES.some((name) => name === text)) return { value: text };
  const meant = suggestName(text, FORMAT_NAMES);
  const known = FORMAT_NAMES.join(', ');
  return { expected: meant === undefined ? `one of ${known}` : `${meant}, or another of ${known}` };
}
