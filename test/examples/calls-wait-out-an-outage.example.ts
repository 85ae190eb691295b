// While something that a method depends on is down, its calls wait instead of failing one attempt after another.

import { connect } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';
import type { Parcel } from './warehouse.contract.js';

let tries = 0;

// The contract says of label: @retry immediate 5. Without a pause that would be over in no time.
function label(parcel: Parcel): string {
  if (tries++ < 4) throw new Error('the printers are out of paper');
  return `label of ${parcel.id}`;
}

const warnings: string[] = [];
await using mq = await connect({ onWarning: (warning) => warnings.push(warning) });
const options = { breaker: { failures: 2, pause: '50ms' }, onFailure: () => {} } as const;
await mq.serve(warehouseDescriptor, { ...myWarehouse, label }, options);
const warehouse = new WarehouseClient(mq);

const customers = ['Ada', 'Bob', 'Cyd', 'Dan', 'Eve', 'Fay'];
const parcels = customers.map((customer) => ({ id: `for ${customer}`, customer, weight: 1 }));
const labels = await Promise.all(parcels.map((parcel) => warehouse.label(parcel)));
console.log(labels.length, 'labels, of', tries, 'tries');
for (const warning of warnings) console.log(warning);

// Output:
// 6 labels, of 10 tries
// warehouse.label has failed 2 times in a row: its calls wait, and one is tried after 50 ms
// warehouse.label answers again: its calls are started as they come
