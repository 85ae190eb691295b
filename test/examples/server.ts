// The server program of the README: runs until it is told to stop.

import { connect } from 'mq-rpc';
import { MyOrders } from './my-orders.js';

const mq = await connect();
await mq.serve(new MyOrders(), { concurrency: 50 });
console.log('serving');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void mq.close());
