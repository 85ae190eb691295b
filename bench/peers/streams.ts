// Plain Redis streams by way of ioredis: what one would write by hand, as fast as its documentation allows.
//
// - Clients pipeline by themselves: github.com/redis/ioredis#autopipelining
// - A consumer group reads 100 entries at a time; one pipeline answers, acknowledges and deletes them.
// - A reply is an entry in a stream of its caller, which is kept short. A kept result is an entry in one for all.

import { randomUUID } from 'node:crypto';
import { type ChainableCommander, Redis } from 'ioredis';
import type { Peer, PeerClient, Receipt } from '../peer.js';

type Entry = [id: string, fields: string[]];

const ORDERS = 'orders';
const RESULTS = 'results';
const GROUP = 'workers';

const open = (port: number, enableAutoPipelining = false) =>
  new Redis(port, '127.0.0.1', { enableAutoPipelining });

/** Reads a stream by itself from the end on, for as long as the process lives. */
async function listen(redis: Redis, stream: string, each: (fields: string[]) => void): Promise<never> {
  for (let last = '0'; ; ) {
    const read = await redis.xread('COUNT', 1_000, 'BLOCK', 0, 'STREAMS', stream, last);
    for (const [id, fields] of entries(read)) {
      last = id;
      each(fields);
    }
  }
}

const entries = (read: unknown): Entry[] => (read as [string, Entry[]][] | null)?.[0]?.[1] ?? [];

async function openClient(port: number): Promise<PeerClient> {
  const redis = open(port, true);
  const replies = `replies:${randomUUID()}`;
  const waiting = new Map<string, (receipt: Receipt) => void>();
  void listen(open(port), replies, ([, id = '', , receipt = '']) => {
    waiting.get(id)?.(JSON.parse(receipt));
    waiting.delete(id);
  });
  let calls = 0;
  return {
    send: (order) => redis.xadd(ORDERS, '*', 'order', JSON.stringify(order)),
    call: (order) =>
      new Promise((resolve, reject) => {
        const id = String(++calls);
        waiting.set(id, resolve);
        redis.xadd(ORDERS, '*', 'order', JSON.stringify(order), 'reply', replies, 'id', id).catch(reject);
      }),
  };
}

export const peer: Peer = {
  openClient,
  async serve(port, handler, { concurrency, results }) {
    const [reader, writer] = [open(port), open(port)];
    await writer.xgroup('CREATE', ORDERS, GROUP, '0', 'MKSTREAM');
    const answer = (
      pipeline: ChainableCommander,
      [id, [, order = '', , reply, , call = '']]: Entry,
    ): void => {
      const receipt = JSON.stringify(handler(JSON.parse(order)));
      if (reply !== undefined)
        pipeline.xadd(reply, 'MAXLEN', '~', 1_000, '*', 'id', call, 'receipt', receipt);
      else if (results === 'kept') pipeline.xadd(RESULTS, '*', 'id', id, 'receipt', receipt);
    };
    const work = async (): Promise<never> => {
      for (let settled: Promise<unknown> = Promise.resolve(); ; ) {
        const read = await reader.xreadgroup(
          ...(['GROUP', GROUP, 'worker', 'COUNT', concurrency, 'BLOCK', 0, 'STREAMS', ORDERS, '>'] as const),
        );
        // While one batch is settled the next is read, but no more than that.
        await settled;
        const batch = entries(read);
        const ids = batch.map(([id]) => id);
        const pipeline = writer.pipeline();
        for (const entry of batch) answer(pipeline, entry);
        settled = pipeline
          .xack(ORDERS, GROUP, ...ids)
          .xdel(ORDERS, ...ids)
          .exec();
      }
    };
    void work();
  },
};
