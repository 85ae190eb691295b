// Every option of delivery, and two services with events.

import { ServiceError } from 'mq-rpc';

/** An item is not there. */
export class OutOfStock extends ServiceError<{ sku: string }> {}

/** Nobody can answer now. */
export class Busy extends ServiceError {}

export interface Order {
  id: string;
  customerId: string;
  quantity: number;
}

export interface StockChange {
  sku: string;
  left: number;
}

/** Takes orders.
 *  @service orders
 *  @version 2.1
 *  @delivery recoverable
 *  @journal deadletter
 *  @timeToReachQueue 30s
 *  @timeToBeReceived 2d
 *  @concurrency 100
 *  @rate 1000/m
 *  @retry exponential 4 delay=500ms */
export interface Orders {
  /** Places an order.
   *  @ordered order.customerId
   *  @idempotencyKey order.id
   *  @journal always
   *  @concurrency 5
   *  @concurrency 1 per order.customerId
   *  @rate 100/s
   *  @rate 10/m per order.customerId
   *  @retry 5 delay=2s maxDelay=1m declared=OutOfStock,Busy
   *  @throws {OutOfStock}
   *  @throws {Busy} */
  place(order: Order): Promise<string>;

  /** @delivery recoverable
   *  @retry ladder rungs=1m,2m,4m tries=3 */
  mend(id: string): Promise<void>;

  /** @retry ladder */
  climb(id: string): Promise<void>;

  /** @retry immediate 5 declared=all
   *  @throws {Busy} */
  insist(id: string): Promise<void>;

  /** @retry none
   *  @timeToReachQueue 5s */
  once(id: string): Promise<void>;

  /** Tells how much is left of an item.
   *  @event
   *  @ordered change.sku
   *  @timeToBeReceived 1h */
  stockChanged(change: StockChange): Promise<void>;

  /** @event */
  closed(reason?: string): void;
}

/** Asks for what may be lost.
 *  @service prices
 *  @delivery express */
export interface Prices {
  /** @timeToReachQueue 1s
   *  @timeToBeReceived 1s */
  priceOf(sku: string): Promise<number>;
}

/** Tells of the weather.
 *  @service weather */
export interface Weather {
  /** @event */
  rain(litres: number): void;
}
