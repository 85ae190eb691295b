// A master, its replicas, and three Sentinels that replace it when it is gone.

import { ask } from './ask.js';
import { reservePorts } from './ports.js';
import { inSync, startReplica } from './replicated.js';
import { RedisServer } from './server.js';
import { type RedisOptions, startRedis } from './standalone.js';
import { until } from './until.js';

const NAME = 'mymaster';
const COUNT = 3;
const QUORUM = 2;

export interface SentinelsOptions extends Omit<RedisOptions, 'users'> {
  /** Default 1. */
  readonly replicas?: number;
  /** How long a server is silent before a Sentinel takes it for down. Default 1000. */
  readonly downAfterMs?: number;
}

/** Starts everything and waits until the Sentinels know each other and the replicas. */
export async function startSentinels(options: SentinelsOptions = {}): Promise<SentinelGroup> {
  const { replicas = 1, downAfterMs = 1_000, password, ...rest } = options;
  const login = password === undefined ? {} : { password };
  // Any of the servers can become a replica.
  const config = { ...rest.config, ...(password === undefined ? {} : { masterauth: password }) };
  const master = await startRedis({ ...rest, ...login, config });
  const followers = await Promise.all(
    Array.from({ length: replicas }, () => startReplica(master, { ...rest, ...login })),
  );
  await inSync(master, followers);
  const monitor = [`${NAME} 127.0.0.1 ${master.port} ${QUORUM}`];
  const sentinels = await Promise.all(
    (await reservePorts(COUNT)).map((port) => startSentinel({ port, monitor, downAfterMs, password })),
  );
  const group = new SentinelGroup([master, ...followers], sentinels, password);
  await group.whenStable();
  return group;
}

interface SentinelParts {
  readonly port: number;
  readonly monitor: readonly string[];
  readonly downAfterMs: number;
  readonly password: string | undefined;
}

async function startSentinel({ port, monitor, downAfterMs, password }: SentinelParts): Promise<RedisServer> {
  const settings = [
    `monitor ${monitor}`,
    `down-after-milliseconds ${NAME} ${downAfterMs}`,
    `failover-timeout ${NAME} 5000`,
    `parallel-syncs ${NAME} 1`,
    ...(password === undefined ? [] : [`auth-pass ${NAME} ${password}`]),
  ];
  const sentinel = await RedisServer.start({ port, isSentinel: true, config: { sentinel: settings } });
  // They look every ten seconds, which is long for a test. What is set here holds until the next start.
  await ask(
    sentinel,
    'sentinel',
    'debug',
    'info-period',
    '500',
    'publish-period',
    '500',
    'ping-period',
    '200',
  );
  return sentinel;
}

/** Servers that Sentinels look after. */
export class SentinelGroup implements AsyncDisposable {
  /** Master and replicas, in the order they were started; who is the master changes. */
  readonly servers: readonly RedisServer[];
  readonly sentinels: readonly RedisServer[];
  readonly #password: string | undefined;

  constructor(
    servers: readonly RedisServer[],
    sentinels: readonly RedisServer[],
    password: string | undefined,
  ) {
    this.servers = servers;
    this.sentinels = sentinels;
    this.#password = password;
  }

  /** `redis+sentinel://host:port,host:port,host:port/mymaster`. */
  get url(): string {
    return this.urlFor();
  }

  /** The URL with another user, or a database. */
  urlFor({ username = '', password = this.#password, database }: SentinelUrlOptions = {}): string {
    const login =
      password === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
    const hosts = this.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
    return `redis+sentinel://${login}${hosts}/${NAME}${database === undefined ? '' : `/${database}`}`;
  }

  /** The server that most Sentinels name as the master. */
  async master(): Promise<RedisServer> {
    const named = await Promise.all(this.sentinels.map((sentinel) => masterPortOf(sentinel)));
    const port = named.find(
      (one) => one !== undefined && named.filter((other) => other === one).length >= QUORUM,
    );
    const master = this.servers.find((server) => server.port === port);
    if (master === undefined) throw new Error(`the Sentinels name no master: ${named.join(', ')}`);
    return master;
  }

  /** Makes a replica the master by SENTINEL FAILOVER, and waits until all agree. Resolves with the new master. */
  async failover(): Promise<RedisServer> {
    if (this.servers.every(({ isRunning }) => isRunning)) await this.whenStable();
    const before = await this.master();
    const [first] = this.sentinels;
    // Refused while the last failover is going on, or while no replica has been heard of.
    await until(
      async () => first !== undefined && (await ask(first, 'sentinel', 'failover', NAME)) === 'OK',
      {
        what: 'a Sentinel accepts the failover',
        intervalMs: 200,
      },
    );
    return this.whenMasterIsNot(before);
  }

  /** Kills the master and waits for the next one. The dead one stays dead until `reviveDead`. */
  async killMaster(signal: NodeJS.Signals = 'SIGKILL'): Promise<RedisServer> {
    const before = await this.master();
    await before.kill(signal);
    return this.whenMasterIsNot(before);
  }

  /** Resolves with the new master, when all Sentinels name it and it accepts writes. */
  async whenMasterIsNot(before: RedisServer): Promise<RedisServer> {
    let master = before;
    const isReplaced = async (): Promise<boolean> => {
      const ports = await Promise.all(this.sentinels.map((sentinel) => masterPortOf(sentinel)));
      const [port] = ports;
      const next = this.servers.find((server) => server.port === port);
      if (next === undefined || next === before || ports.some((other) => other !== port)) return false;
      master = next;
      return (await next.info('replication')).role === 'master';
    };
    await until(isReplaced, { what: 'there is another master', timeoutMs: 60_000, intervalMs: 100 });
    return master;
  }

  /** Starts every server that is dead, and waits until all follow the master again. */
  async reviveDead(): Promise<void> {
    const dead = [...this.servers, ...this.sentinels].filter((server) => !server.isRunning);
    await Promise.all(dead.map((server) => server.restart()));
    await this.whenStable();
  }

  /** Resolves when the Sentinels see everybody as what they are, and the replicas have what the master has. */
  async whenStable(): Promise<void> {
    const isStable = async (): Promise<boolean> => {
      const master = await this.master();
      const views = await Promise.all(this.sentinels.map((sentinel) => viewOf(sentinel)));
      return views.every(
        ({ isOk, sentinels, replicas }) =>
          isOk &&
          sentinels === COUNT - 1 &&
          replicas.length === this.servers.length - 1 &&
          // A Sentinel that has not yet seen a former master as a replica would make it one again: right after
          // the next failover has promoted it.
          replicas.every((replica) => isFollowing(replica, master)),
      );
    };
    await until(isStable, { what: 'the Sentinels see everybody', timeoutMs: 60_000, intervalMs: 100 });
    const master = await this.master();
    await inSync(
      master,
      this.servers.filter((server) => server !== master),
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.sentinels, ...this.servers].map((server) => server.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

export interface SentinelUrlOptions {
  readonly username?: string;
  readonly password?: string;
  readonly database?: number;
}

type Fields = Readonly<Record<string, string>>;

interface View {
  readonly isOk: boolean;
  /** Other Sentinels that it knows. */
  readonly sentinels: number;
  readonly replicas: readonly Fields[];
}

async function viewOf(sentinel: RedisServer): Promise<View> {
  const master = fieldsOf(await ask(sentinel, 'sentinel', 'master', NAME));
  const replicas = (await ask(sentinel, 'sentinel', 'replicas', NAME)) as unknown[];
  return {
    isOk: master.flags === 'master',
    sentinels: Number(master['num-other-sentinels']),
    replicas: replicas.map(fieldsOf),
  };
}

/** Names and values in turn, as RESP2 has maps. */
function fieldsOf(reply: unknown): Fields {
  const items = reply as string[];
  const names = items.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, items[2 * index + 1] ?? '']));
}

const isFollowing = (replica: Fields, master: RedisServer): boolean =>
  replica.flags === 'slave' &&
  replica['role-reported'] === 'slave' &&
  replica['master-link-status'] === 'ok' &&
  replica['master-port'] === String(master.port);

/** The port of the master as one Sentinel knows it; `undefined` if it does not answer. */
async function masterPortOf(sentinel: RedisServer): Promise<number | undefined> {
  try {
    const reply = await ask(sentinel, 'sentinel', 'get-master-addr-by-name', NAME);
    return Array.isArray(reply) ? Number(reply[1]) : undefined;
  } catch {
    return undefined;
  }
}
