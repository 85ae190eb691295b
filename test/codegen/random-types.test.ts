// Random types and values: the generated validators and tsc agree, and nothing that a type has is lost.

import type { ServiceDescriptor } from 'mq-rpc';
import { expect, test } from 'vitest';
import { compile } from '../support/compilers.js';
import { type GeneratorProject, generatorProject } from './generator-project.js';
import { createRandomTypes, type RandomType } from './random-types.js';

const TYPES = 60;
const VALUES = 20;

/** A value given to the method of a type. */
interface Given {
  readonly type: number;
  readonly source: string;
  /** Whether the value was made for this type, and not for another. */
  readonly isOwn: boolean;
}

const contractOf = (types: readonly RandomType[]): string => `
${types.map(({ source }, index) => `export type T${index} = ${source};`).join('\n')}
/** @service random */
export interface Random {
${types.map((_, index) => `  m${index}(value: T${index}): Promise<void>;`).join('\n')}
}
`;

/** Writes the contract of those types that the generator has nothing against: JSON cannot tell all apart. */
async function usableTypes(
  project: GeneratorProject,
  types: readonly RandomType[],
): Promise<readonly RandomType[]> {
  project.write('src/random.contract.ts', contractOf(types));
  const { diagnostics } = await project.generate({ cache: false });
  if (diagnostics.length === 0) return types;
  expect(new Set(diagnostics.map(({ code }) => code))).toEqual(new Set(['MQ2003']));
  const lines = new Set(diagnostics.map(({ place }) => place?.line ?? 0));
  const usable = types.filter((_, index) => !lines.has(index + 2) && !lines.has(index + types.length + 4));
  expect(usable.length).toBeLessThan(types.length);
  return usableTypes(project, usable);
}

const PREAMBLE = `import type { Random } from './random.contract.js';
const date = new Date(0);
const to = <Name extends keyof Random>(_: Name) => <const Value extends Parameters<Random[Name]>[0]>(value: Value) => value;
export const values: unknown[] = [];`;

test.each([1, 2, 3, 4])('seed %i', async (seed) => {
  const project = generatorProject({});
  const random = createRandomTypes(seed);
  const types = await usableTypes(
    project,
    Array.from({ length: TYPES }, () => random.type(3)),
  );
  const given = types.flatMap((own, type) =>
    Array.from({ length: VALUES }, (): Given => {
      const isOwn = random.pick([true, true, false]);
      return { type, isOwn, source: (isOwn ? own : random.pick(types)).value() };
    }),
  );
  const lines = given.map(({ type, source }) => `values.push(to('m${type}')(${source}));`);
  project.write('src/values.ts', [PREAMBLE, ...lines].join('\n'));

  const refused = new Set(
    compile('7.0', [project.path('src/values.ts')], {
      strict: true,
      skipLibCheck: true,
      module: 'nodenext',
      target: 'es2022',
      types: [],
    }).map(({ line }) => line - PREAMBLE.split('\n').length - 1),
  );
  const { values } = (await import(project.path('src/values.ts'))) as { values: unknown[] };
  const generated = await import(project.path('src/generated/random.descriptor.ts'));
  const { methods } = generated.randomDescriptor as ServiceDescriptor;
  const problems = given.flatMap(({ type, source, isOwn }, index) => {
    const method = methods[`m${type}`];
    const about = `${types[type]?.source} | ${source}`;
    let encoded: unknown[] | undefined;
    try {
      encoded = method?.encodeArguments([values[index]]);
    } catch (error) {
      return refused.has(index) ? [] : [`${about} | only the validator refuses: ${(error as Error).message}`];
    }
    if (refused.has(index)) return [`${about} | only tsc refuses`];
    const decoded = method?.decodeArguments(JSON.parse(JSON.stringify(encoded)));
    if (isOwn && !source.includes('extra')) expect(decoded, about).toEqual([values[index]]);
    return [];
  });
  expect(problems).toEqual([]);
});
