// What the generator says about @schema: names that lead nowhere, and schemas that disagree with their types.

import { expect, test } from 'vitest';
import { contractProject, diagnose } from './contract-project.js';

const SCHEMAS = `import * as v from 'valibot'; import { z } from 'zod';
export const text = z.string();
export const trimmed = z.string().trim().toLowerCase();
export const count = z.string().transform(Number);
export const coerced = z.coerce.number();
export const branded = z.string().brand('Email');
export const order = z.object({ id: z.string(), note: z.string().default('none') });
export const small = v.object({ id: v.string() });
export const either = z.union([z.object({ a: z.string() }), z.object({ b: z.number() })]);
export const number = 5;
export const fake = { '~standard': { version: 1, vendor: 'none', validate: (value: unknown) => ({ value }) } };
`;

const WRONG: readonly (readonly [declaration: string, complaints: string])[] = [
  ['/** @schema nothing */ export type T = string;', 'MQ2007: nothing is not a value that this file knows'],
  ['/** @schema T */ export type T = string;', 'MQ2007: T is not a value that this file knows'],
  [
    'const own = z.string();\n/** @schema own */ export type T = string;',
    'MQ2007: own cannot be imported by generated code',
  ],
  ['/** @schema number */ export type T = number;', 'MQ2007: number does not implement Standard Schema'],
  ['/** @schema fake */ export type T = number;', 'MQ2007: fake does not implement Standard Schema'],
  ['/** @schema text */ export type T = number;', 'MQ2007: text takes string, which number is not'],
  ['/** @schema text */ export type T = string | null;', 'MQ2007: text takes string, which null is not'],
  ['/** @schema count */ export type T = number;', 'MQ2007: count takes string, which number is not'],
  ['/** @schema count */ export type T = string;', 'MQ2007: count gives number, which is not string'],
  ["/** @schema text */ export type T = 'a' | 'b';", 'MQ2007: text gives string, which is not T'],
  [
    '/** @schema small */ export interface T { id: string; more?: number }',
    'MQ2007: small does not know more of T, and would drop it',
  ],
  ['export interface T { /** @schema text */ a: number }', 'MQ2007: text takes string, which number is not'],
  ['/** @schema a b */ export type T = string;', 'MQ1002: @schema has a value that is not valid: "a b"'],
  [
    '/** @schema text\n * @schema text */ export type T = string;',
    'MQ1003: @schema is set twice on one declaration',
  ],
];
const RIGHT = [
  '/** @schema trimmed */ export type T = string;',
  '/** @schema coerced */ export type T = number;',
  '/** @schema branded */ export type T = z.infer<typeof s.branded>;',
  '/** @schema order */ export type T = z.infer<typeof s.order>;',
  '/** @schema order */ export interface T { id: string; note: string }',
  '/** @schema either */ export type T = { a: string } | { b: number };',
  'export interface T { /** @schema text */ a?: string; /** @schema text */ b: string | undefined }',
  '/** @schema order */ export class T { id = ""; note = "" }',
];

/** Each declaration in a contract of its own, which takes a `T`. */
const contracts = [...WRONG.map(([declaration]) => declaration), ...RIGHT].map(
  (declaration, index) => `import { z } from 'zod';
export { text, trimmed, count, coerced, branded, order, small, either, number, fake } from './schemas.js';
import type * as s from './schemas.js';
${declaration}
/** @service x${index} */ export interface X${index} { m(value: T): Promise<void> }`,
);
const about = diagnose({
  'schemas.ts': SCHEMAS,
  ...Object.fromEntries(contracts.map((text, index) => [`x${index}.contract.ts`, text])),
});

const complaints = (index: number): string[] =>
  about(`x${index}.contract.ts`)
    .split('\n')
    .filter((line) => line.includes(' - error '))
    .map((line) => line.replace(/^.*? - error /, ''));

test.each(WRONG.map(([declaration, expected], index) => ({ declaration, expected, index })))(
  '$declaration',
  ({ expected, index }) => {
    expect(complaints(index)).toEqual([expected]);
  },
);

test.each(RIGHT.map((declaration, index) => ({ declaration, index: WRONG.length + index })))(
  'nothing is wrong with $declaration',
  ({ index }) => {
    expect(complaints(index)).toEqual([]);
  },
);

test('a schema is found where its type is declared, by whatever way the type comes', () => {
  using project = contractProject({
    'schemas.ts': SCHEMAS,
    'lib.ts': `import { order, text } from './schemas.js'; import type { z } from 'zod';
      export { order, text };
      /** @schema order */ export type Order = z.infer<typeof order>;
      /** @schema text */ export type Text = string;
      export type Alias = Order;
      export interface Page<Item> { items: Item[] }
      export type Maybe = Text | null; export type ListOf<Item> = Item[] | null;`,
    'x.contract.ts': `import type { Alias, ListOf, Maybe, Order, Page, Text } from './lib.js';
      /** @service x */ export interface X {
        m(a: Order, b: Alias[], c: Page<Order>, d: Maybe, e: Record<string, Text>, f: [Text, ...Order[]], l: ListOf<Order>, g?: Map<Text, Order>): Promise<Set<Order>>;
      }`,
  });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  const [service] = services;
  const method = service?.methods[0];
  const named = (text: string): string[] =>
    [...text.matchAll(/"schema":\{"name":"(\w+)"|"kind":"reference","name":"(\w+)"/g)].flatMap(
      ([, name, reference = '']) =>
        name === undefined ? named(JSON.stringify(service?.types.get(reference)?.type)) : [name],
    );
  const types = [...(method?.parameters ?? []), method?.result].map((each) =>
    named(JSON.stringify(each?.type)),
  );
  expect(types).toEqual([
    ['order'],
    ['order'],
    ['order'],
    ['text'],
    ['text'],
    ['text', 'order'],
    ['order'],
    ['text', 'order'],
    ['order'],
  ]);
});
