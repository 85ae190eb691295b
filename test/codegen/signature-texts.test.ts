// The types of generated signatures: as the author wrote them where they can be imported, else by way of the contract.

import { expect, test } from 'vitest';
import type { TypeText } from '#dist/codegen/model.js';
import { contractProject } from './contract-project.js';

const FILES = {
  'types.ts': `export interface Order { id: string }
    export interface Page<T> { items: T[] }
    interface Hidden { a: string }
    export type Shown = { hidden: Hidden };
    export default interface Fallback { f: string }`,
  'names.ts': `export interface Promise { p: string }
    export interface Order { other: boolean }`,
  'ambient.d.ts': `declare module 'virtual:stock' { export interface Stock { count: number } }
    declare interface Everywhere { e: string }`,
  'tsconfig.json': '{ "compilerOptions": { "strict": true, "module": "nodenext" } }',
  'node_modules/money/package.json': '{ "name": "money", "types": "index.d.ts" }',
  'node_modules/money/index.d.ts':
    'export interface Money { amount: number } export interface Rate { rate: number }',
};

/** The texts of the parameters and the result of a method `m`, imports in brackets. */
function textsOf(contract: string): string[] {
  using project = contractProject({ ...FILES, 'x.contract.ts': contract });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  const [method] = services[0]?.methods ?? [];
  const texts = [...(method?.parameters ?? []).map(({ text }) => text), method?.result?.text];
  return texts.filter((text) => text !== undefined).map((text) => written(text, project.cwd));
}

function written({ source, imports }: TypeText, cwd: string): string {
  const names = imports.map(({ name, from }) =>
    'file' in from ? `${name} from ${from.file.replace(cwd, '.')}` : `${name} from ${from.module}`,
  );
  return [source.replace(/\s+/g, ' '), ...names].join(' < ');
}

test('names are imported from the files that declare and export them', () => {
  const contract = `import type { Order as Bestellung, Page } from './types.js';
    import type { Order } from './types.js';
    export interface Receipt { at: Date }
    /** @service x */
    export interface X { m(a: Order, b: Page<Order[]>, c: readonly Receipt[], d?: { order: Order; map: Map<string, Date> }): Promise<Page<Receipt>> }`;
  expect(textsOf(contract)).toMatchInlineSnapshot(`
    [
      "Order < Order from ./types.ts",
      "Page<Order[]> < Page from ./types.ts < Order from ./types.ts",
      "readonly Receipt[] < Receipt from ./x.contract.ts",
      "{ order: Order; map: Map<string, Date>; } < Order from ./types.ts",
      "Page<Receipt> < Page from ./types.ts < Receipt from ./x.contract.ts",
    ]
  `);
});

test('names of packages are imported as the contract does', () => {
  const contract = `import type { Money, Rate as Kurs } from 'money';
    import * as money from 'money';
    /** @service x */
    export interface X { m(a: Money, b: Kurs, c: money.Rate, d: import('money').Rate): Promise<Money | null> }`;
  expect(textsOf(contract)).toMatchInlineSnapshot(`
    [
      "Money < Money from money",
      "Parameters<X['m']>[1] < X from ./x.contract.ts",
      "Parameters<X['m']>[2] < X from ./x.contract.ts",
      "Parameters<X['m']>[3] < X from ./x.contract.ts",
      "Money | null < Money from money",
    ]
  `);
});

test('what cannot be imported by its name is reached through the contract', () => {
  const contract = `import type Fallback from './types.js';
    import type { Order as Renamed, Shown } from './types.js';
    interface Local { a: string }
    const sample = { a: 1 };
    /** @service x */
    export interface X { m(a: Renamed, b: Local, c: Fallback, d: typeof sample, e: Shown['hidden']): Promise<Local[]> }`;
  expect(textsOf(contract)).toMatchInlineSnapshot(`
    [
      "Parameters<X['m']>[0] < X from ./x.contract.ts",
      "Parameters<X['m']>[1] < X from ./x.contract.ts",
      "Parameters<X['m']>[2] < X from ./x.contract.ts",
      "Parameters<X['m']>[3] < X from ./x.contract.ts",
      "Shown['hidden'] < Shown from ./types.ts",
      "Awaited<ReturnType<X['m']>> < X from ./x.contract.ts",
    ]
  `);
});

test('what a script declares is global, but not within a module that it declares', () => {
  const contract = `import type { Stock } from 'virtual:stock';
    /** @service x */
    export interface X { m(a: Stock, b: Everywhere): Promise<void> }`;
  expect(textsOf(contract)).toMatchInlineSnapshot(`
    [
      "Parameters<X['m']>[0] < X from ./x.contract.ts",
      "Everywhere",
      "void",
    ]
  `);
});

test('one name has one meaning, and none that generated code needs itself', () => {
  const contract = `import type { Order } from './types.js';
    import * as names from './names.js';
    export type { Promise } from './names.js';
    export interface Parameters { p: string }
    /** @service x */
    export interface X { m(a: Order, b: names.Order, c: Parameters, d: names.Promise): Promise<void> }`;
  expect(textsOf(contract)).toMatchInlineSnapshot(`
    [
      "Order < Order from ./types.ts",
      "Parameters<X['m']>[1] < X from ./x.contract.ts",
      "Parameters<X['m']>[2] < X from ./x.contract.ts",
      "Parameters<X['m']>[3] < X from ./x.contract.ts",
      "void",
    ]
  `);
});

test('mapped types, their parameters and comments within a type are no names', () => {
  const contract = `import type { Order } from './types.js';
    /** @service x */
    export interface X { m(a: { [K in keyof Order]?: K }, b: { /** inner */ a: string; // rest
      b: Order }): Promise<Order extends { id: infer I } ? I : never> }`;
  expect(textsOf(contract)).toMatchInlineSnapshot(`
    [
      "{ [K in keyof Order]?: K; } < Order from ./types.ts",
      "{ a: string; b: Order; } < Order from ./types.ts",
      "Order extends { id: infer I; } ? I : never < Order from ./types.ts",
    ]
  `);
});
