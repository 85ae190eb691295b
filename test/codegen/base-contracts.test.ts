// Contracts that extend others: interfaces and classes, generic ones, from other files and packages.

import { expect, test } from 'vitest';
import type { MethodModel } from '#dist/codegen/model.js';
import { COMPILERS, type CompilerVersion, compile } from '../support/compilers.js';
import { contractProject } from './contract-project.js';
import { generatorProject } from './generator-project.js';

const FILES = {
  'src/crud.ts': `/** Reads and writes. */
export interface Crud<Entity, Id = string> {
  /** Finds one.
   *  @priority 6 */
  get(id: Id): Promise<Entity | null>;
  /** @retry none */
  put(entity: Entity, ...others: readonly Entity[]): Promise<void>;
  /** @oneway */
  touch(id: Id): void;
}
export interface Counted { count(): Promise<bigint>; get(id: string): Promise<unknown> }
`,
  'src/audited.ts': `import { Method, OneWay, ServiceError } from 'mq-rpc';
export class Denied extends ServiceError<{ by: string }> {}
export abstract class Audited<Entry> {
  @Method({ priority: 2, throws: [Denied] })
  audit!: (since: Date) => Promise<Entry[]>;
  @OneWay()
  forget!: (entry: Entry) => void;
  abstract plain(entry: Entry): Promise<void>;
}
`,
  'src/orders.contract.ts': `import type { Counted, Crud } from './crud.js';
export interface Order { id: string; at: Date }
/** @service orders
 *  @timeout 5s */
export interface Orders extends Crud<Order>, Pick<Counted, 'count'> {
  /** Replaces what it inherits.
   *  @priority 1 */
  put(entity: Order, ...others: readonly Order[]): Promise<void>;
}
/** @service rush-orders
 *  @priority 7 */
export interface RushOrders extends Orders, Omit<Crud<Order, number>, 'get' | 'touch' | 'put'> {
  rush(order: Order): Promise<void>;
}
`,
  'src/books.contract.ts': `import { Event, Method, Service } from 'mq-rpc';
import { Audited } from './audited.js';
export { Denied } from './audited.js';
export interface Entry { text: string }
export abstract class Middle extends Audited<Entry> {
  @Method({ timeout: '9s' })
  between!: () => Promise<number>;
}
@Service({ name: 'books' })
export abstract class Books extends Middle {
  @Method({ priority: 5 })
  declare forget: (entry: Entry) => Promise<void>;
  @Event()
  opened!: (at: Date) => void;
}
`,
  'tsconfig.json': JSON.stringify({
    compilerOptions: { module: 'nodenext', target: 'es2022', strict: true, experimentalDecorators: true },
  }),
};

const CONTRACT = `import type { Touchable } from 'base';
/** @service touched */
export interface Touched extends Touchable<{ id: string }> {}
`;
const BASE = `export interface Touchable<T> {
  /** Touches it.
   *  @oneway
   *  @made-up */
  touch(of: T): void;
  /** @priority 6
   */
  get(id: string): Promise<T & Loose>;
}
/** @additionalProperties keep */
export interface Loose { note?: string }
`;

const packageFiles = (manifest: object) => ({
  'node_modules/base/package.json': JSON.stringify({ name: 'base', types: 'index.d.ts', ...manifest }),
  'node_modules/base/index.d.ts': BASE,
});
const touched = (manifest: object) => ({ ...packageFiles(manifest), 'touched.contract.ts': CONTRACT });

const outline = ({ name, parameters, oneWay, options, throws, doc }: MethodModel): string => {
  const list = parameters.map((each) => `${each.isRest ? '...' : ''}${each.name}: ${each.text.source}`);
  const errors = throws.map((error) => error.name);
  return `${name}(${list.join(', ')}) ${JSON.stringify({ ...options, ...(oneWay && { oneWay }), ...(errors.length > 0 && { errors }), doc })}`;
};

test('methods of bases are methods of the contract, with the annotations that stand above them', async () => {
  using project = contractProject(FILES);
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  const outlines = services.map(({ name, methods }) => [name, ...methods.map(outline)].join('\n  '));
  expect(`\n${outlines.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    books
      plain(entry: Parameters<Books['plain']>[0]) {}
      forget(entry: Entry) {"priority":5}
      opened(at: Date) {"event":true,"oneWay":true}
      audit(since: Date) {"priority":2,"errors":["Denied"]}
      between() {"timeout":"9s"}
    orders
      touch(id: Parameters<Orders['touch']>[0]) {"oneWay":true}
      put(entity: Order, ...others: readonly Order[]) {"priority":1,"doc":"Replaces what it inherits."}
      get(id: Parameters<Orders['get']>[0]) {"priority":6,"doc":"Finds one."}
      count() {}
    rush-orders
      rush(order: Order) {}
      get(id: Parameters<RushOrders['get']>[0]) {"priority":6,"doc":"Finds one."}
      touch(id: Parameters<RushOrders['touch']>[0]) {"oneWay":true}
      count() {}
      put(entity: Order, ...others: readonly Order[]) {"priority":1,"doc":"Replaces what it inherits."}
    "
  `);
});

test('what is generated of them compiles', async () => {
  const project = generatorProject({
    ...FILES,
    ...packageFiles({ peerDependencies: { 'mq-rpc': '*' } }),
    'src/touched.contract.ts': CONTRACT,
  });
  const { diagnostics, files } = await project.generate({ cache: false });
  expect(diagnostics).toEqual([]);
  const options = {
    strict: true,
    skipLibCheck: true,
    module: 'nodenext',
    target: 'es2022',
    types: [],
    experimentalDecorators: true,
  };
  for (const version of Object.keys(COMPILERS) as CompilerVersion[]) {
    expect(
      compile(
        version,
        files.map(({ path }) => path),
        options,
      ),
      version,
    ).toEqual([]);
  }
});

test('comments of a package that is made for mq-rpc are annotations, those of others are not', () => {
  using ours = contractProject(touched({ peerDependencies: { 'mq-rpc': '*' } }));
  expect(ours.complaints()).toBe('');
  expect(ours.read().services[0]?.methods.map(outline)).toMatchInlineSnapshot(`
    [
      "touch(of: Parameters<Touched['touch']>[0]) {"oneWay":true,"doc":"Touches it.\\n@made-up"}",
      "get(id: string) {"priority":6}",
    ]
  `);
  using theirs = contractProject(touched({ dependencies: { other: '*' } }));
  expect(theirs.complaints()).toMatchInlineSnapshot(`
    "touched.contract.ts:3:18 - error MQ2004: touch does not return a promise
      help: Write Promise<void> to wait for the handler, or @oneway to call without an outcome."
  `);
});
