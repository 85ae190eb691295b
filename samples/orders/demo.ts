// The whole story in one command: every program a process of its own, on a queue of their own, or on the broker that
// MQ_RPC_URL names.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readLedger, readLines } from './ledger.js';
import { SALESPEOPLE } from './taken.js';

/** So many lines are in the book when the office is killed. */
const KILLED_AFTER = 10;

const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-orders-'));
const ledger = join(folder, 'ledger.jsonl');
const book = join(folder, 'book.jsonl');
const env = {
  MQ_RPC_URL: `sqlite:${join(folder, 'queue.db')}`,
  // The same orders again are the same calls: each day has a namespace of its own.
  MQ_RPC_NAMESPACE: `day-${randomBytes(4).toString('hex')}`,
  ...process.env,
};

const command = (script: string, ...args: readonly string[]): string[] => [
  '--import',
  'tsx',
  fileURLToPath(new URL(script, import.meta.url)),
  ...args,
];
const run = (script: string, ...args: readonly string[]): void => {
  execFileSync(process.execPath, command(script, ...args), { env, stdio: 'inherit' });
};

interface Office {
  readonly process: ChildProcess;
  readonly stopped: Promise<unknown>;
}

function openOffice(): Office {
  const process_ = spawn(process.execPath, command('office.ts', book), { env, stdio: 'inherit' });
  return { process: process_, stopped: once(process_, 'exit') };
}

async function closeOffice(office: Office, signal: NodeJS.Signals): Promise<void> {
  office.process.kill(signal);
  await office.stopped;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

const isDeadlineOver = (): boolean =>
  readLedger(ledger).filter(({ deadline }) => deadline !== undefined && Date.parse(deadline) < Date.now())
    .length === SALESPEOPLE.length;

try {
  for (const name of SALESPEOPLE) run('salesperson.ts', name, ledger);
  await until(isDeadlineOver);

  const morning = openOffice();
  await until(() => readLines(book).length >= KILLED_AFTER);
  await closeOffice(morning, 'SIGKILL');
  console.log('demo: the office was killed in the middle of its work');

  const afternoon = openOffice();
  try {
    run('clerk.ts');
    run('evening.ts', ledger, book);
  } finally {
    await closeOffice(afternoon, 'SIGTERM');
  }
  console.log('demo: everything came out as promised');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
