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
   * @concurrency 0
   * @retain -1s
   */
  n(): Promise<void>;
  /** @oneway nobody answers */
  o(): void;
  /** @timeToBeReceived */
  p(): Promise<void>;
  /** @timeToReachQueue -5s
   * @journal everything
   * @delivery fast
   * @ordered order id
   * @event yes */
  q(order: string): void;
  /** @concurrency 1 per */
  r(): Promise<void>;
  /** @concurrency 1 each order.id
   * @concurrency 1e3
   * @concurrency 99999999999999999999 per order */
  s(order: string): Promise<void>;
  /** @rate 0/s
   * @rate 100/w
   * @rate 100
   * @rate 10/m per order..id
   * @rate 10/m for each order */
  t(order: string): Promise<void>;
  /** @retry */
  u(): Promise<void>;
  /** @retry sometimes */
  v(): Promise<void>;
  /** @retry 5 delay=2w */
  w(): Promise<void>;
  /** @retry 5 delay=1s delay=2s */
  x(): Promise<void>;
  /** @retry ladder rungs=1m,,2m */
  y(): Promise<void>;
  /** @retry ladder tries=0 */
  z(): Promise<void>;
  /** @retry ladder tries=many */
  aa(): Promise<void>;
  /** @retry 5 declared=A,A */
  ab(): Promise<void>;
  /** @retry 5 __proto__=1s */
  ac(): Promise<void>;
  /** @retry 99999999999999999999 */
  ad(): Promise<void>;
}
/** @service
 */
export interface A2b { m(): Promise<void> }
/** @service Bad_Name */
export interface A2c { m(): Promise<void> }
`,
  'a-decorator-option-that-is-not-valid.contract.ts': `import { Method, OneWay, Service } from 'mq-rpc';
const loop: unknown = [() => loop];
const deep = { a: { a: { a: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } } };
@Service({ name: 'a5b', concurrency: -1, rate: [] })
export abstract class A5b {
  @Method({ concurrency: 1.5, rate: '1/s per id' as '1/s' })
  a!: (id: string) => Promise<void>;
  @Method({ concurrency: [5, { calls: 1, each: 'id' } as { calls: 1 }], rate: { calls: '10/m', per: '' } })
  b!: (id: string) => Promise<void>;
  @Method({ retry: 'sometimes' as 'none' })
  c!: () => Promise<void>;
  @Method({ retry: { strategy: 'ladders' as 'ladder', attempts: 2.5 } })
  d!: () => Promise<void>;
  @Method({ retry: { rungs: [] } })
  e!: () => Promise<void>;
  @Method({ retry: { rungs: ['1m', -5] } })
  f!: () => Promise<void>;
  @Method({ retry: { attempts: 3, atempts: 3 } as { attempts: 3 } })
  g!: () => Promise<void>;
  @Method({ retry: [5] as unknown as 'none' })
  h!: () => Promise<void>;
  @Method({ retry: { rungs: [...['1m' as const]] } })
  i!: () => Promise<void>;
  @Method({ retry: deep as object })
  j!: () => Promise<void>;
  @Method({ timeToReachQueue: -1, journal: loop as 'none' })
  k!: () => Promise<void>;
  @OneWay({ event: false })
  l!: () => void;
}
`,
  'annotations-without-effect.contract.ts': `/** @service a5 */
export interface A5 {
  /** @since 1.0 */
  m(order: Order): Promise<void>;
  /** @delivery recoverable */
  ok(): Promise<void>;
}
export interface Order {
  /** @sensitive */
  id: string;
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
      help: Expected attempts to be a whole number from 1 to 1000.

    a-value-that-is-not-valid.contract.ts:9:6 - error MQ1002: @concurrency has a value that is not valid: "0"
      help: Expected a whole number from 1 to 1000000, or one for each key, as in "1 per order.customerId".

    a-value-that-is-not-valid.contract.ts:10:6 - error MQ1002: @retain has a value that is not valid: "-1s"
      help: Expected a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-value-that-is-not-valid.contract.ts:13:7 - error MQ1002: @oneway has a value that is not valid: "nobody answers"
      help: Expected no value; a description belongs above the annotations.

    a-value-that-is-not-valid.contract.ts:15:7 - error MQ1002: @timeToBeReceived has a value that is not valid: nothing
      help: Expected a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-value-that-is-not-valid.contract.ts:17:7 - error MQ1002: @timeToReachQueue has a value that is not valid: "-5s"
      help: Expected a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-value-that-is-not-valid.contract.ts:18:6 - error MQ1002: @journal has a value that is not valid: "everything"
      help: Expected none, deadletter, always.

    a-value-that-is-not-valid.contract.ts:19:6 - error MQ1002: @delivery has a value that is not valid: "fast"
      help: Expected express, recoverable.

    a-value-that-is-not-valid.contract.ts:20:6 - error MQ1002: @ordered has a value that is not valid: "order id"
      help: Expected a path in the arguments, as in order.id.

    a-value-that-is-not-valid.contract.ts:21:6 - error MQ1002: @event has a value that is not valid: "yes"
      help: Expected no value; a description belongs above the annotations.

    a-value-that-is-not-valid.contract.ts:25:7 - error MQ1002: @concurrency has a value that is not valid: "1 each order.id"
      help: Expected a whole number from 1 to 1000000, or one for each key, as in "1 per order.customerId".

    a-value-that-is-not-valid.contract.ts:26:6 - error MQ1002: @concurrency has a value that is not valid: "1e3"
      help: Expected a whole number from 1 to 1000000, or one for each key, as in "1 per order.customerId".

    a-value-that-is-not-valid.contract.ts:27:6 - error MQ1002: @concurrency has a value that is not valid: "99999999999999999999 per order"
      help: Expected a whole number from 1 to 1000000, or one for each key, as in "1 per order.customerId".

    a-value-that-is-not-valid.contract.ts:29:7 - error MQ1002: @rate has a value that is not valid: "0/s"
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-value-that-is-not-valid.contract.ts:30:6 - error MQ1002: @rate has a value that is not valid: "100/w"
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-value-that-is-not-valid.contract.ts:31:6 - error MQ1002: @rate has a value that is not valid: "100"
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-value-that-is-not-valid.contract.ts:32:6 - error MQ1002: @rate has a value that is not valid: "10/m per order..id"
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-value-that-is-not-valid.contract.ts:33:6 - error MQ1002: @rate has a value that is not valid: "10/m for each order"
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-value-that-is-not-valid.contract.ts:35:7 - error MQ1002: @retry has a value that is not valid: nothing
      help: Expected none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", "ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock".

    a-value-that-is-not-valid.contract.ts:37:7 - error MQ1002: @retry has a value that is not valid: "sometimes"
      help: Expected none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", "ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock".

    a-value-that-is-not-valid.contract.ts:39:7 - error MQ1002: @retry has a value that is not valid: "5 delay=2w"
      help: Expected delay to be a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-value-that-is-not-valid.contract.ts:41:7 - error MQ1002: @retry has a value that is not valid: "5 delay=1s delay=2s"
      help: Expected none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", "ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock".

    a-value-that-is-not-valid.contract.ts:43:7 - error MQ1002: @retry has a value that is not valid: "ladder rungs=1m,,2m"
      help: Expected rungs to be 1 to 100 durations, as in 1m, 2m and 4m.

    a-value-that-is-not-valid.contract.ts:45:7 - error MQ1002: @retry has a value that is not valid: "ladder tries=0"
      help: Expected tries to be a whole number from 1 to 1000.

    a-value-that-is-not-valid.contract.ts:47:7 - error MQ1002: @retry has a value that is not valid: "ladder tries=many"
      help: Expected tries to be a whole number from 1 to 1000.

    a-value-that-is-not-valid.contract.ts:49:7 - error MQ1002: @retry has a value that is not valid: "5 declared=A,A"
      help: Expected declared to be all, or names of declared errors, each once.

    a-value-that-is-not-valid.contract.ts:51:7 - error MQ1002: @retry has a value that is not valid: "5 __proto__=1s"
      help: Expected none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", "ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock".

    a-value-that-is-not-valid.contract.ts:53:7 - error MQ1002: @retry has a value that is not valid: "99999999999999999999"
      help: Expected attempts to be a whole number from 1 to 1000.

    a-value-that-is-not-valid.contract.ts:56:5 - error MQ1002: @service has a value that is not valid: nothing
      help: Expected a name of lower-case words, as in "orders" or "billing.invoices", of at most 100 characters.

    a-value-that-is-not-valid.contract.ts:59:5 - error MQ1002: @service has a value that is not valid: "Bad_Name"
      help: Expected a name of lower-case words, as in "orders" or "billing.invoices", of at most 100 characters."
  `);
});

test('a decorator option that cannot be read says what is expected', () => {
  expect(complaintsAbout('a-decorator-option-that-is-not-valid.contract.ts')).toMatchInlineSnapshot(`
    "a-decorator-option-that-is-not-valid.contract.ts:2:24 - error MQ1006: decorator option is not a constant: () => loop
      help: Write a literal, or the name of a \`const\` that is one; contracts are read, never run.

    a-decorator-option-that-is-not-valid.contract.ts:3:59 - error MQ1006: decorator option is not a constant: { a: 1 }
      help: Write a literal, or the name of a \`const\` that is one; contracts are read, never run.

    a-decorator-option-that-is-not-valid.contract.ts:4:25 - error MQ1002: @concurrency has a value that is not valid: -1
      help: Expected a whole number from 1 to 1000000, or one for each key, as in "1 per order.customerId".

    a-decorator-option-that-is-not-valid.contract.ts:4:42 - error MQ1002: @rate has a value that is not valid: []
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-decorator-option-that-is-not-valid.contract.ts:6:13 - error MQ1002: @concurrency has a value that is not valid: 1.5
      help: Expected a whole number from 1 to 1000000, or one for each key, as in "1 per order.customerId".

    a-decorator-option-that-is-not-valid.contract.ts:6:31 - error MQ1002: @rate has a value that is not valid: "1/s per id"
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-decorator-option-that-is-not-valid.contract.ts:8:13 - error MQ1002: @concurrency has a value that is not valid: [5,{"calls":1,"each":"id"}]
      help: Expected a whole number from 1 to 1000000, or one for each key, as in "1 per order.customerId".

    a-decorator-option-that-is-not-valid.contract.ts:8:73 - error MQ1002: @rate has a value that is not valid: {"calls":"10/m","per":""}
      help: Expected a number of calls per s, m, h or d, as in "100/s", or one for each key, as in "10/m per order.customerId".

    a-decorator-option-that-is-not-valid.contract.ts:10:13 - error MQ1002: @retry has a value that is not valid: "sometimes"
      help: Expected none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", "ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock".

    a-decorator-option-that-is-not-valid.contract.ts:12:13 - error MQ1002: @retry has a value that is not valid: {"strategy":"ladders","attempts":2.5}
      help: Expected strategy to be none, immediate, exponential or ladder.

    a-decorator-option-that-is-not-valid.contract.ts:14:13 - error MQ1002: @retry has a value that is not valid: {"rungs":[]}
      help: Expected rungs to be 1 to 100 durations, as in 1m, 2m and 4m.

    a-decorator-option-that-is-not-valid.contract.ts:16:13 - error MQ1002: @retry has a value that is not valid: {"rungs":["1m",-5]}
      help: Expected rungs to be 1 to 100 durations, as in 1m, 2m and 4m.

    a-decorator-option-that-is-not-valid.contract.ts:18:13 - error MQ1002: @retry has a value that is not valid: {"attempts":3,"atempts":3}
      help: Expected none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", "ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock".

    a-decorator-option-that-is-not-valid.contract.ts:20:13 - error MQ1002: @retry has a value that is not valid: [5]
      help: Expected none, immediate, exponential or ladder, a number of attempts, or settings, as in "5 delay=2s maxDelay=1m", "ladder rungs=1m,2m,4m tries=3" or "immediate 5 declared=OutOfStock".

    a-decorator-option-that-is-not-valid.contract.ts:22:30 - error MQ1006: decorator option is not a constant: ...['1m' as const]
      help: Write a literal, or the name of a \`const\` that is one; contracts are read, never run.

    a-decorator-option-that-is-not-valid.contract.ts:26:13 - error MQ1002: @timeToReachQueue has a value that is not valid: -1
      help: Expected a duration, as in 250ms, 10s, 5m, 1h or 2d.

    a-decorator-option-that-is-not-valid.contract.ts:28:13 - error MQ1002: @event has a value that is not valid: false
      help: Expected true."
  `);
});

test('an annotation without effect in this version is refused, not ignored', () => {
  expect(complaintsAbout('annotations-without-effect.contract.ts')).toMatchInlineSnapshot(`
    "annotations-without-effect.contract.ts:9:7 - error MQ1004: @sensitive is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect."
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
