// Generated codecs at work: values come back as they were, and refusals say where and why.

import { ServiceError } from 'mq-rpc';
import { describe, expect, test } from 'vitest';
import { declaredName } from '#dist/src/wire/outcome.js';
import { everyTypeDescriptor } from '../golden/every-type/expected/index.js';
import { helloDescriptor } from '../golden/hello/expected/index.js';
import { hostileDescriptor } from '../golden/hostile-names/expected/index.js';

const methodOf = (name: string) => {
  const method = everyTypeDescriptor.methods[name];
  if (method === undefined) throw new Error(`no method ${name}`);
  return method;
};

/** As the value goes over the wire, as an argument and as a result. */
function travelled(name: string, value: unknown): unknown[] {
  const method = methodOf(name);
  const [argument] = method.decodeArguments(JSON.parse(JSON.stringify(method.encodeArguments([value]))));
  const result = JSON.stringify(method.encodeResult(value));
  return [argument, method.decodeResult(result === undefined ? undefined : JSON.parse(result))];
}

const line = { sku: 'a-1', quantity: 2 };
const date = new Date('2024-02-29T12:00:00.123Z');
const person = { name: 'Ada', born: date, address: { street: 'Main Street' } };

describe('values come back as they were', () => {
  test.each<[name: string, value: unknown]>([
    ['text', '\u0000 "quoted" \u2028 \ud83d\ude00 \ud800'],
    ['count', -1.5e300],
    ['flag', false],
    ['nothing', null],
    ['literals', 3],
    ['template', 'sku-12'],
    ['colour', 'green'],
    ['level', 5],
    ['line', { ...line, note: '' }],
    ['lines', [line, line]],
    ['nested', [[1, 2], []]],
    ['pair', ['a']],
    ['pair', ['a', 1]],
    ['row', ['a', 1, 2, false]],
    ['sparse', ['a', undefined, 'b']],
    ['date', new Date(8.64e15)],
    ['date', new Date(-1)],
    ['big', -(2n ** 100n)],
    ['bytes', new Uint8Array([0, 127, 255])],
    ['url', new URL('https://user@example.org:8080/a?b=c#d')],
    ['people', new Map([['a', person]])],
    ['ids', new Set([3, 1, 2])],
    ['record', { a: 1, 'b c': 2, toString: 3 }],
    ['labels', { main: 'a', other: 'b' }],
    ['maybe', undefined],
    ['maybe', null],
    ['shape', { kind: 'noted', at: date }],
    ['change', { target: 'order', action: 'closed', at: 1 }],
    ['pet', { name: 'Rex', tricks: ['sit'] }],
    ['pet', { name: 'Both', lives: 9, tricks: [] }],
    ['mixed', [1, 2]],
    ['lists', [{ id: 1 }]],
    ['moment', date],
    ['moment', 'now'],
    ['json', { a: [1, 'b', null, { c: [true] }] }],
    ['tree', { value: 1, children: [{ value: 2, children: [] }] }],
    ['expression', { all: [{ leaf: true }, { all: [], weight: 1 }], name: 'a' }],
    ['strict', { name: 'a', age: 1 }],
    ['loose', { name: 'a', more: { of: ['it'] } }],
    ['settings', {}],
    ['present', { text: undefined, list: undefined }],
    ['present', { text: 'a', list: null }],
    ['inherited', { 'content-type': 'text', toString: 'a', valueOf: 1 }],
    ['empty', 'text'],
  ])('%s: %o', (name, value) => {
    expect(travelled(name, value)).toEqual([value, value]);
  });

  test('the built-in values of one object', () => {
    const value = {
      at: date,
      total: 2n ** 64n,
      bytes: new Uint8Array([1]),
      home: new URL('https://example.org'),
      stock: new Map([['a', date]]),
      tags: new Set(['x', 'y']),
      seven: 7n,
    };
    expect(travelled('builtIns', value)).toEqual([value, value]);
  });

  test('an error with its data', () => {
    const data = { at: date, shape: { kind: 'circle', radius: 1 } };
    const error = methodOf('opaque').errors.Refused;
    expect(error?.decodeData(JSON.parse(JSON.stringify(error.encodeData(data))))).toEqual(data);
  });

  test('an error under the name of the nearest class that is declared', () => {
    class General extends ServiceError<{ id: string }> {}
    class Special extends General {}
    const method = methodOf('opaque');
    const { Refused } = method.errors;
    if (Refused === undefined) throw new Error('no error Refused');
    const errors = { General: { ...Refused, type: General }, Special: { ...Refused, type: Special } };
    expect(declaredName({ ...method, errors }, new Special({ id: 'a' }))).toBe('Special');
    expect(declaredName({ ...method, errors }, new General({ id: 'a' }))).toBe('General');
  });

  test('missing arguments are missing, and filled in for the handler', () => {
    const several = methodOf('several');
    expect(several.encodeArguments(['a'])).toEqual(['a']);
    expect(several.encodeArguments(['a', undefined, undefined])).toEqual(['a']);
    expect(several.encodeArguments(['a', undefined, null])).toEqual(['a', null, null]);
    expect(several.decodeArguments(['a'])).toEqual(['a', undefined, undefined]);
    expect(several.decodeArguments(['a', null, null])).toEqual(['a', undefined, null]);
    expect(helloDescriptor.methods.greet?.decodeArguments(['Ada'])).toEqual(['Ada', undefined]);
  });
});

describe('what a type does not have', () => {
  test('is dropped', () => {
    expect(travelled('line', { ...line, extra: 1 })).toEqual([line, line]);
    expect(travelled('shape', { kind: 'circle', radius: 1, side: 2 })[0]).toEqual({
      kind: 'circle',
      radius: 1,
    });
  });

  test('does not make an object of optional members unreadable: it may come from a newer contract', () => {
    expect(methodOf('settings').decodeArguments([{ weight: 2 }])).toEqual([{}]);
  });

  test('is kept if another branch of a union has it', () => {
    const given = [{ a: 'x', b: 1 }, ['x'], { a: 1 }, [1], true, null];
    const read = given.map((value) => methodOf('orEmpty').encodeArguments([value])[0]);
    expect(read).toEqual([{ a: 'x' }, ['x'], {}, [], true, null]);
  });

  test('is dropped from a copy: the value stays as it is', () => {
    const value = { ...line, extra: 1 };
    expect(methodOf('line').encodeArguments([value])).toEqual([line]);
    expect(value).toEqual({ ...line, extra: 1 });
  });
});

describe('what agrees exactly with its type', () => {
  test('is taken as it is', () => {
    const value = { name: 'a', more: { deep: [1] } };
    expect(methodOf('loose').encodeArguments([value])[0]).toBe(value);
    expect(methodOf('loose').decodeResult(value)).toBe(value);
  });

  test('is copied if its JSON is not what it is itself', () => {
    const value = { ...person, address: { street: 'a' } };
    const [copy] = methodOf('people').encodeArguments([new Map([['a', value]])]) as [
      [string, typeof value][],
    ];
    expect(copy[0]?.[1]?.address).toEqual(value.address);
    expect(copy[0]?.[1]?.address).not.toBe(value.address);
  });
});

/** What was refused where: `path: expected …, got …`. */
function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

const nested = (levels: number): unknown => {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = [value];
  return value;
};

const circle: { value: number; children: unknown[] } = { value: 1, children: [] };
circle.children.push(circle);

const withOwn = (key: string, value: object): object =>
  Object.defineProperty({ ...value }, key, { value: 1, enumerable: true });

describe('refused when encoding', () => {
  test.each<[name: string, value: unknown, message: string]>([
    ['count', Number.NaN, 'value: expected number, got NaN'],
    ['count', Number.NEGATIVE_INFINITY, 'value: expected number, got -Infinity'],
    ['text', Symbol('a'), 'value: expected string, got symbol'],
    ['date', new Date(Number.NaN), 'value: expected Date, got invalid Date'],
    ['line', () => 1, 'value: expected object, got function'],
    ['line', [], 'value: expected object, got array'],
    ['line', { sku: 'a' }, 'value.quantity: expected number, got undefined'],
    ['lines', [line, { ...line, sku: 7 }], 'value[1].sku: expected string, got number'],
    // biome-ignore lint/suspicious/noSparseArray: it is what is refused
    ['nested', [[1, , 2]], 'value[0][1]: expected item, got hole'],
    ['lines', [undefined], 'value[0]: expected object, got undefined'],
    ['pair', ['a', 1, 2], 'value: expected 1 to 2 items, got 3'],
    ['row', ['a'], 'value: expected at least 2 items, got 1'],
    ['literals', 'c', 'value: expected "a" | "b" | 3 | true | null, got string'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a type that is spelled here
    ['template', 'sku-x', 'value: expected `sku-${number}`, got string'],
    ['big', 1, 'value: expected bigint, got number'],
    ['builtIns', { at: date }, 'value.total: expected bigint, got undefined'],
    ['people', new Map([['a', { ...person, born: 0 }]]), 'value[0][1].born: expected Date, got number'],
    ['ids', new Set(['a']), 'value[0]: expected number, got string'],
    ['record', { 'a b': 'c' }, 'value["a b"]: expected number, got string'],
    ['shape', { kind: 'oval' }, 'value.kind: expected "circle" | "square" | "dated" | "noted", got string'],
    ['shape', { kind: 'circle' }, 'value.radius: expected number, got undefined'],
    ['change', { target: 'order', action: 'closed' }, 'value.at: expected number, got undefined'],
    ['change', { target: 'order' }, 'value.action: expected "opened" | "closed", got undefined'],
    ['pet', { name: 'a', lives: 'b' }, 'accepted'],
    ['pet', { name: 1 }, 'value.name: expected string, got number'],
    ['pet', {}, 'value.name: expected string, got undefined'],
    ['pet', 1, 'value: expected object, got number'],
    ['lists', [{ id: 1 }, 'a'], 'value: expected string[] | EveryTypeListsValueItem[], got array'],
    [
      'expression',
      { all: [{ leaf: 1 }], name: 'a' },
      'value.all[0]: expected Expression | Expression2 | Expression3, got object',
    ],
    ['pet', { name: 'a', tricks: [1] }, 'value.tricks[0]: expected string, got number'],
    ['mixed', true, 'value: expected string | number[] | Line | null, got boolean'],
    ['mixed', ['a'], 'value[0]: expected number, got string'],
    [
      'json',
      [{ a: [date] }],
      'value[0].a[0]: expected string | number | boolean | null | Json[] | JsonObject, got Date',
    ],
    ['strict', { name: 'a', agee: 1 }, 'value.agee: expected no such member, got number'],
    ['settings', { weight: 2 }, 'value: expected any of "colour" | "size", got object'],
    ['present', { text: 'a' }, 'value.list: expected value or undefined, got no member'],
    ['opaque', { a: [1n] }, 'value.a[0]: expected JSON data, got bigint'],
    ['opaque', { a: date }, 'value.a: expected JSON data, got Date'],
    ['opaque', [undefined], 'value[0]: expected JSON data, got undefined'],
    ['opaque', undefined, 'arguments: expected 1 argument, got 0'],
    ['line', withOwn('constructor', line), 'value.constructor: expected no such member, got number'],
    ['opaque', { a: withOwn('__proto__', {}) }, 'value.a.__proto__: expected no such member, got number'],
    ['empty', withOwn('__proto__', {}), 'value.__proto__: expected no such member, got number'],
    ['record', withOwn('__proto__', {}), 'value.__proto__: expected no such member, got number'],
  ])('%s', (name, value, message) => {
    expect(refusal(() => methodOf(name).encodeArguments([value]))).toBe(message);
  });

  test('what is nested too deeply, and so what is cyclic', () => {
    expect(refusal(() => methodOf('opaque').encodeArguments([nested(64)]))).toBe('accepted');
    expect(refusal(() => methodOf('opaque').encodeArguments([nested(65)]))).toMatch(
      /^value(\[0\]){64}: expected at most 64 levels, got more$/,
    );
    expect(refusal(() => methodOf('tree').encodeArguments([circle]))).toMatch(/expected at most 64 levels/);
  });

  test('another number of arguments', () => {
    expect(refusal(() => methodOf('several').encodeArguments([]))).toBe(
      'arguments: expected 1 to 3 arguments, got 0',
    );
    expect(refusal(() => methodOf('none').encodeArguments([1]))).toBe(
      'arguments: expected 0 arguments, got 1',
    );
  });

  test('a hostile name appears quoted in the path', () => {
    expect(refusal(() => hostileDescriptor.methods.odd?.encodeArguments([{}]))).toBe(
      'value["quote\'d"]: expected string, got undefined',
    );
  });
});

describe('refused when decoding', () => {
  test.each<[name: string, data: unknown, message: string]>([
    ['date', '2024-02-29', 'value: expected ISO date as toISOString makes it, got string'],
    ['date', '2024-02-30T00:00:00.000Z', 'value: expected ISO date as toISOString makes it, got string'],
    ['big', '01', 'value: expected bigint as decimal digits, got string'],
    ['big', '9'.repeat(5_000), 'value: expected bigint as decimal digits, got string'],
    ['bytes', 'AB', 'value: expected base64, got string'],
    ['bytes', 'AA=\n=', 'value: expected base64, got string'],
    ['url', '/path', 'value: expected URL as its href, got string'],
    ['people', [['a']], 'value[0]: expected 2 items, got 1'],
    ['ids', [1, 1], 'value: expected different items, got equal ones'],
    ['moment', '2024', 'value: expected Date | "now" | number, got string'],
    [
      'line',
      JSON.parse('{"sku":"a","quantity":1,"__proto__":{}}'),
      'value.__proto__: expected no such member, got object',
    ],
    [
      'opaque',
      JSON.parse('[{"constructor":{}}]'),
      'value[0].constructor: expected no such member, got object',
    ],
  ])('%s', (name, data, message) => {
    expect(refusal(() => methodOf(name).decodeArguments([data]))).toBe(message);
  });

  test('what is no list of arguments', () => {
    expect(refusal(() => methodOf('text').decodeArguments({ 0: 'a', length: 1 }))).toBe(
      'arguments: expected array, got object',
    );
  });
});

test('a value that fails at the bottom of a recursive union is refused in no time', () => {
  let value: unknown = { leaf: 'not a boolean' };
  for (let level = 0; level < 30; level++) value = { all: [value, value], name: 'a', weight: 1 };
  // Shared below, so that the value stays small: without remembering, every level would double the work.
  expect(refusal(() => methodOf('expression').encodeArguments([value]))).toMatch(/^value/);
});

test('a value that agrees with several branches at every level is read in no time', () => {
  let value: unknown = { leaf: true };
  for (let level = 0; level < 30; level++) value = { all: [value], name: 'a', weight: 1 };
  expect(travelled('expression', value)[0]).toEqual(value);
});
