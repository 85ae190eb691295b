// Whole generated files: they are what they were, byte for byte. GOLDEN=write accepts what they are now.

import { readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from 'mq-rpc/codegen';
import { expect, test } from 'vitest';

const folder = dirname(fileURLToPath(import.meta.url));
const cases = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(cases.map(({ name }) => name))('%s is generated as before', async (name) => {
  const result = await generate({
    cwd: join(folder, name),
    contracts: ['contract.ts'],
    outDir: 'expected',
    check: process.env.GOLDEN !== 'write',
    cache: false,
  });
  expect(result.diagnostics).toEqual([]);
  const stale = result.files.filter(({ status }) => status === 'stale');
  expect(
    stale.map(({ path }) => relative(folder, path)),
    'run npm run golden and read the diff',
  ).toEqual([]);
});
