// Which node of a cluster has which slot. Learnt from any node that answers, and again whenever a node says that a
// slot is elsewhere or cannot be reached.

import { setTimeout as sleep } from 'node:timers/promises';
import calculateSlot from 'cluster-key-slot';
import { RpcError } from '../../errors.js';
import type { Unsubscribe } from '../broker.js';
import type { Endpoint } from './endpoint.js';
import type { Link } from './link.js';
import { diagnose } from './redis-advice.js';
import type { RedisAddress } from './redis-url.js';
import type { Topology } from './topology.js';

/** The least time between two looks at the slots, so that many calls in trouble do not all ask. */
const LOOK_AGAIN_MS = 100;

/** Another node is asked, too, if one takes so long: it may be paused or cut off. */
const SLOW_MS = 250;

/** So long is an owner waited for until somebody else may have its slots. */
const PATIENCE_MS = 1_000;

const nameOf = ({ host, port }: RedisAddress): string => `${host}:${port}`;

export interface ClusterTopologyOptions {
  /** Nodes to begin with. */
  readonly seeds: readonly RedisAddress[];
  readonly open: (address: RedisAddress) => Endpoint;
}

export class ClusterTopology implements Topology {
  readonly #options: ClusterTopologyOptions;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #owners: (RedisAddress | undefined)[] = [];
  readonly #onChange = new Set<() => void>();
  #refreshing: Promise<void> | undefined;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(options: ClusterTopologyOptions) {
    this.#options = options;
  }

  async explore(): Promise<void> {
    await this.#refresh();
    const masters = distinct(this.#owners);
    if (masters.length === 0) throw notServed();
    const looks = await Promise.allSettled(masters.map((address) => this.#endpointAt(address).fitLink()));
    const failures = looks.flatMap((look) => (look.status === 'rejected' ? [look.reason as unknown] : []));
    // One that is away now is looked at when it is back.
    const fatal = failures.find(
      (error) => error instanceof RpcError || diagnose(error).outlook === 'refused',
    );
    if (fatal !== undefined || failures.length === masters.length) throw fatal ?? failures[0];
  }

  async linkTo(key: string): Promise<Link> {
    const slot = calculateSlot(key);
    if (this.#owners[slot] === undefined) await this.#refresh();
    const owner = this.#owners[slot];
    if (owner === undefined) throw notServed();
    const link = this.#endpointAt(owner).fitLink();
    link.catch(() => {});
    return Promise.race([
      link,
      sleep(PATIENCE_MS, undefined, { ref: false }).then(() => Promise.reject(slow())),
    ]);
  }

  isAt(key: string, link: Link): boolean {
    const owner = this.#owners[calculateSlot(key)];
    return owner === undefined || this.#endpointAt(owner).current === link;
  }

  async suspect(key: string, moved?: RedisAddress): Promise<void> {
    if (moved === undefined) return this.#refresh();
    const slot = calculateSlot(key);
    // A node without a name is the one that was asked.
    this.#owners[slot] = { host: moved.host || (this.#owners[slot]?.host ?? ''), port: moved.port };
    this.#tell();
  }

  onChange(listener: () => void): Unsubscribe {
    this.#onChange.add(listener);
    return () => this.#onChange.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    for (const endpoint of this.#endpoints.values()) endpoint.close();
  }

  #endpointAt(address: RedisAddress): Endpoint {
    const name = nameOf(address);
    let endpoint = this.#endpoints.get(name);
    if (endpoint === undefined) {
      endpoint = this.#options.open(address);
      this.#endpoints.set(name, endpoint);
      if (this.#isClosed) endpoint.close();
    }
    return endpoint;
  }

  #refresh(): Promise<void> {
    this.#refreshing ??= this.#look().finally(() => {
      this.#refreshing = undefined;
      this.#refreshedAt = performance.now();
    });
    return this.#refreshing;
  }

  async #look(): Promise<void> {
    const waitMs = this.#refreshedAt + LOOK_AGAIN_MS - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { ref: false });
    await this.#askUntilOneAnswers(shuffled(distinct([...this.#owners, ...this.#options.seeds])));
    this.#tell();
  }

  async #askUntilOneAnswers(addresses: readonly RedisAddress[]): Promise<void> {
    const asked: Promise<void>[] = [];
    for (const address of addresses) {
      asked.push(this.#ask(address));
      const isLearnt = Promise.any(asked).then(
        () => true,
        () => false,
      );
      if (await Promise.race([isLearnt, sleep(SLOW_MS, false, { ref: false })])) return;
    }
    await Promise.any(asked).catch((all: AggregateError) => Promise.reject(all.errors.at(-1)));
  }

  async #ask(address: RedisAddress): Promise<void> {
    const link = await this.#endpointAt(address).link();
    this.#learn(await link.command('CLUSTER', 'SLOTS'), address);
  }

  /** [first, last, [host, port, …], …] for each range, the master first. A node without a name is the one asked. */
  #learn(ranges: unknown, asked: RedisAddress): void {
    for (const [first, last, [host, port]] of ranges as [number, number, [Buffer | null, number]][]) {
      const owner = { host: host === null || host.length === 0 ? asked.host : host.toString(), port };
      for (let slot = first; slot <= last; slot++) this.#owners[slot] = owner;
    }
  }

  #tell(): void {
    for (const listener of this.#onChange) listener();
  }
}

const notServed = (): Error => new Error('CLUSTERDOWN Hash slot not served');

const slow = (): Error =>
  Object.assign(new Error('connecting takes long'), { code: 'ETIMEDOUT', syscall: 'connect' });

const distinct = (addresses: readonly (RedisAddress | undefined)[]): RedisAddress[] => [
  ...new Map(addresses.flatMap((at) => (at === undefined ? [] : [[nameOf(at), at]]))).values(),
];

function shuffled<T>(items: T[]): T[] {
  for (let index = items.length - 1; index > 0; index--) {
    const other = Math.floor(Math.random() * (index + 1));
    [items[index], items[other]] = [items[other] as T, items[index] as T];
  }
  return items;
}
