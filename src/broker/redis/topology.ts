// Where the slots of queues are: on one server, on the master that Sentinels name, or spread over a cluster.

import { readFileSync } from 'node:fs';
import type { RedisOptions } from 'ioredis';
import { RpcError } from '../../errors.js';
import type { Unsubscribe } from '../broker.js';
import { ClusterTopology } from './cluster-topology.js';
import { Endpoint } from './endpoint.js';
import type { Inspection } from './inspection.js';
import type { Link } from './link.js';
import type { RedisAddress, RedisTarget } from './redis-url.js';

export interface Topology {
  /** Looks at every master that can be reached. Rejects if one is unfit, or if there is none. */
  explore(): Promise<void>;
  /** A link to the server that has a key now, as far as is known. Rejects if it is unfit. */
  linkTo(key: string): Promise<Link>;
  /** Whether a link leads to the server that has a key, as far as is known. */
  isAt(key: string, link: Link): boolean;
  /** Looks again: a server has said that the key is elsewhere, or cannot be reached. */
  suspect(key: string, moved?: RedisAddress): Promise<void>;
  /** Calls `listener` whenever keys may have another server. */
  onChange(listener: () => void): Unsubscribe;
  close(): void;
}

export interface TopologyOptions {
  readonly inspection: Inspection;
  readonly onWarning: (message: string) => void;
}

export function createTopology(target: RedisTarget, { inspection, onWarning }: TopologyOptions): Topology {
  const common = commonOptions(target);
  const check = (link: Link, display: string): Promise<void> => inspection.check(link, display);
  if (target.kind === 'cluster') {
    const display = ({ host, port }: RedisAddress): string => `${target.display}, node ${host}:${port}`;
    return new ClusterTopology({
      seeds: target.hosts,
      open: (address) =>
        new Endpoint({ redis: { ...common, ...address }, display: display(address), check, onWarning }),
    });
  }
  const redis =
    target.kind === 'standalone'
      ? { ...common, ...target.hosts[0] }
      : { ...common, ...sentinelOptions(target, common) };
  return new OneEndpoint(new Endpoint({ redis, display: target.display, check, onWarning }));
}

class OneEndpoint implements Topology {
  readonly #endpoint: Endpoint;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  async explore(): Promise<void> {
    await this.linkTo();
  }

  linkTo(): Promise<Link> {
    return this.#endpoint.fitLink();
  }

  isAt(): boolean {
    return true;
  }

  async suspect(): Promise<void> {}

  onChange(): Unsubscribe {
    return () => {};
  }

  close(): void {
    this.#endpoint.close();
  }
}

const commonOptions = ({ username, password, db, tls }: RedisTarget): RedisOptions => ({
  username,
  password,
  db,
  tls: tls && { ca: tls.ca && readAuthority(tls.ca), servername: tls.servername },
});

const sentinelOptions = (target: RedisTarget, { tls }: RedisOptions): RedisOptions => ({
  sentinels: [...target.hosts],
  name: target.masterName,
  sentinelUsername: target.sentinelUsername,
  sentinelPassword: target.sentinelPassword,
  enableTLSForSentinelMode: tls !== undefined,
  sentinelTLS: tls,
  // One round of asking them all: the next try begins anew.
  sentinelRetryStrategy: () => null,
});

function readAuthority(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new RpcError(
      'UNAVAILABLE',
      `the file ${JSON.stringify(path)} of "ca=" in the broker URL cannot be read (${code}): correct its path or its permissions`,
      { cause: error },
    );
  }
}
