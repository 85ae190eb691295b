// A call of which nobody knows what became: its error has the id, and the same order is the same call.

import { connect, RpcError } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';
import { MyOrders } from './my-orders.js';

await using mq = await connect();
const orders = new OrdersClient(mq);
const order = { id: 'o-9', lines: [{ sku: 'plum', quantity: 2 }] };

async function placeAndTimeOut(): Promise<string> {
  try {
    await orders.with({ timeout: '100ms' }).place(order);
  } catch (error) {
    if (error instanceof RpcError && error.kind === 'unknown' && error.callId) return error.callId;
    throw error;
  }
  throw new Error('there is no server yet');
}

const id = await placeAndTimeOut();
console.log((await orders.place.handle(id).status()).state);

const again = await orders.place.submit(order);
console.log('the same call:', again.id === id);

const server = await mq.serve(new MyOrders());
console.log(await again.result({ timeout: '10s' }));
await server.drain();

// Output:
// ready
// the same call: true
// placing o-9, attempt 1
// { orderId: 'o-9', total: 1n }
