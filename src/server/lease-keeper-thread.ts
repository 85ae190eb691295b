// The thread of the lease keeper: a broker of its own, by which it renews whatever is held at the time.

import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { openBroker } from '../broker/open-broker.js';
import { messageOf } from '../errors.js';
import {
  type KeeperData,
  type KeeperReport,
  type KeeperRequest,
  RENEWALS_PER_LEASE,
} from './lease-keeper.js';
import { readLeaseTable } from './lease-table.js';

const data = workerData as KeeperData;
const port = parentPort;
if (port === null) throw new Error('the lease keeper runs in a worker thread');

let isClosing = false;
let { memory } = data;
/** Aborted to end the wait for the next renewal. */
let wait = new AbortController();

port.on('message', (request: KeeperRequest) => {
  if ('memory' in request) {
    memory = request.memory;
    return;
  }
  if ('close' in request) isClosing = true;
  wait.abort();
});

// What there is to say of the broker itself, the connection that started this thread has said.
const broker = await openBroker(data.url, { onWarning: () => {} });
while (!isClosing) {
  // Whoever hurries while it renews has it renew again.
  wait = new AbortController();
  await renew();
  await setTimeout(data.leaseMs / RENEWALS_PER_LEASE, undefined, { signal: wait.signal }).catch(() => {});
}
await broker.close();
port.close();

async function renew(): Promise<void> {
  const report = (what: KeeperReport): void => port?.postMessage(what);
  const attempts = readLeaseTable(memory, data.queue);
  try {
    const statuses = attempts.length === 0 ? [] : await broker.extend(attempts, data.leaseMs);
    statuses.forEach((status, index) => {
      const attempt = attempts[index];
      if (attempt !== undefined && status !== 'ok') report({ attempt, status });
    });
  } catch (error) {
    // The next renewal tries again. If the broker stays away the leases run out, as they should.
    report({ warning: `leases could not be renewed: ${messageOf(error)}` });
  }
}
