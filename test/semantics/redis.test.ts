// The delivery semantics on one Redis server.

import { afterAll, beforeAll } from 'vitest';
import { type Redis, startRedis } from '../support/redis/index.js';
import { describeSemantics } from './suite/index.js';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeSemantics('in Redis', () => ({
  url: redis.url,
  durability: 'broker-fsync',
  expressDurability: 'memory',
  dispose: async () => void (await redis.cli('FLUSHALL')),
}));
