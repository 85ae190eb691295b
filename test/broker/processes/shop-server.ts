// A server of the shop, of which nobody knows what becomes of its broker.

import { connect } from 'mq-rpc';
import { shopDescriptor } from '../../support/generated/index.js';
import { shopHandlers } from '../../support/shop-handlers.js';

const [url = '', concurrency = '16'] = process.argv.slice(2);
// What is away is told of again and again; that is what these tests are about.
const mq = await connect({ url, onWarning: () => {} });
await mq.serve(shopDescriptor, shopHandlers(), { lease: '4s', concurrency: Number(concurrency) });
console.log('serving');
