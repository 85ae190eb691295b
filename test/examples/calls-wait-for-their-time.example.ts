// A call can wait for its time, and a method can be called again and again, by whatever processes run.

import { type CallContext, connect } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { createLatch } from './latch.js';
import { myWarehouse } from './my-warehouse.js';

await using mq = await connect();
await using other = await connect();
const warehouse = new WarehouseClient(mq);
const times: (string | undefined)[] = [];
const twice = createLatch();

function archive(document: string, ctx: CallContext): number {
  times.push(ctx.headers['mq-rpc-scheduled-for']);
  if (times.length === 2) twice.open();
  return document.length;
}

for (const connection of [mq, other]) {
  await connection.serve(warehouseDescriptor, { ...myWarehouse, archive });
}

const later = await warehouse.with({ delay: '1h' }).pack.submit('apples');
const { state, acceptedAt, nextAttemptAt } = await later.status();
console.log(state, Number(nextAttemptAt) - Number(acceptedAt) >= 3_590_000);
console.log(await warehouse.with({ at: new Date(Date.now() + 200) }).pack('pears'));

await mq.schedule('count-stock', { cron: '* * * * * *' }, warehouse.archive, 'the stock');
const options = { cron: '0 3 * * *', timeZone: 'Europe/Berlin', missed: 'one' } as const;
await mq.schedule('nightly-report', options, warehouse.archive, 'the report');
console.log((await mq.schedules()).map(({ name, cron, timeZone }) => `${name}: ${cron} ${timeZone}`));

await twice.opened;
console.log(await mq.unschedule('count-stock'), new Set(times).size);

// Output:
// scheduled true
// packing pears
// pears is packed
// [
//   'count-stock: * * * * * * UTC',
//   'nightly-report: 0 3 * * * Europe/Berlin'
// ]
// true 2
