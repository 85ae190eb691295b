// A call whose time is over is never started; its caller learns which of its clocks ran out.

import { connect, RpcError } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';

await using mq = await connect();
const warehouse = new WarehouseClient(mq);

async function tell(call: Promise<string>): Promise<void> {
  try {
    console.log(await call);
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    console.log(error.kind, error.code, error.clock);
  }
}

// Nobody serves yet.
await tell(warehouse.with({ timeToBeReceived: '50ms' }).pack('fish'));
await tell(warehouse.with({ deadline: new Date(Date.now() + 50) }).pack('ice cream'));
await tell(warehouse.with({ timeToBeReceived: '50ms' }).fetchPart('wheel'));
await tell(warehouse.with({ timeout: '50ms', priority: 7 }).pack('apples'));

// The caller that timed out has stopped waiting; its call goes on.
await mq.serve(warehouseDescriptor, myWarehouse, { concurrency: 1 });
await tell(warehouse.pack('pears'));

// The contract says of fetchPart: @journal deadletter.
for await (const letter of mq.deadLetters(warehouse)) {
  console.log(letter.method, letter.args, letter.reason, letter.expiredBy);
}

// Output:
// expired EXPIRED timeToBeReceived
// expired EXPIRED deadline
// expired EXPIRED timeToBeReceived
// unknown TIMEOUT undefined
// packing apples
// packing pears
// pears is packed
// fetchPart [ 'wheel' ] expired timeToBeReceived
