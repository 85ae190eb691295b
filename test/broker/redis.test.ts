// Redis passes the conformance suite, on a server of its own.

import { afterAll, beforeAll } from 'vitest';
import { type Redis, startRedis } from '../support/redis/index.js';
import { describeBroker } from './suite/index.js';

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeBroker('Redis broker', () => ({
  url: redis.url,
  dispose: async () => void (await redis.cli('FLUSHALL')),
}));
