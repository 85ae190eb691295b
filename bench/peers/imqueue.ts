// @imqueue/rpc: a service and a client written by hand, as in its README, with its defaults.
//
// A call resolves only with its result, and what it sends is not acknowledged: there is no one-way call to measure.
// The backlog is made by the queue that its clients stand on.

import 'reflect-metadata';
import core from '@imqueue/core';
import { expose, IMQClient, type IMQClientOptions, IMQService, remote } from '@imqueue/rpc';
import type { Order } from '../contract/bench.contract.js';
import type { Peer, Receipt } from '../peer.js';

const silent = { log: ignore, info: ignore, warn: ignore, error: console.error };
function ignore(): void {}

let answer: (order: Order) => Receipt;

class Bench extends IMQService {
  /**
   * Answers with the id of the order.
   *
   * @param {object} order - the order
   * @returns {object} - the receipt
   */
  @expose()
  place(order: object): object {
    return answer(order as Order);
  }
}

class BenchClient extends IMQClient {
  /**
   * Answers with the id of the order.
   *
   * @param {object} order - the order
   * @returns {Promise<object>} - the receipt
   */
  @remote()
  async place(...args: unknown[]): Promise<object> {
    return this.remoteCall<object>(...args);
  }
}

/** The peer with its safe delivery, or without. */
export const imqueue = (safeDelivery: boolean): Peer => {
  const options = (port: number): Partial<IMQClientOptions> => ({
    host: '127.0.0.1',
    port,
    safeDelivery,
    logger: silent,
  });
  return {
    async openClient(port) {
      const client = new BenchClient(options(port), 'Bench');
      await client.start();
      const queue = core.default.create('backlog', options(port));
      await queue.start();
      return {
        async submit(order) {
          await queue.send('Bench', { from: 'results', method: 'place', args: [{ ...order }] });
          // On the same connection: when this is acknowledged, so is what was sent.
          await queue.publish({}, 'nobody');
        },
        call: (order) => client.place(order) as Promise<Receipt>,
      };
    },
    async serve(port, handler) {
      answer = handler;
      await new Bench(options(port)).start();
    },
  };
};

export const peer = imqueue(false);
