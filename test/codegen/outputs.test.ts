// The documents that a config asks for: where they are written, when they are stale, and what is never touched.

import { existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.js';
import { contractText, generatorProject, statuses } from './generator-project.js';

const OUTPUTS = { jsonSchema: 'api', asyncApi: 'api/asyncapi.json', markdown: 'docs/api.md' };
const DOCUMENTS = ['api/orders.schema.json', OUTPUTS.asyncApi, OUTPUTS.markdown];

const orders = () => generatorProject({ 'src/orders.contract.ts': contractText('orders') });

test('documents are written beside the code, and once', async () => {
  const project = orders();
  expect(statuses(await project.generate({ outputs: OUTPUTS }))).toMatchObject({
    'index.ts': 'written',
    'orders.schema.json': 'written',
    'asyncapi.json': 'written',
    'api.md': 'written',
  });
  const again = await project.generate({ outputs: OUTPUTS, cache: false });
  expect(again.upToDate).toBe(true);
  expect(readdirSync(project.path('api')).sort()).toEqual(['asyncapi.json', 'orders.schema.json']);
});

test('each can be had alone, and none is the default', async () => {
  const project = orders();
  await project.generate();
  expect(existsSync(project.path('api'))).toBe(false);
  const { files } = await project.generate({ outputs: { markdown: 'README.md' } });
  expect(files.map(({ path }) => path)).toContain(project.path('README.md'));
  expect(existsSync(project.path('api'))).toBe(false);
});

test('a document that is gone or was edited is noticed, also from memory', async () => {
  const project = orders();
  await project.generate({ outputs: OUTPUTS });
  expect(await project.generate({ outputs: OUTPUTS })).toMatchObject({ upToDate: true });
  project.write('docs/api.md', `${project.read('docs/api.md')}\nmore\n`);
  const result = await project.generate({ outputs: OUTPUTS, check: true });
  expect(result.upToDate).toBe(false);
  expect(statuses(result)).toMatchObject({ 'api.md': 'stale', 'asyncapi.json': 'unchanged' });
  expect(statuses(await project.generate({ outputs: OUTPUTS }))).toMatchObject({ 'api.md': 'written' });
});

test('another config is another run: its documents are written, and clients change', async () => {
  const project = orders();
  await project.generate();
  expect(statuses(await project.generate({ outputs: OUTPUTS }))).toMatchObject({ 'api.md': 'written' });
  expect(statuses(await project.generate({ selfContained: true }))).toMatchObject({
    'orders.types.ts': 'written',
  });
});

test('schemas of services that are gone are removed, other files stay', async () => {
  const project = generatorProject({
    'src/orders.contract.ts': contractText('orders'),
    'src/items.contract.ts': contractText('items'),
    'api/own.schema.json': '{}',
  });
  await project.generate({ outputs: OUTPUTS });
  project.write('src/items.contract.ts', contractText('things'));
  expect(statuses(await project.generate({ outputs: OUTPUTS }))).toMatchObject({
    'items.schema.json': 'removed',
    'things.schema.json': 'written',
  });
  expect(readdirSync(project.path('api')).sort()).toEqual([
    'asyncapi.json',
    'orders.schema.json',
    'own.schema.json',
    'things.schema.json',
  ]);
});

test.each(DOCUMENTS)(
  '%s that was not generated is never overwritten, and then nothing is written',
  async (name) => {
    const project = orders();
    project.write(name, '{ "mine": true }');
    const { diagnostics } = await project.generate({ outputs: OUTPUTS });
    expect(diagnostics).toMatchObject([{ code: 'MQ4002' }]);
    expect(project.read(name)).toBe('{ "mine": true }');
    expect(existsSync(project.path('src/generated'))).toBe(false);
  },
);

test.each([
  { jsonSchema: '../api' },
  { asyncApi: '../asyncapi.json' },
  { markdown: 'node_modules/api.md' },
  { markdown: '.git/api.md' },
])('%o is refused', async (outputs) => {
  const result = await orders().generate({ outputs });
  expect(result.diagnostics).toMatchObject([{ code: 'MQ4001' }]);
  expect(result.files).toEqual([]);
});

test('a link leads no document out of the project', async () => {
  const project = orders();
  const outside = tempFolder();
  mkdirSync(project.path('docs'));
  symlinkSync(outside, project.path('docs/linked'), 'dir');
  const { diagnostics } = await project.generate({ outputs: { markdown: 'docs/linked/api.md' } });
  expect(diagnostics).toMatchObject([{ code: 'MQ4001' }]);
  expect(readdirSync(outside)).toEqual([]);
});

test('two documents in one file are a mistake', async () => {
  const outputs = { jsonSchema: 'api', asyncApi: 'api/Orders.schema.json' };
  const { diagnostics } = await orders().generate({ outputs });
  expect(diagnostics).toMatchObject([{ code: 'MQ4001', message: expect.stringContaining('two outputs') }]);
});

test('documents are the same to the byte wherever the project is', async () => {
  const texts = async () => {
    const project = orders();
    await project.generate({ outputs: OUTPUTS });
    return DOCUMENTS.map((name) => project.read(name));
  };
  expect(await texts()).toEqual(await texts());
});
