// What the generator writes, and what it keeps its hands off.

import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.js';
import { contractText, generatorProject, statuses } from './generator-project.js';

const orders = () => generatorProject({ 'src/orders.contract.ts': contractText('orders') });

test('a service becomes three files and an index', async () => {
  const project = orders();
  const result = await project.generate();
  expect(result).toMatchObject({ diagnostics: [], services: ['orders'], upToDate: false });
  expect(statuses(result)).toEqual({
    'orders.client.ts': 'written',
    'orders.server.ts': 'written',
    'orders.descriptor.ts': 'written',
    'index.ts': 'written',
  });
  expect(readdirSync(project.path('src/generated')).sort()).toEqual(Object.keys(statuses(result)).sort());
});

test('a second run writes nothing', async () => {
  const project = orders();
  await project.generate();
  const before = statSync(project.path('src/generated/index.ts')).mtimeMs;
  const result = await project.generate({ cache: false });
  expect(result.upToDate).toBe(true);
  expect(new Set(Object.values(statuses(result)))).toEqual(new Set(['unchanged']));
  expect(statSync(project.path('src/generated/index.ts')).mtimeMs).toBe(before);
});

test('other line ends are no difference', async () => {
  const project = orders();
  await project.generate();
  const text = project.read('src/generated/index.ts').replaceAll('\n', '\r\n');
  project.write('src/generated/index.ts', text);
  expect(await project.generate({ check: true })).toMatchObject({ upToDate: true });
});

test('only files that differ are written', async () => {
  const project = orders();
  await project.generate();
  project.write('src/orders.contract.ts', contractText('orders', 'number'));
  expect(statuses(await project.generate())).toEqual({
    'orders.client.ts': 'written',
    'orders.server.ts': 'written',
    'orders.descriptor.ts': 'written',
    'index.ts': 'unchanged',
  });
});

test('checking writes nothing and names what is out of date', async () => {
  const project = orders();
  expect(new Set(Object.values(statuses(await project.generate({ check: true }))))).toEqual(
    new Set(['stale']),
  );
  expect(existsSync(project.path('src/generated'))).toBe(false);
  await project.generate();
  expect(await project.generate({ check: true })).toMatchObject({ upToDate: true });
  project.write('src/generated/index.ts', `${project.read('src/generated/index.ts')}// edited\n`);
  const result = await project.generate({ check: true });
  expect(result.upToDate).toBe(false);
  expect(statuses(result)).toMatchObject({ 'index.ts': 'stale', 'orders.client.ts': 'unchanged' });
  expect(project.read('src/generated/index.ts')).toContain('// edited');
});

test('files of a service that is gone are removed, others stay', async () => {
  const project = generatorProject({
    'src/orders.contract.ts': contractText('orders'),
    'src/items.contract.ts': contractText('items'),
  });
  await project.generate();
  project.write('src/generated/own.client.ts', 'export {};\n');
  project.write('src/items.contract.ts', contractText('things'));
  expect(statuses(await project.generate())).toMatchObject({
    'items.client.ts': 'removed',
    'items.server.ts': 'removed',
    'items.descriptor.ts': 'removed',
    'things.client.ts': 'written',
    'orders.client.ts': 'unchanged',
  });
  expect(existsSync(project.path('src/generated/items.client.ts'))).toBe(false);
  expect(existsSync(project.path('src/generated/own.client.ts'))).toBe(true);
});

test('a skeleton comes and goes with the methods that it is for', async () => {
  const contract = (...methods: string[]) =>
    `/** @service apes */ export interface Apes { ${methods.map((text) => `${text}(): void;`).join('\n')} }`;
  const [method, event] = ['/** @oneway */ eat', '/** @event */ eaten'];
  const project = generatorProject({ 'src/a.contract.ts': contract(method) });
  const skeletons = async (text: string) => {
    project.write('src/a.contract.ts', text);
    const { diagnostics } = await project.generate();
    expect(diagnostics).toEqual([]);
    const exported = [...project.read('src/generated/index.ts').matchAll(/\.\/apes\.(\w+)\.js/g)];
    const files = readdirSync(project.path('src/generated')).filter((name) => name.startsWith('apes.'));
    expect(exported.map(([, kind]) => `apes.${kind}.ts`)).toEqual(files.sort());
    return files.filter((name) => /server|subscriber/.test(name));
  };
  expect(await skeletons(contract(method))).toEqual(['apes.server.ts']);
  expect(await skeletons(contract(method, event))).toEqual(['apes.server.ts', 'apes.subscriber.ts']);
  expect(await skeletons(contract(event))).toEqual(['apes.subscriber.ts']);
  expect(await skeletons(contract())).toEqual(['apes.server.ts']);
});

test('a file that was not generated is never overwritten', async () => {
  const project = orders();
  project.write('src/generated/index.ts', 'export const mine = 1;\n');
  const result = await project.generate();
  expect(result.diagnostics).toMatchObject([
    { code: 'MQ4002', help: 'Move it, or choose another output folder.' },
  ]);
  expect(project.read('src/generated/index.ts')).toBe('export const mine = 1;\n');
  expect(existsSync(project.path('src/generated/orders.client.ts'))).toBe(false);
});

test('a link in the place of a file is not followed', async () => {
  const project = orders();
  project.write('elsewhere.ts', '// Generated by mq-rpc\n');
  mkdirSync(project.path('src/generated'));
  symlinkSync(project.path('elsewhere.ts'), project.path('src/generated/index.ts'));
  expect((await project.generate()).diagnostics).toMatchObject([{ code: 'MQ4002' }]);
  expect(project.read('elsewhere.ts')).toBe('// Generated by mq-rpc\n');
});

test.each(['../outside', '/', 'node_modules/generated', '.git/hooks'])(
  'the output folder %s is refused',
  async (outDir) => {
    const result = await orders().generate({ outDir });
    expect(result.diagnostics).toMatchObject([{ code: 'MQ4001' }]);
    expect(result.files).toEqual([]);
  },
);

test('an output folder that a link leads out of the project is refused', async () => {
  const project = orders();
  const outside = tempFolder();
  symlinkSync(outside, project.path('src/linked'), 'dir');
  const result = await project.generate({ outDir: 'src/linked/generated' });
  expect(result.diagnostics).toMatchObject([{ code: 'MQ4001' }]);
  expect(readdirSync(outside)).toEqual([]);
});

test('with any mistake nothing is written', async () => {
  const project = generatorProject({
    'src/orders.contract.ts': contractText('orders'),
    'src/items.contract.ts': contractText('items', '() => void'),
  });
  const result = await project.generate();
  expect(result).toMatchObject({ services: [], files: [], upToDate: false });
  expect(result.diagnostics.length).toBeGreaterThan(0);
  expect(existsSync(project.path('src/generated'))).toBe(false);
});

test('what cannot be written is a mistake that leaves all files as they were', async () => {
  const project = orders();
  await project.generate();
  const before = project.read('src/generated/orders.client.ts');
  project.write('src/orders.contract.ts', contractText('orders', 'number'));
  // A folder in the place of a temporary file: whoever runs the tests may be allowed to write everywhere.
  mkdirSync(project.path(`src/generated/orders.server.ts.${process.pid}.tmp`));
  const result = await project.generate();
  expect(result.diagnostics).toMatchObject([{ code: 'MQ4003' }]);
  expect(project.read('src/generated/orders.client.ts')).toBe(before);
});

test('no contract is a mistake', async () => {
  const result = await orders().generate({ contracts: ['lib/*.contract.ts'] });
  expect(result.diagnostics).toMatchObject([{ code: 'MQ3004', place: undefined }]);
});

test('names that only generation makes clash are mistakes', async () => {
  const project = generatorProject({
    'src/orders.contract.ts': `
      export interface OrdersClient { name: string }
      /** @service orders */
      export interface Orders { get(client: OrdersClient): Promise<string> }
    `,
  });
  expect((await project.generate()).diagnostics).toMatchObject([
    { code: 'MQ3001', help: 'Rename one of them.', place: { line: 4 } },
  ]);
});

test('progress goes through all steps', async () => {
  const steps: string[] = [];
  await orders().generate({ onProgress: ({ step }) => steps.push(step) });
  expect([...new Set(steps)]).toEqual(['load', 'read', 'render', 'write']);
});
