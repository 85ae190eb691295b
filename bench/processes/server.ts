// A server for the benchmarks: says when it serves, when it has answered so many calls, and what it cost.

import { connect } from 'mq-rpc';
import { benchDescriptor } from '../contract/generated/index.js';

const [url = '', expected = '0'] = process.argv.slice(2);
const say = (line: object): void => console.log(JSON.stringify(line));

const mq = await connect(url);
let answered = 0;
const startAt = performance.now();
const server = await mq.serve(
  benchDescriptor,
  {
    place: ({ id, lines }) => {
      if (++answered === Number(expected)) void server.drain().then(done);
      return { id, total: lines.length };
    },
  },
  { concurrency: 100 },
);
const done = (): void => say({ seconds: (performance.now() - startAt) / 1_000 });
if (expected === '0') say({ serving: true });

process.once('SIGTERM', () => void mq.close());
