// Calls with an equal key run in order, one at a time, retries included, and hold up nobody else.

import { type CallContext, connect } from 'mq-rpc';
import type { Entry } from './accounts.contract.js';
import { AccountsClient, accountsDescriptor } from './generated/index.js';
import { createLatch } from './latch.js';
import { myAccounts } from './my-accounts.js';

const bobIsDone = createLatch();

async function enter(entry: Entry, ctx: CallContext): Promise<number> {
  console.log(`${entry.id}, attempt ${ctx.attempt}`);
  if (entry.id === 'ada-1' && ctx.attempt === 1) {
    await bobIsDone.opened;
    throw new Error('the ledger is locked');
  }
  return myAccounts.enter(entry, ctx);
}

await using mq = await connect();
const accounts = new AccountsClient(mq);
const ada = [
  await accounts.enter.submit({ id: 'ada-1', customer: 'Ada', cents: 500 }),
  await accounts.enter.submit({ id: 'ada-2', customer: 'Ada', cents: 70 }),
];
const bob = await accounts.enter.submit({ id: 'bob-1', customer: 'Bob', cents: 900 });

await mq.serve(accountsDescriptor, { ...myAccounts, enter }, { onFailure: () => {} });
console.log('Bob has', await bob.result());
bobIsDone.open();
console.log('Ada had and has', await Promise.all(ada.map((call) => call.result())));

// Output:
// ada-1, attempt 1
// bob-1, attempt 1
// Bob has 900
// ada-1, attempt 2
// ada-2, attempt 1
// Ada had and has [ 500, 570 ]
