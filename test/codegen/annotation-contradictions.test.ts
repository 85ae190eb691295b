// What the generator says of annotations that do not go together.

import { expect, test } from 'vitest';
import { diagnose } from './contract-project.js';

const complaintsAbout = diagnose({
  'keys.contract.ts': `export interface Order { id?: string; no: number; at: Date }
/** @service a3 */
export interface A3 {
  /** @idempotencyKey order.id */
  a(order: Order): Promise<void>;
  /** @idempotencyKey order.at */
  b(order: Order): Promise<void>;
  /** @idempotencyKey order.nothing */
  c(order: Order): Promise<void>;
  /** @idempotencyKey other */
  d(order: Order): Promise<void>;
  /** @idempotencyKey order..id */
  e(order: Order): Promise<void>;
  /** @idempotencyKey order.no */
  ok(order: Order): Promise<void>;
  /** @idempotencyKey toString */
  f(order: Order): Promise<void>;
}
`,
  'contradictions.contract.ts': `import { ServiceError } from 'mq-rpc';
export class Oops extends ServiceError {}
/** @service a4
 * @version 1.0
 * @version 1.1 */
export interface A4 {
  /** @oneway */
  a(): Promise<string>;
  /** @oneway @timeout 5s
   * @retain 1d
   * @throws {Oops} */
  b(): void;
  /** @retry none delay=2s */
  c(): Promise<void>;
  /** @retry 5 delay=2m maxDelay=1m */
  d(): Promise<void>;
  /** @delivery express
   * @journal always */
  e(): Promise<void>;
  /** @throws {Oops}
   * @throws {@link Oops} again */
  f(): Promise<void>;
}
`,
  'no-constants.contract.ts': `import { Method, Service, ServiceError, Throws } from 'mq-rpc';
let changing: 3 | 4 = 3;
const fixed = 5;
const options = { timeout: '5s', priority: fixed } as const;
const days = () => '2d' as const;
const list = [] as const;
class Oops extends ServiceError {}
@Service({ name: 'a7', ...{ version: '1.0' } as const })
export abstract class A7 {
  @Method({ priority: changing })
  a!: () => Promise<void>;
  @Method({ priority: fixed, timeout: days() })
  b!: () => Promise<void>;
  @Method(options)
  c!: () => Promise<void>;
  @Method({ ['priority']: 3 })
  d!: () => Promise<void>;
  @Method({ throws: [...list] })
  e!: () => Promise<void>;
  @Throws(Oops)
  f!: () => Promise<void>;
}
`,
});

test('a key has to be in every call and a string or number', () => {
  expect(complaintsAbout('keys.contract.ts')).toMatchInlineSnapshot(`
    "keys.contract.ts:4:7 - error MQ1002: @idempotencyKey has a value that is not valid: order.id is optional, so the key may be missing
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:6:7 - error MQ1002: @idempotencyKey has a value that is not valid: order.at is neither a string nor a number
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:8:7 - error MQ1002: @idempotencyKey has a value that is not valid: order has no member nothing
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:10:7 - error MQ1002: @idempotencyKey has a value that is not valid: d has no parameter other
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:12:7 - error MQ1002: @idempotencyKey has a value that is not valid: "order..id"
      help: Expected a path in the arguments, as in order.id.

    keys.contract.ts:16:7 - error MQ1002: @idempotencyKey has a value that is not valid: f has no parameter toString
      help: Write the path to a string or number that every call has, as in order.id."
  `);
});

test('annotations that contradict each other are refused', () => {
  expect(complaintsAbout('contradictions.contract.ts')).toMatchInlineSnapshot(`
    "contradictions.contract.ts:5:4 - error MQ1003: @version is set twice on one declaration
      help: Keep one of the two.

    contradictions.contract.ts:8:8 - error MQ1003: @oneway contradicts the result of a
      help: Return void, or remove @oneway.

    contradictions.contract.ts:9:15 - error MQ1003: @timeout contradicts @oneway: a one-way method has no outcome that its caller could get
      help: Remove @timeout or @oneway.

    contradictions.contract.ts:10:6 - error MQ1003: @retain contradicts @oneway: a one-way method has no outcome that its caller could get
      help: Remove @retain or @oneway.

    contradictions.contract.ts:11:6 - error MQ1003: @throws contradicts @oneway: a one-way method has no outcome that its caller could get
      help: Remove @throws or @oneway.

    contradictions.contract.ts:13:7 - error MQ1003: @retry contradicts itself: a method that is not retried has no delay between attempts
      help: Remove one of the two.

    contradictions.contract.ts:15:7 - error MQ1003: @retry contradicts itself: the delay is longer than maxDelay
      help: Remove one of the two.

    contradictions.contract.ts:17:7 - error MQ1004: @delivery express is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    contradictions.contract.ts:18:6 - error MQ1003: @journal always contradicts @delivery express: what may be lost with the broker cannot always be journalled
      help: Write @delivery recoverable, or @journal none.

    contradictions.contract.ts:18:6 - error MQ1004: @journal is not available in this version of mq-rpc
      help: Remove it or wait for the version that brings it; it would have no effect.

    contradictions.contract.ts:21:6 - error MQ1003: Oops is declared twice on one method
      help: Keep one of the two."
  `);
});

test('a decorator option that is no constant is refused', () => {
  expect(complaintsAbout('no-constants.contract.ts')).toMatchInlineSnapshot(`
    "no-constants.contract.ts:8:24 - error MQ1006: decorator option is not a constant: ...{ version: '1.0' } as const
      help: Write a literal, or the name of a \`const\` that is one; contracts are read, never run.

    no-constants.contract.ts:10:23 - error MQ1006: decorator option is not a constant: changing
      help: Write a literal, or the name of a \`const\` that is one; contracts are read, never run.

    no-constants.contract.ts:12:39 - error MQ1006: decorator option is not a constant: days()
      help: Write a literal, or the name of a \`const\` that is one; contracts are read, never run.

    no-constants.contract.ts:16:13 - error MQ1006: decorator option is not a constant: ['priority']: 3
      help: Write a literal, or the name of a \`const\` that is one; contracts are read, never run.

    no-constants.contract.ts:18:22 - error MQ2005: @throws names no error class
      help: Write @throws {OutOfStock}, with the name of a class that extends ServiceError.

    no-constants.contract.ts:20:11 - error MQ2005: Oops cannot be imported by generated code
      help: Export it by this name from the file that declares it."
  `);
});
