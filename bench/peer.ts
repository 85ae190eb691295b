// What is asked of everything that is measured, in the same words: mq-rpc and its peers each answer it in a file.

import type { Order } from './contract/bench.contract.js';

export interface Receipt {
  readonly id: string;
  readonly total: number;
}

/** What becomes of a result: nobody wants it, it is kept for whoever asks, or its caller waits for it. */
export type Results = 'unwanted' | 'kept' | 'awaited';

export interface PeerClient {
  /** Queues an order and wants no result. Resolves when Redis has acknowledged it. */
  send?(order: Order): Promise<unknown>;
  /** Queues an order whose result is to be kept. Left out where that is the same as `send`. */
  submit?(order: Order): Promise<unknown>;
  /** Queues an order and resolves with the result. */
  call?(order: Order): Promise<Receipt>;
}

export interface ServeOptions {
  readonly concurrency: number;
  readonly results: Results;
}

export interface Peer {
  /** Resolves when the client is connected and ready. */
  openClient(port: number, results: Results): Promise<PeerClient>;
  /** Answers orders with `handler`. Resolves when the first can be answered. */
  serve(port: number, handler: (order: Order) => Receipt, options: ServeOptions): Promise<unknown>;
}
