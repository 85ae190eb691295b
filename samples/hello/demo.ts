// The whole story in one command: a client, then a server, then another client, on a queue of its own.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-hello-'));
const env = { MQ_RPC_URL: `sqlite:${join(folder, 'queue.db')}`, ...process.env };
const command = (script: string): string[] => [
  '--import',
  'tsx',
  fileURLToPath(new URL(script, import.meta.url)),
];
const run = (script: string, ...args: string[]): string =>
  execFileSync(process.execPath, [...command(script), ...args], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });

try {
  const id = run('submit.ts').trim();
  const server = spawn(process.execPath, command('server.ts'), { env, stdio: 'inherit' });
  process.stdout.write(run('collect.ts', id));
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
