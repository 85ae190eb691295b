// The programs that the tests run as servers: Redis, or Valkey where Redis is absent, 7.0 or newer.

import { spawnSync } from 'node:child_process';

export interface Programs {
  readonly server: string;
  readonly cli: string;
}

const CANDIDATES: readonly Programs[] = [
  { server: 'redis-server', cli: 'redis-cli' },
  { server: 'valkey-server', cli: 'valkey-cli' },
];

let found: Programs | undefined;

/** Which programs to run. Throws if there are none: a part that is missing is no reason to skip a test. */
export function programs(): Programs {
  found ??= CANDIDATES.find(({ server, cli }) => isRecent(server) && isRecent(cli));
  if (found === undefined) throw new Error('there is no Redis 7.0 or newer: run sh scripts/ensure-redis.sh');
  return found;
}

function isRecent(program: string): boolean {
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/^[a-z -]*(?:v=)?(\d+)\./i.exec(stdout ?? '')?.[1]) >= 7;
}
