// Answers the calls, whenever it runs. Stops on SIGTERM or Ctrl-C, after finishing what it has claimed.

import { appendFileSync } from 'node:fs';
import { connect } from 'mq-rpc';
import { digest, digestUntyped } from './digest.js';
import { WebhooksServer } from './generated/index.js';
import type { ArchiveEntry, Delivery, UntypedDelivery } from './webhooks.contract.js';

const [archiveFile = ''] = process.argv.slice(2);
const answered = new Set<string>();
const archived = new Set<string>();

class Processor extends WebhooksServer {
  digest(delivery: Delivery) {
    answered.add(delivery.id);
    return digest(delivery);
  }

  digestUntyped(delivery: UntypedDelivery) {
    answered.add(delivery.id);
    return digestUntyped(delivery);
  }

  archive(entry: ArchiveEntry) {
    archived.add(entry.id);
    appendFileSync(archiveFile, `${JSON.stringify(entry)}\n`);
  }
}

const mq = await connect({ name: 'processor' });
await mq.serve(new Processor(), { concurrency: 50 });
console.log('processor: started');

async function stop(): Promise<void> {
  await mq.close();
  console.log(`processor: ${answered.size} answered, ${archived.size} archived`);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
