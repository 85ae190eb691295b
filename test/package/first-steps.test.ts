// A stranger's first minutes: install the tarball, init, generate, client, server, result.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { edit } from '../support/greeter-project.js';
import { bringSqlite, installTarball, npm, projectBeside } from '../support/installed-project.js';
import { run, signalGroup, start } from '../support/mq-rpc-command.js';

const MINUTES_MS = 5 * 60_000;
const CALL_ID = /Call ([0-9a-f-]{36}) is ready\. Waiting for its result\.\n/;

let base: string;
let installed: string;
let initOutput: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'mq-rpc-test-'));
  installed = join(base, 'first');
  mkdirSync(installed);
  installTarball(installed);
  initOutput = npm(installed, 'npx', 'mq-rpc', 'init').stdout;
  bringSqlite(installed);
}, MINUTES_MS);

afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Makes a call without a server, kills the client, starts the server, collects by id in a third process. */
async function answersACall(folder: string): Promise<void> {
  const client = start(folder, 'npm', ['run', 'client']);
  await client.says('Waiting for its result.\n');
  const id = CALL_ID.exec(client.output())?.[1] ?? '';
  signalGroup(client.process, 'SIGKILL');
  await client.ended;

  const server = start(folder, 'npm', ['run', 'server']);
  await server.says('Greeting world.\n');
  const collector = start(folder, 'npm', ['run', 'client', '--', id]);
  await collector.says('Hello, world! (at ');
  expect(await collector.ended).toBe(0);

  signalGroup(server.process, 'SIGTERM');
  await server.ended;
  expect(server.output()).not.toMatch(/error/i);
}

test('init installs what is missing and keeps the tarball', () => {
  expect(initOutput).toContain(
    'changed  package.json: added type, scripts.generate, scripts.client, scripts.server',
  );
  expect(initOutput).toMatch(/\nInstalling .*tsx, typescript with npm\n/);
  expect(initOutput).toContain('\nNext:\n  npx mq-rpc generate  ');
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  expect(manifest.dependencies['mq-rpc']).toMatch(/^file:.*mq-rpc-\d+\.\d+\.\d+\.tgz$/);
  expect(existsSync(join(installed, 'node_modules/.bin/tsx'))).toBe(true);
});

test('an empty folder: the result arrives at the client that waits', { timeout: MINUTES_MS }, async () => {
  expect(npm(installed, 'npx', 'mq-rpc', 'generate').stdout).toBe('1 service, 4 files: 4 written\n');
  npm(installed, 'npx', 'tsc', '-p', '.');
  const client = start(installed, 'npm', ['run', 'client']);
  await client.says('Waiting for its result.\n');
  const server = start(installed, 'npm', ['run', 'server']);
  await server.says('Answering calls');
  await client.says('Hello, world! (at ');
  expect(await client.ended).toBe(0);
  signalGroup(server.process, 'SIGINT');
  await server.ended;
});

test.for([
  ['a class with decorators', 'decorators', { type: 'module', name: 'b' }, ['--decorators']],
  ['a CommonJS project', 'commonjs', { type: 'commonjs', name: 'c' }, []],
  ['a CommonJS project, class with decorators', 'both', { name: 'd' }, ['--decorators']],
] as const)(
  '%s: the result outlives the client',
  { timeout: MINUTES_MS },
  async ([, name, manifest, flags]) => {
    const folder = projectBeside(installed, name, manifest);
    npm(folder, 'npx', 'mq-rpc', 'init', ...flags);
    npm(folder, 'npx', 'mq-rpc', 'generate');
    npm(folder, 'npx', 'tsc', '-p', '.');
    await answersACall(folder);
  },
);

test('a wrong contract ends with 1 and its place', { timeout: MINUTES_MS }, () => {
  const folder = projectBeside(installed, 'wrong', { type: 'module' });
  npm(folder, 'npx', 'mq-rpc', 'init');
  edit(folder, 'src/greeter.contract.ts', '@retain 1d', '@retain soon');
  const { status, stderr } = run(folder, 'npx', ['mq-rpc', 'generate']);
  expect(stderr).toMatch(/src\/greeter\.contract\.ts:6:\d+ - error MQ1002: /);
  expect(status).toBe(1);
});

test('require loads the installed package', () => {
  const code = `const { connect } = require('mq-rpc'); console.log(typeof connect)`;
  expect(run(installed, process.execPath, ['--eval', code]).stdout).toBe('function\n');
});
