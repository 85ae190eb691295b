// A single server with an append-only file, as most tests want it.

import { type Config, RedisServer } from './server.js';

export interface RedisOptions {
  /** When it syncs its append-only file. Default `always`. */
  readonly appendfsync?: 'always' | 'everysec' | 'no';
  /** As in redis.conf: `64mb`. Default: no limit. */
  readonly maxmemory?: string;
  /** Default `noeviction`. */
  readonly maxmemoryPolicy?: string;
  /** Password of the default user. */
  readonly password?: string;
  /** More users, each as in an ACL file but for the first word: `reader on >secret ~* +@read`. */
  readonly users?: readonly string[];
  /** More settings, or others. */
  readonly config?: Config;
}

/** A server and the URL by which a client reaches it. */
export interface Redis extends RedisServer {
  readonly url: string;
  /** The URL for another user. */
  urlFor(username: string, password: string): string;
}

/** Who the tests themselves are where there are users: the default user may be anything. */
const ADMIN = { username: 'test-admin', password: 'test-admin-secret' };

/** Starts a server. Stop it with `stop()`; in any case it ends with this process. */
export async function startRedis(options: RedisOptions = {}): Promise<Redis> {
  const { password, users } = options;
  const login = users !== undefined ? ADMIN : password === undefined ? {} : { password };
  const server = await RedisServer.start({ ...login, config: configOf(options), files: filesOf(options) });
  const urlFor = (username: string, secret: string): string =>
    `redis://${encodeURIComponent(username)}:${encodeURIComponent(secret)}@127.0.0.1:${server.port}`;
  const url = password === undefined ? `redis://127.0.0.1:${server.port}` : urlFor('', password);
  return Object.assign(server, { url, urlFor });
}

/** What every server of the tests has: a file of its own, no snapshots, and DEBUG for those who need it. */
export const COMMON: Config = {
  appendonly: 'yes',
  save: '""',
  'enable-debug-command': 'yes',
  'repl-diskless-sync-delay': 0,
};

function configOf(options: RedisOptions): Config {
  const { appendfsync = 'always', maxmemory, maxmemoryPolicy = 'noeviction', password, users } = options;
  return {
    ...COMMON,
    appendfsync,
    'maxmemory-policy': maxmemoryPolicy,
    ...(maxmemory === undefined ? {} : { maxmemory }),
    ...(users !== undefined
      ? { aclfile: 'users.acl' }
      : password === undefined
        ? {}
        : { requirepass: password }),
    ...options.config,
  };
}

function filesOf({ users, password }: RedisOptions): Record<string, string> {
  if (users === undefined) return {};
  const lines = [
    `default on ${password === undefined ? 'nopass' : `>${password}`} ~* &* +@all`,
    `${ADMIN.username} on >${ADMIN.password} ~* &* +@all`,
    ...users,
  ];
  return { 'users.acl': lines.map((line) => `user ${line}\n`).join('') };
}
