// Parameters of all kinds, from the contract through stub, queue and skeleton to the handler.

import { createTestPair } from 'mq-rpc/testing';
import { expect, test } from 'vitest';
import { COMPILERS, type CompilerVersion, compile } from '../support/compilers.js';
import { contractProject } from './contract-project.js';
import { generatorProject } from './generator-project.js';

const CONTRACT = `
export type Line = [sku: string, quantity?: number];
/** @service ways */
export interface Ways {
  notify(...ids: string[]): Promise<string>;
  add(first: Date, second?: number, ...others: readonly (Date | undefined)[]): Promise<string>;
  line(order: string, ...line: Line): Promise<string>;
  labelled(...of: [start: Date, ...numbers: number[]]): Promise<string>;
  likeAnother(...args: Parameters<(a: string, b?: bigint) => void>): Promise<string>;
  copies(order: { id: string }, copies?: number): Promise<string>;
  nothing(...none: []): Promise<string>;
  anything(/** @opaque */ ...all: unknown[]): Promise<string>;
  /** @event */
  told(...names: string[]): void;
}`;

const IMPLEMENTATION = `
import { inspect } from 'node:util';
import type { CallContext } from 'mq-rpc';
import { WaysServer, WaysSubscriber } from './generated/index.js';
const seen = (...args: unknown[]): string => inspect(args);
export class Server extends WaysServer {
  notify(ids: string[], _ctx: CallContext) { return seen(ids); }
  add(first: Date, second: number | undefined, others: readonly (Date | undefined)[]) { return seen(first, second, others); }
  line(order: string, sku: string, quantity = 1) { return seen(order, sku, quantity); }
  labelled(start: Date, numbers: number[]) { return seen(start, numbers); }
  likeAnother(a: string, b: bigint | undefined) { return seen(a, b); }
  copies({ id }: { id: string }, copies = 1) { return seen(id, copies); }
  nothing() { return seen(); }
  anything(all: unknown[]) { return seen(all); }
}
export class Subscriber extends WaysSubscriber {
  readonly names: string[][] = [];
  told(names: string[]) { this.names.push(names); }
}
export const wrong = {
  // @ts-expect-error: the rest is one array, so that the context has a place behind it.
  notify: (...ids: string[]) => ids.length,
} satisfies Partial<Pick<WaysServer, 'notify'>>;
`;

const CALLS = `
import type { Connection } from 'mq-rpc';
import { waysDescriptor, WaysClient } from './generated/index.js';
export const call = async (mq: Connection): Promise<string[]> => {
  const stub = new WaysClient(mq);
  const date = new Date(0);
  return [
    await stub.notify('a', 'b'),
    await stub.notify(),
    await stub.add(date, 2, date, undefined),
    await stub.add(date, undefined, date),
    await stub.add(date),
    await stub.line('o', 's', 2),
    await stub.line('o', 's'),
    await stub.labelled(date, 1, 2),
    await stub.likeAnother('a', 1n),
    await stub.likeAnother('a'),
    await stub.copies({ id: 'a' }),
    await stub.nothing(),
    await stub.anything(1, { a: [null] }),
  ];
};
export const mistakes = (stub: WaysClient) => [
  // @ts-expect-error: not a string
  () => stub.notify('a', 1),
  // @ts-expect-error: a date is missing
  () => stub.labelled(),
  // @ts-expect-error: one too many
  () => stub.line('o', 's', 2, 3),
];
export const serve = (mq: Connection) =>
  mq.serve(waysDescriptor, {
    notify: async (ids, ctx) => ids.join(ctx.method),
    add: async (first, second, others) => first.toISOString() + second?.toFixed() + others.length,
    line: async (order, sku, quantity) => order + sku + quantity?.toFixed(),
    labelled: async (start, numbers) => start.toISOString() + numbers.length,
    likeAnother: async (a, b) => a + b?.toString(),
    copies: async ({ id }, copies) => id + copies,
    nothing: async (ctx) => ctx.id,
    anything: async (all) => String(all.length),
  });
`;

test('rest, tuple, optional and defaulted parameters reach the handler as they were given', async () => {
  const project = generatorProject({
    'src/ways.contract.ts': CONTRACT,
    'src/server.ts': IMPLEMENTATION,
    'src/calls.ts': CALLS,
    'tsconfig.json': JSON.stringify({ compilerOptions: { module: 'nodenext', strict: true } }),
  });
  const { diagnostics, files } = await project.generate({ cache: false });
  expect(diagnostics).toEqual([]);
  const sources = [
    ...files.map(({ path }) => path),
    project.path('src/server.ts'),
    project.path('src/calls.ts'),
  ];
  const options = { module: 'nodenext', target: 'es2022', strict: true, skipLibCheck: true, types: ['node'] };
  for (const version of Object.keys(COMPILERS) as CompilerVersion[]) {
    expect(compile(version, sources, options), version).toEqual([]);
  }

  const { Server, Subscriber } = await import(project.path('src/server.ts'));
  const { call, mistakes } = await import(project.path('src/calls.ts'));
  const { WaysClient } = await import(project.path('src/generated/index.ts'));
  await using pair = await createTestPair();
  await pair.server.serve(new Server());
  expect(await call(pair.client)).toMatchInlineSnapshot(`
    [
      "[ [ 'a', 'b' ] ]",
      "[ [] ]",
      "[
      1970-01-01T00:00:00.000Z,
      2,
      [ 1970-01-01T00:00:00.000Z, undefined ]
    ]",
      "[ 1970-01-01T00:00:00.000Z, undefined, [ 1970-01-01T00:00:00.000Z ] ]",
      "[ 1970-01-01T00:00:00.000Z, undefined, [] ]",
      "[ 'o', 's', 2 ]",
      "[ 'o', 's', 1 ]",
      "[ 1970-01-01T00:00:00.000Z, [ 1, 2 ] ]",
      "[ 'a', 1n ]",
      "[ 'a', undefined ]",
      "[ 'a', 1 ]",
      "[]",
      "[ [ 1, { a: [Array] } ] ]",
    ]
  `);
  const stub = new WaysClient(pair.client);
  const refusals = mistakes(stub).map((mistake: () => Promise<unknown>) =>
    mistake().then(String, ({ message }: Error) => message),
  );
  expect(await Promise.all(refusals)).toMatchInlineSnapshot(`
    [
      "ways.notify: ids[1]: expected string, got number",
      "ways.labelled: arguments: expected at least 1 argument, got 0",
      "ways.line: arguments: expected 2 to 3 arguments, got 4",
    ]
  `);

  const subscriber = new Subscriber();
  await pair.server.subscribe(subscriber, { group: 'g' });
  await stub.told('a', 'b');
  await pair.clock.advance('1s');
  expect(subscriber.names).toEqual([['a', 'b']]);
});

test('parameters that cannot be sent are refused with a reason', () => {
  using project = contractProject({
    'x.contract.ts': `/** @service x */
      export interface X {
        middle(...all: [...string[], number]): Promise<void>;
        several(...all: [a: string] | [b: number]): Promise<void>;
        apart({ a }: { a: string }, [b]: string[]): Promise<void>;
        self(this: X): Promise<void>;
        defaulted(copies = 1): Promise<void>;
        generic<T>(value: T): Promise<void>;
        twice(a: string): Promise<void>;
        twice(a: number): Promise<void>;
        /** @ordered ids */
        keyed(...ids: string[]): Promise<void>;
        functions(...all: (() => void)[]): Promise<void>;
      }`,
  });
  expect(project.complaints()).toMatchInlineSnapshot(`
    "x.contract.ts:3:16 - error MQ2004: no argument can stand behind those of a rest
      help: Let the rest come last.

    x.contract.ts:4:17 - error MQ2004: a rest parameter has to be one list of arguments
      help: Write an array or a tuple.

    x.contract.ts:5:15 - error MQ2004: a destructured parameter has no name, which errors and paths would need
      help: Give it a name here; the handler can take it apart.

    x.contract.ts:5:37 - error MQ2004: a destructured parameter has no name, which errors and paths would need
      help: Give it a name here; the handler can take it apart.

    x.contract.ts:6:14 - error MQ2004: a method of a contract has no \`this\`
      help: Remove the parameter.

    x.contract.ts:7:19 - error MQ3003: TS2371: A parameter initializer is only allowed in a function or constructor implementation.
      help: Make it optional, as in copies?: number: the handler can have a default for it.

    x.contract.ts:8:9 - error MQ2004: generic is generic
      help: Write the types that it is called with.

    x.contract.ts:9:9 - error MQ2004: twice is overloaded: a queued call has one list of arguments
      help: Give every overload a name of its own, or take a union.

    x.contract.ts:11:13 - error MQ1002: @ordered has a value that is not valid: ids is a rest: a call may have none or several of it
      help: Write the path to a string or number that every call has, as in order.id.

    x.contract.ts:13:19 - error MQ2001: "all[]" cannot be sent as data: it is a function
      help: Send the data that the function would work on."
  `);
});
