// Asks the compiler and the generated validators the same: which values agree with which types.

import type { ServiceDescriptor } from 'mq-rpc';
import { expect } from 'vitest';
import { type COMPILERS, type CompilerVersion, compile } from '../support/compilers.js';
import { type GeneratorProject, generatorProject } from './generator-project.js';

/** A type as source, and values as source, some of which agree with it. */
export interface TypeCase {
  readonly type: string;
  readonly values: readonly string[];
}

export interface AgreementSettings {
  /** What the types refer to; it stands in the contract, and can be used by values. */
  readonly declarations?: string;
  /** What only the values need. */
  readonly preamble?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly compilerOptions?: Readonly<Record<string, unknown>>;
  /** The compilers that are asked; by default the project's own. */
  readonly versions?: readonly CompilerVersion[];
}

const OPTIONS = { strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2022', types: ['node'] };

/**
 * What the validators make of the values, one line per value: `accepted` or `refused`. Fails where a compiler says
 * something else, where generated code does not compile, and where an accepted value does not arrive as it was.
 */
export async function agreement(
  cases: readonly TypeCase[],
  settings: AgreementSettings = {},
): Promise<string[]> {
  const options = { ...OPTIONS, ...settings.compilerOptions };
  const project = generatorProject({
    ...settings.files,
    'tsconfig.json': JSON.stringify({ compilerOptions: options }),
    'src/types.contract.ts': contractOf(cases, settings.declarations ?? ''),
  });
  const { diagnostics, files } = await project.generate({ cache: false });
  expect(diagnostics.map(({ message, place }) => `${place?.line}: ${message}`)).toEqual([]);
  const given = cases.flatMap(({ type, values }, index) => values.map((value) => ({ type, value, index })));
  const preamble = preambleOf(settings);
  const lines = given.map(({ index, value }) => `values.push(to('m${index}')(${value}));`);
  project.write('src/values.ts', [preamble, ...lines].join('\n'));

  const sources = [...files.map(({ path }) => path), project.path('src/values.ts')];
  const outcomes = await validate(project, given);
  for (const version of settings.versions ?? (['7.0'] as const satisfies (keyof typeof COMPILERS)[])) {
    const findings = compile(version, sources, options);
    const elsewhere = findings.filter(({ file }) => !file.endsWith('/values.ts'));
    expect(elsewhere, 'generated code').toEqual([]);
    const refused = new Set(findings.map(({ line }) => line - preamble.split('\n').length - 1));
    const compiled = given.map(({ type, value }, index) =>
      outcome(type, value, refused.has(index) ? 'refused' : 'accepted'),
    );
    expect(outcomes, `TypeScript ${version}`).toEqual(compiled);
  }
  return outcomes;
}

const outcome = (type: string, value: string, what: string): string => `${type} ${what}: ${value}`;

const contractOf = (cases: readonly TypeCase[], declarations: string): string => `
${declarations}
/** @service types */
export interface Types {
${cases.map(({ type }, index) => `  m${index}(value: ${type}): Promise<${type}>;`).join('\n')}
}
`;

const preambleOf = ({ declarations = '', preamble = '' }: AgreementSettings): string =>
  [
    "import type { Types } from './types.contract.js';",
    declarations === '' ? '' : "import * as contract from './types.contract.js';",
    'const to = <Name extends keyof Types>(_: Name) => <const Value extends Parameters<Types[Name]>[0]>(value: Value) => value;',
    preamble,
    'export const values: unknown[] = [];',
  ].join('\n');

interface Given {
  readonly type: string;
  readonly value: string;
  readonly index: number;
}

async function validate(project: GeneratorProject, given: readonly Given[]): Promise<string[]> {
  const { values } = (await import(project.path('src/values.ts'))) as { values: unknown[] };
  const generated = await import(project.path('src/generated/types.descriptor.ts'));
  const { methods } = generated.typesDescriptor as ServiceDescriptor;
  return given.map(({ type, value, index }, at) => {
    const method = methods[`m${index}`];
    let sent: string;
    try {
      sent = JSON.stringify([method?.encodeArguments([values[at]]), method?.encodeResult(values[at])]);
    } catch {
      return outcome(type, value, 'refused');
    }
    if (value.includes('extra')) return outcome(type, value, 'accepted');
    const [args, result] = JSON.parse(sent) as [unknown[], unknown];
    expect(method?.decodeArguments(args), `${type}: ${value}`).toEqual([values[at]]);
    expect(method?.decodeResult(result), `${type}: ${value}`).toEqual(values[at]);
    return outcome(type, value, 'accepted');
  });
}
