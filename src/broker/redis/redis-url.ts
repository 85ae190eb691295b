// Reads the URL of a Redis broker: by hand, because `URL` knows no lists of hosts, and with care for what its errors may quote.

import { isIPv6 } from 'node:net';
import { durationMs } from '../../duration.js';

export interface RedisAddress {
  /** Name or address; an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** What the URL of a Redis broker asks for. */
export interface RedisTarget {
  readonly kind: 'standalone' | 'sentinel' | 'cluster';
  /** The server, the Sentinels, or nodes of the cluster to begin with. At least one. */
  readonly hosts: readonly RedisAddress[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** Set if the connections, those to Sentinels included, use TLS. `ca` is the path of a file. */
  readonly tls: { readonly ca: string | undefined; readonly servername: string | undefined } | undefined;
  /** The name by which Sentinels know the master; set for `sentinel` only. */
  readonly masterName: string | undefined;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** Set if calls are acknowledged only after so many replicas have confirmed them. */
  readonly replicated: { readonly replicas: number; readonly timeoutMs: number } | undefined;
  /** The URL without credentials and parameters, for messages. */
  readonly display: string;
}

type Kind = RedisTarget['kind'];

/** A URL in pieces, none of them checked. */
interface Pieces {
  readonly scheme: string;
  readonly kind: Kind;
  readonly credentials: string | undefined;
  readonly hosts: string;
  readonly path: string;
  readonly query: string;
  readonly error: (expected: string) => TypeError;
}

const KINDS: Readonly<Record<string, Kind>> = {
  redis: 'standalone',
  rediss: 'standalone',
  'redis+sentinel': 'sentinel',
  'redis+cluster': 'cluster',
};

const FORMS: Readonly<Record<Kind, string>> = {
  standalone: '"redis://user:password@host:port/db" (or "rediss://" with TLS)',
  sentinel: '"redis+sentinel://user:password@host:port,host:port/master-name/db"',
  cluster: '"redis+cluster://user:password@host:port,host:port" without a database',
};

const DEFAULT_PORTS: Readonly<Record<Kind, number>> = { standalone: 6379, sentinel: 26379, cluster: 6379 };

const EVERYWHERE: readonly Kind[] = ['standalone', 'sentinel', 'cluster'];

/** Every parameter, and the kinds of URLs that take it. */
const PARAMETERS: Readonly<Record<string, readonly Kind[]>> = {
  tls: ['sentinel', 'cluster'],
  ca: EVERYWHERE,
  servername: EVERYWHERE,
  'sentinel-username': ['sentinel'],
  'sentinel-password': ['sentinel'],
  durability: EVERYWHERE,
  replicas: EVERYWHERE,
  'replica-timeout': EVERYWHERE,
};

/** What other libraries write as a parameter, and where it belongs here. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  user: 'the user before the host, as in "user:password@host"',
  username: 'the user before the host, as in "user:password@host"',
  password: 'the password before the host, as in ":password@host"',
  db: 'the database after the host, as in "host/2"',
  tls: '"rediss://" for TLS',
  ssl: '"rediss://", or "?tls=true" with Sentinel and Cluster, for TLS',
  sni: '"servername="',
  cafile: '"ca="',
};

const LONGEST = 16_384;
const MAX_REPLICAS = 10;
const MAX_REPLICA_TIMEOUT_MS = 60_000;

/**
 * Reads a URL of one of these forms. Users and passwords are percent-encoded.
 * - `redis://[user[:password]@]host[:port][/db]`, `rediss://…` with TLS
 * - `redis+sentinel://[user:password@]host[:port],host[:port]/master-name[/db]`
 * - `redis+cluster://[user:password@]host[:port],host[:port]`
 *
 * Parameters: `ca=PATH` and `servername=NAME` with TLS; `tls=true` for Sentinel and Cluster;
 * `sentinel-username=` and `sentinel-password=`; `durability=replicated` with `replicas=1` and `replica-timeout=1s`.
 *
 * Throws a `TypeError` that quotes no part of the URL that may be a credential.
 */
export function parseRedisUrl(url: string): RedisTarget {
  const pieces = split(url);
  const hosts = parseHosts(pieces);
  const { masterName, db } = parsePath(pieces);
  const parameters = parseParameters(pieces);
  const shown = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`).join(',');
  const path = [masterName, db === 0 ? undefined : db].filter((segment) => segment !== undefined);
  return {
    kind: pieces.kind,
    hosts,
    ...parseCredentials(pieces),
    db,
    tls: parseTls(pieces, parameters),
    masterName,
    sentinelUsername: parameters.get('sentinel-username'),
    sentinelPassword: parameters.get('sentinel-password'),
    replicated: parseReplicated(pieces, parameters),
    display: [`${pieces.scheme}://${shown}`, ...path].join('/'),
  };
}

function split(url: string): Pieces {
  const error = (expected: string) => new TypeError(`broker URL: expected ${expected}, got ${quotable(url)}`);
  const match = typeof url === 'string' ? /^([a-z+]+):\/\/([^/?#]*)([^?#]*)(.*)$/is.exec(url) : null;
  const scheme = match?.[1]?.toLowerCase() ?? '';
  if (/^rediss\+(sentinel|cluster)$/.test(scheme)) {
    throw error(`"${scheme.replace('rediss', 'redis')}://…?tls=true"`);
  }
  const kind = Object.hasOwn(KINDS, scheme) ? KINDS[scheme] : undefined;
  if (match === null || kind === undefined) {
    throw error('"redis://", "rediss://", "redis+sentinel://" or "redis+cluster://"');
  }
  const [, , authority = '', path = '', query = ''] = match;
  const at = authority.indexOf('@');
  // Somebody's password has these characters as they are. Whatever else is wrong follows from that.
  if (at !== authority.lastIndexOf('@') || /[@#]/.test(path + query)) {
    throw error('"@", "/", "?" and "#" in users, passwords and paths as "%40", "%2F", "%3F" and "%23"');
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is checked
  if (url.length > LONGEST || /[\s\u0000-\u001f\u007f-\u009f]/.test(url)) {
    throw error(`at most ${LONGEST} characters, without spaces`);
  }
  const credentials = at === -1 ? undefined : authority.slice(0, at);
  return { scheme, kind, credentials, hosts: authority.slice(at + 1), path, query: query.slice(1), error };
}

/** Hosts are quoted only after the one "@" of a URL: with none, or with several, a password may be among them. */
function quotable(url: unknown): string {
  if (typeof url !== 'string') return url === null ? 'null' : typeof url;
  const [, scheme, hosts = ''] = /^([a-z+]{1,20}:\/\/)(?:[^@/?#]*(@[^@/?#]{0,100})[^@]*$)?/i.exec(url) ?? [];
  return scheme === undefined ? 'something else' : JSON.stringify(`${scheme}…${hosts}`);
}

function parseCredentials(pieces: Pieces): Pick<RedisTarget, 'username' | 'password'> {
  const { credentials = '' } = pieces;
  const colon = credentials.indexOf(':');
  const username = decode(colon === -1 ? credentials : credentials.slice(0, colon), pieces);
  const password = colon === -1 ? undefined : decode(credentials.slice(colon + 1), pieces);
  return { username: username || undefined, password: username ? password : password || undefined };
}

function parseHosts(pieces: Pieces): RedisAddress[] {
  const { kind, hosts } = pieces;
  if (hosts === '' && kind === 'standalone') return [{ host: '127.0.0.1', port: DEFAULT_PORTS.standalone }];
  const list = hosts.split(',');
  if (list.length > 1 && kind === 'standalone') {
    throw pieces.error(`one host, or ${FORMS.sentinel}, or ${FORMS.cluster}`);
  }
  return list.map((written) => parseAddress(written, pieces));
}

function parseAddress(written: string, { kind, error }: Pieces): RedisAddress {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,253}))(:.*)?$/i.exec(written);
  const [, address, name, port] = match ?? [];
  const host = address ?? name;
  if (host === undefined || (address !== undefined && !isIPv6(address))) {
    throw error(`a host name, an IPv4 address or an IPv6 address in brackets as in ${FORMS[kind]}`);
  }
  return { host, port: port === undefined ? DEFAULT_PORTS[kind] : parsePort(port.slice(1), error) };
}

function parsePort(written: string, error: Pieces['error']): number {
  const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw error('a port from 1 to 65535 after the host, and "@" after a password');
}

function parsePath(pieces: Pieces): Pick<RedisTarget, 'masterName' | 'db'> {
  const { kind, path, error } = pieces;
  const segments = path === '' || path === '/' ? [] : path.slice(1).split('/');
  const masterName = kind === 'sentinel' ? decode(segments.shift() ?? '', pieces) : undefined;
  // The characters that Sentinel allows: its `sentinel monitor` refuses others.
  if (masterName !== undefined && !/^[a-z0-9._-]+$/i.test(masterName)) {
    throw error(`the name of a master after the hosts, as in ${FORMS.sentinel}`);
  }
  const [db = '0', ...more] = segments;
  if (more.length > 0 || (kind === 'cluster' && segments.length > 0) || !/^(0|[1-9]\d{0,8})$/.test(db)) {
    throw error(kind === 'cluster' ? FORMS.cluster : `the number of a database as in ${FORMS[kind]}`);
  }
  return { masterName, db: Number(db) };
}

function parseParameters(pieces: Pieces): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const parameter of pieces.query.split('&').filter((written) => written !== '')) {
    const equals = parameter.indexOf('=');
    const name = parameter.slice(0, Math.max(equals, 0));
    if (!Object.hasOwn(PARAMETERS, name) || !PARAMETERS[name]?.includes(pieces.kind)) {
      throw unknownParameter(name, pieces);
    }
    const value = decode(parameter.slice(equals + 1), pieces);
    if (value === '' || parameters.has(name)) throw pieces.error(`one value for the parameter "${name}"`);
    parameters.set(name, value);
  }
  return parameters;
}

function unknownParameter(name: string, { kind }: Pieces): TypeError {
  const lower = name.toLowerCase();
  const known = Object.keys(PARAMETERS).filter((parameter) => PARAMETERS[parameter]?.includes(kind));
  const meant = Object.hasOwn(ELSEWHERE, lower)
    ? ELSEWHERE[lower]
    : `the parameters ${known.map((parameter) => `"${parameter}="`).join(', ')}`;
  const got = /^[a-z_-]{1,40}$/i.test(name) ? `the parameter "${name}="` : 'something that is no parameter';
  return new TypeError(`broker URL: expected ${meant}, got ${got}`);
}

function parseTls({ scheme, error }: Pieces, parameters: ReadonlyMap<string, string>): RedisTarget['tls'] {
  const wanted = parameters.get('tls');
  if (wanted !== undefined && wanted !== 'true') throw error('"tls=true", or no "tls="');
  const [ca, servername] = [parameters.get('ca'), parameters.get('servername')];
  if (scheme === 'rediss' || wanted === 'true') return { ca, servername };
  if (ca === undefined && servername === undefined) return undefined;
  throw error(`${scheme === 'redis' ? '"rediss://"' : '"tls=true"'} along with "ca=" and "servername="`);
}

function parseReplicated(
  { error }: Pieces,
  parameters: ReadonlyMap<string, string>,
): RedisTarget['replicated'] {
  const durability = parameters.get('durability');
  if (durability !== undefined && durability !== 'replicated') throw error('"durability=replicated"');
  if (durability === undefined) {
    if (!parameters.has('replicas') && !parameters.has('replica-timeout')) return undefined;
    throw error('"durability=replicated" along with "replicas=" and "replica-timeout="');
  }
  const replicas = Number(/^\d{1,2}$/.exec(parameters.get('replicas') ?? '1')?.[0]);
  const timeoutMs = durationMs(parameters.get('replica-timeout') ?? '1s') ?? 0;
  if (!(replicas >= 1 && replicas <= MAX_REPLICAS)) throw error(`"replicas=" from 1 to ${MAX_REPLICAS}`);
  // Redis takes a timeout of 0 for none at all.
  if (timeoutMs < 1 || timeoutMs > MAX_REPLICA_TIMEOUT_MS) {
    throw error('"replica-timeout=" from "1ms" to "1m"');
  }
  return { replicas, timeoutMs };
}

function decode(encoded: string, { error }: Pieces): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw error('"%" as "%25" in users, passwords and parameters');
  }
}
