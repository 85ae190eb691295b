// BullMQ on Redis.
//
// - Jobs are removed when they are done, as its guide says for production, and kept up to 1,000 where a caller
//   waits, because `waitUntilFinished` fails if it finds the job gone: docs.bullmq.io/guide/queues/auto-removal-of-jobs
// - One worker with a concurrency of 100: docs.bullmq.io/guide/parallelism-and-concurrency
// - Plain connections. `enableAutoPipelining` of ioredis, which its maintainers advise against (taskforcesh/bullmq#457
//   and #1127), was measured, too: on producers it made `add` a third slower, on workers and events more than that.

import { Queue, QueueEvents, Worker } from 'bullmq';
import type { Peer } from '../peer.js';

const NAME = 'bench';

export const peer: Peer = {
  async openClient(port) {
    const connection = { host: '127.0.0.1', port };
    const queue = new Queue(NAME, { connection });
    // Each call that waits listens for the queue's end, too.
    queue.setMaxListeners(0);
    const events = new QueueEvents(NAME, { connection });
    await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
    return {
      send: (order) => queue.add('place', order),
      call: async (order) => (await queue.add('place', order)).waitUntilFinished(events),
    };
  },
  async serve(port, handler, { concurrency, results }) {
    const worker = new Worker(NAME, async (job) => handler(job.data), {
      connection: { host: '127.0.0.1', port },
      concurrency,
      ...(results === 'kept' ? {} : { removeOnComplete: { count: results === 'awaited' ? 1_000 : 0 } }),
    });
    await worker.waitUntilReady();
  },
};
