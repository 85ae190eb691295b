// A Redis cluster passes the conformance suite.

import { afterAll, beforeAll } from 'vitest';
import { type Cluster, startCluster } from '../support/redis/index.js';
import { describeBroker } from './suite/index.js';

let cluster: Cluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(() => cluster.stop());

describeBroker('Redis cluster broker', () => ({
  url: cluster.url,
  dispose: async () => {
    for (const master of await cluster.masters()) await master.cli('FLUSHALL');
  },
}));
