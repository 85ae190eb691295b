// The minor version after that: an order is withdrawn for a reason.

import type { NewOrder, Receipt } from '../orders.contract.js';
import { OutOfStock } from '../orders.contract.js';

export { OutOfStock };

export interface Withdrawal {
  orderId: string;
  reason: string;
}

/** Takes customers' orders.
 *  @service orders
 *  @version 1.2 */
export interface Orders {
  /** Places an order and returns its receipt. The same order is placed once.
   *  @since 1.0
   *  @priority 5
   *  @timeToBeReceived 2d
   *  @idempotencyKey order.id
   *  @throws {OutOfStock} */
  place(order: NewOrder): Promise<Receipt>;

  /** Notes what a customer did. Nobody waits for it.
   *  @since 1.0
   *  @oneway */
  track(customer: string, event: 'viewed' | 'bought'): void;

  /** Takes an order back.
   *  @since 1.2 */
  withdraw(withdrawal: Withdrawal): Promise<string>;
}
