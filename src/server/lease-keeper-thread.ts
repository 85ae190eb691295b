// The thread of the lease keeper: a broker of its own and the same renewal as everywhere.

import { parentPort, workerData } from 'node:worker_threads';
import { openBroker } from '../broker/open-broker.js';
import { systemClock } from '../clock.js';
import { type KeeperData, type KeeperReport, type KeeperRequest, LocalLeaseKeeper } from './lease-keeper.js';

const { url, leaseMs } = workerData as KeeperData;
const port = parentPort;
if (port === null) throw new Error('the lease keeper runs in a worker thread');

/** Requests that come before the broker is open wait for it. */
// What there is to say of the broker itself, the connection that started this thread has said.
const started = openBroker(url, { onWarning: () => {} }).then((broker) => {
  const report = (what: KeeperReport): void => port.postMessage(what);
  const keeper = new LocalLeaseKeeper({
    broker,
    clock: systemClock,
    leaseMs,
    onEnded: (attempt, status) => report({ attempt, status }),
    onWarning: (warning) => report({ warning }),
  });
  return { broker, keeper };
});

port.on('message', (request: KeeperRequest) => void started.then((parts) => obey(parts, request)));

async function obey({ broker, keeper }: Awaited<typeof started>, request: KeeperRequest): Promise<void> {
  if ('close' in request) {
    await keeper.close();
    await broker.close();
    port?.close();
  } else {
    keeper.hold(request.hold);
    keeper.drop(request.drop);
  }
}
