// What relative imports of generated files end with, and that the project's compilers take it.

import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CompilerVersion, compile } from '../support/compilers.js';
import { type GeneratorProject, generatorProject } from './generator-project.js';

const FILES = {
  'src/order.ts': 'export interface Order { id: string }\n',
  'src/list.mts': 'export type List<Item> = Item[];\n',
  'src/rare.cts': 'export interface Rare { id: string }\n',
  'src/money.d.ts': 'export interface Money { amount: number }\n',
  'src/orders.contract.ts': `import { ServiceError } from 'mq-rpc';
export class OutOfStock extends ServiceError<{ sku: string }> {}
`,
};

/** The contract imports in the way of its project. */
const contract = (js: string, mjs = '.mjs', cjs = '.cjs'): string => `${FILES['src/orders.contract.ts']}
import type { List } from './list${mjs}';
import type { Money } from './money${js.replace('.ts', '.js')}';
import type { Order } from './order${js}';
import type { Rare } from './rare${cjs}';
/** @service orders */
export interface Orders {
  /** @throws {OutOfStock} */
  place(order: Order, rare: Rare): Promise<List<Money>>;
}
`;

const relativeImports = (project: GeneratorProject): string[] => {
  const files = ['orders.client.ts', 'orders.server.ts', 'orders.descriptor.ts', 'index.ts'];
  const found = files.flatMap((file) => [
    ...project.read(`src/generated/${file}`).matchAll(/ from '(\.[^']*)'/g),
  ]);
  return [...new Set(found.map(([, from = '']) => from))].sort();
};

const PLAIN = [
  '../list.mjs',
  '../money',
  '../order',
  '../orders.contract',
  '../rare.cjs',
  './orders.client',
  './orders.descriptor',
  './orders.server',
];
const withJs = PLAIN.map((path) => (/\.[mc]js$/.test(path) ? path : `${path}.js`));
const withTs = PLAIN.map((path) =>
  path === '../money' ? '../money.js' : `${path.replace(/\.([mc])js$/, '.$1')}ts`,
).map((path) => (/\.[mc]?[jt]s$/.test(path) ? path : `${path.slice(0, -2)}.ts`));

interface Case {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly type?: string;
  readonly written: string;
  readonly imports: readonly string[];
  readonly compilers?: readonly CompilerVersion[];
}

const NODENEXT = { module: 'nodenext' };
const BUNDLER = { module: 'esnext', moduleResolution: 'bundler' };
const CASES: readonly Case[] = [
  { name: 'Node resolution', options: NODENEXT, written: contract('.js'), imports: withJs },
  {
    name: 'Node resolution in a CommonJS package',
    options: NODENEXT,
    type: 'commonjs',
    written: contract('.js'),
    imports: withJs,
  },
  { name: 'a bundler', options: BUNDLER, written: contract(''), imports: PLAIN },
  { name: 'module preserve', options: { module: 'preserve' }, written: contract(''), imports: PLAIN },
  {
    name: 'a bundler that makes CommonJS',
    options: { module: 'commonjs', moduleResolution: 'bundler' },
    type: 'commonjs',
    written: contract(''),
    imports: PLAIN,
    compilers: ['6.0', '7.0'],
  },
  {
    name: 'allowImportingTsExtensions',
    options: { ...BUNDLER, allowImportingTsExtensions: true },
    written: contract('.ts', '.mts', '.cts'),
    imports: withTs,
  },
  {
    name: 'rewriteRelativeImportExtensions',
    options: { ...NODENEXT, rewriteRelativeImportExtensions: true },
    written: contract('.ts', '.mts', '.cts'),
    imports: withTs,
  },
];

describe.each(CASES)('with $name', ({ options, type = 'module', written, imports, compilers }) => {
  const compilerOptions = { strict: true, target: 'es2022', skipLibCheck: true, types: [], ...options };

  test.each(compilers ?? (['5.9', '7.0'] as const))('TypeScript %s takes it', async (version) => {
    const project = generatorProject({
      ...FILES,
      'package.json': JSON.stringify({ name: 'project', type }),
      'tsconfig.json': JSON.stringify({ compilerOptions }),
      'src/orders.contract.ts': written,
    });
    const { diagnostics } = await project.generate();
    expect(diagnostics).toEqual([]);
    expect(relativeImports(project)).toEqual([...imports].sort());
    const findings = compile(version, [join(project.folder, 'src/generated/index.ts')], compilerOptions);
    expect(findings).toEqual([]);
  });
});

test('the config decides if it says something', async () => {
  const project = generatorProject({
    ...FILES,
    'tsconfig.json': JSON.stringify({ compilerOptions: BUNDLER }),
    'src/orders.contract.ts': contract(''),
  });
  for (const [importExtension, imports] of [
    ['.js', withJs],
    ['', PLAIN],
    ['.ts', withTs],
  ] as const) {
    await project.generate({ importExtension });
    expect(relativeImports(project)).toEqual([...imports].sort());
  }
});
