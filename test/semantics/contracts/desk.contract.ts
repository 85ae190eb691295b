// The contract of the tests of the delivery semantics: one method per thing that an annotation can ask for.

import { ServiceError } from 'mq-rpc';

/** There is none left. */
export class OutOfStock extends ServiceError<{ sku: string }> {}

/** Somebody else works on it. */
export class Busy extends ServiceError<{ seconds: number }> {}

export interface Order {
  id: string;
  customerId: string;
  amount?: number;
}

/** Works on orders in every way there is.
 *  @service desk
 *  @version 1.0 */
export interface Desk {
  /** Works on an order, and says on whose. */
  work(text: string): Promise<string>;

  /** Is worth more than others.
   *  @priority 7 */
  hurry(text: string): Promise<string>;

  /** Is over soon, and need not be safe.
   *  @delivery express */
  peek(text: string): Promise<string>;

  /** Has to be in its queue soon, and started soon after.
   *  @timeToReachQueue 5s
   *  @timeToBeReceived 1m */
  soon(text: string): Promise<string>;

  /** Is written down.
   *  @journal always */
  record(text: string): Promise<string>;

  /** Becomes a dead letter if nobody has started it after ten minutes.
   *  @journal deadletter
   *  @timeToBeReceived 10m */
  keep(text: string): Promise<string>;

  /** Runs after the earlier ones of its customer.
   *  @ordered order.customerId
   *  @retry 3 delay=10s maxDelay=10s
   *  @throws {OutOfStock} */
  place(order: Order): Promise<string>;

  /** The same order is paid once.
   *  @idempotencyKey order.id
   *  @retain 30m */
  pay(order: Order): Promise<string>;

  /** Two at a time, and one of each customer.
   *  @concurrency 2
   *  @concurrency 1 per order.customerId */
  pack(order: Order): Promise<string>;

  /** Three in a minute.
   *  @rate 3/m */
  ship(order: Order): Promise<string>;

  /** Two in a minute for each customer.
   *  @rate 2/m per order.customerId */
  write(order: Order): Promise<string>;

  /** @retry none */
  once(text: string): Promise<string>;

  /** @retry immediate 4 */
  again(text: string): Promise<string>;

  /** @retry 4 delay=8s maxDelay=20s */
  later(text: string): Promise<string>;

  /** @retry ladder rungs=1m,5m tries=2 */
  climb(text: string): Promise<string>;

  /** Tries again when somebody else is busy with it, and not when there is nothing left.
   *  @retry immediate 3 declared=Busy
   *  @throws {OutOfStock}
   *  @throws {Busy} */
  reserve(sku: string): Promise<string>;

  /** Takes and gives much.
   *  @retry none */
  store(text: string): Promise<string>;

  /** @oneway */
  note(text: string): void;

  /** Somebody has to know.
   *  @oneway
   *  @event */
  stockChanged(sku: string, left: number): void;

  /** Somebody has to know of this as well.
   *  @oneway
   *  @event
   *  @priority 6 */
  priceChanged(sku: string): void;
}
