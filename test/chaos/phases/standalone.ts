// One Redis server with AOF always, behind a proxy: it is killed, paused, and cut off. Nothing may be lost.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Redis,
  type RedisOptions,
  startProxy,
  startRedis,
  type TcpProxy,
} from '../../support/redis/index.js';
import type { Fault, Phase } from '../phase.js';

const PAUSE_MS = 3_000;

export const standalone = standalonePhase('standalone', { appendfsync: 'always' });

/** It keeps nothing when it is killed: what the checker has to say then shows that it looks. */
export const forgetful = standalonePhase('forgetful', { config: { appendonly: 'no' } });

function standalonePhase(name: string, options: RedisOptions): Phase {
  return {
    name,
    faults: { kill: 20, pause: 10, cut: 50, disturb: 10 },
    excused: [],
    async start() {
      const redis = await startRedis(options);
      const proxy = await startProxy(redis);
      return {
        url: proxy.url,
        faults: { kill: kill(redis), pause: pause(redis), cut: cut(proxy), disturb: disturb(proxy) },
        [Symbol.asyncDispose]: async () => {
          await proxy.stop();
          await redis.stop();
        },
      };
    },
  };
}

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

/** A bad network that loses nothing: it comes in pieces, or late. */
const disturb =
  (proxy: TcpProxy): Fault =>
  async (chance) => {
    if (chance < 0.5) {
      proxy.fragment(true);
      await sleep(500);
      proxy.fragment(false);
      return 'one byte at a time for 500 ms';
    }
    const delayMs = Math.round(chance * 2_000);
    proxy.delay(delayMs);
    await sleep(2 * delayMs);
    proxy.delay(0);
    return `everything ${delayMs} ms late in each direction, for ${2 * delayMs} ms`;
  };
