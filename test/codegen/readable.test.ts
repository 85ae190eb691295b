// The wire relation against generated code: what it calls readable, the decoder of the other type reads.

import type { ServiceDescriptor } from 'mq-rpc';
import { expect, test } from 'vitest';
import { compareServices } from '#dist/codegen/compare/compare.js';
import { createReadable } from '#dist/codegen/compare/readable.js';
import { createSide } from '#dist/codegen/compare/side.js';
import { readContracts } from '#dist/codegen/read-contracts.js';
import { type GeneratorProject, generatorProject } from './generator-project.js';
import { createRandomTypes, type RandomType } from './random-types.js';

const TYPES = 80;
const VALUES = 12;

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
  const lines = new Set(diagnostics.map(({ place }) => place?.line ?? 0));
  return usableTypes(
    project,
    types.filter((_, index) => !lines.has(index + 2) && !lines.has(index + types.length + 4)),
  );
}

test.each([11, 12, 13, 14])('what is readable is read (seed %i)', async (seed) => {
  const project = generatorProject({});
  const random = createRandomTypes(seed);
  const types = await usableTypes(
    project,
    Array.from({ length: TYPES }, (_, index) => random.type(index % 4)),
  );
  const sources = types.map(({ value }) => Array.from({ length: VALUES }, value));
  const lists = sources.map((values) => `[${values.join(', ')}],`).join('\n');
  project.write(
    'src/values.ts',
    `const date = new Date(0);\nexport const values: unknown[][] = [\n${lists}\n];`,
  );
  const { values } = (await import(project.path('src/values.ts'))) as { values: unknown[][] };
  const generated = await import(project.path('src/generated/random.descriptor.ts'));
  const { methods } = generated.randomDescriptor as ServiceDescriptor;
  const { services } = readContracts({ cwd: project.folder, files: ['src/random.contract.ts'] });
  const [service] = services;
  if (service === undefined) throw new Error('the contract was not read');
  expect(compareServices([service], [service])).toEqual([]);

  const readable = createReadable(createSide(service), createSide(service));
  let count = 0;
  const problems: string[] = [];
  service.methods.forEach(({ parameters: written, name: writer }, index) => {
    // tsc does not take all of them, such as objects that share no member with a type of optional ones.
    const bodies = (values[index] ?? []).flatMap((value) => {
      const encoded = attempt(() => methods[writer]?.encodeArguments([value]));
      return encoded === undefined ? [] : [JSON.parse(JSON.stringify(encoded)) as unknown];
    });
    for (const { parameters: read, name: reader } of service.methods) {
      const isReadable = readable.parameters(written, read);
      const refused = bodies.filter(
        (body) => attempt(() => methods[reader]?.decodeArguments(body)) === undefined,
      );
      if (isReadable) count++;
      if (!isReadable || refused.length === 0) continue;
      const pair = `${types[index]?.source} → ${types[Number(reader.slice(1))]?.source}`;
      problems.push(`${pair}: ${JSON.stringify(refused[0])}`);
    }
  });
  expect(problems).toEqual([]);
  // Each type can be read as itself, and there is more that can.
  expect(count).toBeGreaterThan(types.length);
});

/** What it gives, or `undefined` if it refuses. */
function attempt<Result>(work: () => Result): Result | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Error && error.constructor.name === 'Refusal') return undefined;
    throw error;
  }
}
