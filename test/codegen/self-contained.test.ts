// Self-contained clients: a package that has neither the server's source nor its dependencies, and works.

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceDescriptor } from 'mq-rpc';
import { type GenerateOptions, generate } from 'mq-rpc/codegen';
import { createTestPair, type TestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { COMPILERS, type CompilerVersion, compile } from '../support/compilers.js';
import { tempFolder } from '../support/temp-folder.js';
import { generatorProject, statuses } from './generator-project.js';

const repository = fileURLToPath(new URL('../..', import.meta.url));

const CONTRACT = `
import { ServiceError } from 'mq-rpc';
import type { Money } from 'server-only';
import { Size } from './sizes.js';
/** There is not enough of it. */
export class OutOfStock extends ServiceError<{ sku: string; left: bigint }> {}
/** What a customer wants. */
export interface NewOrder {
  /** Made by the customer. */
  id: string;
  size: Size;
  price: Money;
  at?: Date;
  parts: Page<NewOrder> | null;
  payload: Buffer;
}
interface Page<Item> { items: Item[]; next: string | null }
/** @service orders */
export interface Orders {
  /** Places an order.
   *  @throws {OutOfStock} */
  place(order: NewOrder): Promise<Money>;
  all(): Promise<Page<NewOrder>>;
  forget(...ids: string[]): Promise<void>;
  /** @event */
  changed(id: string): void;
}
`;

/** A project of the server, with a package that nobody else has. */
const serverProject = () => {
  const project = generatorProject({
    'src/orders.contract.ts': CONTRACT,
    'src/sizes.ts': "export enum Size { Small = 's', Large = 'l' }",
    'node_modules/server-only/package.json': '{ "name": "server-only", "types": "index.d.ts" }',
    'node_modules/server-only/index.d.ts':
      'export interface Money { cents: bigint; currency: "EUR" | "USD" }',
    'tsconfig.json': '{ "compilerOptions": { "module": "nodenext", "strict": true } }',
  });
  mkdirSync(project.path('node_modules/@types'));
  symlinkSync(join(repository, 'node_modules/@types/node'), project.path('node_modules/@types/node'), 'dir');
  return project;
};

const STRICT = {
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedDeclarations: true,
  declaration: true,
  module: 'nodenext',
};

/** A project that has nothing but mq-rpc and the package, which was built as the documentation says. */
async function installClient(): Promise<{ app: string; server: ReturnType<typeof serverProject> }> {
  const server = serverProject();
  const options = { outDir: 'client/src', selfContained: true };
  expect((await server.generate()).diagnostics).toEqual([]);
  expect((await server.generate(options)).diagnostics).toEqual([]);
  const app = tempFolder();
  const client = join(app, 'node_modules/@acme/orders-client');
  mkdirSync(client, { recursive: true });
  symlinkSync(repository, join(app, 'node_modules/mq-rpc'), 'dir');
  writeFileSync(join(app, 'package.json'), '{ "name": "app", "type": "module" }');
  cpSync(server.path('client/src'), join(client, 'src'), { recursive: true });
  const manifest = {
    name: '@acme/orders-client',
    type: 'module',
    exports: { types: './dist/index.d.ts', default: './dist/index.js' },
    peerDependencies: { 'mq-rpc': '*' },
  };
  writeFileSync(join(client, 'package.json'), JSON.stringify(manifest));
  const sources = readdirSync(join(client, 'src')).map((name) => join(client, 'src', name));
  const emit = { ...STRICT, noEmit: false, rootDir: join(client, 'src'), outDir: join(client, 'dist') };
  expect(compile('7.0', sources, { ...emit, skipLibCheck: true })).toEqual([]);
  return { app, server };
}

const USE = `
import type { Connection } from 'mq-rpc';
import { type NewOrder, OrdersClient, OutOfStock, Size } from '@acme/orders-client';
export async function use(mq: Connection): Promise<bigint> {
  const orders = new OrdersClient(mq);
  const order: NewOrder = {
    id: 'o-1',
    size: Size.Small,
    price: { cents: 5n, currency: 'EUR' },
    parts: { items: [], next: null },
    payload: new Uint8Array(3),
  };
  try {
    const { cents } = await orders.place({ ...order, size: 'l' });
    return cents;
  } catch (error) {
    if (error instanceof OutOfStock) return error.data.left;
    throw error;
  }
}
// @ts-expect-error
export const wrong: NewOrder = { id: 1 };
// @ts-expect-error
export const noSize: Size = 'm';
`;

test.each(Object.keys(COMPILERS) as CompilerVersion[])('it compiles with TypeScript %s', async (version) => {
  const { app } = await installClient();
  const file = join(app, 'use.ts');
  writeFileSync(file, USE);
  const sources = join(app, 'node_modules/@acme/orders-client/src/index.ts');
  const options = { ...STRICT, types: ['node'], erasableSyntaxOnly: true, skipLibCheck: true };
  expect(compile(version, [file, sources], options)).toEqual([]);
});

/** The modules that a file imports. */
const importsIn = (text: string): string[] =>
  [...text.matchAll(/from '([^']*)'/g)].map(([, name = '']) => name);

test('it imports mq-rpc and its own files, and no server', async () => {
  const { app } = await installClient();
  const folder = join(app, 'node_modules/@acme/orders-client/src');
  const names = readdirSync(folder);
  expect(names.sort()).toEqual([
    'index.ts',
    'orders.client.ts',
    'orders.descriptor.ts',
    'orders.subscriber.ts',
    'orders.types.ts',
  ]);
  const imports = names.flatMap((name) => importsIn(readFileSync(join(folder, name), 'utf8')));
  const own = names.map((name) => `./${name.replace('.ts', '.js')}`);
  expect([...new Set(imports)].filter((name) => name !== 'mq-rpc' && !own.includes(name))).toEqual([]);
});

test('it calls a server that was generated as usual, and gets its errors as themselves', async () => {
  const { app, server } = await installClient();
  const client = await import(join(app, 'node_modules/@acme/orders-client/dist/index.js'));
  const { ordersDescriptor } = await import(server.path('src/generated/index.ts'));
  const { OutOfStock } = await import(server.path('src/orders.contract.ts'));
  expect(client.ordersDescriptor.contractHash).toBe((ordersDescriptor as ServiceDescriptor).contractHash);
  await using pair: TestPair = await createTestPair();
  await pair.server.serve(ordersDescriptor, {
    place(order: { id: string; payload: Uint8Array; price: unknown }) {
      if (order.id === 'none') throw new OutOfStock({ sku: 'a', left: 3n });
      expect(order.payload).toBeInstanceOf(Buffer);
      return order.price;
    },
    all: () => ({ items: [], next: null }),
    forget: () => {},
  });
  const orders = new client.OrdersClient(pair.client);
  const price = { cents: 7n, currency: 'EUR' };
  const order = { id: 'o-1', size: client.Size.Large, price, parts: null, payload: new Uint8Array([1, 2]) };
  const placed = orders.place(order);
  await pair.clock.advance('1s');
  expect(await placed).toEqual(price);
  const failed = orders.place({ ...order, id: 'none' }).catch((error: unknown) => error);
  await pair.clock.advance('1s');
  expect(await failed).toBeInstanceOf(client.OutOfStock);
  expect(await failed).toMatchObject({ name: 'OutOfStock', data: { sku: 'a', left: 3n } });
});

test('types come with their comments, and enums with the names of their members', async () => {
  const { server } = await installClient();
  const types = server.read('client/src/orders.types.ts');
  expect(types).toContain(
    '/** What a customer wants. */\nexport interface NewOrder {\n  /** Made by the customer. */\n  id: string;',
  );
  expect(types).toContain("export const Size = {\n  Small: 's',\n  Large: 'l',\n} as const;");
  expect(types).toContain('export interface PageOfNewOrder {');
});

const MONEY = 'export interface Money { cents: number }';

test('services of one client share equal types; of others, later ones have names of their own', async () => {
  const contract = (name: string, inner: string) => `
    import { ServiceError } from 'mq-rpc';
    ${MONEY}
    export interface Item { inner: ${inner} }
    export class Gone extends ServiceError {}
    /** @service ${name.toLowerCase()} */
    export interface ${name} { /** @throws {Gone} */ get(money: Money): Promise<Item> }
  `;
  const project = generatorProject({
    'src/a.contract.ts': contract('Orders', 'string'),
    'src/b.contract.ts': contract('Stock', 'number'),
  });
  expect((await project.generate({ selfContained: true })).diagnostics).toEqual([]);
  const index = project.read('src/generated/index.ts').replace(/\s+/g, ' ');
  expect(index).toContain("export { type Orders, type Money, type Item, Gone, } from './orders.types.js';");
  expect(index).toContain(
    "export { type Stock, type Item as StockItem, Gone as StockGone, } from './stock.types.js';",
  );
});

test('a client that becomes self-contained loses its server, and one that ceases to be loses its types', async () => {
  const project = generatorProject({
    'src/a.contract.ts': CONTRACT.replace(/import type .*\n|import \{ Size .*\n/g, '')
      .replace('size: Size;', '')
      .replace(/Money/g, 'string')
      .replace('payload: Buffer;', ''),
  });
  await project.generate();
  expect(existsSync(project.path('src/generated/orders.server.ts'))).toBe(true);
  expect(statuses(await project.generate({ selfContained: true }))).toMatchObject({
    'orders.types.ts': 'written',
    'orders.server.ts': 'removed',
  });
  expect(statuses(await project.generate())).toMatchObject({
    'orders.types.ts': 'removed',
    'orders.server.ts': 'written',
  });
});

test('what classes and schemas check is left to the server, and the contract hash stays', async () => {
  const cwd = join(repository, 'test/examples');
  const options = { cwd, contracts: ['bakery.contract.ts'], outDir: 'self-contained-bakery', cache: false };
  const files = await renderedFiles({ ...options, selfContained: true });
  const descriptor = files.get('bakery.descriptor.ts') ?? '';
  const server = readFileSync(join(cwd, 'generated/bakery.descriptor.ts'), 'utf8');
  expect(
    [...files.values()].flatMap(importsIn).filter((name) => !/^(?:mq-rpc|\.\/[\w.-]+)$/.test(name)),
  ).toEqual([]);
  expect(hashIn(descriptor)).toBe(hashIn(server));
});

const hashIn = (descriptor: string): string | undefined => /contractHash: '(\w+)'/.exec(descriptor)?.[1];

/** The files as they would be written, by their names. Nothing stays on disk. */
async function renderedFiles(options: GenerateOptions): Promise<Map<string, string>> {
  const folder = join(options.cwd, options.outDir);
  try {
    const { diagnostics } = await generate(options);
    expect(diagnostics).toEqual([]);
    return new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
