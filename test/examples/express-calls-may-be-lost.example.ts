// An express call is as fast as it gets, and may be lost with the broker: its acknowledgement says so.

import { connect } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';

await using mq = await connect();
const warehouse = new WarehouseClient(mq);
const quick = warehouse.with({ delivery: 'express' });

const reading = await warehouse.measured(4);
console.log('a reading survives in:', reading.durability);
const order = await warehouse.pack.submit('fish');
console.log('an order survives in:', order.durability);

const pack = (parcel: string) => `${parcel} is packed`;
await mq.serve(warehouseDescriptor, { ...myWarehouse, measured: () => {}, pack });
console.log(await order.result());
console.log(await quick.pack('lemons'));

try {
  await quick.with({ journal: 'always' }).pack('plums');
} catch (error) {
  if (error instanceof TypeError) console.log(error.message);
}

// Output:
// a reading survives in: broker-memory
// an order survives in: local-fsync
// fish is packed
// lemons is packed
// delivery: 'express' contradicts journal: 'always': an express call is neither stored nor tried again; leave one of them out
