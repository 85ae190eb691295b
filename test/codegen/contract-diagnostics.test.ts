// What the generator says of contracts, their methods and their errors.

import { expect, test } from 'vitest';
import { contractProject, diagnose } from './contract-project.js';

const complaintsAbout = diagnose({
  'foreign.ts': `
import { ServiceError } from 'mq-rpc';
export class Foreign extends ServiceError<{ z: 1 }> {}
`,
  'signatures.contract.ts': `export interface Base { inherited(...all: string[]): Promise<void> }
/** @service a11 */
export interface A11 extends Base {
  a(): string;
  b(): void;
  c?(): Promise<void>;
  d: string;
  e<T>(x: T): Promise<T>;
  f({ x }: { x: string }): Promise<void>;
  g(this: A11): Promise<void>;
  get h(): () => Promise<void>;
  i(x: string): Promise<void>;
  i(x: number): Promise<void>;
  j(): Promise<string> | Promise<number>;
  k: (x: string) => Promise<void>;
  (): void;
  [key: string]: unknown;
}
/** @service a11b */
export interface A11b<T> { m(x: T): Promise<void> }
import { Service } from 'mq-rpc';
export namespace Inner {
  /** @service a11d */
  export interface A11d { m(x: string): Promise<void> }
}
@Service({ name: 'a11c' })
export abstract class A11c {
  constructor(readonly x: string) {}
  a(): Promise<void> { return Promise.resolve(); }
  private b!: () => Promise<void>;
  protected abstract c(): Promise<void>;
  static d(): void {}
  e = async () => {};
}
`,
  'errors.contract.ts': `import { RpcError, ServiceError } from 'mq-rpc';
import { Foreign as Renamed } from './foreign.js';
class Hidden extends ServiceError<{ a: string }> {}
export class Other extends Error {}
export class Direct extends RpcError {}
export class Generic<T> extends ServiceError<T> {}
export class Fn extends ServiceError<{ f: () => void }> {}
export interface NoClass {}
/** @service a12 */
export interface A12 {
  /** @throws {Hidden} @throws {Other}
   * @throws {Nowhere}
   * @throws {Direct}
   * @throws when it is raining
   * @throws {Generic}
   * @throws {Renamed}
   * @throws {NoClass}
   * @throws {Fn} */
  a(): Promise<Renamed | Hidden>;
}
`,
  'names.contract.ts': `/** @service a13 */
export interface A13 {
  with(): Promise<void>;
  then(): Promise<void>;
  constructor(): Promise<void>;
  __proto__(): Promise<void>;
  toString(): Promise<string>;
  hasOwnProperty(name: string): Promise<boolean>;
  'not-a-name'(): Promise<void>;
  ''(): Promise<void>;
  [Symbol.iterator](): Promise<void>;
  'quoted'(): Promise<void>;
  $größe(): Promise<void>;
}
/** @service a13b */
export interface Awaited { m(): Promise<void> }
`,
  'type-errors.contract.ts': `/** @service a14 */
export interface A14 {
  m(order: Missing): Promise<void>;
  n(): Promise<import('./nothing.js').X>;
}
`,
  'not-exported.contract.ts': `/** @service a15 */
interface A15 { m(): Promise<void> }
/** @service a15b */
export default interface A15b { m(): Promise<void> }
import { Service } from 'mq-rpc';
@Service({ name: 'a15c' })
export default abstract class {}
`,
  'no-contract.contract.ts': `export interface X {}
`,
  'duplicates-1.contract.ts': `/** @service dup */
export interface D1 { m(): Promise<void> }
/** @service dup2 */
export interface Same { m(): Promise<void> }
`,
  'duplicates-2.contract.ts': `/** @service dup */
export interface D2 { m(): Promise<void> }
/** @service dup3 */
export interface Same { m(): Promise<void> }
`,
});

test('a member that is no remote method is refused', () => {
  expect(complaintsAbout('signatures.contract.ts')).toMatchInlineSnapshot(`
    "signatures.contract.ts:3:18 - error MQ2004: contract A11 has a signature without a name
      help: Give every method of the contract a name.

    signatures.contract.ts:4:8 - error MQ2004: a does not return a promise
      help: Write Promise<string>.

    signatures.contract.ts:5:8 - error MQ2004: b does not return a promise
      help: Write Promise<void> to wait for the handler, or @oneway to call without an outcome.

    signatures.contract.ts:6:3 - error MQ2004: c is optional
      help: Remove the question mark.

    signatures.contract.ts:7:3 - error MQ2004: d is not a method
      help: Move data into the types of parameters and results.

    signatures.contract.ts:8:3 - error MQ2004: e is generic
      help: Write the types that it is called with.

    signatures.contract.ts:9:5 - error MQ2004: a destructured parameter has no name, which errors and paths would need
      help: Give it a name here; the handler can take it apart.

    signatures.contract.ts:10:5 - error MQ2004: a method of a contract has no \`this\`
      help: Remove the parameter.

    signatures.contract.ts:11:7 - error MQ2004: h is an accessor
      help: Declare a method.

    signatures.contract.ts:12:3 - error MQ2004: i is overloaded: a queued call has one list of arguments
      help: Give every overload a name of its own, or take a union.

    signatures.contract.ts:14:8 - error MQ2004: j does not return a promise
      help: Write Promise<string | number>.

    signatures.contract.ts:20:18 - error MQ2004: contract A11b is generic
      help: Write the types that it is used with.

    signatures.contract.ts:23:7 - error MQ1005: @service has no meaning here
      help: A contract is an exported interface or an exported abstract class.

    signatures.contract.ts:28:24 - error MQ2004: x is not a method
      help: Move data into the types of parameters and results.

    signatures.contract.ts:29:3 - error MQ2004: a has a body
      help: Make it abstract, or a field as in \`place!: (order: Order) => Promise<Receipt>\`.

    signatures.contract.ts:30:11 - error MQ2004: b is private or protected
      help: Remove it: all methods of a contract are public.

    signatures.contract.ts:31:22 - error MQ2004: c is private or protected
      help: Remove it: all methods of a contract are public.

    signatures.contract.ts:33:3 - error MQ2004: e has a body
      help: Make it abstract, or a field as in \`place!: (order: Order) => Promise<Receipt>\`."
  `);
});

test('a declared error has to be an exported class of the contract that extends ServiceError', () => {
  expect(complaintsAbout('errors.contract.ts')).toMatchInlineSnapshot(`
    "errors.contract.ts:7:40 - error MQ2001: "Fn.data.f" cannot be sent as data: it is a function
      help: Send the data that the function would work on.

    errors.contract.ts:11:7 - error MQ2005: Hidden cannot be imported by generated code
      help: Export it by this name from the file that declares it.

    errors.contract.ts:11:24 - error MQ2005: Other does not extend ServiceError
      help: Write: export class Other extends ServiceError<{ … }> {}

    errors.contract.ts:12:6 - error MQ2005: Nowhere is not a class that the contract knows
      help: Import it in the contract, or declare and export it there.

    errors.contract.ts:13:6 - error MQ2005: Direct does not extend ServiceError
      help: Write: export class Direct extends ServiceError<{ … }> {}

    errors.contract.ts:14:6 - error MQ2005: @throws names no error class
      help: Write @throws {OutOfStock}, with the name of a class that extends ServiceError.

    errors.contract.ts:15:6 - error MQ2005: Generic is generic
      help: Declare one error class per type of data.

    errors.contract.ts:16:6 - error MQ2005: Renamed cannot be imported by generated code
      help: Export it by this name from the file that declares it.

    errors.contract.ts:17:6 - error MQ2005: NoClass is not a class that the contract knows
      help: Import it in the contract, or declare and export it there.

    errors.contract.ts:19:8 - error MQ2002: "result.cause" has type unknown, which cannot be checked
      help: Write a type that says what it holds, or @opaque to send any JSON data unchecked."
  `);
});

test('a method needs a name that clients can have', () => {
  expect(complaintsAbout('names.contract.ts')).toMatchInlineSnapshot(`
    "names.contract.ts:3:3 - error MQ3002: a method cannot be called with
      help: Choose another name: every client has a member of this one.

    names.contract.ts:4:3 - error MQ3002: a method cannot be called then
      help: Choose another name: every client has a member of this one.

    names.contract.ts:5:3 - error MQ3002: a method cannot be called constructor
      help: Choose another name: every client has a member of this one.

    names.contract.ts:6:3 - error MQ3002: a method cannot be called __proto__
      help: Choose another name: every client has a member of this one.

    names.contract.ts:7:3 - error MQ3002: a method cannot be called toString
      help: Choose another name: every client has a member of this one.

    names.contract.ts:8:3 - error MQ3002: a method cannot be called hasOwnProperty
      help: Choose another name: every client has a member of this one.

    names.contract.ts:9:3 - error MQ3002: "not-a-name" is no name for a method
      help: Write an identifier, as in placeOrder.

    names.contract.ts:10:3 - error MQ3002: "" is no name for a method
      help: Write an identifier, as in placeOrder.

    names.contract.ts:11:3 - error MQ3002: "[Symbol.iterator]" is no name for a method
      help: Write an identifier, as in placeOrder.

    names.contract.ts:16:18 - error MQ3002: a contract cannot be called Awaited
      help: Choose another name: generated code needs this one."
  `);
});

test('a contract that does not type-check is refused with the words of tsc', () => {
  expect(complaintsAbout('type-errors.contract.ts')).toMatchInlineSnapshot(`
    "type-errors.contract.ts:3:12 - error MQ3003: TS2304: Cannot find name 'Missing'.
      help: Correct it until tsc accepts it.

    type-errors.contract.ts:4:23 - error MQ3003: TS2307: Cannot find module './nothing.js' or its corresponding type declarations.
      help: Correct it until tsc accepts it."
  `);
});

test('a contract has to be exported by its name', () => {
  expect(complaintsAbout('not-exported.contract.ts')).toMatchInlineSnapshot(`
    "not-exported.contract.ts:2:11 - error MQ3005: contract A15 is not exported by name
      help: Write: export interface A15 { … }

    not-exported.contract.ts:4:26 - error MQ3005: contract A15b is not exported by name
      help: Write: export interface A15b { … }

    not-exported.contract.ts:6:1 - error MQ3005: contract is not exported by name
      help: Write: export abstract class Orders { … }"
  `);
});

test('a file without a contract is refused', () => {
  expect(complaintsAbout('no-contract.contract.ts')).toMatchInlineSnapshot(`
    "no-contract.contract.ts:1:1 - error MQ3004: no contract found in this file
      help: Write @service and a name above an exported interface, or @Service({ name }) above an abstract class."
  `);
});

test('a name that two services share is refused', () => {
  expect(complaintsAbout('duplicates-2.contract.ts')).toMatchInlineSnapshot(`
    "duplicates-2.contract.ts:2:18 - error MQ3001: two services are called dup
      help: Rename one of them; the other is D1 in duplicates-1.contract.ts:2.

    duplicates-2.contract.ts:4:18 - error MQ3001: two contracts are called Same
      help: Rename one of them; the other is Same in duplicates-1.contract.ts:4."
  `);
});

test('a type that cannot be resolved in a file that a contract imports is no silent loss of members', () => {
  using project = contractProject({
    'types.ts': `import type { Base } from '@acme/not-installed';
export interface T extends Base { a: string }
export interface U extends Missing { b: string }
`,
    'unused.ts': `export const broken: Nowhere = 1;
export interface V { c: string }
`,
    'imports.contract.ts': `import type { T, U } from './types.js';
/** @service imports */
export interface Imports { m(t: T): Promise<U> }
`,
  });
  expect(project.complaints()).toMatchInlineSnapshot(`
    "types.ts:1:27 - error MQ3003: TS2307: Cannot find module '@acme/not-installed' or its corresponding type declarations.
      help: Correct it until tsc accepts it.

    types.ts:3:28 - error MQ3003: TS2304: Cannot find name 'Missing'.
      help: Correct it until tsc accepts it."
  `);
});
