// A declared error arrives as itself; everything else is an RpcError that says what it means.

import { connect, RpcError } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';
import { MyOrders } from './my-orders.js';
import { OutOfStock } from './orders.contract.js';

await using mq = await connect();
await mq.serve(new MyOrders());
const orders = new OrdersClient(mq);

try {
  await orders.place({ id: 'o-3', lines: [{ sku: 'melon', quantity: 100 }] });
} catch (error) {
  if (error instanceof OutOfStock) console.log(`no ${error.data.sku} left`);
}

try {
  await orders.place({ id: 'o-4', lines: [{ sku: 'fig', quantity: Number.NaN }] });
} catch (error) {
  if (error instanceof RpcError) console.log(error.kind, error.code, error.path);
}

// Output:
// no melon left
// rejected INVALID_ARGUMENT order.lines[0].quantity
