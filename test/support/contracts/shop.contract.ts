// The contract that the runtime's tests call: one method per thing that can happen.

import { ServiceError } from 'mq-rpc';

/** An item is not there. */
export class OutOfStock extends ServiceError<{ sku: string; availableAt: Date }> {}

export interface Line {
  sku: string;
  quantity: number;
}

export interface Order {
  id: string;
  placedAt: Date;
  lines: Line[];
  note?: string;
}

export interface Receipt {
  orderId: string;
  attempt: number;
  total: bigint;
}

/** Refuses members that it does not have.
 *  @additionalProperties refuse */
export interface Strict {
  name: string;
}

/** Sells things.
 *  @service shop
 *  @version 1.2 */
export interface Shop {
  /** Places an order.
   *  @throws {OutOfStock} */
  place(order: Order): Promise<Receipt>;

  /** The same order is placed once.
   *  @idempotencyKey order.id */
  placeOnce(order: Order): Promise<Receipt>;

  /** Does what its text says.
   *  @retry 3 delay=1s */
  act(text: string): Promise<string>;

  /** Says a text, several times if it is told so. */
  say(text: string, times?: number): Promise<string>;

  /** Not worth starting after a minute.
   *  @timeToBeReceived 1m
   *  @priority 6 */
  soon(text: string): Promise<string>;

  /** Takes anything that is data.
   *  @retry none */
  // biome-ignore lint/suspicious/noExplicitAny: opaque data is what this method is about
  echo(/** @opaque */ data: any): Promise<number>;

  /** Takes no more than it says. */
  strict(value: Strict): Promise<void>;

  /** @oneway */
  track(event: string): void;
}
