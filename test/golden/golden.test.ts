// Whole generated files: they are what they were, byte for byte. GOLDEN=write accepts what they are now.

import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'mq-rpc/codegen';
import { expect, test } from 'vitest';

const folder = dirname(fileURLToPath(import.meta.url));
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

/** Names of files that are not as they were. */
async function staleFiles(name: string, options: { outDir: string; selfContained?: boolean }) {
  const result = await generate({
    cwd: join(folder, name),
    contracts: ['contract.ts'],
    check: process.env.GOLDEN !== 'write',
    cache: false,
    ...options,
  });
  expect(result.diagnostics).toEqual([]);
  return result.files.filter(({ status }) => status === 'stale').map(({ path }) => relative(folder, path));
}

const HELP = 'run npm run golden and read the diff';

test.each(cases.map(({ name }) => name))('%s is generated as before', async (name) => {
  expect(await staleFiles(name, { outDir: 'expected' }), HELP).toEqual([]);
});

test.each(['delivery', 'every-type', 'hostile-names', 'hostile-texts'])(
  'the self-contained client of %s is generated as before',
  async (name) => {
    const options = { outDir: 'expected/self-contained', selfContained: true };
    expect(await staleFiles(name, options), HELP).toEqual([]);
  },
);
