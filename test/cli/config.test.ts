// Config files that are missing, broken or wrong.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mqRpc } from '../support/mq-rpc-command.js';
import { tempFolder } from '../support/temp-folder.js';

/** A package with this config file. */
function folderWithConfig(config: string, name = 'mq-rpc.config.ts'): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, name), config);
  return folder;
}

test('without a config file, it says how to get one', () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'package.json'), '{}');
  expect(mqRpc(folder, 'generate')).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: no mq-rpc.config.ts in ${folder}
Run "mq-rpc init" to get one, or name the contracts: mq-rpc generate --contracts "src/**/*.contract.ts"
`,
  });
});

test('the search for a config file ends at the folder of the package', () => {
  const outer = folderWithConfig('export default {}');
  const inner = join(outer, 'packages/inner');
  mkdirSync(join(inner, 'src'), { recursive: true });
  writeFileSync(join(inner, 'package.json'), '{}');
  const { status, stderr } = mqRpc(join(inner, 'src'), 'generate');
  expect(status).toBe(2);
  expect(stderr).toContain(`no mq-rpc.config.ts in ${inner}/src or above, up to ${inner}\n`);
});

test('a config file that --config names has to exist', () => {
  const folder = tempFolder();
  expect(mqRpc(folder, 'generate', '--config', 'nowhere.ts')).toEqual({
    status: 2,
    stdout: '',
    stderr: `error: no config file ${folder}/nowhere.ts\nCheck the path after --config.\n`,
  });
});

test('a tsconfig that is named has to exist', () => {
  const folder = folderWithConfig(
    "export default { contracts: ['a.ts'], outDir: 'out', tsconfig: 'nope.json' }",
  );
  const message = `error: no tsconfig ${folder}/nope.json\nCheck its path, or leave it out.\n`;
  expect(mqRpc(folder, 'generate')).toEqual({ status: 2, stdout: '', stderr: message });
});

test('a project in which mq-rpc is not installed is told so', () => {
  const folder = folderWithConfig("import { defineConfig } from 'mq-rpc';\nexport default defineConfig({});");
  const { status, stderr } = mqRpc(folder, 'generate');
  expect(status).toBe(2);
  expect(stderr).toMatch(
    /cannot be read: Cannot find module 'mq-rpc'\nInstall it in this project: npm install/,
  );
});

test('two config files in one folder are one too many', () => {
  const folder = folderWithConfig('export default {}');
  writeFileSync(join(folder, 'mq-rpc.config.mjs'), 'export default {}');
  const { status, stderr } = mqRpc(folder, 'generate');
  expect(status).toBe(2);
  expect(stderr).toContain('several config files: mq-rpc.config.ts, mq-rpc.config.mjs\n');
});

test.for([
  ['', 'it has no default export'],
  ['export default null', 'its default export has to be an object, not null'],
  ['export default []', 'its list of configurations is empty'],
  [
    "export default [{ contracts: ['a.ts'] }, 7]",
    '[1]: its default export has to be an object, not a number',
  ],
  [
    "export default [{ contracts: ['a.ts'] }, { contracts: [] }]",
    '[1]: contracts has to name at least one glob',
  ],
  ["export default { projects: 'packages' }", 'projects has to be a list of globs, not a string'],
  ["export default { projects: ['a'], outDir: 'b' }", 'unknown member "outDir"'],
  ["export default { projects: ['nowhere/*'] }", 'no folder of projects has a config file'],
  [
    "export default { contracts: ['a.ts'], importExtension: '.mjs' }",
    'importExtension has to be ".js", ".ts" or "", not ".mjs"',
  ],
  ['export default () => ({})', 'its default export has to be an object, not a function'],
  ['export default {}', 'contracts has to be a list of globs, not undefined'],
  ["export default { contracts: 'a.ts' }", 'contracts has to be a list of globs, not a string'],
  ['export default { contracts: [] }', 'contracts has to name at least one glob, and is empty'],
  [
    "export default { contracts: ['a.ts', 7, ''] }",
    'contracts[1] has to be a path, not a number; contracts[2]',
  ],
  ["export default { contracts: ['a\\0.ts'] }", 'contracts[0] has to be a path'],
  ["export default { contracts: ['a.ts'], outdir: 'x' }", 'unknown member "outdir", did you mean "outDir"?'],
  ["export default { contracts: ['a.ts'], speed: 9 }", 'unknown member "speed"'],
  ["export default { contracts: ['a.ts'], outDir: {} }", 'outDir has to be a path, not an object'],
  ["export default { contracts: ['a.ts'], tsconfig: null }", 'tsconfig has to be a path, not null'],
  [
    "export default { contracts: ['a.ts'], selfContained: 'yes' }",
    'selfContained has to be true or false, not a string',
  ],
  ["export default { contracts: ['a.ts'], outputs: 'api' }", 'outputs has to be an object, not a string'],
  [
    "export default { contracts: ['a.ts'], outputs: { asyncapi: 'a.json' } }",
    'unknown member "outputs.asyncapi", did you mean "asyncApi"?',
  ],
  [
    "export default { contracts: ['a.ts'], outputs: { jsonSchema: 5, markdown: '' } }",
    'outputs.jsonSchema has to be a path, not a number; outputs.markdown has to be a path, not empty',
  ],
  [
    "export default { contracts: ['a.ts'], outputs: { asyncApi: 'api.yaml' } }",
    'outputs.asyncApi has to name a file that ends in .json',
  ],
] as const)('%s is refused', ([config, mistake]) => {
  const folder = folderWithConfig(config);
  const { status, stdout, stderr } = mqRpc(folder, 'generate');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain(`error: ${folder}/mq-rpc.config.ts: ${mistake}`);
  expect(stderr).toContain('\nWrite: export default defineConfig({');
});

test.for([
  ['mq-rpc.config.ts', 'export default {', 'mq-rpc.config.ts'],
  ['mq-rpc.config.mjs', 'throw new Error("no luck")', 'no luck'],
  ['mq-rpc.config.ts', 'throw null', 'null'],
  ['mq-rpc.config.ts', "import './missing.js'; export default {}", 'missing.js'],
] as const)('a %s that is broken (%s) is wrong usage', ([name, config, reason]) => {
  const { status, stdout, stderr } = mqRpc(folderWithConfig(config, name), 'generate');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^error: .* cannot be read: /);
  expect(stderr).toContain(reason);
});
