// Where the slots of queues are: on one server, on the master that Sentinels name, or spread over a cluster.

import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';
import { ClusterTopology } from './cluster-topology.js';
import { Endpoint } from './endpoint.js';
import type { RedisAddress, RedisTarget } from './redis-url.js';

export interface Topology {
  /** The server that has a key now, as far as is known. */
  endpointOf(key: string): Promise<Endpoint>;
  /** A server that keys are asked for by an ASK reply. */
  endpointAt(address: RedisAddress): Endpoint;
  /** Looks again: a server has said that the key is elsewhere, or cannot be reached. */
  suspect(key: string, moved?: RedisAddress): Promise<void>;
  close(): void;
}

export function createTopology(target: RedisTarget): Topology {
  const common: RedisOptions = {
    username: target.username,
    password: target.password,
    db: target.db,
    tls: target.tls && {
      ca: target.tls.ca && readFileSync(target.tls.ca),
      servername: target.tls.servername,
    },
  };
  if (target.kind === 'cluster')
    return new ClusterTopology(target.hosts, (address) => new Endpoint({ ...common, ...address }));
  const endpoint = new Endpoint(
    target.kind === 'standalone'
      ? { ...common, ...target.hosts[0] }
      : {
          ...common,
          sentinels: [...target.hosts],
          name: target.masterName,
          sentinelUsername: target.sentinelUsername,
          sentinelPassword: target.sentinelPassword,
          enableTLSForSentinelMode: target.tls !== undefined,
          sentinelTLS: common.tls,
          // One round of asking them all: the next try begins anew.
          sentinelRetryStrategy: () => null,
        },
  );
  return {
    endpointOf: async () => endpoint,
    endpointAt: () => endpoint,
    suspect: async () => {},
    close: () => endpoint.close(),
  };
}
