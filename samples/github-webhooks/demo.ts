// The whole story in one command: receiver, processor and collector as processes of their own, on a queue of their
// own, or on the one that MQ_RPC_URL names.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-webhooks-'));
const ledger = join(folder, 'ledger.jsonl');
const archive = join(folder, 'archive.jsonl');
const env = { MQ_RPC_URL: `sqlite:${join(folder, 'queue.db')}`, ...process.env };

const command = (script: string, ...args: readonly string[]): string[] => [
  '--import',
  'tsx',
  fileURLToPath(new URL(script, import.meta.url)),
  ...args,
];
const run = (script: string, ...args: readonly string[]): void => {
  execFileSync(process.execPath, command(script, ...args), { env, stdio: 'inherit' });
};

try {
  run('receiver.ts', ledger);
  const processor = spawn(process.execPath, command('processor.ts', archive), { env, stdio: 'inherit' });
  const stopped = once(processor, 'exit');
  try {
    run('collector.ts', ledger);
  } finally {
    processor.kill('SIGTERM');
    await stopped;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
