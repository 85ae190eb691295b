// What is published: the files in the tarball, and whether the tools for packages have anything to say.

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { packInto } from '../support/pack.js';
import { tempFolder } from '../support/temp-folder.js';

const bin = (name: string): string => join('node_modules', '.bin', name);

test('the tarball holds compiled code and its types, scripts for Redis, documents, recheck, and nothing else', () => {
  const tarball = packInto(tempFolder());
  const files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((file) => file.replace(/^package\//, ''));
  const documents = files.filter((file) => !/^dist\/.*\.(?:js|d\.ts|lua)$/.test(file));
  expect(documents.sort()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'dist/codegen/third-party/recheck.LICENSE',
    'dist/codegen/third-party/recheck.cjs',
    'package.json',
    'tsdoc.json',
  ]);
  const needed = ['dist/src/index.js', 'dist/src/index.d.ts', 'dist/src/broker/redis/lua/send.lua'];
  expect(files).toEqual(expect.arrayContaining(needed));
});

test('publint has nothing to say', () => {
  const { status, stdout, stderr } = spawnSync(bin('publint'), ['run', packInto(tempFolder()), '--strict'], {
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).toContain('All good!');
  expect(status).toBe(0);
});

test('attw has nothing to say', () => {
  // .attw.json leaves out resolution as of Node 10, which knows no `exports`, and the rule that CommonJS cannot
  // load ES modules: on every Node that we support it can.
  const { status, stdout } = spawnSync(bin('attw'), [packInto(tempFolder())], { encoding: 'utf8' });
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('"mq-rpc/testing"') });
  expect(stdout).toContain('"mq-rpc/class-validator"');
});
