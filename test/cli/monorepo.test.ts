// `mq-rpc generate` for several packages of a monorepo at once.

import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { edit } from '../support/greeter-project.js';
import { MAIN, mqRpc, start } from '../support/mq-rpc-command.js';
import { ROOT } from '../support/pack.js';
import { tempFolder } from '../support/temp-folder.js';

const contract = (name: string): string => `
/** @service ${name} */
export interface ${name.charAt(0).toUpperCase()}${name.slice(1)} {
  get(id: string): Promise<string>;
}
`;

const config = (value: unknown): string => `export default ${JSON.stringify(value)};\n`;

const PACKAGE = { contracts: ['src/*.contract.ts'], outDir: 'src/generated' };

/** A monorepo with the packages `orders` and `bills`, each with a config of its own. */
function monorepo(files: Readonly<Record<string, string>> = {}): string {
  const folder = tempFolder();
  const all = {
    'package.json': '{ "type": "module" }',
    'tsconfig.base.json': '{ "compilerOptions": { "module": "nodenext", "strict": true } }',
    ...Object.fromEntries(['orders', 'bills'].flatMap((name) => Object.entries(packageFiles(name)))),
    ...files,
  };
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules/mq-rpc'), 'dir');
  return folder;
}

const packageFiles = (name: string): Record<string, string> => ({
  [`packages/${name}/package.json`]: '{ "type": "module" }',
  [`packages/${name}/tsconfig.json`]: '{ "extends": "../../tsconfig.base.json" }',
  [`packages/${name}/src/${name}.contract.ts`]: contract(name),
  [`packages/${name}/mq-rpc.config.mjs`]: config(PACKAGE),
});

const generatedIn = (folder: string, name: string): string[] =>
  readdirSync(join(folder, 'packages', name, 'src/generated')).sort();

const filesOf = (service: string): string[] => [
  'index.ts',
  `${service}.client.ts`,
  `${service}.descriptor.ts`,
  `${service}.server.ts`,
];

const BOTH = `packages/bills/src/generated: 1 service, 4 files: 4 written
packages/orders/src/generated: 1 service, 4 files: 4 written
`;

test.each([
  ['a config at the root', { 'mq-rpc.config.mjs': config({ projects: ['packages/*'] }) }, []],
  [
    'config files by name',
    {},
    ['--config', 'packages/bills/mq-rpc.config.mjs', 'packages/orders/mq-rpc.config.mjs'],
  ],
  ['their folders', {}, ['--config', 'packages/bills', '--config', 'packages/orders']],
  [
    'a list at the root',
    {
      'mq-rpc.config.mjs': config(
        ['bills', 'orders'].map((name) => ({
          contracts: [`packages/${name}/src/*.contract.ts`],
          outDir: `packages/${name}/src/generated`,
          tsconfig: `packages/${name}/tsconfig.json`,
        })),
      ),
    },
    [],
  ],
])('all packages are generated, named by %s', (_, files, args) => {
  const folder = monorepo(files);
  expect(mqRpc(folder, 'generate', ...args)).toEqual({ status: 0, stdout: BOTH, stderr: '' });
  for (const name of ['orders', 'bills']) expect(generatedIn(folder, name)).toEqual(filesOf(name).sort());
});

test('a package is generated alone from within', () => {
  const folder = monorepo({ 'mq-rpc.config.mjs': config({ projects: ['packages/*'] }) });
  const { stdout } = mqRpc(join(folder, 'packages/bills'), 'generate');
  expect(stdout).toBe('1 service, 4 files: 4 written\n');
  expect(existsSync(join(folder, 'packages/orders/src/generated'))).toBe(false);
});

test('without a config at the root, the error lists those below and how to name them', () => {
  const folder = monorepo();
  const { status, stdout, stderr } = mqRpc(folder, 'generate');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toBe(
    `error: no mq-rpc.config.ts in ${folder}, but there are packages/bills/mq-rpc.config.mjs, packages/orders/mq-rpc.config.mjs
Name them: mq-rpc generate --config packages/bills/mq-rpc.config.mjs --config packages/orders/mq-rpc.config.mjs
Or write ${folder}/mq-rpc.config.ts: export default defineConfig({ projects: ['packages/bills', 'packages/orders'] });
`,
  );
});

test('a service that two packages use is generated for both', () => {
  const shared = { contracts: ['../shared/*.contract.ts', 'src/*.contract.ts'], outDir: 'src/generated' };
  const folder = monorepo({
    'mq-rpc.config.mjs': config({ projects: ['packages/*'] }),
    'packages/shared/news.contract.ts': contract('news'),
    'packages/orders/mq-rpc.config.mjs': config(shared),
    'packages/bills/mq-rpc.config.mjs': config(shared),
  });
  expect(mqRpc(folder, 'generate')).toMatchObject({ status: 0, stderr: '' });
  for (const name of ['orders', 'bills']) expect(generatedIn(folder, name)).toContain('news.client.ts');
  expect(mqRpc(folder, 'generate', '--check').status).toBe(0);
});

test('a mistake in one package is named with it, and the others are generated', () => {
  const folder = monorepo({ 'mq-rpc.config.mjs': config({ projects: ['packages/*'] }) });
  edit(folder, 'packages/bills/src/bills.contract.ts', '@service', '@servise');
  const { status, stdout, stderr } = mqRpc(folder, 'generate');
  expect({ status, stdout }).toEqual({
    status: 1,
    stdout: 'packages/orders/src/generated: 1 service, 4 files: 4 written\n',
  });
  expect(stderr).toMatch(/^packages\/bills\/src\/bills\.contract\.ts:2:5 - error MQ1001/);
  expect(stderr).toContain('\npackages/bills/src/generated: 1 error, nothing was written\n');
});

test('--check looks at all packages and names what is out of date in each', () => {
  const folder = monorepo({ 'mq-rpc.config.mjs': config({ projects: ['packages/*'] }) });
  mqRpc(folder, 'generate');
  rmSync(join(folder, 'packages/orders/src/generated/index.ts'));
  expect(mqRpc(folder, 'generate', '--check')).toEqual({
    status: 1,
    stdout: 'packages/bills/src/generated: 1 service, 4 files: 4 unchanged\n',
    stderr: `packages/orders/src/generated/index.ts: stale
packages/orders/src/generated: 1 of 4 files out of date: run mq-rpc generate
`,
  });
});

test('--json is one document, with the state of each package', () => {
  const folder = monorepo({ 'mq-rpc.config.mjs': config({ projects: ['packages/*'] }) });
  const { status, stdout } = mqRpc(folder, 'generate', '--json');
  const { files, projects, ...rest } = JSON.parse(stdout);
  expect(status).toBe(0);
  expect(rest).toEqual({ ok: true, upToDate: false, services: ['bills', 'orders'], diagnostics: [] });
  expect(files).toContainEqual({ path: 'packages/orders/src/generated/index.ts', status: 'written' });
  expect(projects).toEqual(
    ['bills', 'orders'].map((name) => ({
      config: `packages/${name}/mq-rpc.config.mjs`,
      outDir: `packages/${name}/src/generated`,
      ok: true,
      upToDate: false,
      services: [name],
    })),
  );
});

test('--watch sees changes in all packages, in what they share, and in settings above them', async () => {
  const shared = { contracts: ['../shared/*.contract.ts', 'src/*.contract.ts'], outDir: 'src/generated' };
  const folder = monorepo({
    'mq-rpc.config.mjs': config({ projects: ['packages/*'] }),
    'packages/shared/news.contract.ts': contract('news'),
    'packages/orders/mq-rpc.config.mjs': config(shared),
  });
  const args = [MAIN, 'generate', '--watch', '--config', 'packages/orders', 'packages/bills'];
  const running = start(folder, process.execPath, args);
  await running.says('Ctrl-C ends\n');
  edit(folder, 'packages/bills/src/bills.contract.ts', 'id: string', 'id: number');
  await running.says('packages/bills/src/generated: 1 service, 4 files: 3 written, 1 unchanged\n');
  edit(folder, 'packages/shared/news.contract.ts', 'id: string', 'id: number');
  await running.says('packages/orders/src/generated: 2 services, 7 files: 3 written, 4 unchanged\n');
  edit(folder, 'tsconfig.base.json', 'nodenext', 'nonsense');
  await running.says('packages/bills/src/generated: 1 error, nothing was written\n');
  edit(folder, 'tsconfig.base.json', 'nonsense', 'nodenext');
  await running.says('packages/bills/src/generated: 1 service, 4 files: 4 unchanged\n');
});

test('two configurations cannot share an output folder, nor options of the command line', () => {
  const folder = monorepo({
    'mq-rpc.config.mjs': config([PACKAGE, { ...PACKAGE, contracts: ['lib/*.ts'] }]),
  });
  const both = mqRpc(folder, 'generate');
  expect(both.status).toBe(2);
  expect(both.stderr).toContain(`error: two configurations write to ${folder}/src/generated`);
  const { status, stderr } = mqRpc(
    folder,
    'generate',
    '--config',
    'packages/bills',
    'packages/orders',
    '--out-dir',
    'x',
  );
  expect(status).toBe(2);
  expect(stderr).toContain('error: --out-dir cannot be for 2 configurations at once');
});
