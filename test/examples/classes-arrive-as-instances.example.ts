// Classes with the decorators of class-validator arrive as instances; they and schemas are asked on both sides.

import { connect, RpcError } from 'mq-rpc';
import { Cake } from './bakery.contract.js';
import { BakeryClient, bakeryDescriptor } from './generated/index.js';

await using mq = await connect();
await mq.serve(bakeryDescriptor, {
  bake(order) {
    for (const cake of order.cakes) console.log(cake.describe());
    return { number: 1, total: 20 * order.cakes.length };
  },
});
const bakery = new BakeryClient(mq);

const cake = Object.assign(new Cake(), { name: 'Sachertorte', candles: 7 });
console.log(await bakery.bake({ customer: 'ada@example.org', cakes: [cake] }));

cake.candles = 99;
try {
  await bakery.bake({ customer: 'ada@example.org', cakes: [cake] });
} catch (error) {
  if (error instanceof RpcError) console.log(error.kind, error.path, error.expected);
}

// Output:
// Sachertorte with 7 candles
// { number: 1, total: 20 }
// rejected order.cakes[0].candles candles must not be greater than 50
