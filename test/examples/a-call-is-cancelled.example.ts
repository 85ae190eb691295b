// Any process can cancel a call: one that waits never starts, one that runs is told, and so is what it waits for.

import { once } from 'node:events';
import { type CallContext, connect } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { createLatch } from './latch.js';
import { myWarehouse } from './my-warehouse.js';

await using mq = await connect();
const warehouse = new WarehouseClient(mq);
const fetching = createLatch();
const stopped = createLatch<string>();

const assemble = (product: string) => warehouse.fetchPart(`engine of ${product}`);

async function fetchPart(part: string, { signal }: CallContext): Promise<string> {
  const aborted = once(signal, 'abort');
  fetching.open();
  await aborted;
  stopped.open(`${part}: ${signal.reason.message}`);
  throw signal.reason;
}

/** Another process, which knows nothing of a call but its id. */
async function cancel(id: string): Promise<string> {
  await using mq = await connect();
  return new WarehouseClient(mq).assemble.handle(id).cancel();
}

const waiting = await warehouse.assemble.submit('tractor');
console.log('a call that waits:', await cancel(waiting.id));

await mq.serve(warehouseDescriptor, { ...myWarehouse, assemble, fetchPart });
const running = await warehouse.assemble.submit('car');
await fetching.opened;
console.log('a call that runs:', await cancel(running.id));
console.log(await stopped.opened);
await running.result().catch((error) => console.log(error.kind, error.code));
console.log((await waiting.status()).state, (await running.status()).state);

// Output:
// a call that waits: cancelled
// a call that runs: requested
// engine of car: the caller cancelled the call
// unknown ABORTED
// cancelled cancelled
