// Real Redis servers for tests: one, a master with a replica, under Sentinels, a cluster, and behind a bad network.

export { type Address, ask, askInfo } from './ask.js';
export { type Cluster, type ClusterOptions, startCluster } from './cluster.js';
export { reservePorts } from './ports.js';
export { startProxy, type TcpProxy } from './proxy.js';
export { cutReplicasOff, type Replicated, startReplicated } from './replicated.js';
export { type SentinelGroup, type SentinelsOptions, startSentinels } from './sentinels.js';
export { type Config, RedisServer } from './server.js';
export type { MigrateOptions, SlotMigration } from './slot-migration.js';
export { type Redis, type RedisOptions, startRedis } from './standalone.js';
export { until } from './until.js';
