// How a project's settings and files are found, and what the generator learns from them.

import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatDiagnostic, formatDiagnostics } from '#dist/codegen/format-diagnostic.js';
import { readContracts } from '#dist/codegen/read-contracts.js';
import { contractProject } from './contract-project.js';

const contract = '/** @service a */ export interface A { m(a: string | null): Promise<void> }';
const tsconfig = (compilerOptions: object, rest: object = {}) => JSON.stringify({ compilerOptions, ...rest });

test.each([
  ['.js', undefined],
  ['.js', {}],
  ['.ts', { allowImportingTsExtensions: true, noEmit: true }],
  ['.ts', { rewriteRelativeImportExtensions: true }],
])('relative imports end with %s with the options %j', (extension, options) => {
  using project = contractProject({
    'a.contract.ts': contract,
    ...(options && { 'tsconfig.json': tsconfig(options) }),
  });
  expect(project.read().importExtension).toBe(extension);
});

test('null is kept apart also in a project that is not strict', () => {
  using project = contractProject({
    'a.contract.ts': contract,
    'tsconfig.json': tsconfig({ strict: false }),
  });
  expect(project.read().services[0]?.methods[0]?.parameters[0]?.type).toMatchObject({
    text: 'string | null',
  });
});

test('paths, extended settings and comments in the tsconfig count', () => {
  using project = contractProject({
    'a.contract.ts': `import type { Order } from '@shared/order';
      /** @service a */ export interface A { m(order: Order): Promise<void> }`,
    'shared/order.ts': 'export interface Order { id: string }',
    'config/base.json': tsconfig({ module: 'esnext', moduleResolution: 'bundler' }),
    'other.json': `{ /* comment */ "extends": "./config/base.json", "compilerOptions": { "paths": { "@shared/*": ["./shared/*"] }, }, }`,
  });
  const { services, diagnostics, sourceFiles } = project.read('other.json');
  expect(diagnostics).toEqual([]);
  expect(services[0]?.methods[0]?.parameters[0]?.text).toEqual({
    source: 'Order',
    imports: [{ name: 'Order', from: { file: join(project.cwd, 'shared/order.ts') } }],
  });
  expect(sourceFiles).toEqual(['a.contract.ts', 'shared/order.ts'].map((name) => join(project.cwd, name)));
});

test('global declarations of the project are found', () => {
  using project = contractProject({
    'a.contract.ts': '/** @service a */ export interface A { m(order: GlobalOrder): Promise<Shop.Item> }',
    'src/globals.d.ts':
      'interface GlobalOrder { id: string } declare namespace Shop { interface Item { n: 1 } }',
    'tsconfig.json': tsconfig({ module: 'nodenext' }),
  });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  expect(services[0]?.methods[0]?.parameters[0]?.text).toEqual({ source: 'GlobalOrder', imports: [] });
});

test('unused imports, as those that only a comment names, are no mistakes here', () => {
  using project = contractProject({
    'a.contract.ts': `import { ServiceError } from 'mq-rpc';
      import { Oops } from './oops.js';
      /** @service a */ export interface A { /** @throws {Oops} */ m(): Promise<void> }`,
    'oops.ts':
      "import { ServiceError } from 'mq-rpc';\nexport class Oops extends ServiceError<{ n: number }> {}",
    'tsconfig.json': tsconfig({ module: 'nodenext', noUnusedLocals: true, noUnusedParameters: true }),
  });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  expect(services[0]?.methods[0]?.throws.map(({ name }) => name)).toEqual(['Oops']);
});

test('services come in the order of their files, and each file once', () => {
  using project = contractProject({
    'b.contract.ts': contract.replaceAll(/\ba\b/g, 'b').replace('interface A', 'interface B'),
    'a.contract.ts': contract,
  });
  const files = ['b.contract.ts', './a.contract.ts', join(project.cwd, 'b.contract.ts')];
  const { services } = readContracts({ cwd: project.cwd, files });
  expect(services.map(({ name }) => name)).toEqual(['a', 'b']);
});

test.each([
  ['nowhere.json', {}, 'nowhere.json:1:1 - error MQ3006: the tsconfig cannot be used: Cannot read file'],
  [
    'tsconfig.json',
    { 'tsconfig.json': '{ "compilerOptions": ' },
    'tsconfig.json:1:21 - error MQ3006: the tsconfig cannot be used: Expression expected (TS1109)',
  ],
  [
    'tsconfig.json',
    { 'tsconfig.json': '{ "extends": "./no" }' },
    "tsconfig.json:1:14 - error MQ3006: the tsconfig cannot be used: File './no' not found (TS6053)",
  ],
])('a tsconfig that cannot be used is named: %s %j', (tsconfig, files, complaint) => {
  using project = contractProject({ 'a.contract.ts': contract, ...files });
  const { diagnostics } = project.read(tsconfig);
  expect(formatDiagnostics(diagnostics, { cwd: project.cwd })).toContain(complaint);
});

test('options that only a newer compiler knows do no harm', () => {
  using project = contractProject({
    'a.contract.ts': contract,
    'tsconfig.json': tsconfig({ fromTheFuture: 1 }),
  });
  expect(project.read().diagnostics).toEqual([]);
});

test('a contract file that is not there is named', () => {
  using project = contractProject({ 'a.contract.ts': contract });
  const { diagnostics } = readContracts({ cwd: project.cwd, files: ['nowhere.contract.ts'] });
  expect(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { cwd: project.cwd }))).toEqual([
    'error MQ3004: contract file cannot be read: nowhere.contract.ts\n  help: Check the contracts that mq-rpc.config.ts names.',
  ]);
});

test('a diagnostic is coloured only when asked to', () => {
  const diagnostic = {
    code: 'MQ1001',
    message: 'unknown annotation @x',
    help: 'Remove it.',
    place: { file: '/project/src/a.contract.ts', line: 12, column: 3 },
  } as const;
  expect(formatDiagnostic(diagnostic, { cwd: '/project' })).toBe(
    'src/a.contract.ts:12:3 - error MQ1001: unknown annotation @x\n  help: Remove it.',
  );
  const colored = formatDiagnostic(diagnostic, { cwd: '/project', color: true });
  expect(colored).toContain('\u001b[31merror\u001b[0m');
});

test('a file that is nested too deeply for the compiler is refused, not crashed on', () => {
  const deep = `${'['.repeat(5_000)}string${']'.repeat(5_000)}`;
  using direct = contractProject({
    'a.contract.ts': contract.replace('string', deep),
    'b.contract.ts': contract.replace('@service a', '@service b').replace('interface A', 'interface B'),
  });
  expect(direct.complaints()).toMatch(
    /^a\.contract\.ts:1:1 - error MQ3003: the contract is nested too deeply/,
  );
  using imported = contractProject({
    'a.contract.ts': `import type { Deep } from './deep.js';\n${contract.replace('string', 'Deep')}`,
    'deep.ts': `export type Deep = ${deep};`,
  });
  expect(imported.complaints()).toMatch(/^error MQ3003: a type that the contracts use is nested too deeply/);
});
