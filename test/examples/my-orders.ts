// The server of the README.

import type { CallContext } from 'mq-rpc';
import { OrdersServer } from './generated/index.js';
import { type NewOrder, OutOfStock } from './orders.contract.js';

export class MyOrders extends OrdersServer {
  async place(order: NewOrder, ctx: CallContext) {
    for (const { sku, quantity } of order.lines) {
      if (quantity > 10) throw new OutOfStock({ sku });
    }
    console.log(`placing ${order.id}, attempt ${ctx.attempt}`);
    return { orderId: order.id, total: BigInt(order.lines.length) };
  }

  track(customer: string, event: 'viewed' | 'bought') {
    console.log(`${customer} ${event}`);
  }
}
