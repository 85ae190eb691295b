// Which node of a cluster has which slot. Learnt from any node that answers, and again whenever a node says that a
// slot is elsewhere or cannot be reached.

import calculateSlot from 'cluster-key-slot';
import type { Endpoint } from './endpoint.js';
import type { RedisAddress } from './redis-url.js';
import type { Topology } from './topology.js';

/** The least time between two looks at the slots, so that many calls in trouble do not all ask. */
const LOOK_AGAIN_MS = 100;

const nameOf = ({ host, port }: RedisAddress): string => `${host}:${port}`;

export class ClusterTopology implements Topology {
  readonly #seeds: readonly RedisAddress[];
  readonly #open: (address: RedisAddress) => Endpoint;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #owners: (RedisAddress | undefined)[] = [];
  #refreshing: Promise<void> | undefined;
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(seeds: readonly RedisAddress[], open: (address: RedisAddress) => Endpoint) {
    this.#seeds = seeds;
    this.#open = open;
  }

  async endpointOf(key: string): Promise<Endpoint> {
    const slot = calculateSlot(key);
    if (this.#owners[slot] === undefined) await this.#refresh();
    const owner = this.#owners[slot];
    if (owner === undefined) throw new Error('CLUSTERDOWN Hash slot not served');
    return this.endpointAt(owner);
  }

  endpointAt(address: RedisAddress): Endpoint {
    const name = nameOf(address);
    let endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) {
      endpoint = this.#open(address);
      this.#endpoints.set(name, endpoint);
    }
    return endpoint;
  }

  async suspect(key: string, moved?: RedisAddress): Promise<void> {
    if (moved === undefined) return this.#refresh();
    const slot = calculateSlot(key);
    // A node without a name is the one that was asked.
    this.#owners[slot] = { host: moved.host || (this.#owners[slot]?.host ?? ''), port: moved.port };
  }

  close(): void {
    for (const endpoint of this.#endpoints.values()) endpoint.close();
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
      this.#refreshedAt = performance.now();
    });
    return this.#refreshing;
  }

  /** Asks known nodes, one after the other, until one answers. */
  async #ask(): Promise<void> {
    const waitMs = this.#refreshedAt + LOOK_AGAIN_MS - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const known = new Map([...this.#owners, ...this.#seeds].flatMap((at) => (at ? [[nameOf(at), at]] : [])));
    let failure: unknown;
    for (const address of shuffled([...known.values()])) {
      try {
        const link = await this.endpointAt(address).link();
        this.#learn(await link.command('CLUSTER', 'SLOTS'), address);
        return;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** [first, last, [host, port, …], …] for each range, the master first. A node without a name is the one asked. */
  #learn(ranges: unknown, asked: RedisAddress): void {
    for (const [first, last, [host, port]] of ranges as [number, number, [Buffer | null, number]][]) {
      const owner = { host: host === null || host.length === 0 ? asked.host : host.toString(), port };
      for (let slot = first; slot <= last; slot++) this.#owners[slot] = owner;
    }
  }
}

function shuffled<T>(items: T[]): T[] {
  for (let index = items.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [items[index], items[other]] = [items[other] as T, items[index] as T];
  }
  return items;
}
