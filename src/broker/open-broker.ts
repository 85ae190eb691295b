// Opens the broker that a URL names. A broker and its driver are loaded when they are first asked for.

import { type Clock, systemClock } from '../clock.js';
import type { Broker } from './broker.js';

/** What every broker is given by the process that it runs in. */
export interface BrokerContext {
  readonly clock: Clock;
  /** Hears of what went wrong without failing anybody's call. */
  readonly onWarning: (message: string) => void;
}

export type OpenBrokerOptions = { readonly [Key in keyof BrokerContext]?: BrokerContext[Key] | undefined };

const POSSIBLE =
  '"sqlite:./path.db", "redis://host:port", "redis+sentinel://host:port/master", "redis+cluster://host:port", "memory:" or "memory:name"';

/**
 * Connects to the broker of a URL.
 * - `sqlite:PATH`: a file, relative to the working directory; it and its folder are created if need be.
 * - `memory:`: a queue of this connection alone. `memory:name`: one that all connections of that name in this
 *   process share, and that is dropped when the last of them closes.
 * - `redis://`, `rediss://`, `redis+sentinel://`, `redis+cluster://`: see `redis/redis-url.ts`.
 *
 * Rejects with `UNAVAILABLE` if the broker cannot be used, and with a `TypeError` if the URL is not one.
 */
export async function openBroker(url: string, options: OpenBrokerOptions = {}): Promise<Broker> {
  const { scheme, rest } = parse(url);
  const context = { clock: options.clock ?? systemClock, onWarning: options.onWarning ?? warn };
  switch (scheme) {
    case 'sqlite':
      return (await import('./sqlite/open-sqlite-broker.js')).openSqliteBroker(parsePath(rest), context);
    case 'memory':
      return (await import('./sqlite/open-sqlite-broker.js')).openMemoryBroker(rest, context);
    case 'redis':
    case 'rediss':
    case 'redis+sentinel':
    case 'redis+cluster':
      return (await import('./redis/open-redis-broker.js')).openRedisBroker(url, context);
    default:
      throw new TypeError(`broker URL: expected ${POSSIBLE}, got ${describe(url)}`);
  }
}

function parse(url: string): { scheme: string | undefined; rest: string } {
  const match = typeof url === 'string' ? /^([a-z][a-z0-9+.-]*):/i.exec(url) : null;
  return { scheme: match?.[1]?.toLowerCase(), rest: url.slice?.(match?.[0].length ?? 0) ?? '' };
}

/**
 * `sqlite:///abs/path` is `/abs/path`, as elsewhere; otherwise a path is taken as it is written. A `?` is refused:
 * whoever writes one means parameters, and there are none.
 */
function parsePath(rest: string): string {
  if (rest.includes('?'))
    throw new TypeError(`broker URL: "sqlite:" takes no parameters, got ${describe(rest)}`);
  if (rest === ':memory:') throw new TypeError('broker URL: a queue in memory is "memory:" or "memory:name"');
  const path = rest.startsWith('///') ? rest.slice(2) : rest;
  if (path !== '' && !path.startsWith('//') && !path.includes('\0')) return path;
  throw new TypeError(`broker URL: expected a path after "sqlite:", got ${describe(rest)}`);
}

/** What was given, without the credentials that it may hold. */
const describe = (url: unknown): string =>
  typeof url === 'string' ? JSON.stringify(url.replace(/\/\/[^/]*@/, '//')) : typeof url;

function warn(message: string): void {
  process.emitWarning(message, 'MqRpcWarning');
}
