// One Redis server with AOF always, behind a proxy: it is killed, paused, and cut off. Nothing may be lost.

import { setTimeout as sleep } from 'node:timers/promises';
import { type Redis, startProxy, startRedis, type TcpProxy } from '../../support/redis/index.js';
import type { Fault, Phase } from '../phase.js';

const PAUSE_MS = 3_000;

export const standalone: Phase = {
  name: 'standalone',
  faults: { kill: 20, pause: 10, cut: 50 },
  excused: [],
  async start() {
    const redis = await startRedis({ appendfsync: 'always' });
    const proxy = await startProxy(redis);
    return {
      url: proxy.url,
      faults: { kill: kill(redis), pause: pause(redis), cut: cut(proxy) },
      [Symbol.asyncDispose]: async () => {
        await proxy.stop();
        await redis.stop();
      },
    };
  },
};

const kill =
  (redis: Redis): Fault =>
  async (chance) => {
    const downMs = Math.round(chance * 500);
    await redis.kill('SIGKILL');
    await sleep(downMs);
    await redis.restart();
    return `SIGKILL, started again after ${downMs} ms`;
  };

const pause =
  (redis: Redis): Fault =>
  async () => {
    redis.pause();
    await sleep(PAUSE_MS);
    redis.resume();
    return `SIGSTOP for ${PAUSE_MS} ms`;
  };

/** A cut is seen at once, after the server has done what it was asked, or only by those who watch the clock. */
const cut =
  (proxy: TcpProxy): Fault =>
  async (chance) => {
    if (chance < 0.4) {
      proxy.cut();
      return 'all connections';
    }
    if (chance < 0.8) {
      proxy.cutBeforeReply();
      await sleep(200);
      return 'one connection, before a reply';
    }
    proxy.blackHole(true);
    const holeMs = Math.round((chance - 0.8) * 10_000);
    await sleep(holeMs);
    proxy.cut();
    proxy.blackHole(false);
    return `all connections, after a black hole of ${holeMs} ms`;
  };
