// A worker of a run: notes the start and the end of each handler.

import { setTimeout as sleep } from 'node:timers/promises';
import { type CallContext, connect } from 'mq-rpc';
import { shopDescriptor } from '../../support/generated/index.js';
import { shopHandlers } from '../../support/shop-handlers.js';
import { createHistory, resultOf } from '../history.js';

const [url = '', folder = '', name = '', handlerMs = '10'] = process.argv.slice(2);
const note = createHistory(folder, name);
const mq = await connect({ url, name });

const act = async (key: string, { id, attempt }: CallContext): Promise<string> => {
  note({ type: 'invoke', operation: 'run', key, id, attempt });
  await sleep(Number(handlerMs));
  note({ type: 'ok', operation: 'run', key, id, attempt });
  return resultOf(key, id, attempt, name);
};

// Short, so that pauses and kills cost leases.
await mq.serve(shopDescriptor, shopHandlers({ act }), { lease: '2s', concurrency: 16 });
console.log('serving');
process.stdin.on('end', () => void mq.close().then(() => process.exit())).resume();
