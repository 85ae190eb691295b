// A server that is made to be killed: notes the start and end of each handler in a file.

import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'mq-rpc';
import { shopDescriptor } from '../generated/index.js';
import { shopHandlers } from '../shop-handlers.js';

const [url = '', logFile = ''] = process.argv.slice(2);
const mq = await connect({ url, name: `server ${process.pid}` });

const act = async (text: string, { id, attempt }: { id: string; attempt: number }): Promise<string> => {
  appendFileSync(logFile, `start ${id} ${attempt}\n`);
  await sleep(30 + Math.random() * 60);
  appendFileSync(logFile, `end ${id} ${attempt}\n`);
  return `${text} by attempt ${attempt} in ${process.pid}`;
};

await mq.serve(shopDescriptor, shopHandlers({ act }), { lease: '1s', concurrency: 10 });
console.log('serving');
