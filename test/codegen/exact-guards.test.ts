// Exact guards only save time: what they take as it is, readers accept too, and read as an equal value.

import type { MethodDescriptor, ServiceDescriptor } from 'mq-rpc';
import { expect, test } from 'vitest';
import { type GeneratorProject, generatorProject } from './generator-project.js';
import { mutations } from './json-mutations.js';
import { oddValues } from './odd-values.js';
import { createRandomTypes, type RandomTypes } from './random-types.js';

/** Where the method table asks a guard first. */
const ASKED_FIRST = /(?:is\w+|wire\.isExactJson)\([\w[\], ]+\) \? [\w[\]]+ : /g;

interface Pair {
  readonly guarded: ServiceDescriptor;
  /** The same without guards. */
  readonly reading: ServiceDescriptor;
}

async function load(project: GeneratorProject, service: string): Promise<Pair> {
  const source = project.read(`src/generated/${service}.descriptor.ts`);
  project.write(`src/generated/${service}.reading.ts`, source.replaceAll(ASKED_FIRST, ''));
  const from = async (name: string) =>
    (await import(project.path(`src/generated/${service}.${name}.ts`)))[`${service}Descriptor`];
  return { guarded: await from('descriptor'), reading: await from('reading') };
}

type Attempt = { readonly data: unknown } | { readonly refused: string };

function attempt(run: () => unknown): Attempt {
  try {
    return { data: run() };
  } catch (error) {
    return { refused: (error as Error).message };
  }
}

const throughJson = (value: unknown): unknown => {
  const text = JSON.stringify(value);
  return text === undefined ? undefined : JSON.parse(text);
};

/** `-0` is 0 in JSON. */
const sent = (made: Attempt): Attempt => ('data' in made ? { data: throughJson(made.data) } : made);

const methodOf = ({ methods }: ServiceDescriptor, name: string): MethodDescriptor =>
  methods[name] ?? expect.fail(`no method ${name}`);

/** Sends and receives the value by both; returns how many of them were taken as they are. */
function compare(pair: Pair, name: string, value: unknown, about: string): number {
  const [guarded, reading] = [methodOf(pair.guarded, name), methodOf(pair.reading, name)];
  const encoded = attempt(() => guarded.encodeArguments([value])[0]);
  expect(sent(encoded), about).toStrictEqual(sent(attempt(() => reading.encodeArguments([value])[0])));
  const result = attempt(() => guarded.encodeResult(value));
  expect(sent(result), about).toStrictEqual(sent(attempt(() => reading.encodeResult(value))));

  const text = attempt(() => JSON.stringify([value]));
  if (!('data' in text)) return 0;
  const [data] = JSON.parse(String(text.data)) as [unknown];
  const decoded = attempt(() => guarded.decodeArguments([data])[0]);
  expect(decoded, about).toEqual(attempt(() => reading.decodeArguments([data])[0]));
  const isTaken = (made: Attempt, from: unknown): boolean =>
    'data' in made && typeof made.data === 'object' && made.data !== null && made.data === from;
  return Number(isTaken(encoded, value)) + Number(isTaken(decoded, data));
}

const TYPES = `
export interface Line { sku: string; quantity: number; note?: string; price?: number | null }
export interface Tree { value: number; children: Tree[]; left?: Tree; right?: Tree | null }
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Shape = { kind: 'circle'; radius: number } | { kind: 'square' | 'box'; side: number; label?: string } | { kind: 'none' };
export type Implicit = { x: number; y: number; note?: string } | { from: Line; length?: number } | { from: Line; to: Line; length?: number } | { open: true };
export type Bucket = { id: number; children: Bucket[] } | { id: number; size: number } | { id: number; target: Bucket };
export type Either = { a: string; b?: never } | { b: string; a?: never };
export type Overlap = { a: string } | { a: string; b?: number } | { a: string; c?: { d: number }[] };
export enum Colour { red = 'r', green = 'g' }
/** @additionalProperties refuse */
export interface Strict { name: string; age?: number }
/** @additionalProperties keep */
export interface Loose { name: string; age?: number }
export interface Weak { a?: string; b?: number }
export interface Inherited { valueOf: number; toString?: string; 'content-type': string }
export interface Maybe { v: string | undefined; w: number | null }
export interface Labels { main: string; [name: string]: string }
export interface Mutual { other: Other | null }
export interface Other { many: Record<string, Mutual> }
export interface Numbered { [index: number]: string; [name: \`x-\${string}\`]: string }
/** @minimum 0 */
export type Count = number;
export interface Checked {
  /** @exclusiveMinimum -1
   *  @maximum 9 */
  count: number;
  /** @minLength 1
   *  @pattern ^[a-z]+$ */
  name: string;
  /** @uniqueItems
   *  @maxItems 3 */
  tags?: string[];
  rest: Count | null;
}
/** @minProperties 1 */
export interface Filled { a?: string; b?: number }
export interface Nothing { empty: {}; nothing: [] }
`;

const line = { sku: 'a', quantity: 1 };
const leaf = { value: 1, children: [] };

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  Line: [line, { ...line, note: 'n', price: null }, { ...line, price: 1.5 }],
  'Line[]': [[], [line, line]],
  'Line | null': [null, line],
  Tree: [leaf, { ...leaf, children: [leaf, leaf], left: leaf, right: null }],
  Json: [1, null, [], { a: [1, { b: 'x' }, null] }],
  Shape: [{ kind: 'circle', radius: 1 }, { kind: 'box', side: 1, label: 'x' }, { kind: 'none' }],
  'Shape[]': [[{ kind: 'square', side: 1 }]],
  Implicit: [{ x: 1, y: 2, note: 'x' }, { from: line }, { from: line, to: line, length: 1 }, { open: true }],
  Bucket: [
    { id: 1, size: 2 },
    { id: 1, children: [{ id: 2, target: { id: 3, size: 1 } }] },
  ],
  Either: [{ a: 'x' }, { b: 'x' }],
  Overlap: [{ a: 'x' }, { a: 'x', b: 1 }, { a: 'x', c: [{ d: 1 }] }],
  'Colour[]': [['r', 'g']],
  Strict: [{ name: 'x' }, { name: 'x', age: 1 }],
  Loose: [{ name: 'x' }, { name: 'x', age: 1, more: { of: ['it'] } }],
  Weak: [{}, { a: 'x' }, { a: 'x', b: 1 }],
  Inherited: [
    { valueOf: 1, 'content-type': 'x' },
    { valueOf: 1, toString: 'x', 'content-type': 'x' },
  ],
  Maybe: [
    { v: 'x', w: 1 },
    { v: 'x', w: null },
  ],
  Labels: [{ main: 'x' }, { main: 'x', other: 'y' }],
  Mutual: [{ other: null }, { other: { many: { a: { other: null } } } }],
  'Record<string, number[]>': [{}, { a: [1], b: [] }],
  '[string, ...number[], boolean]': [
    ['x', true],
    ['x', 1, 2, true],
  ],
  '[Line, Line]': [[line, line]],
  '`k-${number}`[]': [['k-1']],
  '(Line | string | null)[]': [[line, 'x', null]],
  '(string[] | number[])[]': [[['x'], [1], []]],
  '{ a: {} } | { a: number[] }': [{ a: [1] }, { a: 'x' }, { a: [] }, { a: {} }],
  Numbered: [{ 1: 'a', 'x-a': 'b' }],
  Checked: [
    { count: 0, name: 'a', rest: null },
    { count: 9, name: 'b', tags: ['x', 'y'], rest: 2.5 },
  ],
  'Count[]': [[0, 1.5]],
  Filled: [{ a: 'x' }],
  'Filled | Line': [{ b: 1 }, line],
  Nothing: [
    { empty: {}, nothing: [] },
    { empty: 1, nothing: [] },
  ],
  'Readonly<Record<"a" | "b", Partial<Line>>>': [{ a: {}, b: { sku: 'x' } }],
};

/** Types whose values are always read. */
const UNGUARDED: ReadonlySet<string> = new Set(['Numbered']);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const contractOf = (types: readonly string[], declarations = ''): string => `${declarations}
/** @service exact */
export interface Exact {
${types.map((source, index) => `  m${index}(value: ${source}): Promise<${source}>;`).join('\n')}
}
`;

async function pairFor(types: readonly string[], declarations?: string): Promise<Pair> {
  const project = generatorProject({ 'src/exact.contract.ts': contractOf(types, declarations) });
  const { diagnostics } = await project.generate({ cache: false });
  expect(diagnostics).toEqual([]);
  return load(project, 'exact');
}

test('guards of types of every kind', async () => {
  const types = Object.keys(VALUES);
  const pair = await pairFor(types, TYPES);
  const { pick } = createRandomTypes(1);
  for (const [index, [source, values]] of Object.entries(VALUES).entries()) {
    const taken = values.map((value) => compare(pair, `m${index}`, value, source));
    const containers = values.filter((value) => typeof value === 'object' && value !== null);
    const expected = UNGUARDED.has(source) ? 0 : 2 * containers.length;
    expect(sum(taken), `${source}: values taken as they are`).toBe(expected);
    for (const value of values) compareOthers(pair, `m${index}`, value, source, pick);
  }
});

/** Values much like this one. */
function compareOthers(
  pair: Pair,
  name: string,
  value: unknown,
  source: string,
  pick: RandomTypes['pick'],
): void {
  for (const other of [...oddValues(value, pick), ...mutations(value, pick)]) {
    compare(pair, name, other, `${source}: ${describeValue(other)}`);
  }
}

const describeValue = (value: unknown): string => {
  const text = attempt(() => JSON.stringify(value));
  return 'data' in text ? String(text.data) : 'no JSON';
};

/** Wraps the value so many times. */
function nest(levels: number, value: unknown, wrap: (value: unknown) => unknown): unknown {
  let nested = value;
  for (let level = 0; level < levels; level++) nested = wrap(nested);
  return nested;
}

test('values of about as many levels as are allowed', async () => {
  const types = ['Tree', 'Json', 'Json[]', 'Mutual', 'Bucket'];
  const declared = TYPES.replace('Tree {', 'Tree { /** @opaque */ any?: unknown;');
  const pair = await pairFor(types, declared);
  for (const levels of [58, 59, 60, 61, 62, 63, 64, 65, 66]) {
    const about = `${levels} levels`;
    compare(
      pair,
      'm0',
      nest(levels, leaf, (left) => ({ ...leaf, left })),
      about,
    );
    compare(
      pair,
      'm0',
      nest(levels / 2, leaf, (child) => ({ ...leaf, children: [child] })),
      about,
    );
    compare(pair, 'm0', { ...leaf, any: nest(levels, 1, (item) => [item]) }, about);
    const json = nest(levels, 1, (item) => [item]);
    expect(compare(pair, 'm1', json, about)).toBe(levels <= 64 ? 2 : 0);
    compare(pair, 'm2', [json], about);
    compare(
      pair,
      'm3',
      nest(levels / 3, { other: null }, (other) => ({ other: { many: { a: other } } })),
      about,
    );
    compare(
      pair,
      'm4',
      nest(levels, { id: 1, size: 1 }, (target) => ({ id: 1, target })),
      about,
    );
  }
});

test.each([11, 12, 13, 14])('guards of random types, seed %i', async (seed) => {
  const random = createRandomTypes(seed, { isJson: true });
  const types = Array.from({ length: 40 }, () => random.type(3));
  const pair = await pairFor(types.map(({ source }) => source));
  let taken = 0;
  for (const [index, type] of types.entries()) {
    for (let count = 0; count < 5; count++) {
      // The sources of values are literals.
      const value: unknown = new Function(`return ${type.value()}`)();
      taken += compare(pair, `m${index}`, value, type.source);
      compareOthers(pair, `m${index}`, value, type.source, random.pick);
    }
  }
  expect(taken).toBeGreaterThan(50);
});
