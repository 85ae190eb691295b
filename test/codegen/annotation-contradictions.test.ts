// What the generator says of annotations that do not go together.

import { expect, test } from 'vitest';
import { diagnose } from './contract-project.js';

const complaintsAbout = diagnose({
  'since.contract.ts': `/** @service a2
 * @version 2.1 */
export interface A2 {
  /** @since 2.2 */
  a(): Promise<void>;
  /** @since 3.0 */
  b(): Promise<void>;
  /** @since 2.1 */
  ok(): Promise<void>;
  /** @since 1.7 */
  fine(): Promise<void>;
}`,
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
  /** @ordered order.nothing */
  g(order: Order): Promise<void>;
  /** @concurrency 5
   * @concurrency 1 per order.id
   * @rate 10/m per order.__proto__ */
  h(order: Order): Promise<void>;
  /** @ordered constructor
   * @rate 10/m per note */
  i(order: Order, note?: string): Promise<void>;
}
/** @service a3b
 * @concurrency 1 per order.no
 * @rate 10/m */
export interface A3b {
  a(order: Order): Promise<void>;
  /** @concurrency 3 */
  b(): Promise<void>;
  c(): Promise<void>;
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

const complaintsAboutDelivery = diagnose({
  'express.contract.ts': `import { Event, Method, Service } from 'mq-rpc';
/** @service b1 */
export interface B1 {
  /** @delivery express
   * @journal always */
  a(): Promise<void>;
  /** @journal deadletter @delivery express */
  b(): Promise<void>;
  /** @delivery express
   * @retry 5 */
  c(): Promise<void>;
  /** @delivery express
   * @ordered id
   * @concurrency 5
   * @rate 10/s per id */
  d(id: string): Promise<void>;
  /** @delivery express
   * @event */
  e(): void;
  /** @delivery express
   * @retry none
   * @journal none
   * @idempotencyKey id */
  ok(id: string): Promise<void>;
}
@Service({ name: 'b2' })
export abstract class B2 {
  @Method({ delivery: 'express', journal: 'always', retry: { attempts: 1 } })
  a!: () => Promise<void>;
  @Event({ delivery: 'express' as 'recoverable' })
  b!: () => void;
}
`,
  'inherited.contract.ts': `/** @service b3
 * @delivery express
 * @timeToBeReceived 5s */
export interface B3 {
  /** @journal always */
  a(): Promise<void>;
  /** @event */
  b(): void;
  /** @delivery recoverable
   * @journal always @retry 5 */
  ok(): Promise<void>;
  /** @timeToReachQueue 6s */
  c(): Promise<void>;
}
/** @service b4
 * @journal deadletter
 * @concurrency 5
 * @retry ladder
 * @timeToReachQueue 30s */
export interface B4 {
  /** @delivery express */
  a(): Promise<void>;
  /** @delivery express
   * @journal none
   * @retry none */
  b(): Promise<void>;
  /** @timeToBeReceived 20s */
  c(): Promise<void>;
  ok(): Promise<void>;
}
/** @service b5
 * @delivery express
 * @rate 10/s
 * @timeToReachQueue 2m
 * @timeToBeReceived 1m */
export interface B5 {
  ok(): Promise<void>;
  /** @delivery recoverable
   * @timeToReachQueue 1s */
  fine(): Promise<void>;
}
`,
  'events.contract.ts': `import { ServiceError } from 'mq-rpc';
export class Oops extends ServiceError {}
/** @service b6
 * @timeout 5s
 * @retain 1d */
export interface B6 {
  /** @event @timeout 5s */
  a(): void;
  /** @event
   * @retain 1d
   * @throws {Oops} */
  b(): Promise<void>;
  /** @event */
  c(): Promise<string>;
  /** @event */
  d(): number;
  /** @event @oneway
   * @ordered id @rate 10/s @concurrency 1 per id @journal always */
  ok(id: string): void;
}
`,
  'retries.contract.ts': `import { ServiceError } from 'mq-rpc';
export class OutOfStock extends ServiceError {}
export class Busy extends ServiceError {}
/** @service b7 */
export interface B7 {
  /** @retry none declared=all */
  a(): Promise<void>;
  /** @retry immediate 5 delay=2s */
  b(): Promise<void>;
  /** @retry ladder 5 */
  c(): Promise<void>;
  /** @retry ladder maxDelay=5m */
  d(): Promise<void>;
  /** @retry 5 rungs=1m,2m */
  e(): Promise<void>;
  /** @retry exponential tries=3 */
  f(): Promise<void>;
  /** @retry ladder rungs=1m,2m,2m */
  g(): Promise<void>;
  /** @retry ladder rungs=1m,2m tries=500 */
  h(): Promise<void>;
  /** @retry 1 delay=2s */
  i(): Promise<void>;
  /** @retry 5 delay=10m */
  j(): Promise<void>;
  /** @retry 5 declared=OutOfStok
   * @throws {OutOfStock} */
  k(): Promise<void>;
  /** @retry 5 declared=OutOfStock,Busy
   * @throws {OutOfStock} */
  l(): Promise<void>;
  /** @retry 5 declared=all */
  m(): Promise<void>;
  /** @retry 5 delay=10m maxDelay=1h declared=OutOfStock,Busy
   * @throws {OutOfStock}
   * @throws {Busy} */
  ok(): Promise<void>;
}
/** @service b8
 * @retry 5 delay=2m declared=OutOfStock */
export interface B8 {
  /** @retry maxDelay=1m */
  a(): Promise<void>;
  /** @throws {OutOfStock} */
  ok(): Promise<void>;
  /** @retry ladder tries=2 */
  fine(): Promise<void>;
}
/** @service b9
 * @retry none */
export interface B9 {
  /** @retry declared=all
   * @throws {Busy} */
  a(): Promise<void>;
  /** @retry 5 */
  ok(): Promise<void>;
}
/** @service b10
 * @retry declared=Busy,OutOfStock */
export interface B10 {
  /** @throws {Busy} */
  a(): Promise<void>;
}
`,
  'limits.contract.ts': `import { Method, Service } from 'mq-rpc';
/** @service b11
 * @rate 10/s
 * @rate 20/s */
export interface B11 {
  /** @concurrency 5 @concurrency 6 */
  a(): Promise<void>;
  /** @rate 10/m per id
   * @rate 100/h per id
   * @rate 20/m per id */
  b(id: string): Promise<void>;
}
@Service({ name: 'b12' })
export abstract class B12 {
  @Method({ concurrency: [{ calls: 1, per: 'id' }, 5, { calls: 2, per: 'id' }] })
  a!: (id: string) => Promise<void>;
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
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:18:7 - error MQ1002: @ordered has a value that is not valid: order has no member nothing
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:21:6 - error MQ1002: @concurrency has a value that is not valid: order.id is optional, so the key may be missing
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:22:6 - error MQ1002: @rate has a value that is not valid: order has no member __proto__
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:24:7 - error MQ1002: @ordered has a value that is not valid: i has no parameter constructor
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:25:6 - error MQ1002: @rate has a value that is not valid: note is optional, so the key may be missing
      help: Write the path to a string or number that every call has, as in order.id.

    keys.contract.ts:35:3 - error MQ1003: @concurrency of the contract contradicts the parameters of c: c has no parameter order
      help: Write @concurrency on the methods that have the key, or on this one without it."
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

    contradictions.contract.ts:13:7 - error MQ1003: @retry contradicts itself: delay has no meaning: nothing is retried with none
      help: Remove delay, or choose a strategy that has it.

    contradictions.contract.ts:15:7 - error MQ1003: @retry contradicts itself: the delay is longer than maxDelay
      help: Write a longer maxDelay.

    contradictions.contract.ts:18:6 - error MQ1003: Oops is declared twice on one method
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

test('what an express call cannot have is refused', () => {
  expect(complaintsAboutDelivery('express.contract.ts')).toMatchInlineSnapshot(`
    "express.contract.ts:5:6 - error MQ1003: @journal always contradicts @delivery express: what is not stored cannot be journalled
      help: Write @delivery recoverable, or @journal none.

    express.contract.ts:7:7 - error MQ1003: @journal deadletter contradicts @delivery express: what is not stored cannot be journalled
      help: Write @delivery recoverable, or @journal none.

    express.contract.ts:10:6 - error MQ1003: @retry contradicts @delivery express: an express call is delivered once at most
      help: Write @delivery recoverable, or @retry none.

    express.contract.ts:13:6 - error MQ1003: @ordered contradicts @delivery express: an express call waits for no other call
      help: Write @delivery recoverable, or remove @ordered.

    express.contract.ts:14:6 - error MQ1003: @concurrency contradicts @delivery express: an express call waits for no other call
      help: Write @delivery recoverable, or remove @concurrency.

    express.contract.ts:15:6 - error MQ1003: @rate contradicts @delivery express: an express call waits for no other call
      help: Write @delivery recoverable, or remove @rate.

    express.contract.ts:18:6 - error MQ1003: @event contradicts @delivery express: an event reaches groups that are offline
      help: Write @delivery recoverable, or remove @event.

    express.contract.ts:28:34 - error MQ1003: @journal always contradicts @delivery express: what is not stored cannot be journalled
      help: Write @delivery recoverable, or @journal none.

    express.contract.ts:30:4 - error MQ1003: @event contradicts @delivery express: an event reaches groups that are offline
      help: Write @delivery recoverable, or remove @event."
  `);
});

test('what a contract says counts for its methods, unless they say something else', () => {
  expect(complaintsAboutDelivery('inherited.contract.ts')).toMatchInlineSnapshot(`
    "inherited.contract.ts:5:7 - error MQ1003: @journal always contradicts @delivery express of the contract: what is not stored cannot be journalled
      help: Write @delivery recoverable, or @journal none.

    inherited.contract.ts:7:7 - error MQ1003: @event contradicts @delivery express of the contract: an event reaches groups that are offline
      help: Write @delivery recoverable, or remove @event.

    inherited.contract.ts:12:7 - error MQ1003: @timeToReachQueue 6s contradicts @timeToBeReceived 5s of the contract: a call that reached its queue that late would have expired
      help: Write a timeToReachQueue that is not longer than timeToBeReceived.

    inherited.contract.ts:21:7 - error MQ1003: @delivery express contradicts @concurrency of the contract: an express call waits for no other call
      help: Write @delivery recoverable, or move @concurrency from the contract to the methods that need it.

    inherited.contract.ts:21:7 - error MQ1003: @delivery express contradicts @journal deadletter of the contract: what is not stored cannot be journalled
      help: Write @delivery recoverable, or @journal none.

    inherited.contract.ts:21:7 - error MQ1003: @delivery express contradicts @retry of the contract: an express call is delivered once at most
      help: Write @delivery recoverable, or @retry none.

    inherited.contract.ts:23:7 - error MQ1003: @delivery express contradicts @concurrency of the contract: an express call waits for no other call
      help: Write @delivery recoverable, or move @concurrency from the contract to the methods that need it.

    inherited.contract.ts:27:7 - error MQ1003: @timeToBeReceived 20s contradicts @timeToReachQueue 30s of the contract: a call that reached its queue that late would have expired
      help: Write a timeToReachQueue that is not longer than timeToBeReceived.

    inherited.contract.ts:33:4 - error MQ1003: @rate contradicts @delivery express: an express call waits for no other call
      help: Write @delivery recoverable, or remove @rate.

    inherited.contract.ts:34:4 - error MQ1003: @timeToReachQueue 2m contradicts @timeToBeReceived 1m: a call that reached its queue that late would have expired
      help: Write a timeToReachQueue that is not longer than timeToBeReceived."
  `);
});

test('what an event cannot have is refused', () => {
  expect(complaintsAboutDelivery('events.contract.ts')).toMatchInlineSnapshot(`
    "events.contract.ts:7:14 - error MQ1003: @timeout contradicts @event: an event has no outcome that its caller could get
      help: Remove @timeout or @event.

    events.contract.ts:10:6 - error MQ1003: @retain contradicts @event: an event has no outcome that its caller could get
      help: Remove @retain or @event.

    events.contract.ts:11:6 - error MQ1003: @throws contradicts @event: an event has no outcome that its caller could get
      help: Remove @throws or @event.

    events.contract.ts:14:8 - error MQ1003: @event contradicts the result of c
      help: Return void, or remove @event.

    events.contract.ts:16:8 - error MQ1003: @event contradicts the result of d
      help: Return void, or remove @event."
  `);
});

test('retries that contradict themselves, their contract or the declared errors are refused', () => {
  expect(complaintsAboutDelivery('retries.contract.ts')).toMatchInlineSnapshot(`
    "retries.contract.ts:6:7 - error MQ1003: @retry contradicts itself: declared has no meaning: nothing is retried with none
      help: Remove declared, or choose a strategy that has it.

    retries.contract.ts:8:7 - error MQ1003: @retry contradicts itself: delay has no meaning: nothing is waited for with immediate
      help: Remove delay, or choose a strategy that has it.

    retries.contract.ts:10:7 - error MQ1003: @retry contradicts itself: attempts has no meaning: a ladder has rungs and tries instead
      help: Remove attempts, or choose a strategy that has it.

    retries.contract.ts:12:7 - error MQ1003: @retry contradicts itself: maxDelay has no meaning: a ladder has rungs and tries instead
      help: Remove maxDelay, or choose a strategy that has it.

    retries.contract.ts:14:7 - error MQ1003: @retry contradicts itself: attempts has no meaning: a ladder has rungs and tries instead
      help: Remove attempts, or choose a strategy that has it.

    retries.contract.ts:16:7 - error MQ1003: @retry contradicts itself: tries has no meaning: only a ladder has rungs and tries
      help: Remove tries, or choose a strategy that has it.

    retries.contract.ts:18:7 - error MQ1003: @retry contradicts itself: each rung has to be longer than the one before
      help: Write every rung once, from the shortest to the longest.

    retries.contract.ts:20:7 - error MQ1003: @retry contradicts itself: the rungs and their tries come to more than 1000 attempts
      help: Write fewer rungs, or fewer tries.

    retries.contract.ts:22:7 - error MQ1003: @retry contradicts itself: a single attempt leaves nothing to wait for or to retry
      help: Allow more attempts, or write none and nothing else.

    retries.contract.ts:24:7 - error MQ1003: @retry contradicts itself: the delay is longer than maxDelay, which is 5m unless it is written
      help: Write a maxDelay, as in "delay=10m maxDelay=1h".

    retries.contract.ts:26:7 - error MQ1002: @retry has a value that is not valid: k does not declare "OutOfStok"
      help: Did you mean OutOfStock?

    retries.contract.ts:29:7 - error MQ1002: @retry has a value that is not valid: l does not declare "Busy"
      help: Write names of errors that @throws declares, or declared=all.

    retries.contract.ts:32:7 - error MQ1002: @retry has a value that is not valid: m declares no errors
      help: Declare them with @throws, or remove declared=all.

    retries.contract.ts:42:7 - error MQ1003: @retry contradicts @retry of the contract: the delay is longer than maxDelay
      help: Write a longer maxDelay.

    retries.contract.ts:52:7 - error MQ1003: @retry contradicts @retry of the contract: declared has no meaning: nothing is retried with none
      help: Remove declared, or choose a strategy that has it.

    retries.contract.ts:59:4 - error MQ1002: @retry has a value that is not valid: no method of the contract declares "OutOfStock"
      help: Write names of errors that @throws declares, or declared=all."
  `);
});

test('two limits of which one always decides are refused', () => {
  expect(complaintsAboutDelivery('limits.contract.ts')).toMatchInlineSnapshot(`
    "limits.contract.ts:4:4 - error MQ1003: @rate …/s is set twice on one declaration
      help: Keep one of the two.

    limits.contract.ts:6:22 - error MQ1003: @concurrency is set twice on one declaration
      help: Keep one of the two.

    limits.contract.ts:10:6 - error MQ1003: @rate …/m per id is set twice on one declaration
      help: Keep one of the two.

    limits.contract.ts:15:13 - error MQ1003: @concurrency per id is set twice on one declaration
      help: Keep one of the two."
  `);
});

test('no method is newer than its contract', () => {
  expect(complaintsAbout('since.contract.ts')).toMatchInlineSnapshot(`
    "since.contract.ts:4:7 - error MQ1003: @since 2.2 contradicts the version 2.1 of the contract: a would be newer than its contract
      help: Raise @version, or correct @since.

    since.contract.ts:6:7 - error MQ1003: @since 3.0 contradicts the version 2.1 of the contract: b would be newer than its contract
      help: Raise @version, or correct @since."
  `);
});
