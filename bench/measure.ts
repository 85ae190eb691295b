// Numbers of several runs, and processes that report one number each.

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Runs `work` in a folder of its own. */
export async function inTempFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'mq-rpc-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    return await work(folder);
  } finally {
    process.off('exit', remove);
    remove();
  }
}

/** Where `compile` puts a file of this folder. */
export const compiled = (file: string): string => fileURLToPath(new URL(`./dist/${file}`, import.meta.url));

const command = (script: string): string[] => [compiled(`processes/${script}.js`)];

/** Runs `processes/<script>.ts` to its end and reads the JSON it prints last. */
export function runProcess<T>(script: string, ...args: readonly (string | number)[]): T {
  const output = execFileSync(process.execPath, [...command(script), ...args.map(String)], {
    encoding: 'utf8',
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as T;
}

/** Runs a process beside others. `next` resolves with the JSON of its next line. */
export function startProcess(script: string, ...args: readonly (string | number)[]) {
  const child = spawn(process.execPath, [...command(script), ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async next<T>(): Promise<T> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${script} ended early`);
      return JSON.parse(value) as T;
    },
    async stop(): Promise<void> {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** Calls `work` `count` times, `inFlight` at a time. Resolves with the seconds it took. */
export async function timeInFlight(
  count: number,
  inFlight: number,
  work: (index: number) => Promise<unknown>,
) {
  let next = 0;
  const inTurn = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  const startAt = performance.now();
  await Promise.all(Array.from({ length: inFlight }, inTurn));
  return (performance.now() - startAt) / 1_000;
}

/** An order whose JSON is 280 bytes long. */
export const anOrder = (index: number) => ({
  id: `order-${String(index).padStart(8, '0')}`,
  customer: 'customer-4711',
  placedAt: '2026-11-20T10:00:00.000Z',
  lines: [
    { sku: 'apple-red-1kg', quantity: 3, price: 2.99 },
    { sku: 'pear-green-1kg', quantity: 1, price: 3.49 },
  ],
  note: 'Please ring twice, then leave it at the back door if nobody is at home.',
});
