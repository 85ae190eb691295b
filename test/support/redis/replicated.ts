// A master with a replica that follows it.

import { ask } from './ask.js';
import { RedisServer } from './server.js';
import { COMMON, type Redis, type RedisOptions, startRedis } from './standalone.js';
import { until } from './until.js';

export interface Replicated extends AsyncDisposable {
  /** The URL of the master. */
  readonly url: string;
  readonly master: Redis;
  readonly replica: RedisServer;
  /** Resolves when the replica has everything that the master has. */
  whenInSync(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both and waits until the replica follows. */
export async function startReplicated(options: RedisOptions = {}): Promise<Replicated> {
  const master = await startRedis(options);
  const replica = await startReplica(master, options);
  const stop = async (): Promise<void> => {
    await Promise.all([replica.stop(), master.stop()]);
  };
  const whenInSync = (): Promise<void> => inSync(master, [replica]);
  await whenInSync();
  return { url: master.url, master, replica, whenInSync, stop, [Symbol.asyncDispose]: stop };
}

/** Starts a server that follows another one. */
export function startReplica(
  master: RedisServer,
  { appendfsync = 'always', password, config }: RedisOptions = {},
): Promise<RedisServer> {
  const login = password === undefined ? {} : { requirepass: password, masterauth: password };
  return RedisServer.start({
    ...(password === undefined ? {} : { password }),
    config: { ...COMMON, appendfsync, ...login, ...config, replicaof: `127.0.0.1 ${master.port}` },
  });
}

/** Resolves when the replicas follow and have everything that the master has. */
export const inSync = (master: RedisServer, replicas: readonly RedisServer[]): Promise<void> =>
  until(
    async () => {
      const { master_repl_offset: goal } = await master.info('replication');
      const states = await Promise.all(replicas.map((replica) => replica.info('replication')));
      return states.every(
        (state) =>
          state.role === 'slave' &&
          state.master_port === String(master.port) &&
          state.master_link_status === 'up' &&
          Number(state.slave_repl_offset) >= Number(goal),
      );
    },
    { what: 'the replicas have what their master has' },
  );

/**
 * Cuts the replicas off from their master, which does not notice anything but that they are gone: from now on it
 * acknowledges what they do not get. Resolves with a function that lets them follow again.
 */
export async function cutReplicasOff(
  master: RedisServer,
  servers: readonly RedisServer[],
): Promise<() => Promise<void>> {
  const running = servers.filter(({ isRunning }) => isRunning);
  const infos = await Promise.all(running.map((server) => server.info('replication')));
  const replicas = running.filter(
    (_, index) => infos[index]?.role === 'slave' && infos[index]?.master_port === String(master.port),
  );
  // A replica that has lost its master tries again at once: only with a wrong password in vain.
  const login = (username: string, password: string) =>
    replicas.map((replica) => ask(replica, 'config', 'set', 'masteruser', username, 'masterauth', password));
  const before = (await Promise.all(
    replicas.map((replica) => ask(replica, 'config', 'get', 'masterauth')),
  )) as string[][];
  await Promise.all(login('nobody', 'wrong'));
  await ask(master, 'client', 'kill', 'type', 'replica');
  return async () => {
    await Promise.all(login('', before[0]?.[1] ?? ''));
    // A Sentinel has servers write down their settings when it changes what they are.
    await Promise.all(replicas.map((replica) => ask(replica, 'config', 'rewrite')));
  };
}
