// The tables of types in docs/contracts.md: each row is generated, compiled and run.

import { readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceDescriptor } from 'mq-rpc';
import { expect, test } from 'vitest';
import { COMPILERS, type CompilerVersion, compile } from '../support/compilers.js';
import { contractProject } from './contract-project.js';
import { type GeneratorProject, generatorProject } from './generator-project.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const text = readFileSync(join(root, 'docs/contracts.md'), 'utf8');
const section = /^## Types$(.*?)^## /ms.exec(text)?.[1] ?? '';
const declarations = /```ts\n(.*?)```/s.exec(section)?.[1] ?? '';

/** The rows of the table with these headings, each cell as written. */
function rowsOf(...headings: readonly string[]): string[][] {
  const lines = section.split('\n');
  const start = lines.indexOf(`| ${headings.join(' | ')} |`);
  expect(start, headings.join()).not.toBe(-1);
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'));
  const rows = lines.slice(start + 2, end).map((line) => line.split(/(?<!\\)\|/).slice(1, -1));
  return rows.filter(([first = '']) => first.includes('`')).map((cells) => cells.map((cell) => cell.trim()));
}

/** What stands in code quotes in a cell; two quotes where the code has one itself. */
const codeIn = (cell = ''): string[] =>
  [...cell.matchAll(/``+ ?(.+?) ?``+|`([^`]+)`/g)].map(([, double, single]) =>
    (double ?? single ?? '').replaceAll('\\|', '|').trim(),
  );

interface Sent {
  readonly type: string;
  readonly value: string;
  /** `undefined` for what is not there. */
  readonly wire: string | undefined;
}

const sent = rowsOf('type', 'for example', 'on the wire').flatMap(([types, value, wire]) =>
  codeIn(types).map((type): Sent => ({ type, value: codeIn(value)[0] ?? '', wire: codeIn(wire)[0] })),
);
const refused = rowsOf('type', 'code', 'write instead').flatMap(([types, code, help]) =>
  codeIn(types).map((type) => ({ method: `m(value: ${type}): Promise<void>`, code, help })),
);
const handled = rowsOf('method', 'what the handler gets').flatMap(([method, handler]) =>
  codeIn(method).map((source) => ({ source, handler: codeIn(handler)[0] ?? '' })),
);
const refusedMethods = rowsOf('method', 'code', 'write instead').flatMap(([method, code, help]) =>
  codeIn(method).map((source) => ({ method: source, code, help })),
);

const OPTIONS = { strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2022', types: ['node'] };

function projectWith(methods: readonly string[], files: Readonly<Record<string, string>>): GeneratorProject {
  const contract = `${declarations}\n/** @service methods */\nexport interface Methods {\n${methods.join(';\n')}\n}`;
  const project = generatorProject({
    'src/methods.contract.ts': contract,
    'tsconfig.json': JSON.stringify({ compilerOptions: OPTIONS }),
    ...files,
  });
  symlinkSync(join(root, 'node_modules/@types'), project.path('node_modules/@types'), 'dir');
  return project;
}

/** Whatever the contract declares: values may use it. */
function imports(): string {
  const names = [...declarations.matchAll(/^export (?:const )?(interface|type|class|enum) (\w+)/gm)].map(
    ([, kind = '', name]) => (kind === 'class' || kind === 'enum' ? name : `type ${name}`),
  );
  return `import { type Methods, ${names.join(', ')} } from './methods.contract.js';`;
}

/** The values of the table, each for its own type. */
const valuesFile = (): string =>
  [
    imports(),
    ...sent.map(
      ({ value }, index) => `export const v${index}: Parameters<Methods['m${index}']>[0] = ${value};`,
    ),
  ].join('\n');

test('there are rows for what can be sent and what cannot', () => {
  expect(sent.length).toBeGreaterThan(70);
  expect(refused.length).toBeGreaterThan(40);
  expect(refusedMethods.length).toBeGreaterThan(9);
});

test('what the table says can be sent arrives as it was, and looks on the wire as it says', async () => {
  const methods = sent.map(({ type }, index) => `m${index}(value: ${type}): Promise<${type}>`);
  const project = projectWith(methods, { 'src/values.ts': valuesFile() });
  const { diagnostics, files } = await project.generate({ cache: false });
  expect(diagnostics.map(({ message, place }) => `${place?.line}: ${message}`)).toEqual([]);
  const sources = [...files.map(({ path }) => path), project.path('src/values.ts')];
  for (const version of Object.keys(COMPILERS) as CompilerVersion[]) {
    expect(compile(version, sources, OPTIONS), version).toEqual([]);
  }
  const given = await import(project.path('src/values.ts'));
  const generated = await import(project.path('src/generated/methods.descriptor.ts'));
  const service = generated.methodsDescriptor as ServiceDescriptor;
  for (const [index, { type, wire }] of sent.entries()) {
    const method = service.methods[`m${index}`];
    const encoded = JSON.stringify(method?.encodeResult(given[`v${index}`]));
    expect(encoded && JSON.parse(encoded), type).toEqual(wire && JSON.parse(wire));
    const decoded = method?.decodeResult(encoded && JSON.parse(encoded));
    const value = given[`v${index}`];
    // What its getter gives is data when it arrives.
    expect(decoded, type).toEqual(type === 'Money' ? { ...value, isDebt: value.isDebt } : value);
    expect(Buffer.isBuffer(decoded), type).toBe(type === 'Buffer');
  }
});

test('of the examples of all types, the validator of each takes those that the compiler takes for it', async () => {
  const methods = sent.map(({ type }, index) => `m${index}(value: ${type}): Promise<void>`);
  const values = [...new Set(sent.map(({ value }) => value))];
  const types = [...new Set(sent.map(({ type }) => type))];
  const given = types.flatMap((type) => values.map((value) => ({ type, value })));
  const method = (type: string) => `m${sent.findIndex((row) => row.type === type)}`;
  const preamble = `${imports()}
const to = <Name extends keyof Methods>(_: Name) => <const Value extends Parameters<Methods[Name]>[0]>(value: Value): unknown => value;
export const given: (() => unknown)[] = [];`;
  const lines = given.map(({ type, value }) => `given.push(() => to('${method(type)}')(${value}));`);
  const project = projectWith(methods, { 'src/given.ts': `${preamble}\n${lines.join('\n')}\n` });
  const { diagnostics } = await project.generate({ cache: false });
  expect(diagnostics).toEqual([]);
  const before = preamble.split('\n').length;
  const refusals = new Set(
    compile('7.0', [project.path('src/given.ts')], OPTIONS).map(({ line }) => line - before - 1),
  );
  const { given: examples } = await import(project.path('src/given.ts'));
  const generated = await import(project.path('src/generated/methods.descriptor.ts'));
  const service = generated.methodsDescriptor as ServiceDescriptor;
  const disagreements = given.flatMap(({ type, value }, index) => {
    const isRefused = refusals.has(index);
    try {
      service.methods[method(type)]?.encodeArguments([examples[index]()]);
      return isRefused ? [`only the compiler refuses ${value} for ${type}`] : [];
    } catch (error) {
      return isRefused
        ? []
        : [`only the validator refuses ${value} for ${type}: ${(error as Error).message}`];
    }
  });
  // What differs on purpose: brands, and data of which only JSON is asked.
  const others = disagreements.filter(
    (text) => !/ for (?:Brand<string, 'Id'>|Anything|Loose)(?:$|:)/.test(text),
  );
  expect(others).toMatchInlineSnapshot(`
    [
      "only the validator refuses 12345678901234567890n for {}: value: expected {}, got bigint",
      "only the validator refuses -5n for {}: value: expected {}, got bigint",
      "only the compiler refuses new Money(-5n, 'EUR') for Record<number, Date>",
      "only the compiler refuses new Money(-5n, 'EUR') for { [name: \`data-\${string}\`]: bigint }",
    ]
  `);
});

test('handlers get what the table says', async () => {
  const project = projectWith(
    handled.map(({ source }) => source),
    {},
  );
  expect((await project.generate({ cache: false })).diagnostics).toEqual([]);
  const server = project.read('src/generated/methods.server.ts');
  for (const { source, handler } of handled) {
    const name = /^\w+/.exec(source)?.[0];
    expect(server).toContain(`abstract ${name}${handler}: `);
  }
});

test('what the tables say is refused is refused with that code and that help', () => {
  const rows = [...refused, ...refusedMethods];
  const contracts = rows.map(({ method }, index) => [
    `r${index}.contract.ts`,
    `/** @service r${index} */\nexport interface R${index} {\n${method}\n}\n${declarations}`,
  ]);
  using project = contractProject({
    ...Object.fromEntries(contracts),
    'tsconfig.json': JSON.stringify({ compilerOptions: OPTIONS }),
  });
  const { diagnostics } = project.read();
  for (const [index, { method, code, help }] of rows.entries()) {
    const about = diagnostics.filter(({ place }) => place?.file.endsWith(`/r${index}.contract.ts`));
    const said = [...new Set(about.map((found) => `${found.code} ${found.help}`))];
    expect(said, method).toEqual([`${code} ${help}`]);
  }
});
