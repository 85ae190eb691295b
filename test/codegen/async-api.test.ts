// AsyncAPI documents: the official parser has nothing against them, and finds in them what the contract says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Parser } from '@asyncapi/parser';
import { expect, test } from 'vitest';
import { generatorProject } from './generator-project.js';

const golden = fileURLToPath(new URL('../golden', import.meta.url));

// The parser itself stumbles over members of this name.
const withoutStumblingBlock = (text: string): string => text.replace('hasOwnProperty', 'has');

/** Parses the document of contracts; the parser's complaints are those of any severity but one. */
async function parsed(contracts: Readonly<Record<string, string>>) {
  const project = generatorProject(contracts);
  const result = await project.generate({ cache: false, outputs: { asyncApi: 'asyncapi.json' } });
  expect(result.diagnostics).toEqual([]);
  const { document, diagnostics } = await new Parser().parse(project.read('asyncapi.json'));
  // More tools read 3.0 than 3.1, and there is nothing of 3.1 in it.
  const complaints = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
  expect(complaints.map(({ code, message, path }) => `${path.join('/')}: ${code} ${message}`)).toEqual([]);
  if (document === undefined) throw new Error('the parser gave no document');
  return { document, json: JSON.parse(project.read('asyncapi.json')) };
}

const goldenContract = (name: string): Record<string, string> => ({
  [`src/${name}.contract.ts`]: withoutStumblingBlock(readFileSync(join(golden, name, 'contract.ts'), 'utf8')),
});

test.each(['hello', 'delivery', 'every-type', 'hostile-names'])('of the contracts of %s', async (name) => {
  const { document, json } = await parsed(goldenContract(name));
  expect(document.operations().all().length).toBeGreaterThan(0);
  // Everything that is defined is used: nothing was lost on the way to it.
  const text = JSON.stringify(json);
  const keys = ['schemas', 'messages'].flatMap((kind) =>
    Object.keys(json.components[kind]).map((key) => `#/components/${kind}/${key}`),
  );
  expect(keys.filter((key) => !text.includes(`"${key}"`))).toEqual([]);
});

const ORDERS = `
import { ServiceError } from 'mq-rpc';
/** There is not enough of it. */
export class OutOfStock extends ServiceError<{ sku: string }> {}
export class Gone extends ServiceError {}
/** Takes orders.
 *  @service orders
 *  @version 2.1
 *  @priority 5 */
export interface Orders {
  /** Places an order.
   *  @param id - Made by the customer.
   *  @returns The number of the receipt.
   *  @timeToBeReceived 2d
   *  @throws {OutOfStock}
   *  @throws {Gone} */
  place(id: string, größe?: Größe): Promise<bigint>;
  /** @oneway */
  track(id: string): void;
  /** @event */
  changed(id: string): void;
  forget(id: string): Promise<void>;
}
interface Größe { cm: number }
`;

test('calls are received and answered where their caller says, one-way calls are not, events are sent', async () => {
  const { document } = await parsed({ 'src/orders.contract.ts': ORDERS });
  const operations = document.operations().all();
  const summary = operations.map((operation) => ({
    id: operation.id(),
    action: operation.action(),
    address: operation.channels().all()[0]?.address(),
    reply: operation.reply()?.address()?.location(),
    replies: operation
      .reply()
      ?.messages()
      .all()
      .map((message) => message.name()),
  }));
  const replyTo = '$message.header#/replyTo';
  expect(summary).toEqual([
    {
      id: 'orders.v2.place',
      action: 'receive',
      address: 'orders.v2',
      reply: replyTo,
      replies: ['place.answered', 'OutOfStock', 'Gone', 'failed'],
    },
    { id: 'orders.v2.track', action: 'receive', address: 'orders.v2', reply: undefined, replies: undefined },
    {
      id: 'orders.v2.changed',
      action: 'send',
      address: 'orders.v2/events',
      reply: undefined,
      replies: undefined,
    },
    {
      id: 'orders.v2.forget',
      action: 'receive',
      address: 'orders.v2',
      reply: replyTo,
      replies: ['forget.answered', 'failed'],
    },
  ]);
  expect(document.info().version()).toBe('2.1');
  expect(document.info().description()).toBe('Takes orders.');
});

test('options, comments and the types of a call are in it', async () => {
  const { json } = await parsed({ 'src/orders.contract.ts': ORDERS });
  const { operations, components } = json;
  expect(operations['orders.v2.place']['x-mq-rpc'].options).toEqual({ priority: 5, timeToBeReceived: '2d' });
  expect(components.messages['orders.v2.place.answered'].description).toBe('The number of the receipt.');
  expect(components.messages['orders.v2.place.error.OutOfStock'].description).toBe(
    'There is not enough of it.',
  );
  expect(components.schemas['orders.v2.place.arguments']).toMatchObject({
    items: [
      { title: 'id', type: 'string', description: 'Made by the customer.' },
      { anyOf: [{ $ref: '#/components/schemas/orders.v2.Gr_f6__df_e' }, { type: 'null' }] },
    ],
    additionalItems: false,
    minItems: 1,
  });
});

test('several services are in one document', async () => {
  const other = '/** @service stock */ export interface Stock { left(sku: string): Promise<number> }';
  const { document } = await parsed({ 'src/orders.contract.ts': ORDERS, 'src/stock.contract.ts': other });
  expect(document.info().title()).toBe('orders, stock');
  expect(document.info().version()).toBe('orders 2.1, stock 1.0');
  const addresses = document
    .channels()
    .all()
    .map((channel) => channel.address());
  expect(addresses).toEqual(['orders.v2', 'orders.v2/events', null, 'stock.v1', null]);
});
