// Values of all kinds given to every method of the contract with every type, one call per line. The compiler says
// of each line whether the value agrees with the type; the same lines, run, ask the generated validator.

import { Colour, type EveryType, Level } from '../golden/every-type/contract.js';

type Argument<Name extends keyof EveryType> = Parameters<EveryType[Name]>[0];

/** What was given to a method, in the order of the lines. */
export const given: { readonly method: string; readonly value: unknown }[] = [];

const to =
  <Name extends keyof EveryType>(method: Name) =>
  <const Value extends Argument<Name>>(value: Value): void => {
    given.push({ method, value });
  };

const date = new Date(0);
const sparse = <Item>(...items: Item[]): Item[] => items;
class Account {
  readonly sku = 'a';
  get quantity(): number {
    return 1;
  }
}

/** The line of the first call below; each call takes one line. */
export const FIRST_LINE = 31;

// biome-ignore format: one call per line
export function give(): void {
to('text')('a');
to('text')(1);
to('text')(null);
to('text')(undefined);
to('count')(1);
to('count')('1');
to('count')(1n);
to('flag')(true);
to('flag')(0);
to('nothing')(null);
to('nothing')(undefined);
to('literal')('a');
to('literal')('b');
to('literals')('b');
to('literals')(3);
to('literals')(true);
to('literals')(false);
to('literals')(null);
to('literals')('3');
to('template')('sku-1');
to('template')('sku-1.5e3');
to('template')('sku-');
to('template')('sku-x');
to('template')('SKU-1');
to('colour')(Colour.Red);
to('colour')('red');
to('colour')('blue');
to('level')(Level.High);
to('level')(5);
to('level')(1);
to('level')('Low');
to('line')({ sku: 'a', quantity: 1 });
to('line')({ sku: 'a', quantity: 1, note: 'b' });
to('line')({ sku: 'a', quantity: 1, note: null });
to('line')({ sku: 'a' });
to('line')({ sku: 'a', quantity: 1, other: true });
to('line')(new Account());
to('line')([]);
to('line')('a');
to('line')(date);
to('lines')([]);
to('lines')([{ sku: 'a', quantity: 1 }]);
to('lines')([{ sku: 'a', quantity: 1 }, { sku: 'a' }]);
to('lines')({ 0: { sku: 'a', quantity: 1 }, length: 1 });
to('nested')([[1], []]);
to('nested')([[1], ['a']]);
to('nested')([1]);
to('pair')(['a']);
to('pair')(['a', 1]);
to('pair')(['a', 1, 2]);
to('pair')([1]);
to('pair')([]);
to('row')(['a', true]);
to('row')(['a', 1, 2, true]);
to('row')(['a', 1, 2]);
to('row')(['a']);
to('sparse')(['a', undefined]);
to('sparse')(['a', null]);
to('date')(date);
to('date')('1970-01-01T00:00:00.000Z');
to('date')(0);
to('big')(1n);
to('big')(1);
to('bytes')(new Uint8Array(2));
to('bytes')(Buffer.from('a'));
to('bytes')([1, 2]);
to('url')(new URL('https://example.org'));
to('url')('https://example.org');
to('builtIns')({ at: date, total: 1n, bytes: new Uint8Array(), home: new URL('a:b'), stock: new Map([['a', date]]), tags: new Set(['a']), seven: 7n });
to('builtIns')({ at: date, total: 1n, bytes: new Uint8Array(), home: new URL('a:b'), stock: new Map([['a', 1]]), tags: new Set(['a']), seven: 7n });
to('builtIns')({ at: date, total: 1n, bytes: new Uint8Array(), home: new URL('a:b'), stock: new Map([['a', date]]), tags: new Set([1]), seven: 7n });
to('builtIns')({ at: date, total: 1n, bytes: new Uint8Array(), home: new URL('a:b'), stock: new Map([['a', date]]), tags: new Set(['a']), seven: 8n });
to('people')(new Map([['a', { name: 'a', born: date, address: { street: 'b', zip: undefined } }]]));
to('people')(new Map([['a', { name: 'a', born: date, address: {} }]]));
to('people')({ a: { name: 'a', born: date, address: { street: 'b' } } });
to('ids')(new Set([1]));
to('ids')(new Set(['a']));
to('ids')([1]);
to('record')({});
to('record')({ a: 1, b: 2 });
to('record')({ a: 1, b: 'c' });
to('record')({ a: undefined });
to('record')(date);
to('record')(new Map([['a', 1]]));
to('labels')({ main: 'a' });
to('labels')({ main: 'a', other: 'b' });
to('labels')({ main: 'a', other: 1 });
to('labels')({ other: 'b' });
to('maybe')(undefined);
to('maybe')(null);
to('maybe')('a');
to('maybe')(1);
to('shape')({ kind: 'circle', radius: 1 });
to('shape')({ kind: 'square', side: 1 });
to('shape')({ kind: 'noted', at: date });
to('shape')({ kind: 'circle', side: 1 });
to('shape')({ kind: 'oval', radius: 1 });
to('shape')({ radius: 1 });
to('shape')(null);
to('change')({ target: 'order', action: 'opened', id: 'a' });
to('change')({ target: 'order', action: 'closed', at: 1 });
to('change')({ target: 'item', count: 1 });
to('change')({ target: 'order', action: 'closed', id: 'a' });
to('change')({ target: 'item', action: 'opened', id: 'a' });
to('pet')({ name: 'a', lives: 9 });
to('pet')({ name: 'a' });
to('pet')({ name: 'a', lives: 'nine' });
to('pet')({ name: 'a', tricks: [1] });
to('pet')({ name: 'a', lives: 9, tricks: [1] });
to('pet')({ lives: 9 });
to('mixed')('a');
to('mixed')([1]);
to('mixed')({ sku: 'a', quantity: 1 });
to('mixed')(null);
to('mixed')(1);
to('mixed')(['a']);
to('mixed')({ sku: 1, quantity: 1 });
to('lists')(['a']);
to('lists')([{ id: 1 }]);
to('lists')([]);
to('lists')(['a', { id: 1 }]);
to('moment')(date);
to('moment')('now');
to('moment')(1);
to('moment')('later');
to('json')({ a: [1, 'b', null, { c: true }] });
to('json')({ a: undefined });
to('json')([date]);
to('json')(1n);
to('tree')({ value: 1, children: [{ value: 2, children: [] }] });
to('tree')({ value: 1, children: [{ value: '2', children: [] }] });
to('tree')({ value: 1 });
to('expression')({ all: [{ leaf: true }, { all: [], weight: 1 }], name: 'a' });
to('expression')({ all: [{ leaf: 1 }], name: 'a' });
to('expression')({ all: [{ leaf: true }] });
to('page')({ items: [{ sku: 'a', quantity: 1 }], next: null });
to('page')({ items: [{ sku: 'a', quantity: 1 }] });
to('both')({ street: 'a', country: 'b' });
to('both')({ street: 'a', zip: 'c', country: 'b' });
to('both')({ street: 'a' });
to('loose')({ name: 'a', more: [1] });
to('loose')({ more: [1] });
to('settings')({});
to('settings')({ size: 1 });
to('settings')({ size: 1, weight: 2 });
to('settings')({ weight: 2 });
to('settings')({ size: 'a' });
to('inherited')({ 'content-type': 'a' });
to('inherited')({ 'content-type': 'a', toString: 'b', valueOf: 1 });
to('inherited')({});
to('empty')({});
to('empty')('a');
to('empty')([]);
to('empty')(null);
to('empty')(undefined);
to('opaque')({ a: [null] });
to('several')('a');
to('several')(1);
to('text')(sparse('a')[0] as string);
}
