// A redis-server of its own for each run: on a free port, in a fresh folder, gone when the run is over.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** When Redis writes its log to the disk: every second, or before it answers. */
export type Fsync = 'everysec' | 'always';

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Seconds of CPU that this server has used, its background threads included. */
  cpuSeconds(): Promise<number>;
  /** `used_memory`, when it has stood still for a moment: Redis has taken in all that was sent. */
  settledMemory(): Promise<number>;
  setFsync(fsync: Fsync): Promise<unknown>;
  stop(): Promise<void>;
}

const running = new Set<{ child: ChildProcess; folder: string }>();

process.once('exit', () => {
  for (const { child, folder } of running) {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

const options = (port: number, folder: string, fsync: Fsync): string[] => [
  ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--loglevel', 'warning'],
  ...['--save', '', '--appendonly', 'yes', '--appendfsync', fsync],
  // A rewrite of the log takes a core for seconds, and would fall into the runs of some and not of others.
  ...['--auto-aof-rewrite-percentage', '0'],
];

/** The server that is measured, as in `redis-server 7.0.15`. Throws if there is none, with what to do. */
export function redisVersion(): string {
  try {
    const version = execFileSync('redis-server', ['--version'], { encoding: 'utf8' });
    return `redis-server ${/v=(\S+)/.exec(version)?.[1]}`;
  } catch (cause) {
    throw new Error('there is no redis-server to measure on: install one, 7.0 or newer', { cause });
  }
}

/** Starts a server with an append-only file. */
export async function startRedis(fsync: Fsync): Promise<RedisServer> {
  const [port, folder] = [await freePort(), mkdtempSync(join(tmpdir(), 'mq-rpc-bench-redis-'))];
  const child = spawn('redis-server', options(port, folder, fsync), {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const entry = { child, folder };
  running.add(entry);
  const failed = Promise.race([
    once(child, 'error').then(([error]) => String(error)),
    once(child, 'exit').then(([code]) => `redis-server ended with ${code}`),
  ]);
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  await Promise.race([redis.ping(), failed.then((reason) => Promise.reject(new Error(reason)))]);

  const info = async (section: string, field: string): Promise<number> =>
    Number(new RegExp(`^${field}:(.*)`, 'm').exec(await redis.info(section))?.[1]);
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    cpuSeconds: async () => (await info('cpu', 'used_cpu_user')) + (await info('cpu', 'used_cpu_sys')),
    async settledMemory() {
      for (let before = 0, now = -1; ; before = now, await sleep(200)) {
        now = await info('memory', 'used_memory');
        if (Math.abs(now - before) < 50_000) return now;
      }
    },
    setFsync: (fsync) => redis.config('SET', 'appendfsync', fsync),
    async stop() {
      redis.disconnect();
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true, force: true });
      running.delete(entry);
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
