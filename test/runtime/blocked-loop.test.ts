// A handler that blocks the event loop of its server keeps its lease: a thread renews it.

import { join } from 'node:path';
import { connect } from 'mq-rpc';
import { expect, test } from 'vitest';
import { ShopClient } from '../support/generated/index.js';
import { runScript } from '../support/run-script.js';
import { tempFolder } from '../support/temp-folder.js';

test('a handler that blocks for six leases is not run again by a server that waits for work', async () => {
  const url = `sqlite:${join(tempFolder(), 'queue.db')}`;
  await using mq = await connect(url);
  const blocking = runScript('blocking-server', url, 'first', '3000');
  await blocking.printed('serving');
  const call = await new ShopClient(mq).act.submit('x');
  await blocking.printed('blocking');
  const idle = runScript('blocking-server', url, 'second', '0');
  await idle.printed('serving');
  expect(await call.result()).toBe('attempt 1 by first');
});
