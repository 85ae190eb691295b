// What loading the package costs its users: which modules come along, and from which kind of module it works.

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../support/pack.js';
import { tempFolder } from '../support/temp-folder.js';

/** Prints every module that the process has loaded, one per line. */
const LIST_MODULES = `
import { createRequire, register } from 'node:module';
const hooks = \`
  import { writeSync } from 'node:fs';
  export const load = (url, context, next) => { writeSync(1, url + '\\\\n'); return next(url, context); };
\`;
register('data:text/javascript,' + encodeURIComponent(hooks));
await import(process.argv[1]);
// What was loaded with require() passes no hooks.
const { cache } = createRequire(${JSON.stringify(pathToFileURL(ROOT).href)});
for (const file of Object.keys(cache)) process.stdout.write(file + '\\n');
`;

function modulesLoadedBy(specifier: string): string[] {
  const args = ['--input-type=module', '--eval', LIST_MODULES, specifier];
  return execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
}

/** The packages among them, this one left out. */
const packagesOf = (modules: readonly string[]): string[] => [
  ...new Set(modules.flatMap((url) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? [])),
];

test.for(['mq-rpc', 'mq-rpc/testing'])('import %s loads neither the generator nor a driver', (specifier) => {
  const modules = modulesLoadedBy(specifier);
  expect(modules.some((url) => url.endsWith('/dist/src/index.js') || url.endsWith('/testing/index.js'))).toBe(
    true,
  );
  expect(modules.filter((url) => /\/dist\/(?:codegen|templates|src\/cli)\//.test(url))).toEqual([]);
  expect(packagesOf(modules).filter((name) => !['uuid', 'reflect-metadata'].includes(name))).toEqual([]);
});

test('import mq-rpc/class-validator is what loads class-validator and class-transformer', () => {
  const packages = packagesOf(modulesLoadedBy('mq-rpc/class-validator'));
  expect(packages).toEqual(expect.arrayContaining(['class-validator', 'class-transformer']));
  expect(packages).not.toContain('ts-morph');
});

test('without the packages that classes need, an error says how to add them', () => {
  const folder = tempFolder();
  cpSync(join(ROOT, 'dist/src'), join(folder, 'dist/src'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const file = join(folder, 'dist/src/class-validator/index.js');
  const { status, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stderr).toContain(
    'contracts with classes of class-validator need class-validator; add it with: npm install class-validator class-transformer',
  );
});

test('require finds the same names as import', async () => {
  const code = `process.stdout.write(JSON.stringify(Object.keys(require('mq-rpc')).sort()))`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--eval', code], { cwd: ROOT, encoding: 'utf8' });
  expect(stderr.replace(/^.*ExperimentalWarning.*\n.*trace-warnings.*\n/m, '')).toBe('');
  expect(JSON.parse(stdout)).toEqual(Object.keys(await import('mq-rpc')).sort());
});
