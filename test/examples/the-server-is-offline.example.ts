// The server is offline when the call is made, and the client is gone when the result arrives.

import { connect } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';
import { MyOrders } from './my-orders.js';

async function submitAndLeave(): Promise<string> {
  await using mq = await connect();
  const orders = new OrdersClient(mq);
  const call = await orders.place.submit({ id: 'o-2', lines: [{ sku: 'pear', quantity: 1 }] });
  console.log((await call.status()).state, call.durability);
  return call.id;
}

async function answer(): Promise<void> {
  const mq = await connect();
  const server = await mq.serve(new MyOrders());
  await new Promise((resolve) => setTimeout(resolve, 200));
  await server.drain();
  await mq.close();
}

async function collect(id: string): Promise<void> {
  await using mq = await connect();
  const call = new OrdersClient(mq).place.handle(id);
  console.log(await call.result({ timeout: '10s' }));
  await call.confirm();
}

const id = await submitAndLeave();
await answer();
await collect(id);

// Output:
// ready local-fsync
// placing o-2, attempt 1
// { orderId: 'o-2', total: 1n }
