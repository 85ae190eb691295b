// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are sources of types
// Constraints of JSON Schema at work: each tag on each kind of type, sent and received, wherever it is written.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Validators, validators, validatorsOf } from './constrained.js';

/** A parameter with its tags, a value that it takes, one that it refuses, and the refusal. */
type Row = readonly [parameter: string, good: unknown, bad: unknown, refusal: string];

const ROWS: readonly Row[] = [
  ['/** @minimum 5 */ value: number', 5, 4, 'value: expected number of at least 5, got a smaller one'],
  [
    '/** @minimum -0.5 */ value: number',
    -0.5,
    -0.6,
    'value: expected number of at least -0.5, got a smaller one',
  ],
  ['/** @maximum 5 */ value: number', 5, 6, 'value: expected number of at most 5, got a greater one'],
  [
    '/** @exclusiveMinimum 5 */ value: number',
    5.1,
    5,
    'value: expected number greater than 5, got one that is not',
  ],
  [
    '/** @exclusiveMaximum 5 */ value: number',
    4.9,
    5,
    'value: expected number less than 5, got one that is not',
  ],
  ['/** @multipleOf 0.1 */ value: number', 0.3, 0.35, 'value: expected multiple of 0.1, got another number'],
  ['/** @multipleOf 3 */ value: number', -9, 10, 'value: expected multiple of 3, got another number'],
  ['/** @minimum 5 */ value: bigint', 5n, 4n, 'value: expected number of at least 5, got a smaller one'],
  [
    '/** @maximum 5 */ value: bigint',
    -(10n ** 30n),
    6n,
    'value: expected number of at most 5, got a greater one',
  ],
  [
    '/** @exclusiveMinimum 0 */ value: bigint',
    1n,
    0n,
    'value: expected number greater than 0, got one that is not',
  ],
  [
    '/** @exclusiveMaximum 0 */ value: bigint',
    -1n,
    0n,
    'value: expected number less than 0, got one that is not',
  ],
  [
    '/** @multipleOf 7 */ value: bigint',
    7n * 10n ** 20n,
    8n,
    'value: expected multiple of 7, got another number',
  ],
  [
    '/** @minLength 2 */ value: string',
    '😀b',
    '😀',
    'value: expected string of at least 2 characters, got 1',
  ],
  [
    '/** @maxLength 2 */ value: string',
    '😀😀',
    '😀bc',
    'value: expected string of at most 2 characters, got 3',
  ],
  [
    '/** @maxLength 3 */ value: `a${string}`',
    'abc',
    'abcd',
    'value: expected string of at most 3 characters, got 4',
  ],
  [
    '/** @pattern ^b+$ */ value: string',
    'bb',
    'abb',
    'value: expected string that matches /^b+$/u, got one that does not',
  ],
  [
    '/** @pattern ^.😀$ */ value: string',
    '😀😀',
    '😀',
    'value: expected string that matches /^.😀$/u, got one that does not',
  ],
  [
    '/** @pattern b */ value: `a${string}`',
    'aba',
    'aca',
    'value: expected string that matches /b/u, got one that does not',
  ],
  [
    '/** @format uri */ value: string',
    'HTTPS://Example.org/ks%4A',
    // The Kelvin sign, a `k` to those who ask for letters of both cases.
    'https://example.org/\u212a',
    'value: expected string in format uri, got one that is not',
  ],
  [
    '/** @format uri-template */ value: string',
    '/people/{Kind}/%4a{?size*}',
    // The long s.
    '/people/{\u017fize}',
    'value: expected string in format uri-template, got one that is not',
  ],
  [
    '/** @format date */ value: string',
    '2024-02-29',
    '2023-02-29',
    'value: expected string in format date, got one that is not',
  ],
  ['/** @minItems 1 */ value: string[]', ['a'], [], 'value: expected at least 1 item, got 0'],
  ['/** @maxItems 1 */ value: readonly string[]', ['a'], ['a', 'b'], 'value: expected at most 1 item, got 2'],
  [
    '/** @minItems 2 */ value: [string, ...number[]]',
    ['a', 1],
    ['a'],
    'value: expected at least 2 items, got 1',
  ],
  ['/** @maxItems 1 */ value: [string, number?]', ['a'], ['a', 1], 'value: expected at most 1 item, got 2'],
  [
    '/** @minItems 1 */ value: Set<Date>',
    new Set([new Date(0)]),
    new Set(),
    'value: expected at least 1 item, got 0',
  ],
  [
    '/** @maxItems 1 */ value: Set<bigint>',
    new Set([1n]),
    new Set([1n, 2n]),
    'value: expected at most 1 item, got 2',
  ],
  [
    '/** @uniqueItems */ value: (string | number)[]',
    ['1', 1],
    [1, 2, 1],
    'value: expected different items, got equal ones',
  ],
  [
    '/** @uniqueItems */ value: { a?: Date; b: bigint[] }[]',
    [{ b: [1n] }, { b: [1n], a: new Date(0) }],
    [{ b: [1n] }, { b: [1n] }],
    'value: expected different items, got equal ones',
  ],
  [
    '/** @uniqueItems */ value: [string, ...string[]]',
    ['a', 'b'],
    ['a', 'a'],
    'value: expected different items, got equal ones',
  ],
  [
    '/** @uniqueItems */ value: Set<{ a: number }>',
    new Set([{ a: 1 }, { a: 2 }]),
    new Set([{ a: 1 }, { a: 1 }]),
    'value: expected different items, got equal ones',
  ],
  [
    '/** @minProperties 1 */ value: { a?: string; b?: string }',
    { b: 'b' },
    { a: undefined },
    'value: expected at least 1 member, got 0',
  ],
  [
    '/** @maxProperties 1 */ value: { a?: string; valueOf?: string }',
    { a: 'a', other: 1 },
    { a: 'a', valueOf: 'b' },
    'value: expected at most 1 member, got 2',
  ],
  [
    '/** @maxProperties 1 */ value: Record<string, number>',
    { a: 1 },
    { a: 1, b: 2 },
    'value: expected at most 1 member, got 2',
  ],
  [
    '/** @minProperties 1 */ value: Map<string, Date>',
    new Map([['a', new Date(0)]]),
    new Map(),
    'value: expected at least 1 member, got 0',
  ],
  [
    '/** @maxProperties 1 */ value: Map<number, number>',
    new Map([[1, 1]]),
    new Map([
      [1, 1],
      [2, 1],
    ]),
    'value: expected at most 1 member, got 2',
  ],
];

/** What a value is in JSON, written by hand: checks of what is received must not lean on what is sent. */
function inJson(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Set || value instanceof Map) return [...value].map(inJson);
  if (Array.isArray(value)) return value.map(inJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, inJson(member)]));
}

test('each tag on each kind of type', async () => {
  const methods = Object.fromEntries(ROWS.map(([parameter], index) => [`m${index}`, parameter]));
  const checked = await validators(methods);
  for (const [index, [parameter, good, bad, refusal]] of ROWS.entries()) {
    const of = (value: unknown) => [
      checked.send(`m${index}`, value),
      checked.receive(`m${index}`, inJson(value)),
    ];
    expect([parameter, of(good), of(bad)]).toEqual([parameter, [undefined, undefined], [refusal, refusal]]);
  }
});

/** Which of the values each method takes, both ways. */
function taken(checked: Validators, name: string, values: readonly unknown[]): unknown[] {
  return values.filter((value) => {
    const sent = checked.send(name, value);
    expect(checked.receive(name, inJson(value))).toBe(sent);
    return sent === undefined;
  });
}

const DECLARATIONS = `
/** @pattern ^[A-Z]+$ */
export type Sku = string;
/** @minLength 3 */
export type Name = string;
export type MaybeSku = Sku | null;
export type Skus = readonly Sku[];
/** @maxItems 2 */
export type Few<T> = T[];
export interface Page<T> { items: T[]; first?: T | null; }
export interface SkuPage extends Page<Sku> { total: number }
export interface Tree<T> { value: T; children: Tree<T>[] }
/** @minProperties 1 */
export interface Patch { a?: string; b?: number }
export interface Line { sku: Sku; /** @maxLength 3 */ code: Sku }
export class Box { /** @minimum 1 */ size!: number; sku!: Sku }
/** @minItems 1 */
export type Nested = Nested[] | string;
`;

test('an alias carries its constraints wherever it is used', async () => {
  const types = {
    alone: 'Sku',
    list: 'Sku[]',
    readonlyList: 'readonly Sku[]',
    named: 'Skus',
    generic: 'Few<Sku>',
    record: 'Record<string, Sku>',
    fixed: "Record<'a', Sku>",
    mapped: "{ [K in 'a']: Sku }",
    set: 'Set<Sku>',
    map: 'Map<Sku, Sku>',
    tuple: '[a: Sku, b?: Name, ...rest: Sku[]]',
    nullable: 'Sku | null',
    inUnion: 'MaybeSku | number',
    page: 'Page<Sku>',
    plain: 'Page<string>',
    extended: 'Partial<SkuPage>',
    partial: 'Partial<Page<Sku>>',
    tree: 'Tree<Sku>',
    indexed: "Line['sku']",
    both: "Line['code']",
    nonNullable: 'NonNullable<MaybeSku>',
    box: 'Box',
  };
  const checked = await validators(
    Object.fromEntries(Object.entries(types).map(([name, type]) => [name, `value: ${type}`])),
    DECLARATIONS,
  );
  const one = (name: string, good: unknown, bad: unknown) => {
    expect([name, taken(checked, name, [good, bad])]).toEqual([name, [good]]);
  };
  one('alone', 'A', 'a');
  one('list', ['A'], ['A', 'a']);
  one('readonlyList', ['A'], ['a']);
  one('named', ['A'], ['a']);
  one('generic', ['A', 'B'], ['A', 'a']);
  one('generic', ['A', 'B'], ['A', 'B', 'C']);
  one('record', { a: 'A' }, { a: 'a' });
  one('fixed', { a: 'A' }, { a: 'a' });
  one('mapped', { a: 'A' }, { a: 'a' });
  one('set', new Set(['A']), new Set(['a']));
  one('map', new Map([['A', 'A']]), new Map([['a', 'A']]));
  one('map', new Map([['A', 'A']]), new Map([['A', 'a']]));
  one('tuple', ['A', 'abc', 'A'], ['A', 'ab']);
  one('tuple', ['A', 'abc', 'A'], ['A', 'abc', 'a']);
  one('nullable', null, 'a');
  one('inUnion', 'A', 'a');
  one('page', { items: ['A'], first: 'B' }, { items: ['a'] });
  one('page', { items: ['A'], first: null }, { items: [], first: 'b' });
  expect(taken(checked, 'plain', [{ items: ['a'] }])).toHaveLength(1);
  one('extended', { items: ['A'] }, { items: ['a'] });
  one('partial', { items: ['A'] }, { items: ['a'] });
  one('tree', { value: 'A', children: [] }, { value: 'A', children: [{ value: 'a', children: [] }] });
  one('indexed', 'ABCD', 'a');
  one('both', 'ABC', 'ABCD');
  one('both', 'ABC', 'abc');
  one('nonNullable', 'A', 'a');
  one('box', { size: 1, sku: 'A' }, { size: 0, sku: 'A' });
  one('box', { size: 1, sku: 'A' }, { size: 1, sku: 'a' });
});

test('of a union, each branch that a constraint is for has to meet it', async () => {
  const checked = await validators(
    {
      text: '/** @maxLength 2 */ value: string | number | null',
      number: '/** @minimum 1 */ value: boolean | number | bigint',
      lists: '/** @minItems 2 */ value: string[] | number[] | { a: string }',
      objects:
        "/** @minProperties 2 */ value: { kind: 'a'; a?: string } | { kind: 'b'; b?: string } | 'none'",
      branches: 'value: { a: Sku } | { a: Name; b?: string }',
      either: 'value: Sku | Name',
      orNull: 'value: Sku | Name | null',
      any: 'value: Sku | string',
      literal: "value: 'none' | Sku",
      sets: '/** @minItems 1 */ value: Set<string> | string',
      template: '/** @maxLength 4 */ value: `a-${string}` | boolean',
      optional: '/** @minimum 1 */ value?: number',
      patch: 'value: Patch | string[]',
    },
    DECLARATIONS,
  );
  expect(taken(checked, 'text', ['ab', 'abc', 3, null])).toEqual(['ab', 3, null]);
  expect(taken(checked, 'number', [true, 0, 1, 1n])).toEqual([true, 1, 1n]);
  expect(checked.send('number', 0n)).toBe('value: expected boolean | number | bigint, got bigint');
  expect(taken(checked, 'lists', [['a'], ['a', 'b'], [1, 2], [1], { a: '' }])).toEqual([
    ['a', 'b'],
    [1, 2],
    { a: '' },
  ]);
  const objects = [{ kind: 'a' }, { kind: 'a', a: '' }, { kind: 'b', b: '' }, { kind: 'a', b: '' }, 'none'];
  expect(taken(checked, 'objects', objects)).toEqual([objects[1], objects[2], 'none']);
  expect(taken(checked, 'branches', [{ a: 'A' }, { a: 'abc' }, { a: 'a' }])).toEqual([
    { a: 'A' },
    { a: 'abc' },
  ]);
  expect(taken(checked, 'either', ['A', 'abc', 'a'])).toEqual(['A', 'abc']);
  expect(taken(checked, 'orNull', ['A', 'abc', 'a', null])).toEqual(['A', 'abc', null]);
  expect(taken(checked, 'any', ['A', 'a'])).toEqual(['A', 'a']);
  expect(taken(checked, 'literal', ['A', 'none', 'a'])).toEqual(['A', 'none']);
  expect(checked.send('sets', new Set())).toBe('value: expected at least 1 item, got 0');
  expect(checked.send('sets', '')).toBeUndefined();
  expect(taken(checked, 'template', ['a-bc', 'a-bcd', true])).toEqual(['a-bc', true]);
  expect(taken(checked, 'optional', [1, 0, undefined])).toEqual([1, undefined]);
  expect(taken(checked, 'patch', [{ a: '' }, {}, []])).toEqual([{ a: '' }, []]);
});

test('a branch is chosen by what it asks for, and takes what it has', async () => {
  const checked = await validators(
    { value: 'value: { id: Sku; upper: number } | { id: Name; lower?: number }' },
    DECLARATIONS,
  );
  expect(checked.travel('value', { id: 'abc', upper: 1, lower: 2 })).toEqual({ id: 'abc', lower: 2 });
  expect(checked.travel('value', { id: 'A', upper: 1, lower: 2 })).toEqual({ id: 'A', upper: 1 });
  expect(checked.travel('value', { id: 'ABC', upper: 1, lower: 2 })).toEqual({
    id: 'ABC',
    upper: 1,
    lower: 2,
  });
});

test('results and declared errors meet the constraints of their types, and generic base contracts those of theirs', async () => {
  const checked = await validatorsOf(`
    import { ServiceError } from 'mq-rpc';
    ${DECLARATIONS}
    export interface Store<T> { put(value: T): Promise<T[]>; }
    export class Full extends ServiceError<{ sku: Sku }> {}
    /** @service checked */
    export interface Checked extends Store<Sku> {
      /** @throws {Full} */
      get(value: string): Promise<Sku>;
    }`);
  expect(taken(checked, 'put', ['A', 'a'])).toEqual(['A']);
});

test('both spellings of a contract, and decorators beside tags, check the same', async () => {
  const checked = await validatorsOf(`
    import { Method, Service } from 'mq-rpc';
    ${DECLARATIONS}
    @Service({ name: 'checked' })
    export abstract class Checked {
      @Method({ priority: 5 })
      put!: (/** @maxLength 2 */ value: Sku) => Promise<void>;
      abstract box(value: Box): Promise<void>;
    }`);
  expect(taken(checked, 'put', ['A', 'ABC', 'a'])).toEqual(['A']);
  expect(
    taken(checked, 'box', [
      { size: 1, sku: 'A' },
      { size: 0, sku: 'A' },
    ]),
  ).toHaveLength(1);
});

test('the first place that does not meet its constraints is named', async () => {
  const checked = await validators(
    { value: 'value: { lines: Line[]; maybe?: Record<string, Name> }' },
    DECLARATIONS,
  );
  const line = { sku: 'A', code: 'B' };
  expect(checked.send('value', { lines: [line, { ...line, code: 'ABCD' }] })).toBe(
    'value.lines[1].code: expected string of at most 3 characters, got 4',
  );
  expect(checked.receive('value', { lines: [], maybe: { 'a b': 'ab' } })).toBe(
    'value.maybe["a b"]: expected string of at least 3 characters, got 2',
  );
});

test('the example of docs/contracts.md does what stands beside it', async () => {
  const document = readFileSync(new URL('../../docs/contracts.md', import.meta.url), 'utf8');
  const [, section = ''] = document.split('### Constraints');
  const [, example = ''] = /```ts\n(.*?)```/s.exec(section) ?? [];
  const checked = await validators({ order: 'order: { lines: Line[] }' }, example);
  const line = { sku: 'ABC-1', count: 1, tags: [], notify: null };
  expect(taken(checked, 'order', [{ lines: [line] }, { lines: [{ ...line, count: 1.5 }] }])).toHaveLength(1);
  const refusal = checked.send('order', { lines: [{ ...line, sku: `ABC-${'1'.repeat(21)}` }] });
  expect(section).toContain(`\`${refusal}\``);
});

test('patterns stay what they are in generated code', async () => {
  const patterns: readonly (readonly [tag: string, good: string, bad: string])[] = [
    ['^a/b$', 'a/b', 'a'],
    ['^a\\/b$', 'a/b', 'a'],
    ['^[/]$', '/', 'a'],
    ['^\'"\\\\`$', '\'"\\`', 'a'],
    ['`^ $`', ' ', '  '],
    ['`^a @version 1$`', 'a @version 1', 'a'],
    ['^\\p{Lu}$', 'Ä', 'ä'],
    ['^(?<year>[0-9]{4})$', '2024', 'a'],
    ['^\\u{1F600}$', '😀', 'a'],
    ['^\u2028$', '\u2028', 'a'],
    ['^\\$\\{process\\}$', '${process}', 'a'],
    ['^\\*[/]\\*$', '*/*', 'a'],
    ['^//$', '//', 'a'],
    ['^(?!a).$', 'b', 'a'],
    ['^\\/\\/ [*]$', '// *', 'a'],
  ];
  const checked = await validators(
    Object.fromEntries(patterns.map(([tag], index) => [`m${index}`, `/** @pattern ${tag} */ value: string`])),
  );
  for (const [index, [tag, good, bad]] of patterns.entries()) {
    expect([tag, taken(checked, `m${index}`, [good, bad])]).toEqual([tag, [good]]);
  }
});
