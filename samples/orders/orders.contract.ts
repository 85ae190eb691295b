// The contract between outside sales and the office of a wholesaler for medical supplies.

import { ServiceError } from 'mq-rpc';

export interface OrderLine {
  article: string;
  quantity: number;
}

export interface NewOrder {
  /** Made by whoever takes it: the salesperson's letter and a number. */
  id: string;
  customerId: string;
  takenBy: string;
  takenAt: Date;
  lines: OrderLine[];
}

export interface Confirmation {
  orderId: string;
  totalCents: bigint;
}

/** Articles kept aside for a customer who has not decided yet. */
export interface Reservation {
  customerId: string;
  article: string;
  quantity: number;
}

export interface Visit {
  customerId: string;
  by: string;
  note: string;
}

/** The customer already owes as much as may be. */
export class CreditExceeded extends ServiceError<{ customerId: string; limitCents: bigint }> {}

/** Takes what outside sales has sold.
 *  @service orders
 *  @version 1.0 */
export interface Orders {
  /** Places an order, once. The orders of one customer are placed one by one, as they were taken.
   *  @ordered order.customerId
   *  @idempotencyKey order.id
   *  @retry 4 delay=100ms maxDelay=1s
   *  @timeToBeReceived 2d
   *  @throws {CreditExceeded} */
  place(order: NewOrder): Promise<Confirmation>;

  /** Keeps articles aside, at today's price.
   *  @priority 5
   *  @journal deadletter */
  reserve(reservation: Reservation): Promise<string>;

  /** Notes a visit. Nobody waits for it.
   *  @oneway
   *  @priority 1 */
  visited(visit: Visit): void;
}
