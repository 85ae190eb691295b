// A key makes a call the same call, whoever sends it and however often; with another body it is refused.

import { connect, RpcError } from 'mq-rpc';
import { AccountsClient, accountsDescriptor } from './generated/index.js';
import { myAccounts } from './my-accounts.js';

await using mq = await connect();
const accounts = new AccountsClient(mq);
const entry = { id: 'i-2', customer: 'Bob', cents: 900 };

// The contract names entry.id as the key of invoice.
const first = await accounts.invoice.submit(entry);
const second = await accounts.invoice.submit(entry);
console.log(second.id === first.id, second.duplicate);

try {
  await accounts.invoice.submit({ ...entry, cents: 901 });
} catch (error) {
  if (error instanceof RpcError) console.log(error.kind, error.code, error.callId === first.id);
}

await mq.serve(accountsDescriptor, myAccounts);
console.log(await accounts.invoice(entry));

// The outcome was collected, and the key is remembered all the same. A call can also name a key itself.
console.log((await accounts.invoice.submit(entry)).duplicate);
const keyed = accounts.with({ idempotencyKey: 'payment-7' });
console.log(await keyed.enter({ ...entry, id: 'e-7' }), await keyed.enter({ ...entry, id: 'e-7' }));

// Output:
// true true
// rejected ID_REUSE true
// Bob owes 9 €
// true
// 900 900
