// A process that handles what is published, for two groups, and notes it in files of these groups.

import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'mq-rpc';
import { newsDescriptor } from '../generated/news.descriptor.js';

const [url = '', folder = ''] = process.argv.slice(2);
const mq = await connect({ url });
for (const group of ['mail', 'billing']) {
  const published = async ({ id }: { id: string }, ctx: { id: string }): Promise<void> => {
    await sleep(Math.random() * 10);
    appendFileSync(join(folder, group), `${id} ${ctx.id}\n`);
  };
  await mq.subscribe(newsDescriptor, { published }, { group, lease: '1s', concurrency: 4 });
}
console.log('subscribed');
