// Answers both services, one as a class and one as a map of functions, until it is told to stop.

import { type CallContext, connect } from 'mq-rpc';
import { NeverMet } from './farewell.contract.js';
import { farewellDescriptor, GreeterServer } from './generated/index.js';

const met = new Set<string>();

class MyGreeter extends GreeterServer {
  greet(name: string, ctx: CallContext) {
    met.add(name);
    console.log(`server: greeting ${name} (call ${ctx.id}, attempt ${ctx.attempt})`);
    return { text: `Hello, ${name}!`, saidAt: new Date() };
  }

  seen(name: string) {
    console.log(`server: ${name} was seen`);
  }
}

const mq = await connect();
await mq.serve(new MyGreeter());
await mq.serve(farewellDescriptor, {
  part: (name) => {
    if (!met.delete(name)) throw new NeverMet({ name });
    return `Goodbye, ${name}!`;
  },
  left: (name) => console.log(`server: ${name} has left`),
  count: () => met.size,
});
console.log('server: started');

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void mq.close());
