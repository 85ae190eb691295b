// mq-rpc as the benchmarks see it: generated stubs and validators, no option set but the concurrency.

import { type CallOptions, connect } from 'mq-rpc';
import { BenchClient, benchDescriptor } from './contract/generated/index.js';
import type { Peer } from './peer.js';

const open = (port: number) => connect(`redis://127.0.0.1:${port}`);

/** The peer whose calls have these options. */
export const peerWith = (options: CallOptions): Peer => ({
  async openClient(port) {
    const { place } = new BenchClient(await open(port), options);
    return { send: (order) => place.send(order), submit: (order) => place.submit(order), call: place };
  },
  async serve(port, handler, { concurrency }) {
    const mq = await open(port);
    await mq.serve(benchDescriptor, { place: (order) => handler(order) }, { concurrency });
  },
});

export const peer = peerWith({});
