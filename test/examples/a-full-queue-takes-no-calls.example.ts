// A queue holds as much as it may. Whoever sends more is told; nothing is dropped.

import { connect, RpcError } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';

await using mq = await connect();
const warehouse = new WarehouseClient(mq);

// The limits go for everybody, and stay when the server has gone.
const evening = await mq.serve(warehouseDescriptor, myWarehouse, { limits: { calls: 2, bytes: 1_000_000 } });
await evening.close();

const calls = [await warehouse.pack.submit('apples'), await warehouse.pack.submit('pears')];
try {
  await warehouse.pack.submit('plums');
} catch (error) {
  if (error instanceof RpcError) console.log(error.kind, error.code);
}

await mq.serve(warehouseDescriptor, myWarehouse, { concurrency: 1 });
console.log(await Promise.all(calls.map((call) => call.result())));
console.log(await warehouse.pack('plums'));

// Output:
// rejected QUEUE_FULL
// packing apples
// packing pears
// [ 'apples is packed', 'pears is packed' ]
// packing plums
// plums is packed
