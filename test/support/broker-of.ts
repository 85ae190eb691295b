// The broker behind a test pair, to see and do what no public API can.

import type { TestPair } from 'mq-rpc/testing';
import { onTestFinished } from 'vitest';
import type { Broker } from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';

/** Opens the pair's queue once more; closed when the test ends. */
export async function brokerOf(pair: TestPair): Promise<Broker> {
  const broker = await openBroker(pair.client.url, { clock: pair.clock });
  onTestFinished(() => broker.close());
  return broker;
}
