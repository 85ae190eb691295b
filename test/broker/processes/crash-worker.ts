// Claims and answers calls until it is killed. The answer names the attempt.

import { openBroker } from '#dist/src/broker/open-broker.js';

const [url = ''] = process.argv.slice(2);
const broker = await openBroker(url);

console.log('working');
for (;;) {
  const deliveries = await broker.claim({ queue: 'q', worker: `${process.pid}`, limit: 5, leaseMs: 500 });
  await new Promise((resolve) => setTimeout(resolve, 2));
  await broker.settle(
    deliveries.map(({ queue, id, attempt }) => ({
      queue,
      id,
      attempt,
      outcome: 'answered',
      result: `${attempt}`,
    })),
  );
}
