// A server and a client in one program: call and wait.

import { connect } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';
import { MyOrders } from './my-orders.js';

await using mq = await connect();
await mq.serve(new MyOrders(), { concurrency: 50 });

const orders = new OrdersClient(mq);
const receipt = await orders.place({ id: 'o-1', lines: [{ sku: 'apple', quantity: 3 }] });
console.log(receipt);

// Output:
// placing o-1, attempt 1
// { orderId: 'o-1', total: 1n }
