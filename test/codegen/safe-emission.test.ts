// The code tag: text of a contract never becomes code, and output is laid out as the template is.

import { expect, test } from 'vitest';
import { code, doc, key, literal, name, paragraphs, pattern, wrapped } from '#dist/templates/code.js';
import { printFile } from '#dist/templates/print.js';

const printed = (body: ReturnType<typeof code>, declares: string[] = []): string =>
  printFile({ header: undefined, declares, body });

const evaluated = (expression: ReturnType<typeof literal>): unknown =>
  new Function(`return ${printed(code`${expression}`)}`)();

test.each([
  "it's",
  '"quoted"',
  `both ' and "`,
  'back\\slash\\',
  '\\"',
  "\\'",
  'line\nbreak\r\n',
  '\u2028\u2029',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what could become code
  '`${process.exit(1)}`',
  '*/ alert(1) /*',
  '</script>',
  '\u0000\ud800',
])('a string stays that string: %j', (text) => {
  expect(evaluated(literal(text))).toBe(text);
  expect(evaluated(literal({ [text]: [text] }))).toEqual({ [text]: [text] });
  expect(printed(code`${literal(text)}`)).not.toMatch(/[\u2028\u2029]/);
});

test.each([
  '^[a-z]+$',
  '/',
  '\\/',
  '//',
  '[/]',
  '*/'.replace('*', '[*]'),
  '\\\\',
  "'",
  '"',
  '`\\$\\{process.exit(1)\\}`',
  '\n',
  '\\n',
  '\r\u2028\u2029',
  '</script>',
  '\u0000\ud800',
  '\\p{L}(?<year>\\d{4})(?<!a)\\k<year>',
  '(?:)',
  '',
  '^(?=.*\\d)😀$',
])('a pattern stays that pattern: %j', (source) => {
  const text = printed(code`${pattern(source)}`);
  const found = new Function(`return ${text}`)() as RegExp;
  expect([found.source, found.flags]).toEqual([new RegExp(source, 'u').source, 'u']);
  expect(text).not.toMatch(/[\u2028\u2029\r]|\n./);
  // After a comment has begun, a pattern cannot end it.
  expect(text).not.toContain('*/');
});

test('a long object takes a line for each member, at every level', () => {
  const text = "line\nbreak 'and' more of it".repeat(4);
  const value = { short: { a: [1, 'b'] }, long: { text, other: { text, list: [{ text }] } } };
  expect(evaluated(literal(value))).toEqual(value);
  expect(printed(code`${literal({ priority: 3, text: 'x'.repeat(80), more: { a: 1 } })}`)).toBe(
    `{\n  priority: 3,\n  text: '${'x'.repeat(80)}',\n  more: { a: 1 },\n}\n`,
  );
});

test('a member called __proto__ is a member', () => {
  const object = evaluated(literal(JSON.parse('{"__proto__":{"polluted":true}}'))) as object;
  expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  expect(Object.keys(object)).toEqual(['__proto__']);
});

test.each(['', '1a', 'a b', 'a;b', 'class', 'await', 'arguments', 'a\u2028', '}'])(
  '%j is no name',
  (text) => {
    expect(() => name(text)).toThrow(TypeError);
  },
);

test('names of other alphabets are names', () => {
  expect(printed(code`${name('größe')} ${name('数量')} ${name('$_1')}`)).toBe('größe 数量 $_1\n');
});

test('a doc comment cannot be left', () => {
  const text = 'First. */ process.exit(1); /*\r\nSecond.\u2028process.exit(2)\n\nThird.   ';
  expect(printed(code`${doc(text)}`)).toBe(
    '/**\n * First. *\\/ process.exit(1); /*\n * Second.\n * process.exit(2)\n *\n * Third.\n */\n',
  );
  expect(printed(code`${doc('  ')}a`)).toBe('a\n');
});

test('what is interpolated takes the indentation of its line, and an empty line of its own disappears', () => {
  const lines = [code`a {`, code`  b`, code`}`];
  const block = code`
    start {
      ${lines}
      ${undefined}
      ${[]}
      ${doc('One.\nTwo.')}
      ${paragraphs([code`c`, code`d`])}
    }
  `;
  expect(printed(block)).toBe(
    'start {\n  a {\n    b\n  }\n  /**\n   * One.\n   * Two.\n   */\n  c\n\n  d\n}\n',
  );
});

test('a long list takes a line for each item', () => {
  const items = Array.from({ length: 12 }, (_, index) => literal(`item-${index}`));
  expect(printed(code`f(${wrapped(items.slice(0, 2))})`)).toBe("f('item-0', 'item-1')\n");
  expect(printed(code`f(${wrapped(items)})`)).toContain("f(\n  'item-0',\n  'item-1',\n");
});

test('printing an import adds it, once, and as a value if it is used as one', () => {
  const type = { kind: 'import', name: 'A', from: 'mq-rpc', isType: true, isFixed: false } as const;
  const value = { ...type, isType: false };
  expect(printed(code`${type}`)).toBe("import type { A } from 'mq-rpc';\n\nA\n");
  expect(printed(code`${type} ${value}`)).toBe("import { A } from 'mq-rpc';\n\nA A\n");
});

test('an import gives way to names of the file and of the contract', () => {
  const own = { kind: 'import', name: 'A', from: 'mq-rpc', isType: true, isFixed: false } as const;
  const theirs = { ...own, from: '../contract.js', isFixed: true };
  expect(printed(code`${own} ${theirs}`)).toBe(
    "import type { A as A_ } from 'mq-rpc';\nimport type { A } from '../contract.js';\n\nA_ A\n",
  );
  expect(printed(code`${own}`, ['A'])).toBe("import type { A as A_ } from 'mq-rpc';\n\nA_\n");
});

test('keys are quoted where they have to be', () => {
  expect(
    printed(code`{ ${key('a')}, ${key('class')}, ${key('a-b')}, ${key('1')}, ${key('__proto__')} }`),
  ).toBe("{ a, class, 'a-b', '1', ['__proto__'] }\n");
});
