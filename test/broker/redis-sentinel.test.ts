// Redis under Sentinels passes the conformance suite.

import { afterAll, beforeAll } from 'vitest';
import { type SentinelGroup, startSentinels } from '../support/redis/index.js';
import { describeBroker } from './suite/index.js';

let group: SentinelGroup;
beforeAll(async () => {
  group = await startSentinels();
});
afterAll(() => group.stop());

describeBroker('Redis broker under Sentinels', () => ({
  url: group.url,
  dispose: async () => void (await (await group.master()).cli('FLUSHALL')),
}));
