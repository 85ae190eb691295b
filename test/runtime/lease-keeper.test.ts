// The lease keeper when its thread is of no use.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { systemClock } from '#dist/src/clock.js';
import { createLeaseKeeper } from '#dist/src/server/lease-keeper.js';
import { createMessage } from '../broker/message.js';
import { tempFolder } from '../support/temp-folder.js';

test('when the thread cannot start, leases are renewed without it, and closing ends', async () => {
  const folder = tempFolder();
  const broker = await openBroker(`sqlite:${join(folder, 'queue.db')}`);
  const message = createMessage({ id: randomUUID() });
  await broker.send([message]);
  const leaseMs = 2_000;
  const attempts = await broker.claim({ queue: message.queue, worker: 'w', limit: 1, leaseMs });
  const warnings: string[] = [];
  const keeper = createLeaseKeeper({
    broker: {
      ...broker,
      // A folder is no queue file: the thread finds no broker there.
      threadUrl: `sqlite:${folder}`,
      extend: (held, ms) => broker.extend(held, ms),
    },
    queue: message.queue,
    clock: systemClock,
    leaseMs,
    onEnded: () => {},
    onWarning: (warning) => warnings.push(warning),
  });
  keeper.hold(attempts);
  await setTimeout(2 * leaseMs);
  expect(await broker.fetch([message])).toMatchObject([{ state: 'leased', attempt: 1 }]);
  expect(warnings).toEqual([expect.stringContaining('the thread that renews leases ended: ')]);
  await keeper.close();
  await broker.close();
});
