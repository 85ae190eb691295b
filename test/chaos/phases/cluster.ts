// A cluster of three masters with replicas: masters are killed, and slots move while their keys are in use.

import { setTimeout as sleep } from 'node:timers/promises';
import { ask, type Cluster, cutReplicasOff, startCluster } from '../../support/redis/index.js';
import type { Rule } from '../checker.js';
import type { Fault, Phase } from '../phase.js';

export const cluster = clusterPhase('cluster', '', ['lost', 'second result', 'superseded']);

/** An acknowledgement says that a replica has the call: it cannot be lost. What became of it still can be undone. */
export const clusterReplicated = clusterPhase('cluster-replicated', '?durability=replicated', [
  'second result',
  'superseded',
]);

function clusterPhase(name: string, parameters: string, excused: readonly Rule[]): Phase {
  return {
    name,
    faults: { 'kill a master': 4, 'kill a master, its replica behind': 1, 'move a slot': 5 },
    excused,
    async start() {
      const nodes = await startCluster({ appendfsync: 'always' });
      return {
        url: nodes.url + parameters,
        faults: {
          'kill a master': kill(nodes, 0),
          'kill a master, its replica behind': kill(nodes, 300),
          'move a slot': move(nodes),
        },
        [Symbol.asyncDispose]: () => nodes.stop(),
      };
    },
  };
}

const kill =
  (nodes: Cluster, behindMs: number): Fault =>
  async (chance) => {
    const slot = await busySlot(nodes, chance);
    const before = await nodes.masterOf(slot);
    const mend = behindMs > 0 ? await cutReplicasOff(before, nodes.nodes) : undefined;
    await sleep(behindMs);
    await nodes.killMaster({ slot });
    await mend?.();
    const after = await nodes.masterOf(slot);
    await sleep(chance * 2_000);
    await nodes.revive();
    return `${after.port} instead of ${before.port} for slot ${slot}`;
  };

const move =
  (nodes: Cluster): Fault =>
  async (chance) => {
    const slot = await busySlot(nodes, chance);
    const from = await nodes.masterOf(slot);
    const others = (await nodes.masters()).filter((node) => node !== from);
    const to = others[Math.floor(chance * others.length)];
    if (to === undefined) throw new Error('there is nowhere to move a slot to');
    const migration = await nodes.beginMigration(slot, to);
    const keys = await migration.remaining();
    await migration.run({ batch: 1, pauseMs: Math.round(chance * 50) });
    await nodes.whenOk();
    return `${keys} keys of slot ${slot} from ${from.port} to ${to.port}`;
  };

/** The slot of some key: where there are more keys, there is more to break. */
async function busySlot(nodes: Cluster, chance: number): Promise<number> {
  const keys = await Promise.all((await nodes.masters()).map((node) => ask(node, 'randomkey')));
  const found = keys.filter((key) => typeof key === 'string');
  const key = found[Math.floor(chance * found.length)];
  if (key === undefined) throw new Error('the cluster has no keys');
  return nodes.slotOf(key);
}
