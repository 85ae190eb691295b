// Schedules and events with real processes, one of which is killed in the middle.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'mq-rpc';
import { expect, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { NewsClient } from '../support/generated/news.client.js';
import { runScript } from '../support/run-script.js';
import { tempFolder } from '../support/temp-folder.js';

test('each time of a schedule is fired once by several processes, and one that is killed takes none with it', async () => {
  const url = `sqlite:${join(tempFolder(), 'queue.db')}`;
  const processes = [1, 2, 3].map(() => runScript('scheduling-process', url));
  await Promise.all(processes.map((process) => process.printed('scheduling')));
  const broker = await openBroker(url);
  const times = async (): Promise<number[]> => {
    const calls = await broker.peek('shop.v1', { limit: 1_000 });
    return calls.map(({ body }) => Date.parse(JSON.parse(body).h['mq-rpc-scheduled-for'])).sort();
  };
  try {
    for (const victim of processes.slice(1)) {
      const before = (await times()).length;
      while ((await times()).length < before + 2) await sleep(50);
      await victim.kill('SIGKILL');
    }
    const before = (await times()).length;
    while ((await times()).length < before + 2) await sleep(50);
    const [first = 0, ...rest] = await times();
    expect(rest).toEqual(rest.map((_, index) => first + 1_000 * (index + 1)));
  } finally {
    await broker.close();
  }
});

test('each event has one outcome in each group, also when a process is killed that handles and passes on', async () => {
  const folder = tempFolder();
  const url = `sqlite:${join(folder, 'queue.db')}`;
  const processes = [1, 2].map(() => runScript('subscribing-process', url, folder));
  await Promise.all(processes.map((process) => process.printed('subscribed')));
  await using mq = await connect({ url });
  const news = new NewsClient(mq);
  const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  const handled = (group: string): string[] => {
    const file = join(folder, group);
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  };
  const publishing = Promise.all(ids.map((id) => news.published({ id, title: 'News' })));
  while (handled('mail').length < 100) await sleep(1);
  await processes[0]?.kill('SIGKILL');
  await publishing;
  for (const group of ['mail', 'billing']) {
    const seen = (): Set<string> => new Set(handled(group).map((line) => line.split(' ')[0] ?? ''));
    while (seen().size < ids.length) await sleep(50);
    // A handler may run again after a kill, for the same copy; there is no second copy.
    expect(new Set(handled(group)).size).toBe(ids.length);
  }
});
