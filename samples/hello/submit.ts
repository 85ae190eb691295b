// A client that queues calls while no server runs, prints their ids, and ends.

import { connect } from 'mq-rpc';
import { GreeterClient } from './generated/index.js';

await using mq = await connect();
const greeter = new GreeterClient(mq);

const call = await greeter.greet.submit('Ada');
await greeter.seen('Ada');
console.error(`client: call ${call.id} is ${(await call.status()).state}, ${call.durability}`);
console.log(call.id);
