// Every annotation in one table: where it may stand, how its value is read and checked, whether it has effect.

import { durationMs } from '../src/duration.js';
import { readFormat, readMultipleOf, readNumber, readPattern } from './read-constraints.js';
import { readConcurrency, readRate } from './read-limits.js';
import { readRetry } from './read-retry.js';
import { isPath, type ReadValue, type WrittenValue } from './written-value.js';

/** What a declaration is to a contract. */
export type AnnotationSite = 'service' | 'method' | 'type' | 'member' | 'parameter';

export interface Annotation {
  /** Where it has a meaning. */
  readonly sites: readonly AnnotationSite[];
  /** Where it is ordinary documentation instead, as `@deprecated` on a member. */
  readonly documents?: readonly AnnotationSite[];
  readonly read: (written: WrittenValue) => ReadValue;
  /** False: understood and checked, but refused until a later version gives it its effect. */
  readonly hasEffect: boolean;
  /** How it is declared in `tsdoc.json`. */
  readonly syntax: 'block' | 'modifier';
  /** Whether it may stand more than once. */
  readonly repeats?: boolean;
}

const name = /^[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)*$/;
const DATA_SITES = ['type', 'member', 'parameter'] as const;

const serviceName = checked((value) => typeof value === 'string' && name.test(value) && value.length <= 100, {
  expected: 'a name of lower-case words, as in "orders" or "billing.invoices", of at most 100 characters',
});
const version = checked((value) => typeof value === 'string' && /^\d{1,5}\.\d{1,5}$/.test(value), {
  expected: 'major.minor, as in 1.2',
});
const duration = checked((value) => durationMs(value) !== undefined, {
  expected: 'a duration, as in 250ms, 10s, 5m, 1h or 2d',
});
const pathInArguments = checked(isPath, {
  expected: 'a path in the arguments, as in order.id',
});
const valueName = checked(
  (value) => typeof value === 'string' && /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(value),
  {
    expected: 'the name of a schema, as in orderSchema',
  },
);
const text = checked((value) => typeof value === 'string' && value !== '', { expected: 'a text' });
const count = wholeNumber(0, Number.MAX_SAFE_INTEGER);

const onMethods = (read: Annotation['read']) =>
  ({ sites: ['service', 'method'], read, hasEffect: true, syntax: 'block' }) as const;
const constraint = (read: Annotation['read']) =>
  ({ sites: DATA_SITES, read, hasEffect: true, syntax: 'block' }) as const;

/** Every annotation by its name. Case matters. */
export const ANNOTATIONS = {
  service: { sites: ['service'], read: serviceName, hasEffect: true, syntax: 'block' },
  version: { sites: ['service'], documents: DATA_SITES, read: version, hasEffect: true, syntax: 'block' },
  oneway: { sites: ['method'], read: flag, hasEffect: true, syntax: 'modifier' },
  priority: onMethods(wholeNumber(0, 7)),
  timeToBeReceived: onMethods(duration),
  timeout: onMethods(duration),
  retry: onMethods(readRetry),
  retain: onMethods(duration),
  concurrency: { ...onMethods(readConcurrency), repeats: true },
  idempotencyKey: { ...onMethods(pathInArguments), sites: ['method'] },
  throws: { ...onMethods(text), sites: ['method'], documents: DATA_SITES, repeats: true },
  deprecated: { ...onMethods(readDeprecated), documents: DATA_SITES },
  delivery: onMethods(oneOf('express', 'recoverable')),
  timeToReachQueue: onMethods(duration),
  journal: onMethods(oneOf('none', 'deadletter', 'always')),
  ordered: { ...onMethods(pathInArguments), sites: ['method'] },
  rate: { ...onMethods(readRate), repeats: true },
  since: {
    ...onMethods(version),
    sites: ['method'],
    documents: ['service', ...DATA_SITES],
  },
  event: { sites: ['method'], documents: DATA_SITES, read: flag, hasEffect: true, syntax: 'modifier' },
  opaque: { sites: DATA_SITES, read: flag, hasEffect: true, syntax: 'modifier' },
  additionalProperties: {
    sites: ['type', 'member', 'parameter'],
    read: oneOf('drop', 'refuse', 'keep'),
    hasEffect: true,
    syntax: 'block',
  },
  sensitive: { sites: DATA_SITES, read: flag, hasEffect: false, syntax: 'modifier' },
  schema: { sites: DATA_SITES, read: valueName, hasEffect: true, syntax: 'block' },
  minimum: constraint(readNumber),
  maximum: constraint(readNumber),
  exclusiveMinimum: constraint(readNumber),
  exclusiveMaximum: constraint(readNumber),
  multipleOf: constraint(readMultipleOf),
  minLength: constraint(count),
  maxLength: constraint(count),
  pattern: constraint(readPattern),
  format: constraint(readFormat),
  minItems: constraint(count),
  maxItems: constraint(count),
  uniqueItems: { ...constraint(flag), syntax: 'modifier' },
  minProperties: constraint(count),
  maxProperties: constraint(count),
} as const satisfies Record<string, Annotation>;

export type AnnotationName = keyof typeof ANNOTATIONS;

/** The row of an annotation; `undefined` for every other name, also for those of `Object.prototype`. */
export const findAnnotation = (tag: string): Annotation | undefined =>
  Object.hasOwn(ANNOTATIONS, tag) ? ANNOTATIONS[tag as AnnotationName] : undefined;

const SITE_WORDS = {
  service: 'contracts',
  method: 'methods of contracts',
  type: 'types',
  member: 'members',
  parameter: 'parameters',
} as const satisfies Record<AnnotationSite, string>;

/** Where an annotation may stand, in words. */
export const describeSites = (annotation: Annotation): string => {
  const isBoth = annotation.sites.includes('service') && annotation.sites.includes('method');
  if (isBoth) return 'contracts and their methods';
  const words = annotation.sites.map((site) => SITE_WORDS[site]);
  return words.length === 1 ? `${words[0]}` : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
};

/** A value that is what was asked for, else the words for what is expected. */
function checked(
  accepts: (value: unknown) => boolean,
  { expected, fromText = (written) => written }: { expected: string; fromText?: (text: string) => unknown },
): Annotation['read'] {
  return (written) => {
    const value = written.spelling === 'tag' ? fromText(written.text) : written.value;
    return accepts(value) ? { value } : { expected };
  };
}

function wholeNumber(min: number, max: number): Annotation['read'] {
  return checked((value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max, {
    expected:
      max === Number.MAX_SAFE_INTEGER
        ? `a whole number from ${min} on`
        : `a whole number from ${min} to ${max}`,
    fromText: number,
  });
}

function oneOf(...words: readonly string[]): Annotation['read'] {
  return checked((value) => words.includes(value as string), { expected: words.join(', ') });
}

/** A number as people write it; JSDoc text that is none stays text, which no check takes for a number. */
function number(written: string): unknown {
  return /^-?\d+(\.\d+)?$/.test(written) ? Number(written) : written;
}

function flag(written: WrittenValue): ReadValue {
  if (written.spelling === 'decorator')
    return written.value === true ? { value: true } : { expected: 'true' };
  return written.text === ''
    ? { value: true }
    : { expected: 'no value; a description belongs above the annotations' };
}

function readDeprecated(written: WrittenValue): ReadValue {
  if (written.spelling === 'tag') return { value: written.text === '' ? true : written.text };
  const { value } = written;
  return typeof value === 'string' || typeof value === 'boolean' ? { value } : { expected: 'a text or true' };
}
