// Opens the broker over Redis: connects, and makes sure that the servers are fit for queues.

import type { Broker } from '../broker.js';
import type { BrokerContext } from '../open-broker.js';
import { Inspection } from './inspection.js';
import { RedisBroker } from './redis-broker.js';
import { unreachable } from './redis-errors.js';
import { parseRedisUrl } from './redis-url.js';
import { createTopology, type Topology } from './topology.js';

export async function openRedisBroker(url: string, context: BrokerContext): Promise<Broker> {
  const target = parseRedisUrl(url);
  // Who opens a connection in vain is told by an error.
  let early: string[] | undefined = [];
  const onTrouble = (message: string): void => {
    if (early === undefined) context.onWarning(message);
    else early.push(message);
  };
  const inspection = new Inspection({ target, onWarning: context.onWarning });
  let topology: Topology | undefined;
  try {
    topology = createTopology(target, { inspection, onWarning: onTrouble });
    await topology.explore();
  } catch (error) {
    topology?.close();
    throw unreachable(target.display, error);
  }
  for (const message of early) context.onWarning(message);
  early = undefined;
  inspection.end();
  return new RedisBroker({ target, topology, durability: inspection.durability, threadUrl: url, ...context });
}
