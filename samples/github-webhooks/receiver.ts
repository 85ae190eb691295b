// Takes deliveries in, as an HTTP endpoint would: queues each, and is gone before any server has started.

import { connect, RpcError } from 'mq-rpc';
import { WebhooksClient } from './generated/index.js';
import { appendToLedger, type LedgerEntry } from './ledger.js';
import { type RecordedDelivery, recordedDeliveries } from './recorded-deliveries.js';
import type { Delivery } from './webhooks.contract.js';

const [ledgerFile = ''] = process.argv.slice(2);
await using mq = await connect({ name: 'receiver' });
const webhooks = new WebhooksClient(mq);

/** Nobody knows what came in: the generated validator finds out whether it is what the types say. */
async function submit(delivery: RecordedDelivery): Promise<Omit<LedgerEntry, 'deliveryId'>> {
  try {
    const { id } = await webhooks.digest.submit(delivery as Delivery);
    return { callId: id, method: 'digest' };
  } catch (error) {
    if (!(error instanceof RpcError) || error.code !== 'INVALID_ARGUMENT') throw error;
    const refusal = { path: error.path ?? '', reason: `expected ${error.expected}, got ${error.got}` };
    const { id } = await webhooks.digestUntyped.submit({ ...delivery, ...refusal });
    return { callId: id, method: 'digestUntyped', refusal };
  }
}

const submitted = { digest: 0, digestUntyped: 0 };
await Promise.all(
  recordedDeliveries().map(async (delivery) => {
    const { id, event, payload } = delivery;
    await webhooks.archive({ id, event, receivedAt: new Date(), bytes: JSON.stringify(payload).length });
    const entry = await submit(delivery);
    appendToLedger(ledgerFile, { ...entry, deliveryId: id });
    submitted[entry.method]++;
  }),
);

const { digest, digestUntyped } = submitted;
console.log(
  `receiver: ${digest + digestUntyped} submitted with no server, ${digest} by the typed method, ${digestUntyped} by digestUntyped`,
);
