// Types as contracts have them, and the models that they become.

import { expect, test } from 'vitest';
import { describeType } from '#dist/codegen/extract/describe-type.js';
import type { NamedType, ServiceModel } from '#dist/codegen/model.js';
import { contractProject } from './contract-project.js';

/** Every signature and every type, one per line, as TypeScript would write it. */
function outline(service: ServiceModel | undefined): string {
  const methods = service?.methods.map((method) => {
    const parameters = method.parameters.map(
      ({ name, optional, type }) => `${name}${optional ? '?' : ''}: ${describeType(type)}`,
    );
    return `${method.name}(${parameters.join(', ')}): ${describeType(method.result?.type ?? { kind: 'undefined' })}`;
  });
  return [...(methods ?? []), ...[...(service?.types.values() ?? [])].map(outlineType)].join('\n');
}

function outlineType({ name, type }: NamedType): string {
  if (type.kind !== 'object') return `${name} = ${describeType(type)}`;
  const members = type.members.map(
    (member) => `${member.name}${member.optional ? '?' : ''}: ${describeType(member.type)}`,
  );
  const indexes = type.indexes.map((index) => `[${describeType(index.key)}]: ${describeType(index.type)}`);
  return `${name} = { ${[...members, ...indexes].join('; ')} } ${type.additionalProperties}`;
}

/** The outline of the one service in a contract. */
function outlineOf(contract: string, files: Readonly<Record<string, string>> = {}): string {
  using project = contractProject({ 'x.contract.ts': contract, ...files });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  return outline(services[0]);
}

test('primitives, literals and nothing', () => {
  const contract = `/** @service x */
    export interface X {
      m(a: string, b: number, c: boolean, d: bigint, e: null, f: undefined): Promise<void>;
      literals(a: 'x', b: -1.5, c: true, d: -10n, e: 'z' | 'a' | 'm' | 2 | 1): Promise<never>;
      templates(a: \`v\${number}.\${bigint}\`, b: \`\${'a' | 'b'}-\${string}\`): Promise<string | undefined>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "m(a: string, b: number, c: boolean, d: bigint, e: null, f: undefined): undefined
    literals(a: "x", b: -1.5, c: true, d: -10n, e: "z" | "a" | "m" | 2 | 1): never
    templates(a: \`v\${number}.\${bigint}\`, b: \`a-\${string}\` | \`b-\${string}\`): string | undefined"
  `);
});

test('enums, whole, in part and in unions', () => {
  const contract = `export enum Color { Red, Green = 'green', Blue = 1 << 2 }
    export const enum Level { Low = 'low', High = 'high' }
    export enum Single { Only = 'only' }
    /** @service x */
    export interface X {
      m(a: Color, b: Level | null, c: Color.Green, d: Exclude<Color, Color.Red>, e: Single): Promise<boolean | Level>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(
    `"m(a: Color, b: Level | null, c: "green", d: "green" | 4, e: "only"): boolean | Level"`,
  );
});

test('builtins that travel', () => {
  const contract = `/** @service x */
    export interface X {
      m(a: Date, b: Uint8Array, c: Buffer, d: URL, e: Map<string, Date>, f: ReadonlyMap<number, Set<bigint>>): Promise<ReadonlySet<string>>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(
    `"m(a: Date, b: Uint8Array, c: Buffer, d: URL, e: Map<string, Date>, f: Map<number, Set<bigint>>): Set<string>"`,
  );
});

test('arrays and tuples', () => {
  const contract = `/** @service x */
    export interface X {
      arrays(a: string[], b: readonly number[], c: Array<ReadonlyArray<Date>>): Promise<('a' | 1)[]>;
      tuples(a: [], b: [x: number, y?: string], c: readonly [Date, ...string[]], d: [...number[], boolean]): Promise<[[1], [2]]>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "arrays(a: string[], b: number[], c: Date[][]): ("a" | 1)[]
    tuples(a: [], b: [number, string?], c: [Date, ...string[]], d: [...number[], boolean]): [[1], [2]]"
  `);
});

test('objects: optional, nullable, nested, inherited, classes', () => {
  const contract = `export interface Base { id: string; 'a b': number }
    export interface Order extends Base { note?: string; text: string | null; both?: Date | null; lines: { sku: string }[] }
    export class Money { readonly currency!: string; constructor(readonly amount: bigint) {} static zero() {} get half() { return this.amount / 2n } }
    /** @service x */
    export interface X {
      place(order: Order, empty: {}): Promise<Money>;
      again(lines: { sku: string }[]): Promise<{ ok: boolean }>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "place(order: Order, empty: XPlaceEmpty): Money
    again(lines: XAgainLine[]): XAgainResult
    Order = { note?: string; text: string | null; both?: Date | null; lines: XAgainLine[]; id: string; a b: number } drop
    XPlaceEmpty = {  } drop
    Money = { currency: string; amount: bigint; half: bigint } drop
    XAgainLine = { sku: string } drop
    XAgainResult = { ok: boolean } drop"
  `);
});

test('unions keep the order of the source', () => {
  const contract = `export type Circle = { kind: 'circle'; radius: number };
    export type Shape = { kind: 'square'; side: number } | Circle | { kind: 'dot' };
    export interface Events { zeta: { at: Date }; alpha: string; mid: 'late' | 'early' }
    /** @service x */
    export interface X {
      m(a: 'z' | null | 'a' | 3 | false, b: Shape, c: Shape | null, d: keyof Events, e: Events[keyof Events]): Promise<Events['mid']>;
      flags(a: boolean | 'unset', b?: undefined | string, c?: Shape): Promise<void>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "m(a: "z" | null | "a" | 3 | false, b: ShapeSquare | Circle | ShapeDot, c: ShapeSquare | Circle | ShapeDot | null, d: "zeta" | "alpha" | "mid", e: XME | string): "late" | "early"
    flags(a: boolean | "unset", b?: string, c?: ShapeSquare | Circle | ShapeDot): undefined
    ShapeSquare = { kind: "square"; side: number } drop
    Circle = { kind: "circle"; radius: number } drop
    ShapeDot = { kind: "dot" } drop
    XME = { at: Date } drop"
  `);
});

test('intersections and brands', () => {
  const contract = `declare const brand: unique symbol;
    export type Id = string & { readonly __brand: 'Id' };
    export type Cents = number & { [brand]: 'Cents' };
    export type Created = Date & { __brand: 1 };
    export interface Issue { state: 'open' | 'closed'; by: Id | null; cents: Cents }
    /** @service x */
    export interface X {
      m(a: Id, b: Cents, c: Created, d: Issue & { state: 'open'; by: Id }, e: { a: 1 } & ({ b: 1 } | { b: 2 })): Promise<Issue & { extra?: Created }>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "m(a: string, b: number, c: Date, d: XMD, e: XME | XME2): XMResult
    XMD = { state: "open"; by: string; cents: number } drop
    XME = { a: 1; b: 1 } drop
    XME2 = { a: 1; b: 2 } drop
    XMResult = { state: "open" | "closed"; by: string | null; cents: number; extra?: Date } drop"
  `);
});

test('an intersection with a union leaves what can be, one with `object` the rest', () => {
  const contract = `type Shape = { kind: 'circle'; r: number } | { kind: 'square'; s: number };
    /** @service x */
    export interface X { m(a: Shape & { kind: 'circle' }, b: Shape & { kind: 'line' }, c: object & { q: 1 }): Promise<void> }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "m(a: XMA, b: never, c: XMC): undefined
    XMA = { kind: "circle"; r: number } drop
    XMC = { q: 1 } drop"
  `);
});

test('records, mapped, conditional and utility types', () => {
  const contract = `export interface Order { id: string; note?: string; at: Date }
    export type Flags<T> = { readonly [K in keyof T]?: boolean };
    export type Changed = Partial<Order>;
    /** @service x */
    export interface X {
      records(a: Record<string, number>, b: Record<'x' | 'y', Order>, c: { [name: string]: string; fixed: 'yes' }, d: Record<number, string>): Promise<void>;
      utility(a: Changed, b: Pick<Order, 'id'>, c: Omit<Order, 'id'>, d: Required<Order>, e: NonNullable<string | null>): Promise<void>;
      mapped(a: Flags<Order>, b: { [K in 'p' | 'q']: K }, c: Order extends { id: string } ? 'yes' : 'no', d: Awaited<Promise<Date>>): Promise<void>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "records(a: XRecordsA, b: XRecordsB, c: XRecordsC, d: XRecordsD): undefined
    utility(a: Changed, b: XUtilityB, c: XUtilityC, d: XUtilityD, e: string): undefined
    mapped(a: FlagsOfOrder, b: XMappedB, c: "yes", d: Date): undefined
    XRecordsA = { [string]: number } drop
    XRecordsB = { x: Order; y: Order } drop
    XRecordsC = { fixed: "yes"; [string]: string } drop
    XRecordsD = { [number]: string } drop
    Changed = { id?: string; note?: string; at?: Date } drop
    XUtilityB = { id: string } drop
    XUtilityC = { note?: string; at: Date } drop
    XUtilityD = { id: string; note: string; at: Date } drop
    FlagsOfOrder = { id?: boolean; note?: boolean; at?: boolean } drop
    XMappedB = { p: "p"; q: "q" } drop
    Order = { id: string; note?: string; at: Date } drop"
  `);
});

test('generic and recursive types', () => {
  const contract = `export interface Page<T, Cursor = string> { items: readonly T[]; next?: Cursor }
    export interface Tree { children: Tree[]; parent: Tree | null }
    export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
    export type Nested = Nested[];
    export type Pair = [string, Pair?];
    export class Linked<T> { value!: T; next?: Linked<T> }
    /** @service x */
    export interface X {
      pages(a: Page<Tree>, b: Page<string, number>, c: Page<Page<Date>>): Promise<Page<'a' | 'b'>>;
      recursive(a: Json, b?: Json, c?: Nested, d?: Pair, e?: Linked<Date>): Promise<Map<string, Json>>;
    }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "pages(a: PageOfTree, b: PageOfStringAndNumber, c: PageOfPageOfDate): PageOfAOrB
    recursive(a: Json, b?: Json, c?: Nested, d?: Pair, e?: LinkedOfDate): Map<string, Json>
    PageOfTree = { items: Tree[]; next?: string } drop
    PageOfStringAndNumber = { items: string[]; next?: number } drop
    PageOfPageOfDate = { items: PageOfDate[]; next?: string } drop
    PageOfAOrB = { items: ("a" | "b")[]; next?: string } drop
    Json = string | number | boolean | null | Json[] | JsonObject
    JsonObject = { [string]: Json } drop
    Nested = Nested[]
    Pair = [string, Pair?]
    LinkedOfDate = { value: Date; next?: LinkedOfDate } drop
    Tree = { children: Tree[]; parent: Tree | null } drop
    PageOfDate = { items: Date[]; next?: string } drop"
  `);
});

test('types of one name from two files, and one shape in two places', () => {
  const contract = `import type { User as Other } from './other.js';
    export interface User { name: string }
    export interface A { at: { x: number; y: number } }
    export interface B { at: { x: number; y: number }; by: { first: string } }
    /** @service x */
    export interface X { twice(a: { once: 1 } | { once: 1 }, b: ({ once: 1 } | { once: 1 })[]): Promise<void>; m(a: User, b: Other, c: A, d: B): Promise<{ first: string } | { x: number; y: number }> }`;
  const other = 'export interface User { id: number }';
  expect(outlineOf(contract, { 'other.ts': other })).toMatchInlineSnapshot(`
    "twice(a: XTwiceA, b: XTwiceA[]): undefined
    m(a: User, b: User2, c: A, d: B): XMResult | XMResult2
    XTwiceA = { once: 1 } drop
    User = { name: string } drop
    User2 = { id: number } drop
    A = { at: XMResult2 } drop
    B = { at: XMResult2; by: XMResult } drop
    XMResult = { first: string } drop
    XMResult2 = { x: number; y: number } drop"
  `);
});

test('@opaque on a parameter, a member, an alias and a type', () => {
  const contract = `/** @opaque */
    export type Anything = unknown;
    /** @opaque */
    export interface Callback { (): void }
    export interface Order { /** @opaque */ meta?: any; any: Anything; list: Anything[]; map: Map<string, Anything | null>; callback: Callback | null }
    /** @service x */
    export interface X { m(/** @opaque */ a: object, b: Order, c: Record<string, Anything>): Promise<Anything> }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "m(a: unknown, b: Order, c: XMC): unknown
    Order = { meta?: unknown; any: unknown; list: unknown[]; map: Map<string, unknown>; callback: unknown } drop
    XMC = { [string]: unknown } drop"
  `);
});

test('@additionalProperties on a type, an alias, a member and a parameter', () => {
  const contract = `/** @additionalProperties keep */
    export interface Loose { id: string }
    /** @additionalProperties refuse */
    export type Strict = { id: string };
    export interface Plain { id: string; /** @additionalProperties refuse */ inner: { a: 1 } }
    /** @service x */
    export interface X { m(a: Loose, b: Strict, c: Plain, /** @additionalProperties keep */ d: Plain): Promise<void> }`;
  expect(outlineOf(contract)).toMatchInlineSnapshot(`
    "m(a: Loose, b: Strict, c: Plain, d: PlainKeep): undefined
    Loose = { id: string } keep
    Strict = { id: string } refuse
    Plain = { id: string; inner: PlainInnerRefuse } drop
    PlainKeep = { id: string; inner: PlainInnerRefuse } keep
    PlainInnerRefuse = { a: 1 } refuse"
  `);
});

test('what other packages write in comments and leave open is theirs', () => {
  const contract = `import type { Theirs } from 'theirs';
    /** @service x */
    export interface X { m(theirs: Theirs): Promise<void> }`;
  const theirs = `export interface Theirs {
      /** @format email @minimum 3 @opaque @made-up @oneway */
      email: string;
      meta: { [key: string]: unknown };
      any: any;
    }`;
  const files = {
    'node_modules/theirs/package.json': '{ "name": "theirs", "types": "index.d.ts" }',
    'node_modules/theirs/index.d.ts': theirs,
  };
  expect(outlineOf(contract, files)).toMatchInlineSnapshot(`
    "m(theirs: Theirs): undefined
    Theirs = { email: string; meta: TheirsMeta; any: unknown } drop
    TheirsMeta = { [string]: unknown } drop"
  `);
});
