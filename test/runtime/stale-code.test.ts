// In development, generated code that is older than its contract is noticed: once, with the command that mends it.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { contractText, type GeneratorProject, generatorProject } from '../codegen/generator-project.js';

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const PROGRAM = `
import { connect } from 'mq-rpc';
import { OrdersClient, OrdersServer } from './generated/index.js';
class Server extends OrdersServer { async get(id: string) { return id as never; } }
const mq = await connect('memory:');
const server = await mq.serve(new Server());
for (let count = 0; count < 3; count++) new OrdersClient(mq).with({ priority: 1 });
await new OrdersClient(mq).get('1');
await server.drain();
await mq.close();
`;

/** A project that was generated. Its contract imports a type. */
async function program(): Promise<GeneratorProject> {
  const project = generatorProject({
    'src/id.ts': 'export type Id = string;\n',
    'src/orders.contract.ts': `import type { Id } from './id.js';\n${contractText('orders', 'Id')}`,
    'src/main.ts': PROGRAM,
  });
  expect((await project.generate()).diagnostics).toEqual([]);
  return project;
}

/** What the program writes to stderr. */
function warnings({ folder }: GeneratorProject, env: NodeJS.ProcessEnv = {}): string {
  const { stderr, status } = spawnSync(process.execPath, ['--import', TSX, 'src/main.ts'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'development', NODE_NO_WARNINGS: '', ...env },
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stderr.replaceAll(/\(node:\d+\) ExperimentalWarning.*\n|\(Use `node --trace-warnings.*\n/g, '');
}

const WARNING =
  / MqRpcWarning: (\S+) has changed since the code of service orders was generated from it: run npx mq-rpc generate\n/g;

const changedFiles = (text: string): (string | undefined)[] =>
  [...text.matchAll(WARNING)].map(([, file]) => file);

test('a contract that has changed is named once; after generating there is nothing to say', async () => {
  const project = await program();
  expect(warnings(project)).toBe('');
  project.write('src/orders.contract.ts', `${project.read('src/orders.contract.ts')}// a word more\n`);
  expect(changedFiles(warnings(project))).toEqual(['src/orders.contract.ts']);
  await project.generate();
  expect(warnings(project)).toBe('');
});

test('so is a file that the contract imports', async () => {
  const project = await program();
  project.write('src/id.ts', "export type Id = '1' | '2';\n");
  expect(changedFiles(warnings(project))).toEqual(['src/id.ts']);
});

test('nothing is said in production, of files that were only touched, without sources or without notes', async () => {
  const project = await program();
  const contract = project.read('src/orders.contract.ts');
  project.write('src/orders.contract.ts', contract);
  expect(warnings(project)).toBe('');
  project.write('src/orders.contract.ts', `${contract}// a word more\n`);
  expect(warnings(project, { NODE_ENV: 'production' })).toBe('');
  rmSync(project.path('node_modules/.cache'), { recursive: true });
  expect(warnings(project)).toBe('');
  await project.generate();
  rmSync(project.path('src/orders.contract.ts'));
  rmSync(project.path('src/id.ts'));
  expect(warnings(project)).toBe('');
});

test('notes that are damaged are passed over', async () => {
  const project = await program();
  project.write('src/id.ts', "export type Id = '1' | '2';\n");
  project.write('node_modules/.cache/mq-rpc/generated-from-0.json', '{"services":');
  project.write('node_modules/.cache/mq-rpc/generated-from-1.json', '{}');
  expect(changedFiles(warnings(project))).toEqual(['src/id.ts']);
});

test('code that two packages have generated is current if one of them says so', async () => {
  const project = await program();
  project.write('src/id.ts', 'export type Id = string; // as before\n');
  await project.generate({ outDir: 'lib/generated' });
  expect(warnings(project)).toBe('');
});
