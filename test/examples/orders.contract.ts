// The contract of the README and of the examples beside it.

import { ServiceError } from 'mq-rpc';

export interface NewOrder {
  id: string;
  lines: { sku: string; quantity: number }[];
  wishDate?: Date;
}

export interface Receipt {
  orderId: string;
  total: bigint;
}

export class OutOfStock extends ServiceError<{ sku: string }> {}

/** Takes customers' orders.
 *  @service orders
 *  @version 1.0 */
export interface Orders {
  /** Places an order and returns its receipt. The same order is placed once.
   *  @priority 5
   *  @timeToBeReceived 2d
   *  @idempotencyKey order.id
   *  @throws {OutOfStock} */
  place(order: NewOrder): Promise<Receipt>;

  /** Notes what a customer did. Nobody waits for it.
   *  @oneway */
  track(customer: string, event: 'viewed' | 'bought'): void;
}
