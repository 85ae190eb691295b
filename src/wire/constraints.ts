// What the constraints of JSON Schema ask of a value: functions that say yes or no, and throw nothing.

import { MAX_DEPTH } from './at.js';

/** How many characters a string has, as JSON Schema counts them: code points. */
export function lengthOf(text: string): number {
  let length = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if (isHigh(text.charCodeAt(index)) && isLow(text.charCodeAt(index + 1))) {
      length--;
      index++;
    }
  }
  return length;
}

const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** A character takes one unit or two, so most strings need not be counted. */
export const isAtLeastLong = (text: string, least: number): boolean =>
  text.length >= least && (text.length >= 2 * least || lengthOf(text) >= least);

export const isAtMostLong = (text: string, most: number): boolean =>
  text.length <= most || (text.length <= 2 * most && lengthOf(text) <= most);

/**
 * Whether a pattern is found in a text. Matching many megabytes can take more memory than an engine has for it: such a
 * text does not match.
 */
export function isMatch(text: string, pattern: RegExp): boolean {
  try {
    return pattern.test(text);
  } catch {
    return false;
  }
}

/**
 * Whether a number is a multiple of another as both are written in decimal: 0.3 is one of 0.1, though division of
 * binary fractions says otherwise.
 */
export function isMultipleOf(value: number, unit: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(unit)) return value % unit === 0;
  const a = decimalOf(value);
  const b = decimalOf(unit);
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = ({ digits, exponent: own }: Decimal): bigint => digits * 10n ** BigInt(own - exponent);
  return scaled(a) % scaled(b) === 0n;
}

/** The number as `digits` times ten to the power of `exponent`. */
interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimalOf(value: number): Decimal {
  const [mantissa = '', power = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** Whether no two items of an array or a set are equal, however deep they are. */
export function areUnique(items: Iterable<unknown>): boolean {
  const seen = new Set<unknown>();
  let count = 0;
  try {
    for (const item of items) {
      seen.add(identityOf(item, 0));
      count++;
    }
  } catch (error) {
    // Nothing is compared that cannot be sent anyway.
    if (error === TOO_DEEP) return false;
    throw error;
  }
  return seen.size === count;
}

const TOO_DEEP = new Error('too deep');

/** The same for equal values only: primitives themselves, and texts that no string is mistaken for. */
function identityOf(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw TOO_DEEP;
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return depth === 0 ? value : `${typeof value} ${value}`;
  return `\u0000${spell(value, depth)}`;
}

function spell(value: object, depth: number): string {
  const inner = (part: unknown): unknown => identityOf(part, depth + 1);
  if (Array.isArray(value)) return `[${value.map(inner).join()}]`;
  if (value instanceof Date) return `Date ${value.getTime()}`;
  if (value instanceof URL) return `URL ${value.href}`;
  if (value instanceof Uint8Array) return `Uint8Array ${value}`;
  if (value instanceof Set) return `Set ${[...value].map(inner).join()}`;
  if (value instanceof Map) return `Map ${[...value].map(inner).join()}`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${inner(member)}`).join()}}`;
}

/** How many members of an object travel: those that are known, if not all of them do. */
export function countMembers(source: object, known: ReadonlySet<unknown> | undefined): number {
  const names = known === undefined ? Object.keys(source) : ([...known] as string[]);
  const isThere = (name: string): boolean =>
    (source as Record<string, unknown>)[name] !== undefined &&
    !(name in Object.prototype && !Object.hasOwn(source, name));
  return names.filter(isThere).length;
}
