// A server and a client, each a program of its own: call and wait.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connect } from 'mq-rpc';
import { OrdersClient } from './generated/index.js';

const file = fileURLToPath(new URL('server.ts', import.meta.url));
const server = spawn(process.execPath, ['--import', 'tsx', file], { stdio: 'inherit' });

await using mq = await connect();
const orders = new OrdersClient(mq);
const receipt = await orders.place({ id: 'o-1', lines: [{ sku: 'apple', quantity: 3 }] });

server.kill();
await new Promise((resolve) => server.once('exit', resolve));
console.log(receipt);

// Output:
// serving
// placing o-1, attempt 1
// { orderId: 'o-1', total: 1n }
