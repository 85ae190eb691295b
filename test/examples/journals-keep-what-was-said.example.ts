// What was sent and what was handled stays on record, to be looked at and to be run once more.

import { type CallContext, connect } from 'mq-rpc';
import type { Entry } from './accounts.contract.js';
import { AccountsClient, accountsDescriptor } from './generated/index.js';
import { createLatch } from './latch.js';
import { myAccounts } from './my-accounts.js';

const repeated = createLatch<string | undefined>();

function invoice({ customer, cents }: Entry, ctx: CallContext): string {
  const original = ctx.headers['mq-rpc-replay-of'];
  if (original !== undefined) repeated.open(original);
  return `${customer} owes ${cents / 100} €`;
}

await using mq = await connect();
const limits = { journalEntries: 1_000, journalAge: '30d' } as const;
await mq.serve(accountsDescriptor, { ...myAccounts, invoice }, { limits });
const accounts = new AccountsClient(mq);
const call = await accounts.invoice.submit({ id: 'i-1', customer: 'Ada', cents: 1250 });
console.log(await call.result());

const journal = mq.journal(accounts);
for (const { method, args } of await journal.list({ name: 'sent' })) console.log('sent', method, args);
const received = await journal.list({ name: 'received' });
for (const { method, outcome } of received) console.log('received', method, outcome?.state, outcome?.value);

const [newest] = received;
await journal.replay({ name: 'received', positions: newest?.position ?? 0 });
console.log('a copy of the same call:', (await repeated.opened) === call.id);

// Output:
// Ada owes 12.5 €
// sent invoice [ { id: 'i-1', customer: 'Ada', cents: 1250 } ]
// received invoice answered Ada owes 12.5 €
// a copy of the same call: true
