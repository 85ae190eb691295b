// A server whose handler blocks the event loop for several leases.

import { connect } from 'mq-rpc';
import { shopDescriptor } from '../generated/index.js';
import { shopHandlers } from '../shop-handlers.js';

const [url = '', name = '', blockMs = '0'] = process.argv.slice(2);
const mq = await connect({ url, name });

const act = (_: string, { attempt }: { attempt: number }): string => {
  console.log('blocking');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(blockMs));
  return `attempt ${attempt} by ${name}`;
};

await mq.serve(shopDescriptor, shopHandlers({ act }), { lease: '500ms', concurrency: 1 });
console.log('serving');
process.once('SIGTERM', () => void mq.close());
