// bee-queue.
//
// - Queues have only the connections that they need, jobs are removed when they succeed, nothing is tracked and no
//   events are sent unless a caller waits: the "minimal" setting of its own benchmark (benchmark/bq/harness.js).
// - A caller waits for the queue's event and not for the job's. Its README calls that the more reliable one: a job
//   is only tracked once `save` has returned, and its event can come earlier.

import Queue from 'bee-queue';
import type { Order } from '../contract/bench.contract.js';
import type { Peer, Receipt } from '../peer.js';

const NAME = 'bench';

export const peer: Peer = {
  async openClient(port, results) {
    const queue = new Queue(NAME, {
      redis: { host: '127.0.0.1', port },
      isWorker: false,
      storeJobs: false,
      getEvents: results === 'awaited',
    });
    await queue.ready();
    const waiting = new Map<string, (receipt: Receipt) => void>();
    queue.on('job succeeded', (id: string, receipt: Receipt) => {
      waiting.get(id)?.(receipt);
      waiting.delete(id);
    });
    let calls = 0;
    return {
      send: (order) => queue.createJob(order).save(),
      call: (order) =>
        new Promise((resolve, reject) => {
          const id = String(++calls);
          waiting.set(id, resolve);
          queue.createJob(order).setId(id).save().catch(reject);
        }),
    };
  },
  async serve(port, handler, { concurrency, results }) {
    const queue = new Queue<Order>(NAME, {
      redis: { host: '127.0.0.1', port },
      storeJobs: false,
      getEvents: false,
      sendEvents: results === 'awaited',
      removeOnSuccess: true,
    });
    await queue.ready();
    queue.process(concurrency, async (job) => handler(job.data));
  },
};
