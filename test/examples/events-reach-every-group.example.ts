// An event reaches every group of subscribers once, however many processes a group has, and whenever they run.

import { connect } from 'mq-rpc';
import { WarehouseClient, WarehouseSubscriber, warehouseDescriptor } from './generated/index.js';
import { createLatch } from './latch.js';
import type { Parcel } from './warehouse.contract.js';

const billed: string[] = [];
const mailed = createLatch<Parcel>();
const both = createLatch();

class Billing extends WarehouseSubscriber {
  shipped(parcel: Parcel) {
    billed.push(parcel.id);
    if (billed.length === 2) both.open();
  }

  returned() {}
}

await using mq = await connect();
await using other = await connect();

// Billing runs in two processes; the people who write mails want one kind of event, and are out for lunch.
await mq.subscribe(new Billing(), { group: 'billing' });
await other.subscribe(new Billing(), { group: 'billing' });
const mail = await mq.subscribe(warehouseDescriptor, { shipped: () => {} }, { group: 'mail' });
await mail.close();

const warehouse = new WarehouseClient(mq);
await warehouse.shipped({ id: 'p-1', customer: 'Ada', weight: 2 });
await warehouse.shipped({ id: 'p-2', customer: 'Bob', weight: 3 });
await both.opened;
console.log('billed', billed.sort());

const handlers = { shipped: (parcel: Parcel) => mailed.open(parcel) };
await other.subscribe(warehouseDescriptor, handlers, { group: 'mail' });
console.log('mailed', (await mailed.opened).id);
console.log(await mq.groups(warehouse), await mq.leave(warehouse, 'mail'), await mq.groups(warehouse));

// Output:
// billed [ 'p-1', 'p-2' ]
// mailed p-1
// [ 'billing', 'mail' ] true [ 'billing' ]
