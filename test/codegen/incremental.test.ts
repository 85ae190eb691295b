// A generator that is kept comes to what a new one comes to, whatever has changed in between.

import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'mq-rpc/codegen';
import { expect, test } from 'vitest';
import { contractText, type GeneratorProject, generatorProject } from './generator-project.js';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));

const contract = (name: string, type: string, from: string): string =>
  `import type { ${type} } from '${from}';${contractText(name, type)}`;

const FILES = {
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      experimentalDecorators: true,
      useDefineForClassFields: false,
    },
  }),
  'src/a.contract.ts': contract('a', 'Order', './order.js'),
  'src/b.contract.ts': contract('b', 'Order', './again.js'),
  'src/c.contract.ts': contractText('c', '{ lines: string[] }'),
  'src/d.contract.ts': `import type { Base } from './base.js';
/** @service d */
export interface D extends Base { own(a: string): Promise<void> }
`,
  'src/e.contract.ts': `import { Cake } from './cake.js';
/** @service e */
export interface E { bake(cake: Cake): Promise<Cake> }
`,
  'src/order.ts': `import type { Line } from './line.js';\nexport interface Order { id: string; lines: Line[] }\n`,
  'src/line.ts': 'export interface Line { sku: string }\n',
  'src/again.ts': `export type { Order } from './order.js';\n`,
  'src/base.ts': `export interface Base {\n  /** @priority 5 */\n  shared(a: number): Promise<string>;\n}\n`,
  'src/cake.ts': `import { Sweet } from './sweet.js';\nexport class Cake extends Sweet { name!: string }\n`,
  'src/sweet.ts': `export class Sweet { sugar!: number }\n`,
};

type Change = (project: GeneratorProject) => void;

const write =
  (name: string, text: string): Change =>
  (project) =>
    project.write(name, text);

const remove =
  (name: string): Change =>
  (project) =>
    rmSync(project.path(name), { recursive: true, force: true });

/** One after the other, on one generator. Several leave something broken until the next one mends it. */
const CHANGES: readonly (readonly [what: string, change: Change])[] = [
  ['a type two imports away', write('src/line.ts', 'export interface Line { sku: string; count: number }\n')],
  ['a mistake in a type', write('src/line.ts', 'export interface Line { sku: () => void }\n')],
  ['another one in a contract', write('src/c.contract.ts', contractText('c', 'Missing'))],
  ['the first mended', write('src/line.ts', 'export interface Line { sku: "x" | "y" }\n')],
  ['the second mended', write('src/c.contract.ts', contractText('c', '{ lines: number[] }'))],
  ['a base contract', write('src/base.ts', 'export interface Base { shared(a: bigint): Promise<string> }\n')],
  [
    'a misspelt annotation in a base contract',
    write(
      'src/base.ts',
      'export interface Base {\n /** @prioritee 5 */ shared(a: bigint): Promise<string> }\n',
    ),
  ],
  [
    'a class becomes one of class-validator by its base',
    write(
      'src/sweet.ts',
      `import { IsInt } from 'class-validator';\nexport class Sweet { @IsInt() sugar!: number }\n`,
    ),
  ],
  [
    'a base contract mended',
    write('src/base.ts', 'export interface Base { shared(a: Date): Promise<string> }\n'),
  ],
  [
    'a class is none of class-validator any more',
    write('src/sweet.ts', 'export class Sweet { sugar!: string }\n'),
  ],
  ['a contract more', write('src/f.contract.ts', contract('f', 'Order', './order.js'))],
  [
    'a name twice',
    write('src/g.contract.ts', contractText('f', 'number').replace('interface F', 'interface G')),
  ],
  ['a contract less', remove('src/g.contract.ts')],
  ['a global type', write('src/globals.d.ts', 'interface Amount { value: number }\n')],
  ['a contract that uses it', write('src/c.contract.ts', contractText('c', 'Amount'))],
  ['another declaration of it', write('src/more.d.ts', 'interface Amount { currency: string }\n')],
  ['the global type gone', remove('src/globals.d.ts')],
  [
    'a module that is added to',
    write(
      'src/adds.ts',
      `import './line.js';\ndeclare module './line.js' { interface Line { extra: string } }\n`,
    ),
  ],
  [
    'a contract that brings it along',
    write('src/f.contract.ts', `import './adds.js';\n${contract('f', 'Order', './order.js')}`),
  ],
  [
    'a folder in the place of a file',
    (project) => {
      rmSync(project.path('src/line.ts'));
      project.write('src/adds.ts', '');
      project.write('src/line/index.ts', 'export interface Line { other: boolean }\n');
      project.write(
        'src/order.ts',
        `import type { Line } from './line/index.js';\nexport interface Order { id: string; lines: Line[] }\n`,
      );
    },
  ],
  ['another kind of module', write('package.json', JSON.stringify({ name: 'project', type: 'commonjs' }))],
  [
    'other settings',
    write(
      'tsconfig.json',
      JSON.stringify({ compilerOptions: { module: 'esnext', moduleResolution: 'bundler' } }),
    ),
  ],
  ['settings of no use', write('tsconfig.json', '{')],
  ['settings as before', write('tsconfig.json', FILES['tsconfig.json'])],
  [
    'a declared tag',
    write('src/c.contract.ts', contractText('c', 'string').replace('@service', '@team green\n * @service')),
  ],
  [
    'its declaration',
    write('tsdoc.json', JSON.stringify({ tagDefinitions: [{ tagName: '@team', syntaxKind: 'block' }] })),
  ],
  ['generated files gone', remove('src/generated')],
];

test('whatever changes, a kept generator says and writes what a new one does', async () => {
  const project = generatorProject(FILES);
  for (const name of ['class-validator', 'class-transformer']) {
    symlinkSync(join(modules, name), project.path(`node_modules/${name}`), 'dir');
  }
  const options = { cwd: project.folder, contracts: ['src/*.contract.ts'], outDir: 'src/generated' };
  const kept = createGenerator(options);
  for (const [what, change] of [['nothing yet', () => {}] as const, ...CHANGES]) {
    change(project);
    const result = await kept.run();
    const fresh = await createGenerator({ ...options, cache: false, check: true }).run();
    expect(result.diagnostics, what).toEqual(fresh.diagnostics);
    if (result.diagnostics.length > 0) continue;
    expect(fresh, what).toMatchObject({ upToDate: true, services: result.services });
  }
});
