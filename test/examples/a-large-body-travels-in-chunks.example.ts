// Large arguments are stored beside the queue, in chunks. Nobody has to know; there is a limit all the same.

import { connect, RpcError } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';

await using mq = await connect({ maxBodyBytes: 2 * 1024 * 1024 });
const warehouse = new WarehouseClient(mq);

const call = await warehouse.archive.submit('x'.repeat(1024 * 1024));
await mq.serve(warehouseDescriptor, myWarehouse);
console.log(await call.result());

try {
  await warehouse.archive('x'.repeat(3 * 1024 * 1024));
} catch (error) {
  if (error instanceof RpcError) console.log(error.kind, error.code);
}

// Output:
// 1048576
// rejected TOO_LARGE
