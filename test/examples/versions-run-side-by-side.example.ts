// A call that no running server understands is parked until one starts that does; a major version has its own queue.

import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'mq-rpc';
import { MyOrders } from './my-orders.js';
import { OrdersClient as Orders1, ordersDescriptor as orders1 } from './orders-1.1/generated/index.js';
import { OrdersClient as Orders2, ordersDescriptor as orders2 } from './orders-2.0/generated/index.js';

await using mq = await connect();
await using old = await connect();

// A server of version 1.0, and a client of 1.1.
await old.serve(new MyOrders());
const call = await new Orders1(mq).withdraw.submit('o-1');
while ((await call.status()).state !== 'parked') await sleep(10);
const { state, failures } = await call.status();
console.log(state, failures);

await mq.serve(orders1, {
  place: ({ id }) => ({ orderId: id, total: 0n }),
  track: () => {},
  withdraw: (orderId) => `${orderId} is withdrawn`,
});
console.log(await call.result());

await mq.serve(orders2, { place: (sku, quantity) => `${quantity} ${sku}` });
console.log(await new Orders2(mq).place('plums', 7));
console.log(orders1.queue, orders2.queue);

// Output:
// parked 0
// o-1 is withdrawn
// 7 plums
// orders.v1 orders.v2
