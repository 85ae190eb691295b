// What the generator says of types that cannot be sent.

import { expect, test } from 'vitest';
import { diagnose } from './contract-project.js';

const complaintsAbout = diagnose({
  'types-that-cannot-be-sent.contract.ts': `export class Account {
  name = '';
  #balance = 1;
  private secret = 2;
  get sum() { return this.#balance + this.secret; }
  save(): void {}
}
export interface Line {
  callback: () => void;
  key: symbol;
  pattern?: RegExp;
  'with blanks': Array<Promise<string>>;
  __proto__: string;
  [Symbol.iterator]: string;
}
export class Failure extends Error {}
/** @service refused */
export interface Refused {
  account(account: Account): Promise<void>;
  order(order: { lines: Line[]; toJSON(): string }): Promise<void>;
  failures(own: Failure, builtin: Error): Promise<void>;
  builtins(map: WeakMap<object, string>, iterable: Iterable<string>, boxed: String, floats: Float32Array): Promise<void>;
  functions(constructor: { new (): string }, account: typeof Account): Promise<() => void>;
  texts(upper: Uppercase<string>, template: \`\${Uppercase<string>}-x\`): Promise<void>;
  mixed(date: Date & { x: 1 }, symbols: Record<symbol, string>): Promise<void>;
  patterns(ends: \`a\${string}\` & \`\${string}b\`, named: Record<\`data-\${string}\`, string>): Promise<void>;
  indexes(several: { [name: string]: string | number; [index: number]: string }): Promise<void>;
}
`,
  'bombs.contract.ts': `export interface Growing<T> { next?: Growing<T[]>; value: T }
export interface Five<V, W, X, Y, Z> { values: [V, W, X, Y, Z] }
export interface Sharing<T> { next: Sharing<Five<T, T, T, T, T>> | null }
export type Wrapping<T> = { value: T; next: Wrapping<{ inner: T }> | null };
type A = [B, B];
type B = [C, C];
type C = [D, D];
type D = [E, E];
type E = [F, F];
type F = [G, G];
type G = [H, H];
type H = [I, I];
type I = [J, J];
type J = [K, K];
type K = [L, L];
type L = [M, M];
type M = [N, N];
type N = [O, O];
type O = [P, P];
type P = [Q, Q];
type Q = [R, R];
type R = string;
/** @service bombs */
export interface Bombs {
  growing(value: Growing<string>): Promise<void>;
  sharing(value: Sharing<string>): Promise<void>;
  wrapping(value: Wrapping<string>): Promise<void>;
  deep(value: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[string]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]): Promise<void>;
}
/** @service doubling */
export interface Doubling {
  double(value: A): Promise<void>;
}
`,
  'types-that-need-opaque.contract.ts': `export interface Order {
  data: unknown;
  list: any[];
  more: Record<string, object>;
}
/** @service unchecked */
export interface Unchecked {
  check(order: Order, other: any): Promise<unknown>;
}
`,
  'look-alikes.contract.ts': `export interface Unions {
  dateOrString: Date | string;
  setOrArray: Set<string> | string[];
  bigintOrTemplate: bigint | bigint[] | \`x\${string}\`;
  urlOrLiteral: URL | 'https://example.com/' | 'other';
  items: Array<string | null | undefined>;
  objects: { at: Date } | { at: string };
  bytesOrLiteral: Uint8Array | 'auto';
  bigintLiteral: 1n | '1';
  mapOrSet: Map<string, string> | Set<string>;
  arrays: Date[] | string[];
  dateOrBigint: Date | bigint;
}
export interface Fine {
  dateOrLiteral: Date | 'never' | null;
  toldApart: { kind: 1; at: Date } | { kind: 2; at: string };
  member: string | null | undefined;
  kinds: Date | number | string[] | { at: Date };
  plain: { a: string } | { a: string; b?: number } | string;
}
/** @service unions */
export interface LookAlikes {
  check(unions: Unions, fine: Fine): Promise<Date | string>;
  parameters(early: string | undefined | null, late?: number | null): Promise<void>;
}
`,
});

test('what is not data is refused where its member stands', () => {
  expect(complaintsAbout('types-that-cannot-be-sent.contract.ts')).toMatchInlineSnapshot(`
    "types-that-cannot-be-sent.contract.ts:3:3 - error MQ2001: "account.#balance" cannot be sent as data: it is private
      help: Send plain data: an interface or class with data members only.

    types-that-cannot-be-sent.contract.ts:4:11 - error MQ2001: "account.secret" cannot be sent as data: it is private or protected
      help: Send plain data: an interface or class with data members only.

    types-that-cannot-be-sent.contract.ts:6:3 - error MQ2001: "account.save" cannot be sent as data: it is a method
      help: Send plain data: an interface or class with data members only.

    types-that-cannot-be-sent.contract.ts:9:3 - error MQ2001: "order.lines[].callback" cannot be sent as data: it is a function
      help: Send the data that the function would work on.

    types-that-cannot-be-sent.contract.ts:10:3 - error MQ2001: "order.lines[].key" cannot be sent as data: it is a symbol
      help: Send a string instead.

    types-that-cannot-be-sent.contract.ts:11:3 - error MQ2001: "order.lines[].pattern" cannot be sent as data: it is a RegExp
      help: Send its source as a string.

    types-that-cannot-be-sent.contract.ts:12:3 - error MQ2001: "order.lines[]["with blanks"][]" cannot be sent as data: it is a Promise
      help: Only the result of a method is a promise: write the type of its value.

    types-that-cannot-be-sent.contract.ts:13:3 - error MQ2001: "order.lines[].__proto__" cannot be sent as data: JavaScript gives this name a meaning of its own
      help: Send plain data: an interface or class with data members only.

    types-that-cannot-be-sent.contract.ts:14:3 - error MQ2001: "order.lines[][Symbol.iterator]" cannot be sent as data: it is named by a symbol
      help: Send plain data: an interface or class with data members only.

    types-that-cannot-be-sent.contract.ts:20:33 - error MQ2001: "order.toJSON" cannot be sent as data: it is a method
      help: Send plain data: an interface or class with data members only.

    types-that-cannot-be-sent.contract.ts:21:12 - error MQ2001: "own" cannot be sent as data: it is a kind of Error
      help: Send plain data instead.

    types-that-cannot-be-sent.contract.ts:21:26 - error MQ2001: "builtin" cannot be sent as data: it is an Error
      help: Declare errors with @throws, or send their message as a string.

    types-that-cannot-be-sent.contract.ts:22:12 - error MQ2001: "map" cannot be sent as data: it is a WeakMap
      help: Send a Map.

    types-that-cannot-be-sent.contract.ts:22:42 - error MQ2001: "iterable" cannot be sent as data: it is an Iterable
      help: Send an array.

    types-that-cannot-be-sent.contract.ts:22:70 - error MQ2001: "boxed" cannot be sent as data: it is a String
      help: Write string.

    types-that-cannot-be-sent.contract.ts:22:85 - error MQ2001: "floats" cannot be sent as data: it is a Float32Array
      help: Send a Uint8Array or an array of numbers.

    types-that-cannot-be-sent.contract.ts:23:13 - error MQ2001: "constructor" cannot be sent as data: it is a function
      help: Send the data that the function would work on.

    types-that-cannot-be-sent.contract.ts:23:46 - error MQ2001: "account" cannot be sent as data: it is a function
      help: Send the data that the function would work on.

    types-that-cannot-be-sent.contract.ts:23:72 - error MQ2001: "result" cannot be sent as data: it is a function
      help: Send the data that the function would work on.

    types-that-cannot-be-sent.contract.ts:24:9 - error MQ2001: "upper" cannot be sent as data: Uppercase<string> is a pattern that cannot be checked
      help: Send a string.

    types-that-cannot-be-sent.contract.ts:24:35 - error MQ2001: "template" cannot be sent as data: its template has a part that cannot be checked
      help: Write string in its place.

    types-that-cannot-be-sent.contract.ts:25:9 - error MQ2001: "date" cannot be sent as data: it is both a Date and an object
      help: Write an object that has both as members.

    types-that-cannot-be-sent.contract.ts:25:32 - error MQ2001: "symbols" cannot be sent as data: its members are named by symbols
      help: Name them by strings.

    types-that-cannot-be-sent.contract.ts:26:12 - error MQ2001: "ends" cannot be sent as data: it has to agree with several types of texts
      help: Write one of them."
  `);
});

test('types without end are refused before they take the memory', () => {
  expect(complaintsAbout('bombs.contract.ts')).toMatchInlineSnapshot(`
    "bombs.contract.ts:1:31 - error MQ2001: "value.next.next.next.next.next.next.next.next.next.next.next.next" cannot be sent as data: its type arguments keep growing
      help: Write a type that refers to itself instead.

    bombs.contract.ts:3:31 - error MQ2001: "value.next.next.next.next.next.next.next.next.next.next.next.next" cannot be sent as data: its type arguments keep growing
      help: Write a type that refers to itself instead.

    bombs.contract.ts:4:29 - error MQ2001: "value.next.next.next.next.next.next.next.next.next…next.next.next.next.next.next.next.next.next.value" cannot be sent as data: it is nested more than 64 levels deep
      help: Make the type smaller, or write @opaque to send it unchecked.

    bombs.contract.ts:4:39 - error MQ2001: "value.next.next.next.next.next.next.next.next.next….next.next.next.next.next.next.next.next.next.next" cannot be sent as data: it is nested more than 64 levels deep
      help: Make the type smaller, or write @opaque to send it unchecked.

    bombs.contract.ts:4:56 - error MQ2001: "value.next.next.next.next.next.next.next.next.next…ext.next.next.next.next.next.next.next.value.inner" cannot be sent as data: it is nested more than 64 levels deep
      help: Make the type smaller, or write @opaque to send it unchecked.

    bombs.contract.ts:28:8 - error MQ2001: "value[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]…0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0]" cannot be sent as data: it is nested more than 64 levels deep
      help: Make the type smaller, or write @opaque to send it unchecked.

    bombs.contract.ts:32:10 - error MQ2001: "value[1][1][0][0][0][0][1][1][0][1][0][0][1][1][1][0]" cannot be sent as data: with it, the types of the service are too many
      help: Make the type smaller, or write @opaque to send it unchecked."
  `);
});

test('a type that says nothing needs @opaque', () => {
  expect(complaintsAbout('types-that-need-opaque.contract.ts')).toMatchInlineSnapshot(`
    "types-that-need-opaque.contract.ts:2:3 - error MQ2002: "order.data" has type unknown, which cannot be checked
      help: Write a type that says what it holds, or @opaque to send any JSON data unchecked.

    types-that-need-opaque.contract.ts:3:3 - error MQ2002: "order.list[]" has type any, which cannot be checked
      help: Write a type that says what it holds, or @opaque to send any JSON data unchecked.

    types-that-need-opaque.contract.ts:4:3 - error MQ2002: "order.more[key]" has type object, which cannot be checked
      help: Write a type that says what it holds, or @opaque to send any JSON data unchecked.

    types-that-need-opaque.contract.ts:8:23 - error MQ2002: "other" has type any, which cannot be checked
      help: Write a type that says what it holds, or @opaque to send any JSON data unchecked.

    types-that-need-opaque.contract.ts:8:36 - error MQ2002: "result" has type unknown, which cannot be checked
      help: Write a type that says what it holds, or @opaque to send any JSON data unchecked."
  `);
});

test('members of a union that JSON cannot tell apart are refused', () => {
  expect(complaintsAbout('look-alikes.contract.ts')).toMatchInlineSnapshot(`
    "look-alikes.contract.ts:2:3 - error MQ2003: "unions.dateOrString": Date and string look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:3:3 - error MQ2003: "unions.setOrArray": Set<string> and string[] look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:4:3 - error MQ2003: "unions.bigintOrTemplate": bigint and \`x\${string}\` look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:5:3 - error MQ2003: "unions.urlOrLiteral": URL and "https://example.com/" look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:6:3 - error MQ2003: "unions.items[]" can be both null and undefined, which look alike on the wire here
      help: Keep one of the two.

    look-alikes.contract.ts:7:3 - error MQ2003: "unions.objects": UnionsObjects and UnionsObjects2 look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:8:3 - error MQ2003: "unions.bytesOrLiteral": Uint8Array and "auto" look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:9:3 - error MQ2003: "unions.bigintLiteral": 1n and "1" look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:10:3 - error MQ2003: "unions.mapOrSet": Map<string, string> and Set<string> look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:11:3 - error MQ2003: "unions.arrays": Date[] and string[] look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:12:3 - error MQ2003: "unions.dateOrBigint": Date and bigint look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:23:38 - error MQ2003: "result": Date and string look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }.

    look-alikes.contract.ts:24:14 - error MQ2003: "early" can be both null and undefined, which look alike on the wire here
      help: Keep one of the two."
  `);
});
