// Types with schemas of zod, valibot, arktype and nobody, through a real queue.

import type { RpcError } from 'mq-rpc';
import { describe, expect, test } from 'vitest';
import { receiving } from '#dist/src/wire/at.js';
import { schema } from '#dist/src/wire/schemas.js';
import type { StandardSchema } from '#dist/src/wire/standard-schema.js';
import type { Order, Tree } from './contracts/desk.contract.js';
import { NotYours } from './contracts/desk.contract.js';
import { Line } from './contracts/goods.js';
import { echo, refusedByReceiver, refusedBySender } from './echo.js';
import { DeskClient, deskDescriptor } from './generated/index.js';

const desk = { descriptor: deskDescriptor, client: DeskClient };

const anOrder = (changes: Partial<Order> = {}): Order => ({
  id: 'o-1',
  email: 'ada@example.org',
  lines: [{ sku: 'abc', quantity: 1 }],
  note: 'soon',
  ...changes,
});
const anAccount = (changes: object = {}) => ({
  iban: 'DE00',
  owner: { email: 'ada@example.org' },
  amounts: [5n, 0n],
  ...changes,
});
const tree = (name: string, ...children: Tree[]): Tree => ({ name, children });
const line = () => Object.assign(new Line(), { sku: 'abc', quantity: 2 });
const person = { name: 'Ada', age: 36, born: new Date('1815-12-10T00:00:00.000Z') };

describe('what a schema accepts comes back as it was', () => {
  test.each<[string, unknown]>([
    ['place', anOrder()],
    ['place', anOrder({ at: new Date(5), tags: new Set(['a']), stock: new Map([['a', 1]]) })],
    ['plant', tree('root', tree('left', tree('leaf')), tree('right'))],
    ['draw', { kind: 'circle', radius: 2 }],
    ['open', anAccount()],
    ['mail', 'ada@example.org'],
    ['mixed', { line: line(), person, either: 'ada@example.org' }],
    ['mixed', { line: line(), person: null, either: 5 }],
  ])('%s %#', async (method, value) => {
    const { got, result } = await echo(desk, method, [value]);
    expect(got[0]).toStrictEqual(value);
    expect(result).toStrictEqual(value);
  });

  test('in lists, in maps, and where there is none', async () => {
    const byName = new Map([['Ada', person]]);
    const { got, result } = await echo(desk, 'people', [[person], byName], () => [undefined, person]);
    expect(got).toEqual([[person], byName]);
    expect(result).toEqual([undefined, person]);
  });

  test('in the data of a declared error', async () => {
    const failed = echo(desk, 'mail', ['ada@example.org'], () => {
      throw new NotYours({ person });
    });
    await expect(failed).rejects.toMatchObject({ data: { person } });
  });
});

describe('what a schema makes of a value is what arrives', () => {
  test('made once, by the receiver', async () => {
    const { got, result } = await echo(desk, 'orders', [{ items: [], size: 2 }], () => ({
      items: [],
      size: 4,
    }));
    expect([got, result]).toEqual([[{ items: [], size: 20 }], { items: [], size: 40 }]);
  });

  test('trimmed, in upper case', async () => {
    const { got } = await echo(desk, 'place', [anOrder({ note: ' soon ' })]);
    expect(got).toHaveProperty('[0].note', 'soon');
    const opened = await echo(desk, 'open', [anAccount({ iban: 'de00' })]);
    expect(opened.got).toHaveProperty('[0].iban', 'DE00');
  });
});

const REFUSED: [string, string, unknown[], Partial<RpcError>][] = [
  ['a wrong type', 'place', [{ ...anOrder(), id: 5 }], { path: 'order.id', expected: 'string' }],
  [
    'what zod does not accept',
    'place',
    [
      anOrder({
        lines: [
          { sku: 'abc', quantity: 1 },
          { sku: 'secret', quantity: 1 },
        ],
      }),
    ],
    {
      path: 'order.lines[1].sku',
      expected: 'Too big: expected string to have exactly 3 characters',
      got: 'string',
    },
  ],
  ['a date', 'place', [anOrder({ at: new Date('2222-01-01T00:00:00Z') })], { path: 'order.at', got: 'Date' }],
  [
    'an item of a set',
    'place',
    [anOrder({ tags: new Set(['ok', 'secret']) })],
    { path: 'order.tags', got: 'Set' },
  ],
  [
    'a value of a map',
    'place',
    [anOrder({ stock: new Map([['a', -1]]) })],
    { path: 'order.stock[0][1]', expected: 'Too small: expected number to be >=0', got: 'number' },
  ],
  [
    'a type argument with a schema',
    'orders',
    [{ items: [anOrder({ email: 'secret' })], size: 2 }],
    { path: 'page.items[0].email', got: 'string' },
  ],
  [
    'what nobody knows the library of, in a message that quotes the value',
    'orders',
    [{ items: [], size: 4_711 }],
    { path: 'page.size', expected: 'expected an even number, but … is none', got: 'number' },
  ],
  [
    'an optional member',
    'orders',
    [{ items: [], size: 2, contact: 'secret' }],
    { path: 'page.contact', expected: 'Invalid email: Received "…"' },
  ],
  [
    'what valibot does not accept, further in',
    'open',
    [anAccount({ owner: { email: 'secret words' } })],
    { path: 'account.owner.email', expected: 'Invalid email: Received "…"', got: 'string' },
  ],
  ['a bigint', 'open', [anAccount({ amounts: [1n, -42n] })], { path: 'account.amounts[1]', got: 'bigint' }],
  [
    'what arktype does not accept',
    'people',
    [[{ name: 'Ada', age: 200 }]],
    { path: 'people[0].age', got: 'number' },
  ],
  ['an alias of a union, in a union', 'draw', [{ kind: 'circle', radius: -1 }], { path: 'shape.radius' }],
  ['its items in a list', 'draw', [null, [{ kind: 'square', side: 0 }]], { path: 'more[0].side' }],
  ['a parameter', 'mail', ['secret'], { path: 'to', got: 'string' }],
  ['an alias of a string', 'mail', ['ada@example.org', 'secret'], { path: 'cc' }],
  [
    'a class inside of a type with a schema',
    'mixed',
    [{ line: Object.assign(line(), { quantity: 0 }), person, either: 5 }],
    { path: 'mixed.line.quantity' },
  ],
  ['a branch of a union', 'mixed', [{ line: line(), person, either: 'secret' }], { path: 'mixed.either' }],
  [
    'a nullable member',
    'mixed',
    [{ line: line(), person: { name: 'A' }, either: 5 }],
    { path: 'mixed.person.name' },
  ],
  [
    'far down',
    'plant',
    [tree('root', tree('left', tree('x')))],
    { path: 'tree.children[0].children[0].name' },
  ],
  [
    'a schema that takes its time',
    'slow',
    ['secret'],
    { path: 'name', expected: 'a schema that answers at once', got: 'promise' },
  ],
  [
    'a schema with a mistake',
    'broken',
    ['secret'],
    { path: 'name', expected: 'a value that its schema can take', got: 'string' },
  ],
];

describe('what a sender is refused', () => {
  test.each(REFUSED)('%s', async (_, method, args, details) => {
    const error = await refusedBySender(desk, method, args);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', kind: 'rejected', ...details });
    expect(error.expected).not.toMatch(/secret|4_?711|42|200/);
  });
});

test('a receiver refuses it, whoever sent it', async () => {
  const refused = await refusedByReceiver(desk, 'place', [{ ...anOrder(), lines: [] }]);
  expect(refused.reason).toBe('invalid-argument');
  expect(refused.result).toContain('order.lines');
});

test('a result that the schema does not accept stays at the server', async () => {
  const answered = echo(desk, 'place', [anOrder()], () => anOrder({ email: 'none' }));
  await expect(answered).rejects.toMatchObject({ code: 'INVALID_RESULT', path: 'result.email' });
});

test('a promise of no kind that we know is one, too', () => {
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about
  const query = { then: () => undefined };
  const queries = { '~standard': { version: 1, vendor: 'nobody', validate: () => query } };
  const ask = () => schema('x', receiving(), 'name', (data) => data, queries as never as StandardSchema);
  expect(ask).toThrow('name: expected a schema that answers at once, got promise');
});
