// What a server is set to, and what follows from that for acknowledged calls: refused where calls could vanish, reported where that takes a mishap.

import { RpcError } from '../../errors.js';
import type { Durability } from '../broker.js';
import { isReply } from './redis-advice.js';
import type { RedisTarget } from './redis-url.js';

/** One server as it is set. `undefined`: it does not tell, as managed services do, and the worst is assumed. */
export interface ServerFacts {
  /** Of Redis. Valkey is compatible with 7.2.4 and says so. */
  readonly version: string;
  readonly mode: 'standalone' | 'cluster' | 'sentinel';
  readonly isReplica: boolean;
  readonly connectedReplicas: number;
  readonly hasAppendOnlyFile: boolean;
  /** Whether snapshots are made at times. */
  readonly hasSnapshots: boolean | undefined;
  readonly appendfsync: string | undefined;
  readonly noAppendfsyncOnRewrite: boolean | undefined;
  /** In bytes; 0 is no limit. */
  readonly maxmemory: number | undefined;
  readonly maxmemoryPolicy: string | undefined;
  readonly minReplicasToWrite: number | undefined;
  /** Whether every slot of the cluster has a master. */
  readonly isClusterComplete: boolean | undefined;
}

/** What a server makes of an acknowledgement. */
export interface Judgement {
  readonly durability: Durability;
  /** Unsafe settings, a sentence each, with their consequence. */
  readonly warnings: readonly string[];
}

type Fields = Readonly<Record<string, string>>;

const OLDEST = [7, 0] as const;

const SETTINGS = [
  'appendonly',
  'appendfsync',
  'no-appendfsync-on-rewrite',
  'save',
  'maxmemory',
  'maxmemory-policy',
  'min-replicas-to-write',
] as const;

/**
 * Reads what matters of a server: INFO, and CONFIG GET and CLUSTER INFO where they are allowed. `ask` sends one
 * command. Rejects with what `ask` rejects with.
 */
export async function inspectServer(ask: (...args: string[]) => Promise<unknown>): Promise<ServerFacts> {
  // All at once: servers before 7.0 take one section, or all of them.
  const info = fieldsOf(String(await ask('INFO')));
  const mode =
    info.redis_mode === 'cluster' || info.redis_mode === 'sentinel' ? info.redis_mode : 'standalone';
  const config = pairsOf(await ifAllowed(ask('CONFIG', 'GET', ...SETTINGS)));
  const cluster = mode === 'cluster' ? fieldsOf(String(await ifAllowed(ask('CLUSTER', 'INFO')))) : {};
  return {
    version: info.redis_version ?? '0',
    mode,
    isReplica: info.role === 'slave',
    connectedReplicas: Number(info.connected_slaves ?? 0),
    hasAppendOnlyFile: (info.aof_enabled ?? (config.appendonly === 'yes' ? '1' : '0')) === '1',
    hasSnapshots: config.save === undefined ? undefined : config.save !== '',
    appendfsync: config.appendfsync,
    noAppendfsyncOnRewrite: booleanOf(config['no-appendfsync-on-rewrite']),
    maxmemory: numberOf(info.maxmemory ?? config.maxmemory),
    maxmemoryPolicy: info.maxmemory_policy ?? config['maxmemory-policy'],
    minReplicasToWrite: numberOf(config['min-replicas-to-write']),
    isClusterComplete: cluster.cluster_state === undefined ? undefined : cluster.cluster_state === 'ok',
  };
}

/** What follows from the settings of a server. Throws an `RpcError` if it must not be used at all. */
export function judge(facts: ServerFacts, target: RedisTarget): Judgement {
  const objection = objectionTo(facts, target);
  if (objection !== undefined) throw new RpcError('UNAVAILABLE', `Redis ${target.display}: ${objection}`);
  return {
    durability: durabilityOf(facts, target),
    warnings: [...diskWarnings(facts), ...replicaWarnings(facts, target), ...clusterWarnings(facts)],
  };
}

const reported = new Set<string>();

/** Passes on what this process has not said of this URL before. */
export function reportOnce(
  display: string,
  warnings: readonly string[],
  onWarning: (message: string) => void,
): void {
  for (const warning of warnings) {
    const message = `Redis ${display}: ${warning}`;
    if (reported.has(message)) continue;
    reported.add(message);
    onWarning(message);
  }
}

function objectionTo(facts: ServerFacts, target: RedisTarget): string | undefined {
  const { version, mode, maxmemory, maxmemoryPolicy } = facts;
  const isCluster = target.kind === 'cluster';
  if (mode === 'sentinel') return 'it is a Sentinel; use "redis+sentinel://host:port/master-name"';
  if (isTooOld(version)) return `it is version ${version}; mq-rpc needs Redis 7.0 or newer, or Valkey`;
  if (mode === 'cluster' && !isCluster) return 'it is a node of a cluster; use "redis+cluster://"';
  if (mode !== 'cluster' && isCluster) return 'it is not a node of a cluster; use "redis://"';
  if (facts.isReplica) return 'it is a replica, which cannot be written; name the master, or its Sentinels';
  if (maxmemory !== 0 && maxmemoryPolicy?.startsWith('allkeys-')) {
    return `\`maxmemory-policy ${maxmemoryPolicy}\` lets it delete whole queues when its memory is full; set \`noeviction\``;
  }
  return undefined;
}

function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return !(major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]));
}

function durabilityOf(facts: ServerFacts, target: RedisTarget): Durability {
  if (target.replicated !== undefined) return `replicated:${target.replicated.replicas}`;
  const isSynced = facts.hasAppendOnlyFile && facts.appendfsync === 'always';
  return isSynced && facts.noAppendfsyncOnRewrite === false ? 'broker-fsync' : 'broker-memory';
}

function diskWarnings(facts: ServerFacts): string[] {
  if (!facts.hasAppendOnlyFile) {
    const lost = facts.hasSnapshots === false ? 'all calls' : 'all calls since the last snapshot';
    return [`without \`appendonly yes\`, a restart of Redis loses ${lost}`];
  }
  return [...syncWarnings(facts.appendfsync), ...rewriteWarnings(facts)];
}

function syncWarnings(appendfsync: string | undefined): string[] {
  const consequence = 'acknowledged calls can be lost if the machine of Redis fails';
  switch (appendfsync) {
    case 'always':
      return [];
    case undefined:
      return [`it does not tell its \`appendfsync\`: unless that is \`always\`, ${consequence}`];
    case 'everysec':
      return [
        `with \`appendfsync everysec\`, up to two seconds of ${consequence}; \`appendfsync always\` loses none`,
      ];
    default:
      return [
        `with \`appendfsync ${appendfsync}\`, half a minute of ${consequence}; \`appendfsync always\` loses none`,
      ];
  }
}

function rewriteWarnings({ noAppendfsyncOnRewrite }: ServerFacts): string[] {
  if (noAppendfsyncOnRewrite !== true) return [];
  return [
    'with `no-appendfsync-on-rewrite yes`, calls that are acknowledged while Redis rewrites its file can be lost if its machine fails; `no` loses none',
  ];
}

function replicaWarnings(facts: ServerFacts, target: RedisTarget): string[] {
  const { connectedReplicas: attached, minReplicasToWrite = 0 } = facts;
  const wanted = target.replicated?.replicas;
  if (attached < minReplicasToWrite) {
    return [
      `${attached} of the ${minReplicasToWrite} replicas of \`min-replicas-to-write\` are attached: Redis refuses every call until all are`,
    ];
  }
  if (wanted !== undefined && attached < wanted) {
    return [
      `${attached} of the ${wanted} replicas of the broker URL are attached: no call can be confirmed until all are`,
    ];
  }
  if (wanted === undefined && attached > 0 && target.kind !== 'standalone') {
    return [
      'a failover can lose acknowledged calls that no replica has yet; `durability=replicated` in the broker URL waits for one',
    ];
  }
  return [];
}

function clusterWarnings({ isClusterComplete }: ServerFacts): string[] {
  if (isClusterComplete !== false) return [];
  return ['the cluster is down or lacks masters: calls wait, or fail, until `cluster_state` is `ok`'];
}

/** What a reply error leaves open stays unknown; a lost connection is not an answer. */
async function ifAllowed(reply: Promise<unknown>): Promise<unknown> {
  try {
    return await reply;
  } catch (error) {
    if (isReply(error)) return undefined;
    throw error;
  }
}

function fieldsOf(info: string): Fields {
  const lines = info.split(/\r?\n/).map((line) => /^([^#:]+):(.*)$/.exec(line));
  return Object.fromEntries(lines.flatMap((match) => (match === null ? [] : [[match[1], match[2]]])));
}

/** A map of RESP3 arrives as a `Map`, an object, or names and values in turn, as the client is set. */
function pairsOf(reply: unknown): Fields {
  if (reply instanceof Map) return pairsOf([...reply].flat());
  if (!Array.isArray(reply))
    return typeof reply === 'object' && reply !== null ? pairsOf(Object.entries(reply).flat()) : {};
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < reply.length; index += 2) {
    pairs.push([String(reply[index]), String(reply[index + 1])]);
  }
  return Object.fromEntries(pairs);
}

const numberOf = (written: string | undefined): number | undefined =>
  written !== undefined && /^\d+$/.test(written) ? Number(written) : undefined;

const booleanOf = (written: string | undefined): boolean | undefined =>
  written === 'yes' ? true : written === 'no' ? false : undefined;
