// Options of a single call win over those of the client, which win over the contract's.

import { connect, RpcError } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';
import { MyOrders } from './my-orders.js';

await using mq = await connect({ name: 'shop-window' });
const orders = new OrdersClient(mq, { retain: '1d' });
const order = { id: 'o-5', lines: [] };

const urgent = orders.with({ priority: 7, timeout: '50ms', headers: { tenant: 'acme' } });
try {
  await urgent.place(order);
} catch (error) {
  if (error instanceof RpcError) console.log(error.kind, error.code);
}

const again = await orders.place.submit(order);
console.log('the same call:', again.duplicate);
await mq.serve(new MyOrders());
console.log(await again.result());

// Output:
// unknown TIMEOUT
// the same call: true
// placing o-5, attempt 1
// { orderId: 'o-5', total: 0n }
