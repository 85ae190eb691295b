// Classes with the decorators of class-validator, through a real queue: instances arrive, and refusals say where.

import { registerDecorator } from 'class-validator';
import type { RpcError } from 'mq-rpc';
import { describe, expect, test } from 'vitest';
import { validate } from '#dist/src/class-validator/validate.js';
import { receiving } from '#dist/src/wire/at.js';
import {
  Account,
  Address,
  Asking,
  Card,
  Email,
  Everything,
  GiftOrder,
  Grumpy,
  Line,
  Order,
  Parcel,
  Phone,
  Tree,
} from './contracts/goods.js';
import { NotSold } from './contracts/shop.contract.js';
import { echo, refusedByReceiver, refusedBySender } from './echo.js';
import { ShopClient, shopDescriptor } from './generated/index.js';

const shop = { descriptor: shopDescriptor, client: ShopClient };
const made = <Made extends object>(type: new () => Made, members: object): Made =>
  Object.assign(new type(), members);

const aLine = (changes: object = {}) => made(Line, { sku: 'abc', quantity: 2, ...changes });
const anAddress = () => made(Address, { street: 'Main Street' });
const anOrder = (changes: object = {}) =>
  made(Order, { id: 'o-1', lines: [aLine(), aLine({ sku: 'abcde' })], address: anAddress(), ...changes });
const everything = () =>
  made(Everything, {
    date: new Date('2026-02-28T12:00:00.001Z'),
    big: -(2n ** 80n),
    bytes: new Uint8Array([0, 127, 255]),
    url: new URL('https://example.org/a?b#c'),
    map: new Map([['a', aLine()]]),
    set: new Set([3, 1]),
    nested: new Map([['b', [aLine(), aLine({ quantity: 5 })]]]),
    plain: { deep: { at: new Date(0), list: [1, 2], bytes: new Uint8Array([1]) } },
    record: { home: new URL('https://example.org/') },
    tuple: [new Date(1), aLine()],
    json: { some: ['json', { of: null }] },
  });
const aTree = (...children: Tree<Line>[]): Tree<Line> => made(Tree<Line>, { values: [aLine()], children });

describe('instances arrive as instances, at the server and at the client', () => {
  test.each<[string, () => object]>([
    ['place', anOrder],
    ['place', () => anOrder({ note: 'soon', at: new Date(5) })],
    ['place', () => anOrder({ at: null })],
    ['give', () => made(GiftOrder, { ...anOrder(), greeting: 'HELLO' })],
    ['everything', everything],
    ['pay', () => made(Card, { kind: 'card', number: 4 })],
    ['pay', () => made(Account, { kind: 'account', iban: 'DE00' })],
    ['contact', () => made(Email, { address: 'ada@example.org' })],
    ['contact', () => made(Phone, { address: '12345' })],
    ['plant', () => aTree(aTree(), aTree(aTree()))],
    ['either', () => aLine()],
    ['send', () => made(Parcel, { isChecked: true, line: aLine() })],
  ])('%s %#', async (method, value) => {
    const { got, result } = await echo(shop, method, [value()]);
    expect(got).toStrictEqual([value()]);
    expect(result).toStrictEqual(value());
  });

  test('what is inside of lists and records', async () => {
    const { got, result } = await echo(shop, 'many', [[aLine()], { a: aLine({ quantity: 7 }) }], () => [
      null,
      aLine(),
    ]);
    expect(got).toStrictEqual([[aLine()], { a: aLine({ quantity: 7 }) }]);
    expect(result).toStrictEqual([null, aLine()]);
  });

  test('methods and accessors are there again, and are not sent', async () => {
    const { got } = await echo(shop, 'many', [[aLine({ quantity: 12 })]], () => []);
    const [[line]] = got as [[Line]];
    expect([line.describe(), line.isLarge, Object.keys(line)]).toEqual([
      '12 × abc',
      true,
      ['sku', 'quantity'],
    ]);
    expect(shopDescriptor.methods.many?.encodeArguments([[aLine()]])).toEqual([
      [{ sku: 'abc', quantity: 2 }],
    ]);
  });

  test('the data of a declared error', async () => {
    const failed = echo(shop, 'place', [anOrder()], () => {
      throw new NotSold(aLine(), 'not sold');
    });
    await expect(failed).rejects.toBeInstanceOf(NotSold);
    const { data } = (await failed.catch((error: unknown) => error)) as NotSold;
    expect(data).toBeInstanceOf(Line);
  });
});

describe('plain objects may be sent', () => {
  test('where the compiler takes them for the class', async () => {
    const order = { id: 'o-1', lines: [{ sku: 'abc', quantity: 2 }], address: { street: 'Main Street' } };
    const { got, result } = await echo(shop, 'place', [order], () => ({ ...order, note: 'plain, too' }));
    expect(got).toStrictEqual([anOrder({ lines: [aLine()] })]);
    expect(result).toStrictEqual(anOrder({ lines: [aLine()], note: 'plain, too' }));
  });

  test('members that the class does not have are dropped', async () => {
    const { got } = await echo(
      shop,
      'many',
      [[{ sku: 'abc', quantity: 1, price: 5, describe: 'no method' }]],
      () => [],
    );
    expect(got[0]).toStrictEqual([aLine({ quantity: 1 })]);
  });

  test('what a subclass adds is dropped where its base is asked for', async () => {
    const { got } = await echo(shop, 'place', [made(GiftOrder, { ...anOrder(), greeting: 'HELLO' })]);
    expect(got).toStrictEqual([anOrder()]);
  });
});

test('a @Transform is applied once, where the value arrives', async () => {
  const { got, result } = await echo(shop, 'place', [anOrder({ note: '  spaces ' })], () =>
    anOrder({ note: ' more  ' }),
  );
  expect(got).toHaveProperty('[0].note', 'spaces');
  expect(result).toHaveProperty('note', 'more');
  const sent = shopDescriptor.methods.place?.encodeArguments([anOrder({ note: '  spaces ' })]);
  expect(sent).toHaveProperty('[0].note', '  spaces ');
});

test('a value that only the decorators of one class accept is an instance of that one', async () => {
  const { got } = await echo(shop, 'contact', [{ address: 'someone at home' }]);
  expect(got[0]).toBeInstanceOf(Phone);
});

test('what an owner does not want validated is not', async () => {
  const unchecked = made(Parcel, { isChecked: false, line: aLine({ quantity: 1_000 }) });
  const { got } = await echo(shop, 'send', [unchecked]);
  expect(got).toStrictEqual([unchecked]);
});

/** What is refused, where, and in which words. */
const REFUSED: [string, string, unknown[], Partial<RpcError>][] = [
  [
    'a member of a wrong type',
    'place',
    [{ ...anOrder(), id: 5 }],
    { path: 'order.id', expected: 'string', got: 'number' },
  ],
  [
    'a member that a decorator does not accept',
    'place',
    [anOrder({ id: '' })],
    { path: 'order.id', expected: 'id should not be empty', got: 'string' },
  ],
  [
    'an item of an array',
    'place',
    [anOrder({ lines: [aLine(), aLine({ quantity: 100 })] })],
    { path: 'order.lines[1].quantity', expected: 'quantity must not be greater than 99', got: 'number' },
  ],
  [
    'what a decorator of the project says',
    'place',
    [anOrder({ lines: [aLine({ sku: 'ab' })] })],
    {
      path: 'order.lines[0].sku',
      expected: 'sku must be longer than or equal to 3 characters',
      got: 'string',
    },
  ],
  ['an array as a whole', 'place', [anOrder({ lines: [] })], { path: 'order.lines', got: 'array' }],
  [
    'an instance without @ValidateNested',
    'place',
    [anOrder({ address: made(Address, { street: 'M' }) })],
    { path: 'order.address.street', got: 'string' },
  ],
  [
    'a message that quotes the value',
    'give',
    [made(GiftOrder, { ...anOrder(), greeting: 'secret words' })],
    { path: 'order.greeting', expected: 'greeting: "…" is not in upper case', got: 'string' },
  ],
  [
    'an instance in a map',
    'everything',
    [
      {
        ...everything(),
        map: new Map([
          ['a', aLine()],
          ['b', aLine({ quantity: 0 })],
        ]),
      },
    ],
    { path: 'value.map[1][1].quantity', got: 'number' },
  ],
  [
    'an instance in an array in a map, by way of @ValidateNested',
    'everything',
    [
      {
        ...everything(),
        nested: new Map([
          ['a', []],
          ['b', [aLine(), aLine({ quantity: 0 })]],
        ]),
      },
    ],
    { path: 'value.nested[1][1][1].quantity', got: 'number' },
  ],
  [
    'an instance in a record',
    'many',
    [[], { 'a b': aLine({ quantity: 1.5 }) }],
    { path: 'byName["a b"].quantity', got: 'number' },
  ],
  [
    'a discriminated branch',
    'pay',
    [{ kind: 'card', number: 0 }],
    { path: 'how.number', expected: 'number must not be less than 1', got: 'number' },
  ],
  [
    'what no branch accepts',
    'contact',
    [{ address: 'ab' }],
    {
      path: 'how.address',
      expected: 'address must be an email | address must be longer than or equal to 3 characters',
      got: 'string',
    },
  ],
  [
    'an instance far down',
    'plant',
    [aTree(aTree(), aTree(made(Tree<Line>, { values: [], children: [] })))],
    { path: 'tree.children[1].children[0].values', expected: 'values should not be empty', got: 'array' },
  ],
  [
    'an item of an instance far down',
    'plant',
    [aTree(aTree(made(Tree<Line>, { values: [aLine({ quantity: 0 })], children: [] })))],
    { path: 'tree.children[0].children[0].values[0].quantity', got: 'number' },
  ],
  [
    'an asynchronous validator',
    'ask',
    [made(Asking, { name: 'Ada' })],
    { path: 'asking', expected: 'validators that answer at once', got: 'object' },
  ],
  [
    'what a @Transform cannot take',
    'grumble',
    [made(Grumpy, { mood: 'grr' })],
    { path: 'grumpy', expected: 'data that Grumpy can be made of', got: 'object' },
  ],
  [
    'a __proto__ key',
    'place',
    [{ ...anOrder(), address: JSON.parse('{"street":"Main","__proto__":{"isAdmin":true}}') }],
    { path: 'order.address.__proto__' },
  ],
  ['a constructor key', 'place', [{ ...anOrder(), constructor: Order }], { path: 'order.constructor' }],
];

describe('what a sender is refused', () => {
  test.each(REFUSED)('%s', async (_, method, args, details) => {
    const error = await refusedBySender(shop, method, args);
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', kind: 'rejected', ...details });
  });

  test('never names the value', async () => {
    const order = made(GiftOrder, { ...anOrder(), greeting: 'secret words' });
    const { message, cause } = await refusedBySender(shop, 'give', [order]);
    expect(`${message} ${cause}`).not.toContain('secret');
  });
});

describe('what a receiver refuses, whoever sent it', () => {
  const plain = { id: 'o-1', lines: [{ sku: 'abc', quantity: 1 }], address: { street: 'Main Street' } };

  test.each<[string, object, string]>([
    ['a member', { ...plain, id: '' }, 'order.id'],
    ['an item', { ...plain, lines: [{ sku: 'abc', quantity: 0 }] }, 'order.lines[0].quantity'],
    ['a type', { ...plain, lines: 'none' }, 'order.lines'],
  ])('%s', async (_, order, path) => {
    const { reason, result } = await refusedByReceiver(shop, 'place', [order]);
    expect(reason).toBe('invalid-argument');
    expect(JSON.parse(result)).toMatchObject({ error: { code: 'INVALID_ARGUMENT', path } });
  });
});

test('a result that the contract does not allow stays at the server', async () => {
  const answered = echo(shop, 'place', [anOrder()], () => anOrder({ lines: [aLine({ quantity: 0 })] }));
  await expect(answered).rejects.toMatchObject({ code: 'INVALID_RESULT', path: 'result.lines[0].quantity' });
});

test('a validator that gives a query, which is waited for like a promise, is refused', () => {
  class Wanted {
    readonly name = 'Ada';
  }
  // biome-ignore lint/suspicious/noThenProperty: that is what it is about
  const query = { then: () => undefined };
  const validator = { validate: () => query as never };
  registerDecorator({ name: 'isWanted', target: Wanted, propertyName: 'name', validator });
  const ask = () => validate(new Wanted(), receiving(), 'wanted');
  expect(ask).toThrow('wanted: expected validators that answer at once, got object');
});
