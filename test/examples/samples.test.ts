// The samples run with one command each and say what they promise.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

async function run(sample: string): Promise<string> {
  const file = fileURLToPath(new URL(`../../samples/${sample}/demo.ts`, import.meta.url));
  const { MQ_RPC_URL: _, ...env } = process.env;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file], { env });
  return stdout + stderr;
}

test('github-webhooks: every delivery is answered, collected by another process and equal', async () => {
  const output = await run('github-webhooks');
  expect(output).toMatch(/329 submitted with no server, \d+ by the typed method/);
  expect(output).toContain('329 answered, 329 archived');
  expect(output).toContain('329 collected by another process, 0 different');
});

test('hello: both spellings are called, and a result outlives the client that asked for it', async () => {
  const output = await run('hello');
  expect(output).toContain('is ready, local-fsync');
  expect(output).toContain('collector: "Hello, Ada!", said at ');
  expect(output).toContain('collector: "Goodbye, Ada!"');
  expect(output).toContain('collector: never met Bob');
  expect(output).toContain('collector: 0 people are still here');
});
