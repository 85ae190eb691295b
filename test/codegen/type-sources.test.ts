// Types and base contracts from wherever the compiler finds them: what is generated compiles, and checks their data.

import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceDescriptor } from 'mq-rpc';
import type { GenerateOptions } from 'mq-rpc/codegen';
import { expect, test } from 'vitest';
import { COMPILERS, type CompilerVersion, compile } from '../support/compilers.js';
import { generatorProject } from './generator-project.js';

const ORDER = 'export interface Order { id: string; at?: Date }\n';
const GOOD = { id: 'a', at: new Date(0) };
const BAD = { id: 1 };

interface Source {
  readonly files: Readonly<Record<string, string>>;
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  readonly generate?: Partial<GenerateOptions>;
}

/** A contract with a method per type, each of which is given the same good and the same bad value. */
const contract = (types: readonly string[], imports = ''): string => `${imports}
/** @service api */
export interface Api {
${types.map((type, index) => `  m${index}(value: ${type}): Promise<${type}>;`).join('\n')}
}
`;

const SOURCES: Readonly<Record<string, Source>> = {
  'renamed exports, and those of a whole module under one name': {
    files: {
      'src/order.ts': ORDER,
      'src/middle.ts': `export * as orders from './order.js';
export { type Order as Renamed } from './order.js';
export type { Order as Other } from './order.js';
export * from './last.js';`,
      'src/last.ts':
        "import type { Order } from './order.js';\nexport default Order;\nexport type Last = Order;",
      'src/api.contract.ts': contract(
        [
          'orders.Order',
          'Renamed',
          'Other',
          'Last',
          'Default',
          'whole.Renamed',
          "import('./order.js').Order",
          'Inline',
        ],
        `import type { orders, Renamed, Other as Other, Last } from './middle.js';
import type Default from './last.js';
import type * as whole from './middle.js';
import { type Order as Inline } from './order.js';`,
      ),
    },
  },
  'namespaces and merged declarations': {
    files: {
      'src/api.contract.ts': `${contract(['Shop.Order', 'Shop.Deep.Order', 'Merged'])}
export namespace Shop { ${ORDER} export namespace Deep { export type Order = Shop.Order } }
export interface Merged { id: string }
export interface Merged { at?: Date }`,
    },
  },
  'a CommonJS contract with import = require': {
    files: {
      'src/order.cts': 'interface Order { id: string; at?: Date }\nexport = Order;',
      'src/named.cts': ORDER,
      'src/api.contract.cts': contract(
        ['Order', 'named.Order'],
        "import type Order = require('./order.cjs');\nimport named = require('./named.cjs');",
      ),
    },
    generate: { contracts: ['src/*.contract.cts'] },
  },
  'contracts as .mts': {
    files: {
      'src/order.mts': ORDER,
      'src/api.contract.mts': contract(['Order'], "import type { Order } from './order.mjs';"),
    },
    generate: { contracts: ['src/*.contract.mts'] },
  },
  'contracts as .d.ts beside JavaScript': {
    files: {
      'src/order.js': 'export {};',
      'src/order.d.ts': ORDER,
      'src/api.contract.d.ts': contract(
        ['Order', 'Own'],
        "import type { Order } from './order.js';\nexport interface Own extends Order {}",
      ),
    },
    generate: { contracts: ['src/*.contract.d.ts'] },
  },
  'paths, and the imports of a package.json': {
    files: {
      'package.json': JSON.stringify({
        name: 'project',
        type: 'module',
        imports: { '#model/*': './src/model/*.ts' },
      }),
      'src/model/order.ts': ORDER,
      'src/api.contract.ts': contract(
        ['Order', 'ByPath', "import('#model/order').Order"],
        "import type { Order } from '#model/order';\nimport type { Order as ByPath } from '@model/order.js';",
      ),
    },
    compilerOptions: {
      paths: { '@model/*': ['./src/model/*'] },
      allowImportingTsExtensions: true,
      noEmit: true,
    },
  },
  'a referenced project, by its source and by what it was built to': {
    files: {
      'shared/tsconfig.json': JSON.stringify({
        compilerOptions: { composite: true, outDir: 'dist', rootDir: 'src', module: 'nodenext' },
        include: ['src'],
      }),
      'shared/package.json': JSON.stringify({
        name: 'shared',
        type: 'module',
        exports: { types: './dist/order.d.ts' },
      }),
      'shared/src/order.ts': ORDER,
      'shared/dist/order.d.ts': ORDER,
      'src/api.contract.ts': contract(
        ['Order', 'Built', 'Page<Built>["item"]'],
        "import type { Order } from '../shared/src/order.js';\nimport type { Order as Built } from 'shared';\nexport interface Page<T> { item: T }",
      ),
      'tsconfig.json': JSON.stringify({
        compilerOptions: { module: 'nodenext', strict: true },
        references: [{ path: './shared' }],
        include: ['src'],
      }),
    },
  },
  'global declarations, also in namespaces': {
    files: {
      'src/globals.d.ts': `interface GlobalOrder { id: string; at?: Date }\ndeclare namespace Shop { interface Order extends GlobalOrder {} }`,
      'src/more.ts': 'export {};\ndeclare global { interface Declared { id: string; at?: Date } }',
      'src/api.contract.ts': contract(['GlobalOrder', 'Shop.Order', 'Declared'], "import './more.js';"),
    },
  },
  'interfaces of packages that the project adds to': {
    files: {
      'node_modules/theirs/package.json': '{ "name": "theirs", "types": "index.d.ts" }',
      'node_modules/theirs/index.d.ts': 'export interface Order { id: string }',
      'src/augments.ts': "import 'theirs';\ndeclare module 'theirs' { interface Order { at?: Date } }",
      'src/api.contract.ts': contract(
        ['Order'],
        "import type { Order } from 'theirs';\nimport './augments.js';",
      ),
    },
  },
  'interfaces of packages that a file adds to which no contract imports': {
    files: {
      'node_modules/theirs/package.json': '{ "name": "theirs", "types": "index.d.ts" }',
      'node_modules/theirs/index.d.ts': 'export interface Order { id: string }',
      'src/augments.ts': "import 'theirs';\ndeclare module 'theirs' { interface Order { at?: Date } }",
      'src/api.contract.ts': contract(['Order'], "import type { Order } from 'theirs';"),
    },
  },
};

const OPTIONS = { strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2022', types: [] };

test.each(Object.keys(SOURCES))('%s', async (name) => {
  const { files, compilerOptions = {}, generate } = SOURCES[name] as Source;
  const options = { ...OPTIONS, ...compilerOptions };
  const project = generatorProject({
    'tsconfig.json': JSON.stringify({ compilerOptions: options }),
    ...files,
  });
  if ('shared/package.json' in files)
    symlinkSync(project.path('shared'), project.path('node_modules/shared'), 'dir');
  const result = await project.generate({ cache: false, ...generate });
  expect(result.diagnostics.map(({ message, place }) => `${place?.file}:${place?.line}: ${message}`)).toEqual(
    [],
  );
  const own = readdirSync(project.path('src')).filter((file) => /\.d\.ts$|augments/.test(file));
  const sources = [
    ...result.files.map(({ path }) => path),
    ...own.map((file) => join(project.path('src'), file)),
  ];
  const paths = {
    ...options,
    ...('paths' in compilerOptions && { paths: { '@model/*': [project.path('src/model/*')] } }),
  };
  for (const version of Object.keys(COMPILERS) as CompilerVersion[]) {
    expect(compile(version, sources, paths), version).toEqual([]);
  }
  const { apiDescriptor } = await import(project.path('src/generated/api.descriptor.ts'));
  for (const method of Object.values((apiDescriptor as ServiceDescriptor).methods)) {
    const encoded = JSON.stringify(method.encodeArguments([GOOD]));
    expect(method.decodeArguments(JSON.parse(encoded)), method.name).toEqual([GOOD]);
    expect(() => method.encodeArguments([BAD]), method.name).toThrow('value.id: expected string, got number');
  }
});
