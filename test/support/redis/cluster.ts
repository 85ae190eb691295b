// A cluster of three masters with a replica each.

import { ask, askInfo } from './ask.js';
import { reservePorts } from './ports.js';
import { type Config, RedisServer } from './server.js';
import { beginMigration, type MigrateOptions, nodeId, type SlotMigration } from './slot-migration.js';
import { COMMON } from './standalone.js';
import { until } from './until.js';

const SLOTS = 16_384;

export interface ClusterOptions {
  /** Default 3. */
  readonly masters?: number;
  /** Replicas of each master. Default 1. */
  readonly replicas?: number;
  /** How long a node is silent before the others take it for down. Default 1500. */
  readonly nodeTimeoutMs?: number;
  readonly appendfsync?: 'always' | 'everysec' | 'no';
  readonly config?: Config;
}

/** Starts the nodes, makes them one cluster, and waits until it is complete. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { masters = 3, replicas = 1, nodeTimeoutMs = 1_500, appendfsync = 'always', config } = options;
  const count = masters * (1 + replicas);
  const ports = await reservePorts(2 * count);
  const nodes = await Promise.all(
    Array.from({ length: count }, (_, index) =>
      RedisServer.start({
        port: ports[2 * index] ?? 0,
        config: {
          ...COMMON,
          appendfsync,
          'cluster-enabled': 'yes',
          'cluster-port': ports[2 * index + 1] ?? 0,
          'cluster-node-timeout': nodeTimeoutMs,
          'cluster-allow-replica-migration': 'no',
          ...config,
        },
      }),
    ),
  );
  const busPorts = ports.filter((_, index) => index % 2 === 1);
  await join(nodes, busPorts, masters);
  const cluster = new Cluster(nodes);
  await cluster.whenOk();
  return cluster;
}

/** What `redis-cli --cluster create` does, without its pauses. */
async function join(
  nodes: readonly RedisServer[],
  busPorts: readonly number[],
  masters: number,
): Promise<void> {
  await Promise.all(
    nodes.map(async (node, index) => {
      await ask(node, 'cluster', 'set-config-epoch', String(index + 1));
      if (index >= masters) return;
      const [first, last] = [index, index + 1].map((part) => Math.round((part * SLOTS) / masters));
      await ask(node, 'cluster', 'addslotsrange', String(first), String((last ?? 0) - 1));
    }),
  );
  for (const [index, node] of nodes.entries()) {
    for (const [other, { port }] of nodes.slice(0, index).entries()) {
      await ask(node, 'cluster', 'meet', '127.0.0.1', String(port), String(busPorts[other]));
    }
  }
  const ids = await Promise.all(nodes.map((node) => nodeId(node)));
  await until(
    async () => {
      const known = await Promise.all(nodes.map(async (node) => String(await ask(node, 'cluster', 'nodes'))));
      return known.every((text) => ids.every((id) => text.includes(id)) && !text.includes('handshake'));
    },
    { what: 'the nodes know each other' },
  );
  await Promise.all(
    nodes.slice(masters).map((node, index) => ask(node, 'cluster', 'replicate', ids[index % masters] ?? '')),
  );
}

/** One line of CLUSTER NODES, of a node that has slots. */
interface Owner {
  readonly node: RedisServer;
  readonly ranges: readonly (readonly [first: number, last: number])[];
}

/** Nodes that are one cluster. */
export class Cluster implements AsyncDisposable {
  /** First the masters of the beginning, then the replicas in the same order. */
  readonly nodes: readonly RedisServer[];

  constructor(nodes: readonly RedisServer[]) {
    this.nodes = nodes;
  }

  /** `redis+cluster://host:port,host:port,…` with all nodes. */
  get url(): string {
    return `redis+cluster://${this.nodes.map(({ port }) => `127.0.0.1:${port}`).join(',')}`;
  }

  /** The nodes that have slots now, in the order of their first slot. */
  async masters(): Promise<RedisServer[]> {
    const owners = await this.#owners();
    return owners.map(({ node }) => node);
  }

  async masterOf(slot: number): Promise<RedisServer> {
    const owners = await this.#owners();
    const owner = owners.find(({ ranges }) => ranges.some(([first, last]) => first <= slot && slot <= last));
    if (owner === undefined) throw new Error(`slot ${slot} has no master`);
    return owner.node;
  }

  /** The slot of a key. */
  async slotOf(key: string): Promise<number> {
    return Number(await ask(this.#anyNode(), 'cluster', 'keyslot', key));
  }

  /** The slots that have keys. */
  async slotsInUse(): Promise<number[]> {
    const slots = new Set<number>();
    for (const node of await this.masters()) {
      const keys = (await ask(node, 'keys', '*')) as string[];
      const tags = new Set(keys.map((key) => /\{([^}]+)\}/.exec(key)?.[0] ?? key));
      for (const tag of tags) slots.add(await this.slotOf(tag));
    }
    return [...slots];
  }

  /** Kills the master of a slot and waits until its replica has taken over. The dead one stays dead until `revive`. */
  async killMaster(
    { slot }: { readonly slot: number },
    signal: NodeJS.Signals = 'SIGKILL',
  ): Promise<RedisServer> {
    const victim = await this.masterOf(slot);
    await victim.kill(signal);
    await this.whenOk({ isComplete: false });
    return victim;
  }

  /** Starts every node that is dead, and waits until the cluster is complete. */
  async revive(): Promise<void> {
    await Promise.all(this.nodes.filter((node) => !node.isRunning).map((node) => node.restart()));
    await this.whenOk();
  }

  /** Begins to move a slot: until it is finished, its keys can be on both sides. */
  async beginMigration(slot: number, to: RedisServer): Promise<SlotMigration> {
    return beginMigration({ slot, from: await this.masterOf(slot), to, masters: await this.masters() });
  }

  /** Moves a slot with all its keys to another master. */
  async migrateSlot(slot: number, to: RedisServer, options: MigrateOptions = {}): Promise<void> {
    const migration = await this.beginMigration(slot, to);
    await migration.run(options);
  }

  /** Resolves when every running node says that all slots are served; with all nodes up and in sync, unless told. */
  async whenOk({ isComplete = true }: { readonly isComplete?: boolean } = {}): Promise<void> {
    const isOk = async (): Promise<boolean> => {
      const running = this.nodes.filter((node) => node.isRunning);
      const states = await Promise.all(running.map((node) => askInfo(node, 'cluster', 'info')));
      const owners = await this.#owners();
      return (
        states.every(({ cluster_state }) => cluster_state === 'ok') &&
        owners.every(({ node }) => node.isRunning) &&
        (!isComplete || (await this.#isComplete()))
      );
    };
    await until(isOk, { what: 'the cluster is ok', timeoutMs: 60_000, intervalMs: 50 });
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #anyNode(): RedisServer {
    const node = this.nodes.find(({ isRunning }) => isRunning);
    if (node === undefined) throw new Error('no node of the cluster runs');
    return node;
  }

  /** All nodes run, nobody takes one for failed, and each replica has what its master has. */
  async #isComplete(): Promise<boolean> {
    if (this.nodes.some((node) => !node.isRunning)) return false;
    const views = await Promise.all(
      this.nodes.map(async (node) => String(await ask(node, 'cluster', 'nodes'))),
    );
    const infos = await Promise.all(this.nodes.map((node) => node.info('replication')));
    const offsets = new Map(
      infos.map((info, index) => [String(this.nodes[index]?.port), info.master_repl_offset]),
    );
    return (
      views.every((view) => !/fail|handshake|disconnected/.test(view)) &&
      infos.every(
        (info) =>
          info.role === 'master' ||
          (info.master_link_status === 'up' &&
            Number(info.slave_repl_offset) >= Number(offsets.get(info.master_port ?? ''))),
      )
    );
  }

  /** Who has which slots, in the eyes of a node with the newest view. */
  async #owners(): Promise<Owner[]> {
    const running = this.nodes.filter((node) => node.isRunning);
    const views = await Promise.all(
      running.map(async (node) => ({
        epoch: Number((await askInfo(node, 'cluster', 'info')).cluster_current_epoch),
        lines: String(await ask(node, 'cluster', 'nodes')).split('\n'),
      })),
    );
    const newest = views.sort((a, b) => b.epoch - a.epoch)[0];
    const owners = (newest?.lines ?? []).flatMap((line) => this.#ownerOn(line));
    return owners.sort((a, b) => (a.ranges[0]?.[0] ?? 0) - (b.ranges[0]?.[0] ?? 0));
  }

  #ownerOn(line: string): Owner[] {
    const [, address = '', flags = '', , , , , , ...slots] = line.split(' ');
    const port = Number(/:(\d+)@/.exec(address)?.[1]);
    const node = this.nodes.find((one) => one.port === port);
    // [slot->-node] is a slot under way.
    const ranges = slots
      .filter((range) => !range.startsWith('['))
      .map((range) => range.split('-').map(Number))
      .map(([first = 0, last = first]) => [first, last] as const);
    return node === undefined || ranges.length === 0 || !flags.includes('master') ? [] : [{ node, ranges }];
  }
}
