// A master with a replica under three Sentinels: the master is replaced, by order or because it was killed.

import { setTimeout as sleep } from 'node:timers/promises';
import { cutReplicasOff, type SentinelGroup, startSentinels } from '../../support/redis/index.js';
import type { Rule } from '../checker.js';
import type { Fault, Phase } from '../phase.js';

export const sentinel = sentinelPhase('sentinel', '', ['lost', 'second result', 'superseded']);

/** An acknowledgement says that a replica has the call: it cannot be lost. What became of it still can be undone. */
export const sentinelReplicated = sentinelPhase('sentinel-replicated', '?durability=replicated', [
  'second result',
  'superseded',
]);

function sentinelPhase(name: string, parameters: string, excused: readonly Rule[]): Phase {
  return {
    name,
    faults: { failover: 2, 'kill the master': 2, 'kill the master, its replica behind': 1 },
    excused,
    async start() {
      const group = await startSentinels({ appendfsync: 'always' });
      return {
        url: group.url + parameters,
        faults: {
          failover: failover(group),
          'kill the master': kill(group, 0),
          'kill the master, its replica behind': kill(group, 300),
        },
        [Symbol.asyncDispose]: () => group.stop(),
      };
    },
  };
}

const failover =
  (group: SentinelGroup): Fault =>
  async () => {
    const before = await group.master();
    const after = await group.failover();
    await group.whenStable();
    return `${after.port} instead of ${before.port}`;
  };

/** With `behindMs`, the replica is cut off so long before: what is acknowledged meanwhile, it never gets. */
const kill =
  (group: SentinelGroup, behindMs: number): Fault =>
  async (chance) => {
    const before = await group.master();
    const mend = behindMs > 0 ? await cutReplicasOff(before, group.servers) : undefined;
    await sleep(behindMs);
    const after = await group.killMaster();
    await mend?.();
    await sleep(chance * 2_000);
    await group.reviveDead();
    return `${after.port} instead of ${before.port}`;
  };
