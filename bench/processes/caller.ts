// A client for the benchmarks: sends, submits or calls, so many times, so many in flight.

import { connect } from 'mq-rpc';
import { BenchClient } from '../contract/generated/index.js';
import { anOrder, quantile, timeInFlight } from '../measure.js';

const [url = '', verb = '', count = '0', inFlight = '1'] = process.argv.slice(2);
await using mq = await connect(url);
const bench = new BenchClient(mq);
const latencies: number[] = [];

const work: Record<string, (index: number) => Promise<unknown>> = {
  send: (index) => bench.place.send(anOrder(index)),
  submit: (index) => bench.place.submit(anOrder(index)),
  async call(index) {
    const startAt = performance.now();
    await bench.place(anOrder(index));
    latencies.push(performance.now() - startAt);
  },
};
const verbOf = work[verb];
if (verbOf === undefined) throw new Error(`no such verb: ${verb}`);

// Compiled and warm before the clock starts.
await timeInFlight(verb === 'call' ? 200 : 1_000, Number(inFlight), verbOf);
latencies.length = 0;
const seconds = await timeInFlight(Number(count), Number(inFlight), verbOf);
console.log(
  JSON.stringify({
    perSecond: Number(count) / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }),
);
