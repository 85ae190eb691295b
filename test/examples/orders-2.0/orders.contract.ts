// The next major version of the orders: another contract, which shares nothing with 1.x but its name.

/** Takes customers' orders.
 *  @service orders
 *  @version 2.0 */
export interface Orders {
  /** Places an order of one article and returns its number. */
  place(sku: string, quantity: number): Promise<string>;
}
