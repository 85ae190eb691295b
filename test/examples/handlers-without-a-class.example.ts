// A server as a map of functions, and a one-way call.

import { connect } from 'mq-rpc';
import { OrdersClient, ordersDescriptor } from './generated/index.js';

await using mq = await connect();
const server = await mq.serve(ordersDescriptor, {
  place: async (order) => ({ orderId: order.id, total: 0n }),
  track: (customer, event) => console.log(`${customer} ${event}`),
});

await new OrdersClient(mq).track('Ada', 'bought');
await new OrdersClient(mq).place({ id: 'o-6', lines: [] });
await server.drain();

// Output:
// Ada bought
