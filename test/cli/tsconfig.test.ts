// A tsconfig that cannot be used, and one that leads to others: what `mq-rpc generate` says and does.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { mqRpc } from '../support/mq-rpc-command.js';
import { tempFolder } from '../support/temp-folder.js';

const CONTRACT = `import type { Order } from '@shared/order';
/** @service orders */
export interface Orders {
  place(order: Order): Promise<string>;
}
`;

const PATHS = {
  compilerOptions: { module: 'esnext', moduleResolution: 'bundler', paths: { '@shared/*': ['./shared/*'] } },
};

type Files = Readonly<Record<string, string | object>>;

/** A project whose contract compiles only with the right tsconfig. */
function project(files: Files): string {
  const folder = tempFolder();
  const all: Files = {
    'package.json': '{ "type": "module" }',
    'src/orders.contract.ts': CONTRACT,
    'shared/order.ts': 'export interface Order { id: string }\n',
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

const generate = (folder: string, ...args: string[]) =>
  mqRpc(folder, 'generate', '--contracts', 'src/*.contract.ts', ...args);

const WRITTEN = { status: 0, stdout: '1 service, 4 files: 4 written\n', stderr: '' };

test.each<[what: string, tsconfig: string | object, complaint: string]>([
  [
    'a syntax error',
    '{ "compilerOptions": ',
    'tsconfig.json:1:21 - error MQ3006: the tsconfig cannot be used: Expression expected (TS1109)',
  ],
  [
    'a base that is not there',
    { extends: './no.json' },
    'tsconfig.json:1:1 - error MQ3006: the tsconfig cannot be used: Cannot read file ',
  ],
  [
    'a base package that is not installed',
    { extends: '@tsconfig/nowhere/tsconfig.json' },
    "tsconfig.json:1:12 - error MQ3006: the tsconfig cannot be used: File '@tsconfig/nowhere/tsconfig.json' not found (TS6053)",
  ],
  [
    'a circle',
    { extends: './tsconfig.json' },
    'tsconfig.json:1:1 - error MQ3006: the tsconfig cannot be used: Circularity detected',
  ],
  [
    'an unknown value',
    { compilerOptions: { module: 'nonsense' } },
    "tsconfig.json:1:30 - error MQ3006: the tsconfig cannot be used: Argument for '--module' option must be",
  ],
  [
    'a value of the wrong type',
    { compilerOptions: { strict: 'yes' } },
    "tsconfig.json:1:30 - error MQ3006: the tsconfig cannot be used: Compiler option 'strict' requires a value of type boolean (TS5024)",
  ],
  [
    'projects none of which has the contracts',
    { files: [], references: [{ path: './lib' }] },
    'tsconfig.json:1:1 - error MQ3006: the tsconfig cannot be used: it only refers to other projects, and that one does not include the contracts',
  ],
  [
    'a project that is not there',
    { files: [], references: [{ path: './nowhere' }] },
    "error MQ3006: the tsconfig cannot be used: Cannot read file '",
  ],
])('%s is named, once, and nothing else', (_, tsconfig, complaint) => {
  const folder = project({
    'tsconfig.json': tsconfig,
    'lib/tsconfig.json': { include: ['lib'] },
  });
  const { status, stdout, stderr } = generate(folder);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toContain(complaint);
  expect(stderr).toMatch(/\n1 error, nothing was written\n$/);
});

test.each<[what: string, files: Files, args: string[]]>([
  [
    'a folder',
    { 'config/tsconfig.json': { extends: '../base.json' }, 'base.json': PATHS },
    ['--tsconfig', 'config'],
  ],
  ['an empty list of files', { 'tsconfig.json': { ...PATHS, files: [] } }, []],
  [
    'a target and a library that only a newer compiler knows',
    { 'tsconfig.json': { compilerOptions: { ...PATHS.compilerOptions, target: 'es2099', lib: ['es2099'] } } },
    [],
  ],
  [
    'a list of projects, of which one includes the contracts',
    {
      'tsconfig.json': {
        files: [],
        references: [{ path: './tsconfig.node.json' }, { path: './tsconfig.app.json' }],
      },
      'tsconfig.node.json': { compilerOptions: { module: 'nodenext' }, include: ['vite.config.ts'] },
      'tsconfig.app.json': { ...PATHS, include: ['src'] },
    },
    [],
  ],
  [
    'a list of lists of projects',
    {
      'tsconfig.json': { files: [], references: [{ path: './config' }] },
      'config/tsconfig.json': { files: [], references: [{ path: '..' }, { path: '../tsconfig.app.json' }] },
      'tsconfig.app.json': { ...PATHS, files: ['src/orders.contract.ts'] },
    },
    [],
  ],
])('a tsconfig can be %s', (_, files, args) => {
  expect(generate(project(files), ...args)).toEqual(WRITTEN);
});
