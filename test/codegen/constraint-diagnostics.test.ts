// What the generator says of constraints that make no sense where they stand, or together.

import { expect, test } from 'vitest';
import { diagnose } from './contract-project.js';

const FILES = {
  'values.contract.ts': `/** @service a1 */
export interface A1 {
  m(value: Values): Promise<void>;
}
export interface Values {
  /** @minimum one */
  a: number;
  /** @maximum 9007199254740993 */
  b: number;
  /** @multipleOf 0 */
  c: number;
  /** @minLength 1.5 */
  d: string;
  /** @maxItems -1 */
  e: string[];
  /** @pattern ( */
  f: string;
  /** @pattern ^a$
   *  for a */
  g: string;
  /** @pattern \`^a$\` is a */
  h: string;
  /** @format date_time */
  i: string;
  /** @format phone */
  j: string;
  /** @uniqueItems true */
  k: string[];
  /** @pattern */
  l: string;
}
`,
  'unfit.contract.ts': `export enum Colour { Red = 'red' }
/** @service a2 */
export interface A2 {
  /** @maxLength 5 */
  m(value: Unfit, /** @minItems 1 */ ...rest: string[]): Promise<string>;
}
/** @pattern ^a$ */
export type Flag = boolean;
export interface Unfit {
  /** @maxLength 5 */
  a: number;
  /** @minimum 5 */
  b: string | null;
  /** @minItems 1 */
  c: Record<string, string>;
  /** @minProperties 1 */
  d: string[];
  /** @maxLength 1 */
  e: 'a' | 'b';
  /** @maxLength 1 */
  f: Colour;
  /** @format date-time */
  g: Date;
  /** @maxLength 1 */
  h: Uint8Array;
  /** @opaque @maxLength 1 */
  i: unknown;
  j: Flag;
  /** @minimum 0.5 */
  k: bigint;
  l: Inner | number;
}
/** @minimum 1 */
export type Inner = string | null;
`,
  'together.contract.ts': `/** @minLength 5 */
export type Long = string;
/** @service a3 */
export interface A3 {
  m(value: Together, /** @minimum 2 @maximum 1 */ n: number): Promise<void>;
}
export interface Together {
  /** @maxLength 4 */
  a: Long;
  /** @exclusiveMinimum 1 @maximum 1 */
  b: number;
  /** @minimum 1 @exclusiveMaximum 1 */
  c: number;
  /** @exclusiveMinimum 1 @exclusiveMaximum 1 */
  d: number;
  /** @minItems 2 @maxItems 1 */
  e: string[];
  /** @minItems 3 */
  f: [string, number?];
  /** @maxItems 1 */
  g: [string, number, ...string[]];
  /** @minProperties 3 */
  h: { a: string; b?: string };
  /** @maxProperties 1 */
  i: { a: string; b: string };
  /** @maxLength 3 */
  j: \`abcd\${string}\`;
  /** @minimum 1 @minimum 2 */
  k: number;
  /** @minimum 1 @maximum 1 @minLength 1 */
  ok: string | number;
}
`,
};

const complaintsAbout = diagnose(FILES);

test('values of constraints', () => {
  expect(complaintsAbout('values.contract.ts')).toMatchInlineSnapshot(`
    "values.contract.ts:6:7 - error MQ1002: @minimum has a value that is not valid: "one"
      help: Expected a number.

    values.contract.ts:8:7 - error MQ1002: @maximum has a value that is not valid: "9007199254740993"
      help: Expected a number that JavaScript can tell from its neighbours.

    values.contract.ts:10:7 - error MQ1002: @multipleOf has a value that is not valid: "0"
      help: Expected a number greater than 0.

    values.contract.ts:12:7 - error MQ1002: @minLength has a value that is not valid: "1.5"
      help: Expected a whole number from 0 on.

    values.contract.ts:14:7 - error MQ1002: @maxItems has a value that is not valid: "-1"
      help: Expected a whole number from 0 on.

    values.contract.ts:16:7 - error MQ1002: @pattern has a value that is not valid: "("
      help: Expected a regular expression, as it stands between slashes with the flag u, on one line; in backticks if a tag or a space stands in its way.

    values.contract.ts:18:7 - error MQ1002: @pattern has a value that is not valid: "^a$\\n for a"
      help: Expected a regular expression, as it stands between slashes with the flag u, on one line; in backticks if a tag or a space stands in its way.

    values.contract.ts:21:7 - error MQ1002: @pattern has a value that is not valid: "\`^a$\` is a"
      help: Expected a regular expression, as it stands between slashes with the flag u, on one line; in backticks if a tag or a space stands in its way.

    values.contract.ts:23:7 - error MQ1002: @format has a value that is not valid: "date_time"
      help: Expected date-time, or another of date-time, date, time, duration, email, idn-email, hostname, ipv4, ipv6, uri, uri-reference, iri, iri-reference, uri-template, uuid, json-pointer, relative-json-pointer, regex.

    values.contract.ts:25:7 - error MQ1002: @format has a value that is not valid: "phone"
      help: Expected one of date-time, date, time, duration, email, idn-email, hostname, ipv4, ipv6, uri, uri-reference, iri, iri-reference, uri-template, uuid, json-pointer, relative-json-pointer, regex.

    values.contract.ts:27:7 - error MQ1002: @uniqueItems has a value that is not valid: "true"
      help: Expected no value; a description belongs above the annotations.

    values.contract.ts:29:7 - error MQ1002: @pattern has a value that is not valid: nothing
      help: Expected a regular expression, as it stands between slashes with the flag u, on one line; in backticks if a tag or a space stands in its way."
  `);
});

test('constraints that are for none of the branches of a type', () => {
  expect(complaintsAbout('unfit.contract.ts')).toMatchInlineSnapshot(`
    "unfit.contract.ts:4:7 - error MQ1005: @maxLength has no meaning on a method
      help: It belongs on types, members and parameters; what a result has to meet belongs on its type, or on an alias of it.

    unfit.contract.ts:5:23 - error MQ1005: @minItems has no meaning on a rest parameter
      help: Remove it, or name a type.

    unfit.contract.ts:7:5 - error MQ1005: @pattern has no meaning on a boolean
      help: It is for string and template literals.

    unfit.contract.ts:10:7 - error MQ1005: @maxLength has no meaning on a number
      help: It is for string and template literals.

    unfit.contract.ts:12:7 - error MQ1005: @minimum has no meaning on string | null
      help: It is for number and bigint.

    unfit.contract.ts:14:7 - error MQ1005: @minItems has no meaning on Record<string, string>
      help: It is for arrays, tuples and Set.

    unfit.contract.ts:16:7 - error MQ1005: @minProperties has no meaning on string[]
      help: It is for objects, records and Map.

    unfit.contract.ts:18:7 - error MQ1005: @maxLength has no meaning on "a" | "b"
      help: It is for string and template literals.

    unfit.contract.ts:20:7 - error MQ1005: @maxLength has no meaning on Colour
      help: It is for string and template literals.

    unfit.contract.ts:22:7 - error MQ1005: @format has no meaning on Date
      help: It is for string and template literals.

    unfit.contract.ts:24:7 - error MQ1005: @maxLength has no meaning on Uint8Array<ArrayBufferLike>
      help: It is for string and template literals.

    unfit.contract.ts:26:15 - error MQ1005: @maxLength has no meaning on data that is not looked into
      help: Remove it, or name a type.

    unfit.contract.ts:29:7 - error MQ1005: @minimum 0.5 has no meaning on a bigint
      help: Write a whole number, of up to 9007199254740991.

    unfit.contract.ts:33:5 - error MQ1005: @minimum has no meaning on null
      help: It is for number and bigint."
  `);
});

test('constraints that leave no value', () => {
  expect(complaintsAbout('together.contract.ts')).toMatchInlineSnapshot(`
    "together.contract.ts:5:37 - error MQ1003: @maximum 1 contradicts @minimum 2: no value meets both
      help: Change one of the two.

    together.contract.ts:8:7 - error MQ1003: @maxLength 4 contradicts @minLength 5: no value meets both
      help: Change one of the two.

    together.contract.ts:10:27 - error MQ1003: @maximum 1 contradicts @exclusiveMinimum 1: no value meets both
      help: Change one of the two.

    together.contract.ts:12:18 - error MQ1003: @exclusiveMaximum 1 contradicts @minimum 1: no value meets both
      help: Change one of the two.

    together.contract.ts:14:27 - error MQ1003: @exclusiveMaximum 1 contradicts @exclusiveMinimum 1: no value meets both
      help: Change one of the two.

    together.contract.ts:16:19 - error MQ1003: @maxItems 1 contradicts @minItems 2: no value meets both
      help: Change one of the two.

    together.contract.ts:18:7 - error MQ1003: @minItems 3 contradicts its type, which has 2 at most: no value meets both
      help: Change one of the two.

    together.contract.ts:20:7 - error MQ1003: @maxItems 1 contradicts its type, which has 2 at least: no value meets both
      help: Change one of the two.

    together.contract.ts:22:7 - error MQ1003: @minProperties 3 contradicts its type, which has 2 at most: no value meets both
      help: Change one of the two.

    together.contract.ts:24:7 - error MQ1003: @maxProperties 1 contradicts its type, which has 2 at least: no value meets both
      help: Change one of the two.

    together.contract.ts:26:7 - error MQ1003: @maxLength 3 contradicts its type, which has 4 at least: no value meets both
      help: Change one of the two.

    together.contract.ts:28:18 - error MQ1003: @minimum is set twice on one declaration
      help: Keep one of the two."
  `);
});
