// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are sources of types
// Types of all kinds with values: what tsc accepts, the generated validators accept, and nothing else; what they
// accept arrives as it was.

import type { ServiceDescriptor } from 'mq-rpc';
import { expect, test } from 'vitest';
import { generatorProject } from './generator-project.js';
import { agreement } from './type-agreement.js';

test('index signatures by string, by number and by a pattern', async () => {
  const outcomes = await agreement(
    [
      {
        type: '{ [n: number]: string }',
        values: [
          '{}',
          "{ 1: 'a' }",
          '{ 1: 2 }',
          "{ 1: 'a', extra: 2 }",
          "{ '1e3': 1, extra: 1 }",
          '{ 1000: 1 }',
          "{ '-1': 1 }",
        ],
      },
      {
        type: 'Record<number, string>',
        values: ["{ 0: 'a' }", '{ 0: 1 }', '{ Infinity: 1 }', '{ "01": 1, extra: 1 }'],
      },
      {
        type: '{ [k: `x-${string}`]: number }',
        values: ["{ 'x-a': 1 }", "{ 'x-a': 'b' }", "{ extra: 'b' }", "{ 'x-': 1 }", "{ X: 'extra' }"],
      },
      {
        type: '{ [k: string]: string | number; [n: number]: number }',
        values: ["{ a: 'b', 1: 2 }", "{ a: 'b', 1: 'c' }", '{ a: true }', '{ 1: true }'],
      },
      {
        type: '{ [k: `x-${string}`]: number; [k: `${string}-y`]: 1 | 2 | string }',
        values: [
          "{ 'x-y': 1 }",
          "{ 'x-y': 3 }",
          "{ 'x-y': 'a' }",
          "{ 'a-y': 'a', 'x-a': 3 }",
          "{ 'a-y': true }",
        ],
      },
      {
        type: 'Record<"a" | `x-${number}`, 1>',
        values: ['{ a: 1 }', '{ "x-1": 1 }', "{ a: 1, 'x-1': 2 }", "{ a: 1, 'x-a': 2, extra: 1 }"],
      },
      {
        type: '{ name: string; [k: `data-${string}`]: Date }',
        values: [
          "{ name: 'a', 'data-x': date }",
          "{ name: 'a', 'data-x': 'a' }",
          "{ name: 'a', data: 'extra' }",
        ],
      },
      {
        type: '{ [k: string]: { a: number } | { b: number }; [n: number]: { a: number; b: number } }',
        values: ['{ x: { a: 1 }, 1: { a: 1, b: 2 } }', '{ 1: { a: 1 } }'],
      },
      {
        type: '{ [n: number]: 1; kind: "a" } | { [n: number]: 2; kind: "b" } | { [k: string]: string }',
        values: [
          "{ kind: 'a', 1: 1 }",
          "{ kind: 'a', 1: 2 }",
          "{ kind: 'a', 1: 'x' }",
          "{ kind: 'c', 1: 'x' }",
        ],
      },
      { type: 'Tree', values: ['{ 1: { 2: {} } }', '{ 1: { 2: 3 } }', '{ 1: { a: 3, extra: 1 } }'] },
      {
        type: '{ a: Date[] } & { [k: `x${number}`]: { b: 1 } }',
        values: ['{ a: [date], x1: { b: 1 } }', '{ a: [date], x1: { b: 2 } }'],
      },
    ],
    { declarations: 'export interface Tree { [n: number]: Tree }', preamble: 'const date = new Date(0);' },
  );
  expect(outcomes.filter((line) => line.includes(' refused:'))).toMatchInlineSnapshot(`
    [
      "{ [n: number]: string } refused: { 1: 2 }",
      "{ [n: number]: string } refused: { 1000: 1 }",
      "{ [n: number]: string } refused: { '-1': 1 }",
      "Record<number, string> refused: { 0: 1 }",
      "Record<number, string> refused: { Infinity: 1 }",
      "{ [k: \`x-\${string}\`]: number } refused: { 'x-a': 'b' }",
      "{ [k: string]: string | number; [n: number]: number } refused: { a: 'b', 1: 'c' }",
      "{ [k: string]: string | number; [n: number]: number } refused: { a: true }",
      "{ [k: string]: string | number; [n: number]: number } refused: { 1: true }",
      "{ [k: \`x-\${string}\`]: number; [k: \`\${string}-y\`]: 1 | 2 | string } refused: { 'x-y': 3 }",
      "{ [k: \`x-\${string}\`]: number; [k: \`\${string}-y\`]: 1 | 2 | string } refused: { 'x-y': 'a' }",
      "{ [k: \`x-\${string}\`]: number; [k: \`\${string}-y\`]: 1 | 2 | string } refused: { 'a-y': true }",
      "Record<"a" | \`x-\${number}\`, 1> refused: { "x-1": 1 }",
      "Record<"a" | \`x-\${number}\`, 1> refused: { a: 1, 'x-1': 2 }",
      "{ name: string; [k: \`data-\${string}\`]: Date } refused: { name: 'a', 'data-x': 'a' }",
      "{ [k: string]: { a: number } | { b: number }; [n: number]: { a: number; b: number } } refused: { 1: { a: 1 } }",
      "{ [n: number]: 1; kind: "a" } | { [n: number]: 2; kind: "b" } | { [k: string]: string } refused: { kind: 'a', 1: 2 }",
      "Tree refused: { 1: { 2: 3 } }",
      "{ a: Date[] } & { [k: \`x\${number}\`]: { b: 1 } } refused: { a: [date], x1: { b: 2 } }",
    ]
  `);
});

test.each([true, false])(
  'optional, undefined and null, with exactOptionalPropertyTypes %s',
  async (exactOptionalPropertyTypes) => {
    const outcomes = await agreement(
      [
        { type: '{ a?: string }', values: ['{}', "{ a: 'x' }", '{ a: undefined }', '{ a: null }'] },
        {
          type: '{ a?: string | undefined }',
          values: ['{}', "{ a: 'x' }", '{ a: undefined }', '{ a: null }'],
        },
        {
          type: '{ a: string | undefined }',
          values: ['{}', "{ a: 'x' }", '{ a: undefined }', '{ a: null }'],
        },
        { type: '{ a: string | null }', values: ['{}', "{ a: 'x' }", '{ a: undefined }', '{ a: null }'] },
        {
          type: '{ a?: string | null; b: 1 }',
          values: ['{ b: 1 }', '{ a: undefined, b: 1 }', '{ a: null, b: 1 }'],
        },
        {
          type: 'Partial<{ a: Date; b: string | undefined }>',
          values: ['{}', '{ a: undefined }', '{ b: undefined }'],
        },
        {
          type: '{ a?: 1 | undefined } | { a?: string; b: 1 }',
          values: [
            '{ a: undefined }',
            "{ a: undefined, b: 'extra' }",
            "{ a: 'x', b: 1 }",
            '{ a: undefined, b: 1 /* extra */ }',
          ],
        },
        {
          type: '{ a?: string; b: 1 } | { a?: number; b: 2; c: 3 }',
          values: ['{ a: undefined, b: 1 }', '{ a: undefined, b: 2, c: 3 }', '{ b: 2, c: 3 }'],
        },
        {
          type: '{ x?: string; b: Date } | { x?: string; c: Date }',
          values: ['{ x: undefined, b: date }', '{ b: date }'],
        },
        { type: '[a: string, b?: number]', values: ["['a']", "['a', undefined]", "['a', 1]"] },
        { type: '[a: string, b?: number | undefined]', values: ["['a']", "['a', undefined]", "['a', 1]"] },
        { type: 'Gettable', values: ['new Getting(1) /* extra */', 'new Getting(undefined) /* extra */'] },
      ],
      {
        compilerOptions: { exactOptionalPropertyTypes },
        declarations: 'export interface Gettable { got?: number }',
        preamble: `const date = new Date(0);
      class Getting<T> { #value: T; constructor(value: T) { this.#value = value; } get got(): T { return this.#value } }`,
        versions: ['5.9', '7.0'],
      },
    );
    const undefinedMembers = outcomes.filter((line) => / refused: .*undefined/.test(line));
    expect(undefinedMembers).toHaveLength(exactOptionalPropertyTypes ? 9 : 1);
  },
);

test('what is not unique on the wire is no set and no map, but may be what else the union has', async () => {
  const project = generatorProject({
    'src/x.contract.ts': `/** @service x */
      export interface X {
        sets(value: { a: Set<number> } | { b: number[] | undefined }): Promise<void>;
        maps(value: { a: Map<string, 1> } | { b: number[] | undefined }): Promise<void>;
      }`,
  });
  expect((await project.generate({ cache: false })).diagnostics).toEqual([]);
  const { xDescriptor } = await import(project.path('src/generated/x.descriptor.ts'));
  const { sets, maps } = (xDescriptor as ServiceDescriptor).methods;
  expect(sets?.decodeArguments([{ a: [1, 2], c: 1 }])).toEqual([{ a: new Set([1, 2]), b: undefined }]);
  expect(sets?.decodeArguments([{ a: [1, 1], c: 1 }])).toEqual([{ b: undefined }]);
  const twice = [
    ['x', 1],
    ['x', 1],
  ];
  expect(maps?.decodeArguments([{ a: twice }])).toEqual([{ b: undefined }]);
});
