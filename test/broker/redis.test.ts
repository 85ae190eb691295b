// Redis passes the conformance suite, on a server of its own.

import { afterAll, beforeAll } from 'vitest';
import { type Redis, startRedis } from '../support/redis/index.js';
import { describeBroker } from './suite/index.js';

const BYTES_OF_ALL_KEYS = `
  local total = 0
  for _, key in ipairs(redis.call('KEYS', '*')) do total = total + redis.call('MEMORY', 'USAGE', key, 'SAMPLES', 0) end
  return total
`;

let redis: Redis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

describeBroker('Redis broker', () => ({
  url: redis.url,
  dispose: async () => void (await redis.cli('FLUSHALL')),
  heldBytes: async () => Number(await redis.cli('EVAL', BYTES_OF_ALL_KEYS, '0')),
}));
