// What happens after a failure: the next try of a ladder, or an answer, as the contract says.

import { setTimeout as sleep } from 'node:timers/promises';
import { type CallContext, connect, type HandlerFailure } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';
import { type Parcel, TooHeavy } from './warehouse.contract.js';

function book(parcel: Parcel, ctx: CallContext): string {
  if (parcel.weight > 30) throw new TooHeavy({ most: 30 });
  if (ctx.attempt < 3) throw new Error('the carrier does not answer');
  return `booked ${parcel.id} at attempt ${ctx.attempt}`;
}

await using mq = await connect();
const onFailure = ({ error }: HandlerFailure) => console.log(String(error));
await mq.serve(warehouseDescriptor, { ...myWarehouse, book }, { onFailure });
const warehouse = new WarehouseClient(mq);
const parcel = { id: 'p-1', customer: 'Ada', weight: 2 };

const quick = warehouse.with({ retry: { strategy: 'ladder', rungs: ['20ms', '40ms'], tries: 1 } });
console.log(await quick.book(parcel));

// The ladder of the contract: 1, 2, 4, 8 and 16 minutes, three tries each.
const call = await warehouse.book.submit(parcel);
while ((await call.status()).state !== 'scheduled') await sleep(10);
const { failures, rung } = await call.status();
console.log(failures, rung);

// A declared error is an answer, unless the method says otherwise.
const heavy = { ...parcel, weight: 31 };
await warehouse.book(heavy).catch((error) => console.log(error.name, error.data));

// Output:
// Error: the carrier does not answer
// Error: the carrier does not answer
// booked p-1 at attempt 3
// Error: the carrier does not answer
// 1 { number: 1, of: 5, try: 1 }
// TooHeavy { most: 30 }
