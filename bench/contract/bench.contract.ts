// What the benchmarks call: one method with a payload of about 280 bytes.

/** An order of ordinary size. */
export interface Order {
  id: string;
  customer: string;
  placedAt: string;
  lines: { sku: string; quantity: number; price: number }[];
  note: string;
}

/** @service bench
 *  @version 1.0 */
export interface Bench {
  /** Answers with the id of the order. */
  place(order: Order): Promise<{ id: string; total: number }>;
}
