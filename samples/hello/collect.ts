// Another client: collects a result by its id, then makes calls and waits for them.

import { connect } from 'mq-rpc';
import { NeverMet } from './farewell.contract.js';
import { FarewellClient, GreeterClient } from './generated/index.js';

await using mq = await connect();
const greeter = new GreeterClient(mq);
const farewell = new FarewellClient(mq);

const [id = ''] = process.argv.slice(2);
const greeting = await greeter.greet.handle(id).result();
console.log(`collector: "${greeting.text}", said at ${greeting.saidAt.toISOString()}`);
console.log(`collector: "${await farewell.part('Ada')}"`);
try {
  await farewell.part('Bob');
} catch (error) {
  if (!(error instanceof NeverMet)) throw error;
  console.log(`collector: never met ${error.data.name}`);
}
console.log(`collector: ${await farewell.count()} people are still here`);
