// Every example is compiled, run as a program of its own, and compared with the output that it names; the README
// quotes only code that stands here.

import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const read = (file: string): string => readFileSync(file, 'utf8');

const examples = readdirSync(here).filter((file) => file.endsWith('.example.ts'));

for (const file of examples) {
  test(file.replace('.example.ts', '').replaceAll('-', ' '), async () => {
    const [, expected = ''] = read(join(here, file)).split('\n// Output:\n');
    const env = { ...process.env, MQ_RPC_URL: `sqlite:${join(tempFolder(), 'queue.db')}` };
    const run = promisify(execFile)(process.execPath, ['--import', 'tsx', join(here, file)], { env });
    expect((await run).stdout).toBe(expected.replaceAll(/^\/\/ /gm, ''));
  });
}

test('the README quotes code that runs', () => {
  const sources = readdirSync(here)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => read(join(here, file)));
  const blocks = [...read(join(here, '../../README.md')).matchAll(/^```ts\n(.*?)^```$/gms)];
  expect(blocks.length).toBeGreaterThan(3);
  for (const [, code = ''] of blocks) {
    expect(
      sources.some((source) => source.includes(code)),
      code,
    ).toBe(true);
  }
});
