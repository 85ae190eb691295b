// `mq-rpc generate --watch`: changes, mistakes, and its end.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { edit, greeterProject } from '../support/greeter-project.js';
import { MAIN, mqRpc, type Running, signalGroup, start } from '../support/mq-rpc-command.js';

const CONTRACT = 'src/greeter.contract.ts';

async function watching(folder: string): Promise<Running> {
  const running = start(folder, process.execPath, [MAIN, 'generate', '--watch']);
  await running.says('watching src/**/*.contract.ts, Ctrl-C ends\n');
  return running;
}

test('it generates at the start, again after each change, and ends at Ctrl-C', async () => {
  const folder = greeterProject();
  const running = await watching(folder);
  expect(running.output()).toContain('1 service, 4 files: 4 written\n');

  edit(folder, CONTRACT, 'text: string', 'words: string');
  await running.says('1 service, 4 files: ');
  writeFileSync(
    join(folder, 'src/other.contract.ts'),
    '/** @service other @version 1.0 */\nexport interface Other { go(): Promise<void> }\n',
  );
  await running.says('2 services, 7 files: ');
  rmSync(join(folder, 'src/other.contract.ts'));
  await running.says('1 service, 7 files: ');

  signalGroup(running.process, 'SIGINT');
  expect(await running.ended).toBe(0);
  expect(mqRpc(folder, 'generate', '--check').status).toBe(0);
});

test('a source that a contract imports is watched, too', async () => {
  const folder = greeterProject();
  writeFileSync(
    join(folder, 'src/greeting.ts'),
    'export interface Greeting { text: string; greetedAt: Date }\n',
  );
  edit(folder, CONTRACT, 'export interface Greeting {\n  text: string;\n  greetedAt: Date;\n}\n', '');
  edit(folder, CONTRACT, '/** Greets', "import type { Greeting } from './greeting.js';\n\n/** Greets");
  const running = await watching(folder);
  edit(folder, 'src/greeting.ts', 'greetedAt: Date', 'greetedAt: string');
  await running.says('written, 1 unchanged\n');
});

test('a mistake in a contract or in the config is reported, and the next change is seen', async () => {
  const folder = greeterProject();
  const running = await watching(folder);

  edit(folder, CONTRACT, '@retain', '@retian');
  await running.says('greeter.contract.ts:6:');
  await running.says('1 error, nothing was written\n');
  edit(folder, CONTRACT, '@retian', '@retain');
  await running.says('1 service, 4 files: 4 unchanged\n');

  edit(folder, 'mq-rpc.config.ts', 'outDir', 'outdir');
  await running.says('unknown member "outdir", did you mean "outDir"?');
  edit(folder, 'mq-rpc.config.ts', "outdir: 'src/generated'", "outDir: 'src/made'");
  await running.says('1 service, 4 files: 4 written\n');
  expect(existsSync(join(folder, 'src/made/index.ts'))).toBe(true);
});

test('a tag that a tsdoc.json declares meanwhile is no mistake any more', async () => {
  const folder = greeterProject();
  edit(folder, CONTRACT, '@retain', '@team green\n   * @retain');
  const running = await watching(folder);
  expect(running.output()).toContain('1 error, nothing was written\n');
  const tagDefinitions = [{ tagName: '@team', syntaxKind: 'block' }];
  writeFileSync(join(folder, 'tsdoc.json'), JSON.stringify({ tagDefinitions }));
  await running.says('1 service, 4 files: 4 written\n');
});

test('generated files beside their contracts are no reason to generate again', async () => {
  const folder = greeterProject();
  edit(folder, 'mq-rpc.config.ts', 'src/generated', 'src');
  const running = await watching(folder);
  edit(folder, CONTRACT, 'text: string', 'words: string');
  await running.says('written');
  edit(folder, CONTRACT, 'words: string', 'text: string');
  await running.says('written');
  signalGroup(running.process, 'SIGINT');
  expect(await running.ended).toBe(0);
  expect(running.output().match(/^1 service/gm)).toHaveLength(3);
});

test('generated files that are deleted or edited come back', async () => {
  const folder = greeterProject();
  const running = await watching(folder);
  const client = join(folder, 'src/generated/greeter.client.ts');
  const text = readFileSync(client, 'utf8');
  rmSync(client);
  await running.says('1 service, 4 files: 1 written, 3 unchanged\n');
  expect(readFileSync(client, 'utf8')).toBe(text);
  edit(folder, 'src/generated/greeter.client.ts', 'import', '// mine\nimport');
  await running.says('1 service, 4 files: 1 written, 3 unchanged\n');
  expect(readFileSync(client, 'utf8')).toBe(text);
});

test('so do documents for others', async () => {
  const folder = greeterProject();
  edit(folder, 'mq-rpc.config.ts', 'outDir:', "outputs: { markdown: 'docs/api.md' }, outDir:");
  const running = await watching(folder);
  rmSync(join(folder, 'docs/api.md'));
  await running.says('1 service, 5 files: 1 written, 4 unchanged\n');
  expect(existsSync(join(folder, 'docs/api.md'))).toBe(true);
});

test('what was known from an earlier run is watched as well', async () => {
  const folder = greeterProject();
  mqRpc(folder, 'generate');
  const running = await watching(folder);
  expect(running.output()).toContain('1 service, 4 files: 4 unchanged\n');
  edit(folder, CONTRACT, 'text: string', 'words: string');
  await running.says('1 service, 4 files: 3 written, 1 unchanged\n');
});

test('a change while another one is generated is not lost, and Ctrl-C leaves whole files', async () => {
  const folder = greeterProject();
  const running = await watching(folder);
  for (let time = 0; time < 20; time++) {
    edit(folder, CONTRACT, 'text: string', `text: string;\n  more${time}: string`);
    await new Promise((resolve) => setTimeout(resolve, 17));
  }
  await running.says('written');
  signalGroup(running.process, 'SIGINT');
  expect(await running.ended).toBe(0);
  mqRpc(folder, 'generate');
  expect(mqRpc(folder, 'generate', '--check').status).toBe(0);
  expect(readdirSync(join(folder, 'src/generated')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a config that is wrong from the start is wrong usage', async () => {
  const folder = greeterProject();
  edit(folder, 'mq-rpc.config.ts', 'contracts', 'contract');
  expect(mqRpc(folder, 'generate', '--watch')).toMatchObject({ status: 2, stdout: '' });
});
