// Urgent calls overtake those that wait, also those that a busy server has been given already.

import { connect } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';

await using mq = await connect();
const warehouse = new WarehouseClient(mq);
const urgent = warehouse.with({ priority: 7 });

await warehouse.pack.send('apples');
await warehouse.pack.send('pears');
const last = await warehouse.with({ priority: 0 }).pack.submit('stones');

async function pack(parcel: string): Promise<string> {
  console.log(`packing ${parcel}`);
  if (parcel === 'apples') await urgent.pack.send('ice cream');
  return `${parcel} is packed`;
}

await mq.serve(warehouseDescriptor, { ...myWarehouse, pack }, { concurrency: 1 });
console.log(await last.result());

// Output:
// packing apples
// packing ice cream
// packing pears
// packing stones
// stones is packed
