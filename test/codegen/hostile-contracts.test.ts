// Contracts that are out for harm, or that are simply too much: either the generator says what is wrong, or what it
// makes compiles, and no text of the contract has become code.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is what could become code

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ts } from 'ts-morph';
import { expect, test } from 'vitest';
import { compile } from '../support/compilers.js';
import { generatorProject } from './generator-project.js';

const HARM = /harmed/;

/** Words of a file that the compiler would take for code, and not for a text or a comment. */
function harmfulTokens(source: string): string[] {
  const file = ts.createSourceFile('generated.ts', source, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const isText =
      ts.isStringLiteral(node) ||
      ts.isNoSubstitutionTemplateLiteral(node) ||
      ts.isTemplateHead(node) ||
      ts.isTemplateMiddleOrTemplateTail(node);
    if (!isText && node.getChildCount(file) === 0 && HARM.test(node.getText(file)))
      found.push(node.getText(file));
    for (const child of node.getChildren(file)) visit(child);
  };
  visit(file);
  return found;
}

const golden = fileURLToPath(new URL('../golden', import.meta.url));

test.each(['hostile-names', 'hostile-texts'])('no text of %s has become code', async (name) => {
  const folder = join(golden, name, 'expected');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((each) => each.endsWith('.ts'))) {
    expect(harmfulTokens(readFileSync(join(folder, file), 'utf8')), file).toEqual([]);
  }
  await import(join(folder, 'index.ts'));
  expect(globalThis).not.toHaveProperty('harmed');
});

/** What is refused; everything else compiles. */
const REFUSED: Readonly<Record<string, string>> = {
  '1,000 levels of objects': 'MQ3003',
  '1,000 levels of arrays': 'MQ2001',
  '1,000 levels of tuples': 'MQ3003',
  '1,000 levels of type arguments': 'MQ3003',
  '1,000 levels of conditional types': 'MQ3003',
  'a chain of 1,000 types': 'MQ2001',
  'a chain of 1,000 required types': 'MQ2001',
  'a generic type that grows': 'MQ2001',
  'a template of 1,000,000 texts': 'MQ3003',
  'an annotation of a million letters': 'MQ1002',
  '10,000 annotations': 'MQ1003',
  // The pattern of contract files does not match them.
  '..contract.ts': 'MQ3004',
  '\u2028.contract.ts': 'MQ3004',
  'of a service that leads up': 'MQ1002',
  'of a service with a quote': 'MQ1002',
  'of a service in code': 'MQ1002',
  'of a method': 'MQ3002',
  'of a method, which every object has': 'MQ3002',
  'of a member, which sets prototypes': 'MQ2001',
  'of a member, which names the class': 'MQ2001',
};

const STRICT = { strict: true, skipLibCheck: true, module: 'nodenext', target: 'es2022', types: ['node'] };

/** The code of the first thing that the generator has to say; without any, what it has made compiles. */
async function outcomeOf(contract: string, file = 'x.contract.ts'): Promise<string> {
  const project = generatorProject({ [`src/${file}`]: contract });
  const { diagnostics, files } = await project.generate({ cache: false });
  const [first] = diagnostics;
  if (first !== undefined) return first.code;
  const findings = compile(
    '7.0',
    files.map(({ path }) => path),
    STRICT,
  );
  expect(findings.filter((finding) => finding.file.includes('/generated/'))).toEqual([]);
  for (const { path } of files) expect(harmfulTokens(readFileSync(path, 'utf8'))).toEqual([]);
  return 'compiles';
}

const service = (members: string, types = ''): string =>
  `${types}\n/** @service x */\nexport interface X {\n${members}\n}\n`;

const taking = (type: string, types = ''): string => service(`m(value: ${type}): Promise<void>;`, types);

const times = (count: number, one: (index: number) => string, separator = '\n'): string =>
  Array.from({ length: count }, (_, index) => one(index)).join(separator);

test.each([
  ['10,000 members', taking('Large', `export interface Large { ${times(10_000, (i) => `m${i}: string;`)} }`)],
  ['10,000 literals', taking('Large', `export type Large = ${times(10_000, (i) => `'l${i}'`, ' | ')};`)],
  [
    '10,000 members of an enum',
    taking('Large', `export enum Large { ${times(10_000, (i) => `M${i} = 'v${i}'`, ', ')} }`),
  ],
  ['10,000 parameters', service(`m(${times(10_000, (i) => `p${i}: string`, ', ')}): Promise<void>;`)],
  ['2,000 methods', service(times(2_000, (i) => `m${i}(id: string): Promise<number>;`))],
  [
    'a union of 2,000 objects',
    taking('Large', `export type Large = ${times(2_000, (i) => `{ kind: 'k${i}'; value: ${i} }`, ' | ')};`),
  ],
  ['1,000 levels of objects', taking(`${'{ a: '.repeat(1_000)}string${' }'.repeat(1_000)}`)],
  ['1,000 levels of arrays', taking(`string${'[]'.repeat(1_000)}`)],
  ['1,000 levels of parentheses', taking(`${'('.repeat(1_000)}string${')'.repeat(1_000)}`)],
  ['1,000 levels of tuples', taking(`${'['.repeat(1_000)}string${']'.repeat(1_000)}`)],
  ['1,000 levels of type arguments', taking(`${'Array<'.repeat(1_000)}string${'>'.repeat(1_000)}`)],
  [
    '1,000 levels of conditional types',
    taking(`${'string extends number ? 1 : ('.repeat(1_000)}string${')'.repeat(1_000)}`),
  ],
  [
    'a chain of 1,000 types',
    taking(
      'T0',
      `${times(1_000, (i) => `export interface T${i} { next?: T${i + 1} }`)}\nexport type T1000 = string;`,
    ),
  ],
  [
    'a chain of 1,000 required types',
    taking(
      'T0',
      `${times(1_000, (i) => `export interface T${i} { next: T${i + 1} }`)}\nexport type T1000 = string;`,
    ),
  ],
  [
    'a chain of 500 aliases',
    taking('T0', `${times(500, (i) => `export type T${i} = T${i + 1};`)}\nexport type T500 = string;`),
  ],
  [
    'a chain of 1,000 bases',
    taking(
      'T0',
      times(1_000, (i) => `export interface T${i} extends T${i + 1} { m${i}: string }`) +
        '\nexport interface T1000 { id: string }',
    ),
  ],
  ['an intersection of 1,000', taking(times(1_000, (i) => `{ m${i}: string }`, ' & '))],
  [
    'a generic type that grows',
    taking('Grow<string>', 'export interface Grow<T> { next?: Grow<T[]>; value: T }'),
  ],
  ['a template of 1,000 holes', taking(`\`${'-${string}'.repeat(1_000)}\``)],
  [
    'a template of 1,000,000 texts',
    taking(`\`${"${'a' | 'b' | 'c' | 'd' | 'e' | 'f' | 'g' | 'h' | 'i' | 'j'}".repeat(6)}\``),
  ],
  ['a name of 10,000 letters', taking('{ value: string }').replaceAll('value', 'v'.repeat(10_000))],
  [
    'a comment of a million letters',
    service(`/** ${'*'.repeat(10)} ${'a '.repeat(500_000)} */\nm(): Promise<void>;`),
  ],
  ['a literal of a million letters', taking(`'${'a'.repeat(1_000_000)}'`)],
  [
    'an annotation of a million letters',
    service(`/** @timeout ${'9'.repeat(1_000_000)}s */\nm(): Promise<void>;`),
  ],
  ['10,000 annotations', service(`/** ${'@priority 3 '.repeat(10_000)} */\nm(): Promise<void>;`)],
])('%s', async (title, contract) => {
  expect(await outcomeOf(contract)).toBe(REFUSED[title] ?? 'compiles');
});

test.each([
  "it's.contract.ts",
  '"quoted".contract.ts',
  '`${globalThis.harmed = 1}`.contract.ts',
  "'; globalThis.harmed = 1; '.contract.ts",
  'line\nbreak.contract.ts',
  '\u2028.contract.ts',
  '* / globalThis.harmed = 1.contract.ts',
  '$&.contract.ts',
  'a b/[c]/(d)/#e/%41.contract.ts',
  '__proto__.contract.ts',
  '..contract.ts',
  'größe-数量-🚀.contract.ts',
])('a contract in a file called %j', async (file) => {
  if (process.platform === 'win32' && /["\n*]/.test(file)) return;
  const contract = service('m(value: Value): Promise<Value>;', 'export interface Value { a: string }');
  expect(await outcomeOf(contract, file)).toBe(REFUSED[file] ?? 'compiles');
});

test.each([
  ['of a service that leads up', '/** @service ../../up */\nexport interface X { m(): Promise<void> }'],
  ['of a service with a quote', `/** @service a'b */\nexport interface X { m(): Promise<void> }`],
  [
    'of a service in code',
    "import { Service } from 'mq-rpc';\n@Service({ name: '`${globalThis.harmed = 1}`' })\nexport abstract class X { abstract m(): Promise<void> }",
  ],
  ['of a method', service(`'; globalThis.harmed = 1'(): Promise<void>;`)],
  [
    'of a method, which every object has',
    service('__proto__(): Promise<void>; constructor(): Promise<void>;'),
  ],
  [
    'of a method, reserved',
    service('delete(): Promise<void>; await(): Promise<void>; class(): Promise<void>;'),
  ],
  [
    'of a parameter, reserved',
    service('m(yield_: string, await: string, async: string, of: string): Promise<void>;'),
  ],
  [
    'of a parameter, of ours',
    service('m(ctx: string, args: string, at: string, key: string, wire: string): Promise<void>;'),
  ],
  ['of a type, with escapes', taking('\\u0041bc', 'export interface \\u0041bc { \\u0061: string }')],
  ['of a member, which sets prototypes', taking('{ __proto__: string }')],
  ['of a member, which names the class', taking('{ constructor: string }')],
])('a hostile name %s', async (title, contract) => {
  expect(await outcomeOf(contract)).toBe(REFUSED[title] ?? 'compiles');
});
