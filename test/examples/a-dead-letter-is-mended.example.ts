// A call that came to nothing waits in the dead-letter queue until somebody mends it; then its caller gets an answer.

import { connect } from 'mq-rpc';
import { WarehouseClient, warehouseDescriptor } from './generated/index.js';
import { myWarehouse } from './my-warehouse.js';
import type { Parcel } from './warehouse.contract.js';

function label(parcel: Parcel): string {
  if (!/^p-\d+$/.test(parcel.id)) throw new Error(`no parcel ${parcel.id}`);
  return `label of ${parcel.id}`;
}

await using mq = await connect();
await mq.serve(warehouseDescriptor, { ...myWarehouse, label }, { onFailure: () => {} });
const warehouse = new WarehouseClient(mq);

const twice = warehouse.with({ retry: { strategy: 'immediate', attempts: 2 } });
const call = await twice.label.submit({ id: 'p-lO', customer: 'Ada', weight: 1 });
await call.result().catch((error) => console.log(error.code));

const letters = mq.deadLetters(warehouse);
for (const letter of await letters.list({ method: 'label', reason: 'handler-failed' })) {
  console.log(letter.args, letter.reason, letter.history.length + 1, 'attempts');
  console.log(letter.error?.message);
}

const mended = await letters.replay(call.id, {
  edit: ({ args: [parcel], ...rest }) => ({ ...rest, args: [{ ...(parcel as Parcel), id: 'p-10' }] }),
});
console.log(mended, 'replayed:', await call.result());
console.log(await letters.count(), 'left');

// Output:
// HANDLER_FAILED
// [ { id: 'p-lO', customer: 'Ada', weight: 1 } ] handler-failed 2 attempts
// warehouse.label failed: Error: no parcel p-lO
// 1 replayed: label of p-10
// 0 left
