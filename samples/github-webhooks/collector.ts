// Collects every result by the id of its call, compares it with what a direct function call gives, prints a table.

import { isDeepStrictEqual } from 'node:util';
import { SingleBar } from 'cli-progress';
import { connect } from 'mq-rpc';
import { digest, digestUntyped } from './digest.js';
import { WebhooksClient } from './generated/index.js';
import { type LedgerEntry, readLedger } from './ledger.js';
import { type RecordedDelivery, recordedDeliveries } from './recorded-deliveries.js';
import type { Delivery, Digest } from './webhooks.contract.js';

/** Counts of one event. */
interface Row {
  typed: number;
  untyped: number;
  different: number;
}

const [ledgerFile = ''] = process.argv.slice(2);
await using mq = await connect({ name: 'collector' });
const webhooks = new WebhooksClient(mq, { timeout: '5m' });
const deliveries = new Map(recordedDeliveries().map((delivery) => [delivery.id, delivery]));
const ledger = readLedger(ledgerFile);
const rows = new Map<string, Row>();

/** What the processor's function gives when it is called here, without any queue. */
const directly = (delivery: RecordedDelivery, { method, refusal }: LedgerEntry): Digest =>
  method === 'digest'
    ? digest(delivery as Delivery)
    : digestUntyped({ ...delivery, path: refusal?.path ?? '', reason: refusal?.reason ?? '' });

async function collect(entry: LedgerEntry): Promise<void> {
  const delivery = deliveries.get(entry.deliveryId);
  if (delivery === undefined) throw new Error(`no such delivery: ${entry.deliveryId}`);
  const call = webhooks[entry.method].handle(entry.callId);
  const result = await call.result();
  const row = rows.get(delivery.event) ?? { typed: 0, untyped: 0, different: 0 };
  rows.set(delivery.event, row);
  row[entry.method === 'digest' ? 'typed' : 'untyped']++;
  if (!isDeepStrictEqual(result, directly(delivery, entry))) row.different++;
  await call.confirm();
}

const bar = new SingleBar({ format: 'collecting {bar} {value}/{total}', hideCursor: true });
bar.start(ledger.length, 0);
await Promise.all(ledger.map((entry) => collect(entry).then(() => bar.increment())));
bar.stop();

const line = (event: string, ...numbers: readonly (number | string)[]): string =>
  event.padEnd(34) + numbers.map((number) => String(number).padStart(11)).join('');
console.log(line('event', 'typed', 'untyped', 'different'));
for (const [event, row] of [...rows].sort()) console.log(line(event, row.typed, row.untyped, row.different));

const total = (column: keyof Row): number => [...rows.values()].reduce((sum, row) => sum + row[column], 0);
const collected = total('typed') + total('untyped');
console.log(`collector: ${collected} collected by another process, ${total('different')} different`);
if (collected !== deliveries.size || total('different') > 0) process.exitCode = 1;
