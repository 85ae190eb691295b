// The decorators under both kinds of decorators, as real compilers compile them: what must and must not compile,
// and what a running program reads back.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

const CONTRACT = `
import { AdditionalProperties, Event, Method, Opaque, OneWay, Service, ServiceError, Throws } from 'mq-rpc';

export class OutOfStock extends ServiceError<{ sku: string }> {}
export class Closed extends ServiceError {}
export interface NewOrder { sku: string }

@Service({ name: 'orders', version: '1.2', timeout: '5s' })
export abstract class Orders {
  @Method({ priority: 5, timeToBeReceived: '2d', throws: [OutOfStock] })
  place!: (order: NewOrder) => Promise<{ id: string }>;
  @OneWay({ priority: 0 })
  track!: (event: string) => void;
  @OneWay()
  @Method({ concurrency: 4 })
  both!: () => void;
  @Method({ throws: [OutOfStock] })
  @Throws(Closed)
  check!: () => Promise<void>;
  abstract cancel(id: string): Promise<void>;
  @Event()
  closed!: () => void;
  @Event({ ordered: 'change.sku', retry: 'immediate', delivery: 'recoverable', concurrency: [5, { calls: 1, per: 'change.sku' }] })
  stockChanged!: (change: { sku: string }) => Promise<void>;
}

@Service({ name: 'billing', delivery: 'express', retry: 'none', rate: ['10/s', { calls: '1/m', per: 'id' }] })
export abstract class Billing extends Orders {
  @Method({ delivery: 'recoverable', retry: { rungs: ['1m', '2m'], tries: 3, declared: ['Closed'] }, journal: 'always' })
  bill!: () => Promise<void>;
}

/** Not a contract of its own, but read like one. */
export abstract class Bare {
  @Method({ priority: 1 })
  ping!: () => Promise<void>;
}

@AdditionalProperties('keep')
export class Data {
  @Opaque()
  meta!: unknown;
  @AdditionalProperties('refuse')
  inner!: { a: 1 };
}
`;

const PROGRAM = `
import { dataOptions, methodOptions, serviceOptions } from 'mq-rpc';
import { Bare, Billing, Data, Orders } from './contract.js';

const names = (options: ReturnType<typeof methodOptions>) =>
  options && { ...options, ...(options.throws && { throws: options.throws.map((type) => type.name) }) };
console.log(JSON.stringify({
  orders: serviceOptions(Orders),
  billing: serviceOptions(Billing),
  bare: serviceOptions(Bare) ?? null,
  place: names(methodOptions(Orders, 'place')),
  track: methodOptions(Orders, 'track'),
  both: methodOptions(Orders, 'both'),
  check: names(methodOptions(Orders, 'check')),
  cancel: methodOptions(Orders, 'cancel') ?? null,
  closed: methodOptions(Orders, 'closed'),
  stockChanged: methodOptions(Orders, 'stockChanged'),
  proto: methodOptions(Orders, '__proto__') ?? null,
  inherited: names(methodOptions(Billing, 'place')),
  bill: methodOptions(Billing, 'bill'),
  notInBase: methodOptions(Orders, 'bill') ?? null,
  ping: methodOptions(Bare, 'ping'),
  data: dataOptions(Data),
  meta: dataOptions(Data, 'meta'),
  inner: dataOptions(Data, 'inner'),
  none: dataOptions(Bare) ?? null,
  subclass: serviceOptions(class extends Billing { cancel() { return Promise.resolve(); } }) ?? null,
}));
`;

const OUTPUT = {
  orders: { name: 'orders', version: '1.2', timeout: '5s' },
  billing: {
    name: 'billing',
    delivery: 'express',
    retry: 'none',
    rate: ['10/s', { calls: '1/m', per: 'id' }],
  },
  bare: null,
  place: { priority: 5, timeToBeReceived: '2d', throws: ['OutOfStock'] },
  track: { priority: 0, oneWay: true },
  both: { concurrency: 4, oneWay: true },
  check: { throws: ['OutOfStock', 'Closed'] },
  cancel: null,
  closed: { event: true, oneWay: true },
  stockChanged: {
    ordered: 'change.sku',
    retry: 'immediate',
    delivery: 'recoverable',
    concurrency: [5, { calls: 1, per: 'change.sku' }],
    event: true,
    oneWay: true,
  },
  proto: null,
  inherited: { priority: 5, timeToBeReceived: '2d', throws: ['OutOfStock'] },
  bill: {
    delivery: 'recoverable',
    retry: { rungs: ['1m', '2m'], tries: 3, declared: ['Closed'] },
    journal: 'always',
  },
  notInBase: null,
  ping: { priority: 1 },
  data: { additionalProperties: 'keep' },
  meta: { opaque: true },
  inner: { additionalProperties: 'refuse' },
  none: null,
  subclass: null,
};

/** Each marked line must not compile; an unused mark is an error too. */
const MISUSE = `
import { AdditionalProperties, Event, Method, OneWay, Service, Throws } from 'mq-rpc';

// @ts-expect-error the name is missing
@Service({ version: '1.0' })
export abstract class Nameless {}
// @ts-expect-error a version has two numbers
@Service({ name: 'a', version: '1' })
export abstract class Unversioned {}
// @ts-expect-error keys belong to methods
@Service({ name: 'a', idempotencyKey: 'order.id' })
export abstract class Keyed {}
// @ts-expect-error methods are events, services are not
@Service({ name: 'a', event: true })
export abstract class AllEvents {}
@Service({ name: 'a' })
export abstract class Wrong {
  // @ts-expect-error no such option
  @Method({ prio: 3 })
  a!: () => Promise<void>;
  // @ts-expect-error eight is too high
  @Method({ priority: 8 })
  b!: () => Promise<void>;
  // @ts-expect-error not a duration
  @Method({ timeout: '5 minutes' })
  c!: () => Promise<void>;
  // @ts-expect-error a one-way method has no outcome
  @OneWay({ timeout: '5s' })
  d!: () => void;
  // @ts-expect-error not a declared error
  @Throws(Error)
  e!: () => Promise<void>;
  // @ts-expect-error not a class
  @Method({ throws: ['OutOfStock'] })
  f!: () => Promise<void>;
  // @ts-expect-error one of three words
  @AdditionalProperties('forget')
  g!: { a: 1 };
  // @ts-expect-error an event has no outcome
  @Event({ timeout: '5s' })
  i!: () => void;
  // @ts-expect-error an event is stored
  @Event({ delivery: 'express' })
  j!: () => void;
  // @ts-expect-error no such strategy
  @Method({ retry: 'ladders' })
  k!: () => Promise<void>;
  // @ts-expect-error no such option of retries
  @Method({ retry: { strategy: 'ladder', rung: ['1m'] } })
  l!: () => Promise<void>;
  // @ts-expect-error a limit says how many
  @Method({ concurrency: [{ per: 'id' }] })
  m!: () => Promise<void>;
  // @ts-expect-error options are required
  @Method()
  h!: () => Promise<void>;
}
`;

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mq-rpc-decorators-')));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(repository, join(folder, 'node_modules/mq-rpc'), 'dir');
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'contract.ts'), CONTRACT);
  writeFileSync(join(folder, 'main.ts'), PROGRAM);
  writeFileSync(join(folder, 'misuse.ts'), MISUSE);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...args: string[]): unknown =>
  JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }));

/** Writes a tsconfig for one kind of decorators, and returns where its output goes. */
function configure(compiler: string, experimentalDecorators: boolean): string {
  const outDir = `out-${compiler}-${experimentalDecorators}`;
  const compilerOptions = {
    target: 'es2022',
    module: 'nodenext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    isolatedModules: true,
    types: [],
    lib: ['es2022', 'dom', 'esnext.disposable'],
    ...(experimentalDecorators && { experimentalDecorators, emitDecoratorMetadata: false }),
    outDir,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['main.ts', 'misuse.ts'] }),
  );
  return outDir;
}

describe.each([
  ['experimentalDecorators', true],
  ['standard decorators', false],
])('%s', (_kind, isExperimental) => {
  test.each(['typescript-5.9', 'typescript-6.0', 'typescript'])('compiled by %s', (compiler) => {
    const outDir = configure(compiler, isExperimental);
    const tsc = join(require.resolve(`${compiler}/package.json`), '../bin/tsc');
    expect(spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' }).stdout).toBe('');
    expect(run(join(outDir, 'main.js'))).toEqual(OUTPUT);
  });

  test('compiled by esbuild', () => {
    configure('esbuild', isExperimental);
    expect(run('--import', pathToFileURL(require.resolve('tsx')).href, 'main.ts')).toEqual(OUTPUT);
  });
});
