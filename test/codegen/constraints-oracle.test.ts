// Constraints against ajv, which checks JSON Schema: both say the same of every value, but for what is listed here.

import { Ajv2020 } from 'ajv/dist/2020.js';
import formatsOf from 'ajv-formats';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FORMAT_NAMES, type FormatName, isFormat } from '#dist/src/wire/formats.js';
import { validators } from './constrained.js';

const ajv = new Ajv2020({ strict: false, allowUnionTypes: true });
// Its types are those of a CommonJS module.
(formatsOf as unknown as (ajv: Ajv2020) => void)(ajv);

/** A type with tags, its schema, and values that come close to what it asks for. */
interface Subject {
  readonly parameter: string;
  readonly schema: object;
  readonly values: fc.Arbitrary<unknown>;
}

const whole = fc.integer({ min: -30, max: 30 });
const halves = whole.map((value) => value / 2);
const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '\ud83d', '\n', ' '), maxLength: 8 });
const items = fc.array(
  fc.constantFrom<unknown>(
    0,
    -0,
    1,
    '1',
    null,
    true,
    [],
    [1],
    ['1'],
    {},
    { a: 1 },
    { a: 1, b: 2 },
    { b: 2, a: 1 },
  ),
  {
    maxLength: 5,
  },
);
const json = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 4 });
const members = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'toString', ''), fc.integer(), { maxKeys: 5 });

const number = (tags: string, keywords: object, values: fc.Arbitrary<unknown> = halves): Subject => ({
  parameter: `/** ${tags} */ value: number`,
  schema: { type: 'number', ...keywords },
  values,
});
const text = (tags: string, keywords: object): Subject => ({
  parameter: `/** ${tags} */ value: string`,
  schema: { type: 'string', ...keywords },
  values: letters,
});

const SUBJECTS: readonly Subject[] = [
  number('@minimum 3', { minimum: 3 }),
  number('@maximum -2.5', { maximum: -2.5 }),
  number('@exclusiveMinimum 3', { exclusiveMinimum: 3 }),
  number('@exclusiveMaximum 0', { exclusiveMaximum: 0 }),
  number(
    '@minimum 1e-3 @maximum 1E3',
    { minimum: 0.001, maximum: 1000 },
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
  number('@multipleOf 3', { multipleOf: 3 }),
  // Multiples of powers of two only: of others, as of 0.1, ajv divides binary fractions.
  number(
    '@multipleOf 0.5',
    { multipleOf: 0.5 },
    whole.map((value) => value / 4),
  ),
  number('@minimum 0 @exclusiveMaximum 10 @multipleOf 2.5', {
    minimum: 0,
    exclusiveMaximum: 10,
    multipleOf: 2.5,
  }),
  text('@minLength 2', { minLength: 2 }),
  text('@maxLength 3', { maxLength: 3 }),
  text('@minLength 1 @maxLength 4', { minLength: 1, maxLength: 4 }),
  text('@pattern ^a', { pattern: '^a' }),
  text('@pattern b$', { pattern: 'b$' }),
  text('@pattern ^.{2}$', { pattern: '^.{2}$' }),
  text('@pattern ^[^a]*$', { pattern: '^[^a]*$' }),
  text('@pattern ^\\p{L}+$', { pattern: '^\\p{L}+$' }),
  {
    parameter: '/** @minItems 2 @maxItems 3 */ value: Json[]',
    schema: { type: 'array', minItems: 2, maxItems: 3 },
    values: items,
  },
  {
    parameter: '/** @uniqueItems */ value: Json[]',
    schema: { type: 'array', uniqueItems: true },
    values: items,
  },
  {
    parameter: '/** @uniqueItems */ value: Json[]',
    schema: { type: 'array', uniqueItems: true },
    values: json,
  },
  {
    parameter: '/** @maxItems 2 @uniqueItems */ value: [number, ...Json[]]',
    schema: { type: 'array', minItems: 1, prefixItems: [{ type: 'number' }], maxItems: 2, uniqueItems: true },
    values: items,
  },
  {
    parameter: '/** @minProperties 1 @maxProperties 2 */ value: Record<string, number>',
    schema: { type: 'object', minProperties: 1, maxProperties: 2 },
    values: members,
  },
  {
    parameter: '/** @minLength 2 @minimum 3 @minItems 1 @minProperties 2 */ value: Json',
    schema: { minLength: 2, minimum: 3, minItems: 1, minProperties: 2 },
    values: fc.oneof(halves, letters, items, members, fc.constantFrom(null, true)),
  },
];

const JSON_TYPE = 'export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };';

test('values are taken that ajv takes, in both directions', async () => {
  // Every subject has its own type: a constraint cannot stand on one that refers to itself.
  const json = 'export type Value = string | number | boolean | null | Json[] | { [name: string]: Json };';
  const checked = await validators(
    Object.fromEntries(
      SUBJECTS.map(({ parameter }, index) => [`m${index}`, parameter.replace(/: Json$/, ': Value')]),
    ),
    `${JSON_TYPE}\n${json}`,
  );
  for (const [index, { parameter, schema, values }] of SUBJECTS.entries()) {
    const validate = ajv.compile(schema);
    fc.assert(
      fc.property(values, (value) => {
        const expected = [parameter, validate(value), validate(value)];
        expect([
          parameter,
          checked.send(`m${index}`, value) === undefined,
          checked.receive(`m${index}`, value) === undefined,
        ]).toEqual(expected);
      }),
      { numRuns: 300, seed: index + 1 },
    );
  }
});

/** What ajv judges otherwise, on purpose of ours: texts that the RFCs forbid, but for URIs without a path. */
const OTHERWISE: Partial<Record<FormatName, (text: string) => boolean>> = {
  // A space between date and time, and zones without minutes.
  'date-time': (text) => /^.{10} |[+-]\d\d$/.test(text),
  time: (text) => /[+-]\d\d$/.test(text),
  // A dot at the end.
  hostname: (text) => text.endsWith('.'),
  // A scheme with nothing behind it, which RFC 3986 allows.
  uri: (text) => /^[a-z]+:(?:[?#]|$)/.test(text),
  // Colons before the first slash that end no scheme, or that no port follows; brackets around no address.
  'uri-reference': (text) => /[:[\]]/.test(text) && !isFormat(text, 'uri-reference'),
  // The prefix of a URN.
  uuid: (text) => text.startsWith('urn:uuid:'),
  // Not without the flag u, with which patterns are read.
  regex: (text) => isRegularExpression(text) && !isRegularExpression(text, 'u'),
};

function isRegularExpression(text: string, flags?: string): boolean {
  try {
    new RegExp(text, flags);
    return true;
  } catch {
    return false;
  }
}

/** What texts of a format are made of, for texts that come close. */
const PARTS: Record<FormatName, readonly string[]> = {
  'date-time': [
    '2024-02-29',
    '2023-02-29',
    'T',
    ' ',
    't',
    '23:59:60',
    '23:59:59',
    '.5',
    'Z',
    'z',
    '+01:00',
    '-23:59',
    '+24:00',
  ],
  date: ['2024', '2023', '1900', '2000', '-', '02', '04', '29', '30', '31', '00', '1'],
  time: ['23', '24', '59', '60', ':', '.', '0', '00', 'Z', '+', '-', '+01:00', '22:59:60', '23:59:60'],
  duration: ['P', 'T', '1', '20', 'Y', 'M', 'D', 'W', 'H', 'S', '-', '.'],
  email: ['a', 'B9', '.', '@', '-', '_', '+', 'example.org', ' ', '"', 'é', '..'],
  'idn-email': [],
  hostname: ['a', 'B9', '.', '-', '_', 'é', 'a'.repeat(63), ' '],
  ipv4: ['0', '1', '01', '255', '256', '.', '.', '.', '127.0.0.1', '-'],
  ipv6: ['0', 'ffff', ':', ':', '::', 'g', '12345', '127.0.0.1', '%1', '1:2:3:4:5:6:7'],
  uri: [
    'http',
    ':',
    '//',
    '/',
    'a',
    '@',
    '[::1]',
    '%20',
    '%2',
    '?',
    '#',
    ' ',
    'é',
    '|',
    'urn:x',
    '127.0.0.1',
    ':80',
    '[',
    '\\',
  ],
  'uri-reference': [
    'http',
    ':',
    '//',
    '/',
    'a',
    '@',
    '[::1]',
    '%20',
    '%2',
    '?',
    '#',
    ' ',
    'é',
    '|',
    ':80',
    '\\',
    '.',
  ],
  iri: [],
  'iri-reference': [],
  'uri-template': ['a', '/', '{', '}', '{a}', '{?a,b}', '{a:3}', '{a*}', '%20', '%', ' ', '{+a', ',', '"'],
  uuid: [
    'urn:uuid:',
    '01234567',
    '-',
    '89ab',
    'CDEF',
    '0123456789ab',
    'g',
    '2eb8aa08-aa98-11ea-b4aa-73b441d16380',
  ],
  'json-pointer': ['/', 'a', '~', '~0', '~1', '~2', '', 'é', '"', '#'],
  'relative-json-pointer': ['0', '1', '01', '#', '/', 'a', '~', '~0', '-'],
  regex: ['a', '(', ')', '[', ']', '*', '+', '\\', '{1}', '?', '|', '\\d', '\\Z'],
};

test.each(FORMAT_NAMES.filter((name) => PARTS[name].length > 0))('%s means what it means to ajv', (name) => {
  const validate = ajv.compile({ type: 'string', format: name });
  const texts = fc.array(fc.constantFrom(...PARTS[name]), { maxLength: 8 }).map((parts) => parts.join(''));
  const isOtherwise = OTHERWISE[name] ?? (() => false);
  let differences = 0;
  fc.assert(
    fc.property(texts, (text) => {
      if (isFormat(text, name) === validate(text)) return;
      differences++;
      expect(isOtherwise(text), JSON.stringify(text)).toBe(true);
    }),
    { numRuns: 5_000, seed: 1 },
  );
  expect(differences > 0, 'what is listed differs').toBe(name in OTHERWISE);
});
