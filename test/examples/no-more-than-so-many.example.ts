// Limits of a method hold over all servers together: how many run at a time, how many start in a while.

import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';
import type { Parcel } from './warehouse.contract.js';

const running: string[] = [];
let most = 0;
let mostForAda = 0;

async function label({ id, customer }: Parcel): Promise<string> {
  running.push(customer);
  most = Math.max(most, running.length);
  mostForAda = Math.max(mostForAda, running.filter((name) => name === 'Ada').length);
  await sleep(20);
  running.splice(running.indexOf(customer), 1);
  return `label of ${id}`;
}

await using mq = await connect();
await using other = await connect();
for (const connection of [mq, other]) {
  await connection.serve(warehouseDescriptor, { ...myWarehouse, label });
}
const warehouse = new WarehouseClient(mq);

const customers = ['Ada', 'Bob', 'Cyd', 'Ada', 'Bob', 'Cyd', 'Ada', 'Ada'];
const parcels = customers.map((customer, index) => ({ id: `p-${index}`, customer, weight: 1 }));
const labels = await Promise.all(parcels.map((parcel) => warehouse.label(parcel)));
console.log(labels.length, 'labels, at most', most, 'at a time,', mostForAda, 'of them for Ada');

// The contract says of declare: @rate 3/h.
const calls = await Promise.all(['p-1', 'p-2', 'p-3', 'p-4'].map((id) => warehouse.declare.submit(id)));
const states = async () => (await Promise.all(calls.map((call) => call.status()))).map(({ state }) => state);
while ((await states()).filter((state) => state === 'answered').length < 3) await sleep(20);
console.log((await states()).sort());

// Output:
// 8 labels, at most 2 at a time, 1 of them for Ada
// [ 'answered', 'answered', 'answered', 'scheduled' ]
