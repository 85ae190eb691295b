// How users test: a client and a server in memory, and a clock that is turned by hand.

import { createTestPair } from 'mq-rpc/testing';
import { OrdersClient } from './generated/index.js';
import { MyOrders } from './my-orders.js';

await using pair = await createTestPair();
const orders = new OrdersClient(pair.client);
const call = await orders.place.submit({ id: 'o-7', lines: [] });

await pair.clock.advance('3d');
await pair.server.serve(new MyOrders());
console.log((await call.status()).state);

// Output:
// expired
