// A process that fires schedules, and makes one.

import { connect } from 'mq-rpc';
import { ShopClient } from '../generated/shop.client.js';

const [url = ''] = process.argv.slice(2);
const mq = await connect({ url });
await mq.schedule('tick', { cron: '* * * * * *', missed: 'all' }, new ShopClient(mq).track, 'tick');
// A connection that only schedules keeps no process alive.
setInterval(() => {}, 60_000);
console.log('scheduling');
