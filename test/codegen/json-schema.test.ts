// JSON Schemas of contracts, in their own files and in AsyncAPI documents: they accept what the generated decoders accept, and nothing else.

import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { MethodDescriptor, ServiceDescriptor } from 'mq-rpc';
import { expect, test } from 'vitest';
import { type GeneratorProject, generatorProject } from './generator-project.js';
import { mutations } from './json-mutations.js';
import { createRandomTypes, type RandomType } from './random-types.js';

interface Service {
  readonly methods: Readonly<Record<string, MethodDescriptor>>;
  /** What the schema of a definition says to the data, and that of AsyncAPI. */
  accepts(definition: string, data: unknown): readonly boolean[];
}

const OUTPUTS = { jsonSchema: 'api', asyncApi: 'api/asyncapi.json' };

/** Generates a contract with its schemas. */
async function generated(project: GeneratorProject, service: string): Promise<Service> {
  const { diagnostics } = await project.generate({ cache: false, outputs: OUTPUTS });
  expect(diagnostics).toEqual([]);
  const module = await import(project.path(`src/generated/${service}.descriptor.ts`));
  const { methods } = module[`${service}Descriptor`] as ServiceDescriptor;
  const modern = new Ajv2020({ validateFormats: false, allowUnionTypes: true, strictTuples: false });
  modern.addSchema(JSON.parse(project.read(`${OUTPUTS.jsonSchema}/${service}.schema.json`)), 'modern');
  const draft7 = new Ajv({ validateFormats: false, strict: false });
  draft7.addSchema({ $id: 'draft7', ...JSON.parse(project.read(OUTPUTS.asyncApi)) });
  const validators = new Map<string, readonly ValidateFunction[]>();
  return {
    methods,
    accepts(definition, data) {
      const found = validators.get(definition) ?? [
        modern.compile({ $ref: `modern#/$defs/${definition}` }),
        draft7.compile({ $ref: `draft7#/components/schemas/${service}.v1.${definition}` }),
      ];
      validators.set(definition, found);
      return found.map((validate) => validate(data) === true);
    },
  };
}

/**
 * What JSON Schema has no words for: equal keys, depth, and that a set which has an item twice is refused also where
 * another branch of a union would take it.
 */
const NOT_EXPRESSED = /: expected (?:different keys|different items|at most 64 levels)/;

type Verdict = 'accepted' | 'refused' | 'refused for what no schema can say';

function decoded(method: MethodDescriptor | undefined, data: unknown): Verdict {
  try {
    method?.decodeArguments(data);
    return 'accepted';
  } catch (error) {
    return NOT_EXPRESSED.test(String(error)) ? 'refused for what no schema can say' : 'refused';
  }
}

/** What is sent for a value; nothing if its type refuses it. */
function encoded(method: MethodDescriptor | undefined, value: unknown): unknown[] {
  try {
    return [JSON.parse(JSON.stringify(method?.encodeArguments([value])))];
  } catch {
    return [];
  }
}

const TYPES = 40;
const VALUES = 10;

const contractOf = (types: readonly RandomType[]): string => `
${types.map(({ source }, index) => `export type T${index} = ${source};`).join('\n')}
/** @service random */
export interface Random {
${types.map((_, index) => `  m${index}(value: T${index}): Promise<void>;`).join('\n')}
}
`;

/** Those types that the generator has nothing against. */
async function usable(
  project: GeneratorProject,
  types: readonly RandomType[],
): Promise<readonly RandomType[]> {
  project.write('src/random.contract.ts', contractOf(types));
  const { diagnostics } = await project.generate({ cache: false });
  if (diagnostics.length === 0) return types;
  const lines = new Set(diagnostics.map(({ place }) => place?.line ?? 0));
  const rest = types.filter((_, index) => !lines.has(index + 2) && !lines.has(index + types.length + 4));
  expect(rest.length).toBeLessThan(types.length);
  return usable(project, rest);
}

test.each([11, 12, 13])(
  'of random types, what the decoder accepts and nothing else: seed %i',
  async (seed) => {
    const project = generatorProject({});
    const random = createRandomTypes(seed);
    const types = await usable(
      project,
      Array.from({ length: TYPES }, () => random.type(3)),
    );
    const { methods, accepts } = await generated(project, 'random');
    const given = types.flatMap((type, index) =>
      Array.from({ length: VALUES }, () => [index, type.value()] as const),
    );
    const values = given.map(([, source]) => source).join(',\n');
    project.write(
      'src/values.ts',
      `const date = new Date(0);\nexport const values: unknown[] = [${values}];`,
    );
    const module = (await import(project.path('src/values.ts'))) as { values: unknown[] };
    let refused = 0;
    const problems = given.flatMap(([index], at) => {
      const method = methods[`m${index}`];
      const source = types[index]?.source ?? '';
      const wires = encoded(method, module.values[at]);
      return wires
        .flatMap((wire) => [wire, ...mutations(wire, random.pick)])
        .flatMap((data) => {
          const verdict = decoded(method, data);
          const sayings = accepts(`m${index}.arguments`, data);
          if (verdict === 'refused') refused++;
          // Neither can it say what the last items of a list have to be.
          const isExpressed = verdict === 'accepted' || (verdict === 'refused' && !source.includes('[...('));
          const isFine = sayings.every(
            (saying) => saying === (verdict === 'accepted') || (saying && !isExpressed),
          );
          return isFine ? [] : [`${source} | ${JSON.stringify(data)} | ${verdict}`];
        });
    });
    expect(problems).toEqual([]);
    expect(refused).toBeGreaterThan(500);
  },
);

const EDGES = `
/** @service edges */
export interface Edges {
  template(value: \`a\${string}b\${number}\` | \`\${boolean}-\${bigint}\` | \`\${string}\${string}!\`): Promise<void>;
  date(value: Date): Promise<void>;
  big(value: bigint | 7n): Promise<void>;
  bytes(value: Uint8Array): Promise<void>;
  nothing(value: {}): Promise<void>;
  refusing(/** @additionalProperties refuse */ value: { a?: string; b: string | undefined }): Promise<void>;
  keeping(/** @additionalProperties keep */ value: { a: 1 }): Promise<void>;
  numbered(value: { [index: number]: string; name: string }): Promise<void>;
  optional(first?: string, second?: Date, third?: 1 | 2): Promise<void>;
  tuple(value: [string, (Date | undefined), 5?]): Promise<void>;
  dates(value: Set<Date>): Promise<void>;
  bigs(value: Set<bigint | null>): Promise<void>;
  pairs(value: Map<string, [number]>): Promise<void>;
  tree(value: Tree): Promise<void>;
  never(value: { a?: never }): Promise<void>;
  any(/** @opaque */ value: unknown): Promise<void>;
}
interface Tree { name: string; children?: Tree[]; parent: Tree | null }
`;

const TEXTS = [
  '',
  'ab1',
  'axb1',
  'abb1',
  'axb',
  'axbx',
  'ab 1',
  'ab0x1F',
  'ab-1.5e3',
  'true-5',
  'true-05',
  'xy!',
  'x!',
  '!',
];
const MORE_TEXTS = ['0', '-0', '-5', '05', '7', '1n', 'AA==', 'AB==', 'AAA=', 'AAAA', 'A', 'A A=', '\n'];
const DATES = [
  '2024-02-29T12:00:00.123Z',
  '2024-02-30T12:00:00.123Z',
  '2024-13-01T12:00:00.123Z',
  '2024-01-01T24:00:00.000Z',
  '2024-01-01T12:00:00Z',
  '2024-01-01T12:00:00.000+00:00',
  '+012024-01-01T12:00:00.000Z',
  '+002024-01-01T12:00:00.000Z',
  '-000001-12-31T12:00:00.000Z',
  '-000000-12-31T12:00:00.000Z',
];
const OBJECTS = [
  {},
  { a: 'x' },
  { a: 1 },
  { b: 'x' },
  { a: 'x', b: 'y', c: 1 },
  { a: 1, more: [{}] },
  { name: 'x', 1: 'y', other: 5 },
  { name: 'x', 1: 5 },
  { name: 'x', parent: null },
  { name: 'x', parent: { name: 'y', parent: null, children: [] } },
  { name: 'x', parent: { name: 'y' } },
];
const LISTS = [
  [],
  ['x'],
  ['x', null],
  ['x', null, 5],
  ['x', DATES[0], 5, 5],
  [DATES[0], DATES[0]],
  ['5', '5'],
  [null, '5'],
];
const PAIRS = [
  [['a', [1]]],
  [['a', [1], 2]],
  [['a']],
  [
    ['a', []],
    ['b', [1]],
  ],
];
const CORNERS: readonly unknown[] = [
  ...TEXTS,
  ...MORE_TEXTS,
  ...DATES,
  ...OBJECTS,
  ...LISTS,
  ...PAIRS,
  null,
  0,
  7,
  false,
];

test('of every kind of type, what the decoder accepts and nothing else', async () => {
  const project = generatorProject({ 'src/edges.contract.ts': EDGES });
  const { methods, accepts } = await generated(project, 'edges');
  const lists = [
    ...CORNERS.map((corner) => [corner]),
    [],
    ['x', null],
    [null, null, 1],
    [null, 'x'],
    ['x', DATES[0], 3],
  ];
  const problems = Object.values(methods).flatMap((method) =>
    lists.flatMap((data) => {
      const verdict = decoded(method, data);
      const isFine = accepts(`${method.name}.arguments`, data).every(
        (saying) => saying === (verdict === 'accepted'),
      );
      return isFine ? [] : [`${method.name}(${JSON.stringify(data)}): ${verdict}`];
    }),
  );
  expect(problems).toEqual([]);
});

const CONSTRAINED = `
/** @service constrained */
export interface Constrained {
  number(/** @minimum 0 @exclusiveMaximum 10 @multipleOf 0.5 */ value: number): Promise<void>;
  text(/** @minLength 2 @maxLength 3 @pattern ^a */ value: string): Promise<void>;
  list(/** @minItems 1 @maxItems 2 @uniqueItems */ value: (number | string)[]): Promise<void>;
  members(/** @minProperties 1 @maxProperties 2 */ value: Record<string, number>): Promise<void>;
  member(value: Limited): Promise<void>;
  nullable(/** @maximum 5 */ value: number | null): Promise<void>;
}
interface Limited {
  /** @maximum 5 */
  count?: number;
  /** @maxLength 2 */
  name: string | null;
}
`;

test('of types with constraints, what the decoder accepts and nothing else', async () => {
  const project = generatorProject({ 'src/constrained.contract.ts': CONSTRAINED });
  const { methods, accepts } = await generated(project, 'constrained');
  const numbers = [-1, 0, 0.25, 0.5, 5, 5.5, 9.5, 10, null];
  const texts = ['', 'a', 'ab', 'abcd', 'ba', 'a\u{1f600}', 'a\u{1f600}b', 'a\u{1f600}bc'];
  const lists = [[], [1], [1, 1], [1, '1'], [1, 2, 3]];
  const objects = [
    {},
    { a: 1 },
    { a: 1, b: 2, c: 3 },
    { count: 6, name: '' },
    { count: 5, name: 'abc' },
    { name: null },
  ];
  const problems = Object.values(methods).flatMap((method) =>
    [...numbers, ...texts, ...lists, ...objects].flatMap((value) => {
      const verdict = decoded(method, [value]);
      const sayings = accepts(`${method.name}.arguments`, [value]);
      const isFine = sayings.every((saying) => saying === (verdict === 'accepted'));
      return isFine ? [] : [`${method.name}(${JSON.stringify(value)}): ${verdict}`];
    }),
  );
  expect(problems).toEqual([]);
});
