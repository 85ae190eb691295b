// Every example is compiled, run as a program of its own on the embedded queue and on Redis, and compared with the
// output that it names; README.md and docs/delivery.md quote only code that stands here.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startRedis } from '../support/redis/index.js';
import { tempFolder } from '../support/temp-folder.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const read = (file: string): string => readFileSync(file, 'utf8');

const examples = readdirSync(here).filter((file) => file.endsWith('.example.ts'));

const outputOf = (file: string): string =>
  (read(join(here, file)).split('\n// Output:\n')[1] ?? '').replaceAll(/^\/\/ /gm, '');

/** The same words of another broker, which has less to survive in. */
const onRedis = (output: string): string =>
  output.replaceAll('broker-memory', 'memory').replaceAll('local-fsync', 'broker-fsync');

async function run(file: string, url: string): Promise<string> {
  const env = { ...process.env, MQ_RPC_URL: url, TSX_TSCONFIG_PATH: join(here, 'tsconfig.json') };
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', join(here, file)], {
    env,
  });
  return stdout;
}

for (const file of examples) {
  const title = file.replace('.example.ts', '').replaceAll('-', ' ');

  test(title, async () => {
    expect(await run(file, `sqlite:${join(tempFolder(), 'queue.db')}`)).toBe(outputOf(file));
  });

  test(`${title}, on Redis`, async () => {
    await using redis = await startRedis();
    expect(await run(file, redis.url)).toBe(onRedis(outputOf(file)));
  });
}

test.each(['README.md', 'docs/delivery.md'])('%s quotes code that runs', (page) => {
  const sources = readdirSync(here)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join(here, file)));
  const blocks = [...read(join(here, '../..', page)).matchAll(/^```ts\n(.*?)^```$/gms)];
  expect(blocks.length).toBeGreaterThan(1);
  for (const [, code = ''] of blocks) {
    expect(
      sources.some((source) => source.includes(code)),
      code,
    ).toBe(true);
  }
});
