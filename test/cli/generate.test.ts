// `mq-rpc generate`: what it writes, what it says, and how it ends.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { edit, greeterProject } from '../support/greeter-project.js';
import { mqRpc } from '../support/mq-rpc-command.js';

const CONTRACT = 'src/greeter.contract.ts';
const FILES = ['greeter.client.ts', 'greeter.descriptor.ts', 'greeter.server.ts', 'index.ts'];
const generatedIn = (folder: string): string[] => readdirSync(join(folder, 'src/generated')).sort();

describe('generate', () => {
  test.for([[[]], [['--decorators']]])('writes four files for one service (init %s)', ([flags]) => {
    const folder = greeterProject(...(flags ?? []));
    expect(mqRpc(folder, 'generate')).toEqual({
      status: 0,
      stdout: '1 service, 4 files: 4 written\n',
      stderr: '',
    });
    expect(generatedIn(folder)).toEqual(FILES);
  });

  test('writes only what has changed', () => {
    const folder = greeterProject();
    mqRpc(folder, 'generate');
    expect(mqRpc(folder, 'generate').stdout).toBe('1 service, 4 files: 4 unchanged\n');
    rmSync(join(folder, 'src/generated/index.ts'));
    expect(mqRpc(folder, 'generate').stdout).toBe('1 service, 4 files: 1 written, 3 unchanged\n');
    edit(folder, CONTRACT, 'text: string;', 'text: string;\n  length: number;');
    expect(mqRpc(folder, 'generate').stdout).toMatch(
      /^1 service, 4 files: [1-3] written, [1-3] unchanged\n$/,
    );
  });

  test('comes to the same result without its cache', () => {
    const folder = greeterProject();
    mqRpc(folder, 'generate');
    expect(mqRpc(folder, 'generate', '--no-cache').stdout).toBe('1 service, 4 files: 4 unchanged\n');
  });

  test('removes the files of a service that is gone', () => {
    const folder = greeterProject();
    edit(folder, CONTRACT, 'greeter', 'welcome');
    mqRpc(folder, 'generate');
    edit(folder, CONTRACT, 'welcome', 'greeter');
    expect(mqRpc(folder, 'generate')).toMatchObject({ status: 0, stderr: '' });
    expect(generatedIn(folder)).toEqual(FILES);
  });

  test('finds the config file from a folder within the package', () => {
    const folder = greeterProject();
    expect(mqRpc(join(folder, 'src'), 'generate').status).toBe(0);
    expect(generatedIn(folder)).toEqual(FILES);
  });

  test('takes paths of the command line from where it was called', () => {
    const folder = greeterProject();
    mkdirSync(join(folder, 'src/api'));
    const args = [
      'generate',
      '--contracts',
      '../*.contract.ts',
      '--out-dir',
      'made',
      '--tsconfig',
      '../../tsconfig.json',
    ];
    expect(mqRpc(join(folder, 'src/api'), ...args)).toMatchObject({ status: 0, stderr: '' });
    expect(readdirSync(join(folder, 'src/api/made')).sort()).toEqual(FILES);
    expect(existsSync(join(folder, 'src/generated'))).toBe(false);
  });

  test('takes folders on the way for what they are, and ! for an exception', () => {
    const folder = greeterProject();
    const odd = join(folder, 'src/(odd) [id]');
    mkdirSync(odd);
    writeFileSync(join(odd, 'broken.contract.ts'), 'no contract at all');
    renameSync(join(folder, CONTRACT), join(odd, 'greeter.contract.ts'));
    const contracts = ['--contracts', '*.contract.ts', '!broken.*'];
    expect(mqRpc(odd, 'generate', ...contracts)).toMatchObject({ status: 0, stderr: '' });
    expect(generatedIn(folder)).toEqual(FILES);
  });

  test('needs no config file if the contracts are named', () => {
    const folder = greeterProject();
    rmSync(join(folder, 'mq-rpc.config.ts'));
    expect(mqRpc(folder, 'generate', '--contracts', 'src/*.contract.ts')).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(generatedIn(folder)).toEqual(FILES);
  });

  test.for(['mq-rpc.config.mts', 'mq-rpc.config.js', 'mq-rpc.config.mjs'])('reads %s', (name) => {
    const folder = greeterProject();
    rmSync(join(folder, 'mq-rpc.config.ts'));
    writeFileSync(
      join(folder, name),
      `export default { contracts: ['${CONTRACT}'], outDir: 'src/generated' };`,
    );
    expect(mqRpc(folder, 'generate')).toMatchObject({ status: 0, stderr: '' });
    expect(generatedIn(folder)).toEqual(FILES);
  });

  test('reads a config file that is a CommonJS module', () => {
    const folder = greeterProject();
    edit(folder, 'package.json', '"type": "module"', '"type": "commonjs"');
    rmSync(join(folder, 'mq-rpc.config.ts'));
    const config = `module.exports = { contracts: ['${CONTRACT}'], outDir: 'src/generated' };`;
    writeFileSync(join(folder, 'mq-rpc.config.js'), config);
    expect(mqRpc(folder, 'generate')).toMatchObject({ status: 0, stderr: '' });
  });
});

describe('a contract with an error', () => {
  test('is named by file, line and column, with a way out, and nothing is written', () => {
    const folder = greeterProject();
    edit(folder, CONTRACT, '@retain 1d', '@retian 1d');
    const { status, stdout, stderr } = mqRpc(folder, 'generate');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^src\/greeter\.contract\.ts:6:\d+ - error MQ1001: .*@retian/);
    expect(stderr).toContain('@retain');
    expect(stderr).toMatch(/\n1 error, nothing was written\n$/);
    expect(existsSync(join(folder, 'src/generated'))).toBe(false);
  });

  test('leaves what was generated before as it is', () => {
    const folder = greeterProject();
    mqRpc(folder, 'generate');
    const before = readFileSync(join(folder, 'src/generated/index.ts'), 'utf8');
    edit(folder, CONTRACT, 'name: string', 'name: () => void');
    expect(mqRpc(folder, 'generate').status).toBe(1);
    expect(readFileSync(join(folder, 'src/generated/index.ts'), 'utf8')).toBe(before);
  });

  test('is an error when there is none at all', () => {
    const folder = greeterProject();
    rmSync(join(folder, CONTRACT));
    const { status, stderr } = mqRpc(folder, 'generate');
    expect(status).toBe(1);
    expect(stderr).toContain('MQ3004');
  });
});

describe('--check', () => {
  test('is silent about nothing to do, but for the summary', () => {
    const folder = greeterProject();
    mqRpc(folder, 'generate');
    expect(mqRpc(folder, 'generate', '--check')).toEqual({
      status: 0,
      stdout: '1 service, 4 files: 4 unchanged\n',
      stderr: '',
    });
  });

  test('names the files that are out of date, and writes nothing', () => {
    const folder = greeterProject();
    mqRpc(folder, 'generate');
    edit(folder, 'src/generated/greeter.client.ts', 'import', '// edited by hand\nimport');
    rmSync(join(folder, 'src/generated/index.ts'));
    expect(mqRpc(folder, 'generate', '--check')).toEqual({
      status: 1,
      stdout: '',
      stderr: `src/generated/greeter.client.ts: stale
src/generated/index.ts: stale
2 of 4 files out of date: run mq-rpc generate
`,
    });
    const client = readFileSync(join(folder, 'src/generated/greeter.client.ts'), 'utf8');
    expect(client).toContain('// edited by hand\n');
    expect(generatedIn(folder)).toEqual(FILES.filter((name) => name !== 'index.ts'));
  });
});

describe('--json', () => {
  test('prints one document and nothing else', () => {
    const folder = greeterProject();
    const { status, stdout, stderr } = mqRpc(folder, 'generate', '--json');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { files, ...rest } = JSON.parse(stdout);
    expect(rest).toEqual({ ok: true, upToDate: false, services: ['greeter'], diagnostics: [] });
    expect(files).toHaveLength(4);
    expect(files).toContainEqual({ path: 'src/generated/greeter.client.ts', status: 'written' });
  });

  test('holds the diagnostics', () => {
    const folder = greeterProject();
    edit(folder, CONTRACT, '@retain 1d', '@retian 1d');
    const { status, stdout, stderr } = mqRpc(folder, 'generate', '--json');
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      files: [],
      diagnostics: [{ code: 'MQ1001', place: { file: CONTRACT, line: 6, column: expect.any(Number) } }],
    });
  });

  test('says with --check what is out of date', () => {
    const { status, stdout } = mqRpc(greeterProject(), 'generate', '--json', '--check');
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, upToDate: false });
  });

  test('stays silent on stdout when there is nothing to report on', () => {
    const folder = greeterProject();
    rmSync(join(folder, 'mq-rpc.config.ts'));
    expect(mqRpc(folder, 'generate', '--json')).toMatchObject({ status: 2, stdout: '' });
  });
});
