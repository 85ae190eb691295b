// A server that has nothing to do, and the share of one core that it takes.

import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'mq-rpc';
import { benchDescriptor } from '../contract/generated/index.js';

const [url = '', seconds = '10'] = process.argv.slice(2);
await using mq = await connect(url);
await mq.serve(benchDescriptor, { place: ({ id }) => ({ id, total: 0 }) });
// What starting costs, compiling and collecting garbage, is over by then.
await sleep(5_000);
const before = process.cpuUsage();
await sleep(Number(seconds) * 1_000);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ share: (user + system) / 1e6 / Number(seconds) }));
