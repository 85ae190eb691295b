// Opens the broker over Redis: connects, and makes sure that the server is fit for queues.

import type { Broker } from '../broker.js';
import type { BrokerContext } from '../open-broker.js';
import { RedisBroker } from './redis-broker.js';
import { unreachable } from './redis-errors.js';
import { parseRedisUrl } from './redis-url.js';
import { inspectServer, judge, reportOnce } from './safe-start.js';
import { createTopology } from './topology.js';

/** Any key tells where some server is. */
const SOME_KEY = 'mq:';

export async function openRedisBroker(url: string, context: BrokerContext): Promise<Broker> {
  const target = parseRedisUrl(url);
  const topology = createTopology(target);
  try {
    const endpoint = await topology.endpointOf(SOME_KEY);
    const link = await endpoint.link();
    const facts = await inspectServer((name, ...args) => link.command(name, ...args));
    const { durability, warnings } = judge(facts, target);
    reportOnce(target.display, warnings, context.onWarning);
    return new RedisBroker({ target, topology, durability, threadUrl: url, ...context });
  } catch (error) {
    topology.close();
    throw unreachable(target.display, error);
  }
}
