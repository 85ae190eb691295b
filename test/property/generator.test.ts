// The whole generator with arbitrary contracts: what it makes of them compiles, their values come back as they were,
// and changed ones are refused where the type says so. PROPERTY_SEED=<number> tries another thousand contracts.

import { relative } from 'node:path';
import fc from 'fast-check';
import type { ServiceDescriptor } from 'mq-rpc';
import { expect, test } from 'vitest';
import { type GeneratorProject, generatorProject } from '../codegen/generator-project.js';
import { compile } from '../support/compilers.js';
import { type ContractTree, contracts, valuesOf } from './contracts.js';
import { choices, mutate, mutateData } from './mutations.js';
import { accepts, declarationSource, sourceOf } from './type-trees.js';

const CONTRACTS = 1_000;
/** Contracts that are generated and compiled together: the compiler takes a second to start. */
const BATCH = 100;
/** So many are drawn for a batch, because some have types that JSON cannot carry. */
const DRAWN = 220;
const VALUES = 10;

const SEED = Number(process.env.PROPERTY_SEED ?? 20_261_121);

const interfaceName = (index: number): string => `Service${index}`;

function contractSource({ declarations, methods }: ContractTree, index: number): string {
  const signatures = methods.map(
    ({ doc, type, optional }, number) =>
      `  ${comment(doc)}\n  m${number}(value${optional ? '?' : ''}: ${sourceOf(type)}): Promise<${sourceOf(type)}>;`,
  );
  return `${declarationSource(declarations)}
/** @service service-${index} */
export interface ${interfaceName(index)} {
${signatures.join('\n')}
}
`;
}

/** Texts at the start of a line could be tags, and the end of a comment would end it. */
const comment = (doc: string): string =>
  `/** Says ${doc.replaceAll('*/', '* /').replaceAll(/\s*@/g, ' ')} */`;

/** Types that JSON cannot carry are refused, and that is fine. */
const EXPECTED_REFUSALS = new Set(['MQ2003']);

/** Writes the contracts and generates the first ones that are not refused; their numbers are given back. */
async function generateBatch(
  project: GeneratorProject,
  trees: readonly ContractTree[],
): Promise<readonly number[]> {
  const numbers = trees.map((_, index) => index);
  for (const index of numbers) {
    project.write(`src/c${index}.contract.ts`, contractSource(trees[index] as ContractTree, index));
  }
  const { diagnostics } = await project.generate({ cache: false });
  const odd = diagnostics.filter(({ code }) => !EXPECTED_REFUSALS.has(code));
  expect(odd).toEqual([]);
  const refused = new Set(diagnostics.map(({ place }) => relative(project.path('src'), place?.file ?? '')));
  const fine = numbers.filter((index) => !refused.has(`c${index}.contract.ts`)).slice(0, BATCH);
  const result = await project.generate({
    cache: false,
    contracts: fine.map((index) => `src/c${index}.contract.ts`),
  });
  expect(result.diagnostics).toEqual([]);
  return fine;
}

const STRICT = {
  strict: true,
  skipLibCheck: true,
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'dom'],
  noPropertyAccessFromIndexSignature: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  types: ['node'],
};

function checkCompiles(project: GeneratorProject): void {
  const findings = compile('7.0', [project.path('src/generated/index.ts')], STRICT);
  expect(findings.filter(({ file }) => !file.endsWith('.contract.ts'))).toEqual([]);
}

/** What does not hold for a value of a method, in words. */
function problemsOf(descriptor: ServiceDescriptor, tree: ContractTree, seed: number): string[] {
  return tree.methods.flatMap(({ type }, number) => {
    const method = descriptor.methods[`m${number}`];
    if (method === undefined) return [`m${number} is missing`];
    const within = tree.declarations;
    const given = fc.record({ value: valuesOf(type, within), change: choices });
    return fc.sample(given, { seed: seed + number, numRuns: VALUES }).flatMap(({ value, change }) => {
      const attempt = (about: string, run: () => string | undefined): string[] => {
        try {
          const problem = run();
          return problem === undefined ? [] : [`m${number} ${about}: ${problem}`];
        } catch (error) {
          return [`m${number} ${about}: ${String(error)}`];
        }
      };
      return [
        ...attempt('comes back', () => roundTrip(method, value)),
        ...attempt('changed', () => {
          const changed = mutate(value, change);
          const isFine = accepts(type, changed, within, 'sent');
          const encoded = tryTo(() => method.encodeArguments([changed]));
          // An argument that is missing at the end is none of the value's.
          if (changed === undefined) return undefined;
          if (encoded.isRefused !== !isFine) return `${isFine ? 'refused' : 'accepted'} ${show(changed)}`;
          return undefined;
        }),
        ...attempt('changed on its way', () => {
          const data = asText(method.encodeArguments([value])) as unknown[];
          const decoded = tryTo(() => method.decodeArguments(mutateData(data, change)));
          if (decoded.isRefused) return undefined;
          const [argument] = decoded.value as unknown[];
          if (argument === undefined || accepts(type, argument, within, 'received')) return undefined;
          return `a handler would get ${show(argument)}`;
        }),
      ];
    });
  });
}

const asText = (data: unknown): unknown => JSON.parse(JSON.stringify(data));

function roundTrip(
  method: NonNullable<ServiceDescriptor['methods'][string]>,
  value: unknown,
): string | undefined {
  const [argument] = method.decodeArguments(asText(method.encodeArguments([value])));
  const result = method.decodeResult(asText(method.encodeResult(value) ?? null));
  expect(argument).toEqual(value);
  expect(result).toEqual(value);
  return undefined;
}

type Tried = { readonly isRefused: true } | { readonly isRefused: false; readonly value: unknown };

function tryTo(run: () => unknown): Tried {
  try {
    return { isRefused: false, value: run() };
  } catch (error) {
    if ((error as Error).name !== 'Refusal') throw error;
    return { isRefused: true };
  }
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? `${item}n` : item))?.slice(0, 300) ??
  'undefined';

test.each(Array.from({ length: CONTRACTS / BATCH }, (_, batch) => SEED + batch))(
  `${BATCH} contracts of seed %i`,
  async (seed) => {
    const project = generatorProject({});
    const trees = fc.sample(contracts, { seed, numRuns: DRAWN });
    const fine = await generateBatch(project, trees);
    expect(fine).toHaveLength(BATCH);
    checkCompiles(project);
    const generated = (await import(project.path('src/generated/index.ts'))) as Record<string, unknown>;
    const problems = fine.flatMap((index) => {
      const tree = trees[index] as ContractTree;
      const descriptor = generated[`service${index}Descriptor`] as ServiceDescriptor;
      return problemsOf(descriptor, tree, seed).map(
        (problem) => `${problem}\n${contractSource(tree, index)}`,
      );
    });
    expect(problems.slice(0, 3).join('\n\n'), `${problems.length} problems`).toBe('');
    expect(globalThis).not.toHaveProperty('harmed');
  },
);
