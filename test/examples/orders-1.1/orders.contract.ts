// The next minor version of the orders: what 1.0 has, and a method more.

import type { NewOrder, Receipt } from '../orders.contract.js';
import { OutOfStock } from '../orders.contract.js';

export { OutOfStock };

/** Takes customers' orders.
 *  @service orders
 *  @version 1.1 */
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

  /** Takes an order back. */
  withdraw(orderId: string): Promise<string>;
}
