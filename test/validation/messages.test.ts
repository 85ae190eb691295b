// What is left of messages about values: nothing of the values.

import { expect, test } from 'vitest';
import { withoutValues } from '#dist/src/wire/messages.js';

test.each<[message: string, value: unknown, left: string | undefined]>([
  ['must be a string', 5, 'must be a string'],
  ['must be at least 5, was 3', 3, 'must be at least 5, was …'],
  ['must be at least 30', 3, 'must be at least 30'],
  ['must be an email (was "ada@home")', 'ada@home', 'must be an email (was "…")'],
  ['Received "a \\"quoted\\" text"', 'a "quoted" text', 'Received "…"'],
  ["no such thing: it's me", "it's me", 'no such thing: …'],
  ['1234 is no PIN', '1234', '… is no PIN'],
  ['PIN12345 is no PIN', '1234', 'PIN12345 is no PIN'],
  ['got $&', '$&', 'got …'],
  ['got (a+b)*', '(a+b)*', 'got …'],
  ['wrong: 12345678901234567890', 12345678901234567890n, 'wrong: …'],
  // What is quoted in part, or in another form, cannot be taken out.
  ['Received "a long text th…"', 'a long text that was cut off', undefined],
  ['not before 2020-01-01', new Date(0), undefined],
  ['wrong: 1,2,3', new Uint8Array([1, 2, 3]), undefined],
  ['too much of it', Array(1_000).fill('a'), undefined],
  ['x'.repeat(301), 5, undefined],
  ['', 5, undefined],
  // What stands inside of the value.
  ['was {"name":"secret","pin":4711}', { name: 'secret', pin: 4_711 }, 'was {"name":"…","pin":…}'],
  ['no secret in a', new Map([['a', ['secret']]]), 'no … in …'],
  ['no secret in it', new Set(['secret']), 'no … in it'],
  ['https://example.org/ is no host', new URL('https://example.org/'), '… is no host'],
  ['on\n two   lines', true, 'on two lines'],
])('%s about %o', (message, value, left) => {
  expect(withoutValues(message, value)).toBe(left);
});

test('a value that contains itself ends the search', () => {
  const circle: unknown[] = ['secret'];
  circle.push(circle);
  expect(withoutValues('no secret', circle)).toBeUndefined();
});
