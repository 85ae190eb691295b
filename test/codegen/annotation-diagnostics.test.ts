// What the generator says of annotations that it cannot accept.

import { expect, test } from 'vitest';
import { diagnose } from './contract-project.js';

const complaintsAbout = diagnose({
  'an-unknown-annotation.contract.ts': `/** @service a1 */
export interface A1 {
  /** @timeToBeRecieved 2d */
  m(): Promise<void>;
  /** Text.
   *  @frobnicate 3
   *  @Priority 3
   */
  n(): Promise<void>;
}
`,
  'a-misspelt-service.contract.ts': `/** @servce a1b */
export interface A1b { m(): Promise<void> }
`,
  'a-value-that-is-not-valid.contract.ts': `/** @service A2_
 * @version 1 */
export interface A2 {
  /** @priority 8
   * @timeout 5 minutes */
  m(): Promise<void>;
  /** @priority high
   * @retry 0
   * @concurrency 10001
   * @retain -1s
   */
  n(): Promise<void>;
  /** @oneway nobody answers */
  o(): void;
  /** @timeToBeReceived */
  p(): Promise<void>;
}
/** @service
 */
export interface A2b { m(): Promise<void> }
/** @service Bad_Name */
export interface A2c { m(): Promise<void> }
`,
  'annotations-without-effect.contract.ts': `/** @service a5
 * @rate 100/s
 * @delivery express */
export interface A5 {
  /** @timeToReachQueue 5s
   * @journal deadletter
   * @ordered order.id
   * @event
   * @since 1.1 */
  m(order: Order): Promise<void>;
  /** @delivery recoverable */
  ok(): Promise<void>;
}
export interface Order {
  /** @minLength 3 @sensitive */
  id: string;
  /** @minimum one */
  n: number;
  /** @pattern ( */
  p: string;
}
`,
  'misplaced.contract.ts': `/** @service a6
 * @oneway
 * @idempotencyKey x */
export interface A6 {
  /** @version 1.0 */
  m(order: Order, /** @additionalProperties keep */ list: string[]): Promise<void>;
}
/** @priority 5 */
export interface Order {
  /** @timeout 5s */
  id: string;
}
/** Missing its service. @concurrency 5 */
export interface Unused { m(/** @oneway */ a: string): Promise<void> }
/** @service alias */
export type Alias = { m(): Promise<void> };
/** @service value */
export const value = 1;
export interface Forgotten {
  /** @oneway */
  m(): void;
}
`,
});

test('an unknown annotation is refused, with the name that was meant', () => {
  expect(complaintsAbout('an-unknown-annotation.contract.ts')).toMatchInlineSnapshot(`
    "an-unknown-annotation.contract.ts:3:7 - error MQ1001: unknown annotation @timeToBeRecieved
      help: Did you mean @timeToBeReceived?

    an-unknown-annotation.contract.ts:6:7 - error MQ1001: unknown annotation @frobnicate
      help: Remove it, or declare it in the tagDefinitions of a tsdoc.json.

    an-unknown-annotation.contract.ts:7:7 - error MQ1001: unknown annotation @Priority
      help: Did you mean @priority?"
  `);
});

test('a misspelt @service does not make a contract disappear', () => {
  expect(complaintsAbout('a-misspelt-service.contract.ts')).toMatchInlineSnapshot(`
    "a-misspelt-service.contract.ts:1:5 - error MQ1001: unknown annotation @servce
      help: Did you mean @service?"
  `);
});

test('a value that cannot be read says what is expected', () => {
  expect(complaintsAbout('a-value-that-is-not-valid.contract.ts')).toMatchInlineSnapshot(`
    "a-value-that-is-not-valid.contract.ts:1:5 - error MQ1002: @service has a value that is not valid: "A2_"
      help: Expected a name of lower-case words, as in "orders" or "billing.invoices", of at most 100 characters.

    a-value-that-is-not-valid.contract.ts:2:4 - error MQ1002: @version has a value that is not valid: "1"
      help: Expected major.minor, as in 1.2.

    a-value-that-is-not-valid.contract.ts:4:7 - error MQ1002: @priority has a value that is not valid: "8"
      help: Expected a whole number from 0 to 7.

    a-value-that-is-not-valid.contract.ts:5:6 - error MQ1002: @timeout has a value that is not valid: "5 minutes"
      help: Expected a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-value-that-is-not-valid.contract.ts:7:7 - error MQ1002: @priority has a value that is not valid: "high"
      help: Expected a whole number from 0 to 7.

    a-value-that-is-not-valid.contract.ts:8:6 - error MQ1002: @retry has a value that is not valid: "0"
      help: Expected a number of attempts from 1 to 1000, or none, as in "5" or "5 delay=2s maxDelay=1m".

    a-value-that-is-not-valid.contract.ts:9:6 - error MQ1002: @concurrency has a value that is not valid: "10001"
      help: Expected a whole number from 1 to 10000.

    a-value-that-is-not-valid.contract.ts:10:6 - error MQ1002: @retain has a value that is not valid: "-1s"
      help: Expected a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-value-that-is-not-valid.contract.ts:13:7 - error MQ1002: @oneway has a value that is not valid: "nobody answers"
      help: Expected no value; a description belongs above the annotations.

    a-value-that-is-not-valid.contract.ts:15:7 - error MQ1002: @timeToBeReceived has a value that is not valid: nothing
      help: Expected a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-value-that-is-not-valid.contract.ts:18:5 - error MQ1002: @service has a value that is not valid: nothing
      help: Expected a name of lower-case words, as in "orders" or "billing.invoices", of at most 100 characters.

    a-value-that-is-not-valid.contract.ts:21:5 - error MQ1002: @service has a value that is not valid: "Bad_Name"
      help: Expected a name of lower-case words, as in "orders" or "billing.invoices", of at most 100 characters."
  `);
});

test('an annotation without effect in this version is refused, not ignored', () => {
  expect(complaintsAbout('annotations-without-effect.contract.ts')).toMatchInlineSnapshot(`
    "annotations-without-effect.contract.ts:2:4 - error MQ1004: @rate is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:3:4 - error MQ1004: @delivery express is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:5:7 - error MQ1004: @timeToReachQueue is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:6:6 - error MQ1004: @journal is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:7:6 - error MQ1004: @ordered is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:8:6 - error MQ1004: @event is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:9:6 - error MQ1004: @since is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:15:7 - error MQ1004: @minLength is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:15:20 - error MQ1004: @sensitive is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    annotations-without-effect.contract.ts:17:7 - error MQ1002: @minimum has a value that is not valid: "one"
      help: Expected a number.

    annotations-without-effect.contract.ts:19:7 - error MQ1002: @pattern has a value that is not valid: "("
      help: Expected a regular expression."
  `);
});

test('an annotation has no meaning on the wrong declaration', () => {
  expect(complaintsAbout('misplaced.contract.ts')).toMatchInlineSnapshot(`
    "misplaced.contract.ts:2:4 - error MQ1005: @oneway has no meaning on a contract
      help: It belongs on methods of contracts.

    misplaced.contract.ts:3:4 - error MQ1005: @idempotencyKey has no meaning on a contract
      help: It belongs on methods of contracts.

    misplaced.contract.ts:5:7 - error MQ1005: @version has no meaning on a method
      help: It belongs on contracts.

    misplaced.contract.ts:6:23 - error MQ1005: @additionalProperties has no meaning here: this is no object
      help: Write it on the object type, or on a member or parameter that has one.

    misplaced.contract.ts:8:5 - error MQ1005: @priority has no meaning on a type
      help: It belongs on contracts and their methods.

    misplaced.contract.ts:10:7 - error MQ1005: @timeout has no meaning on a member
      help: It belongs on contracts and their methods.

    misplaced.contract.ts:13:26 - error MQ1005: @concurrency has no meaning on a type
      help: It belongs on contracts and their methods.

    misplaced.contract.ts:15:5 - error MQ1005: @service has no meaning on a type
      help: It belongs on contracts: an exported interface or abstract class.

    misplaced.contract.ts:17:5 - error MQ1005: @service has no meaning here
      help: A contract is an exported interface or an exported abstract class.

    misplaced.contract.ts:20:7 - error MQ1005: @oneway has no meaning on a member
      help: It belongs on methods of contracts."
  `);
});
