// Doc comments: what is a tag in them, what is prose, and what generated code gets to show.

import { expect, test } from 'vitest';
import { findAnnotation } from '#dist/codegen/annotations.js';
import { docText, parseJsDoc } from '#dist/codegen/extract/jsdoc.js';
import { contractProject } from './contract-project.js';

const isAnnotation = (name: string) => findAnnotation(name) !== undefined;
const parse = (source: string) => parseJsDoc(source, 0, isAnnotation);
const tagsOf = (source: string) => parse(source).tags.map(({ name, text }) => [name, text]);

test('a tag starts a line; annotations may follow each other on one', () => {
  expect(tagsOf('/** @oneway @priority 5 */')).toEqual([
    ['oneway', ''],
    ['priority', '5'],
  ]);
  expect(tagsOf('/** Text. @remarks none\n * @retry 5 delay=2s\n *   maxDelay=1m\n\n * @see x */')).toEqual([
    ['retry', '5 delay=2s maxDelay=1m'],
    ['see', 'x'],
  ]);
});

test('mail addresses, code, links and fences hold no tags', () => {
  const source = `/**
   * Mail a@oneway.com or @someone, see \`@oneway\` and {@link oneway | @oneway}.
   * @example
   * \`\`\`ts
   * @Service({ name: 'x' })
   * @oneway
   * \`\`\`
   * @param a - @someone
   */`;
  expect(tagsOf(source).map(([name]) => name)).toEqual(['example', 'param']);
});

test('a tag is found where it stands, whatever ends the lines', () => {
  const source = '/** a\r\n *\t@priority 3\r\n * @timeout 5s\r\n */';
  const { tags } = parse(source);
  expect(tags.map(({ start }) => source.slice(start, start + 5))).toEqual(['@prio', '@time']);
  expect(tags.map(({ text }) => text)).toEqual(['3', '5s']);
});

test('the text that is shown has no annotations, and all else as it was', () => {
  const source = `/**
   * Places an order.
   *
   *   - indented
   *
   * @priority 5
   * @param order - What is
   *   ordered. @idempotencyKey order.id
   * @throws {OutOfStock} when
   *   nothing is left
   * @returns the receipt
   * @deprecated use \`buy\`
   */`;
  const text = docText(parse(source), (name) => isAnnotation(name) && name !== 'deprecated');
  expect(text).toBe(
    'Places an order.\n\n  - indented\n\n@param order - What is\n  ordered.\n@returns the receipt\n@deprecated use `buy`',
  );
});

test('comments that are none of ours are no annotations', () => {
  expect(parse('/***/')).toEqual({ description: [''], tags: [] });
  expect(tagsOf('/** @ @@oneway @1 */')).toEqual([]);
});

test('hostile text stays text', () => {
  using project = contractProject({
    'a.contract.ts': `/** \${process.exit()} \\u002a\\u002f \`; import 'evil' // " ' <script>
      * @service a
      * @deprecated \${'x'} *\\/ */
    export interface A {
      /** \u202e\u0007 @priority 3 */
      m(a: 'it\\'s */ \${x} \\n \u2028'): Promise<void>;
    }`,
  });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  expect(services[0]?.doc).toContain(`\${process.exit()} \\u002a\\u002f \`; import 'evil' // " ' <script>`);
  expect(services[0]?.options.deprecated).toBe(`\${'x'} *\\/`);
  expect(services[0]?.methods[0]?.parameters[0]?.type).toEqual({
    kind: 'literal',
    value: `it's */ ${'$'}{x} \n \u2028`,
  });
});

test('a message cannot move the cursor', () => {
  using project = contractProject({
    'a.contract.ts': `/** @service a */ export interface A { '\\u001b[2J\\u202e'(): Promise<void>; /** @priority \u001b[31m9 */ m(): Promise<void> }`,
  });
  expect(project.complaints()).toContain('"\\u001b[2J\\u{202e}" is no name for a method');
  expect([...project.complaints()].filter((character) => '\u001b\u202e'.includes(character))).toEqual([]);
});

test('what a decorator says is deprecated is so in the comment that editors read, as with a tag', () => {
  using project = contractProject({
    'a.contract.ts': `import { Method, Service } from 'mq-rpc';
    /** By tags.
     *  @service tags
     *  @deprecated use b */
    export interface Tags {
      /** Pays. @deprecated use n */
      m(): Promise<void>;
    }
    /** By decorators. */
    @Service({ name: 'decorators', deprecated: 'use b' })
    export abstract class Decorators {
      /** Pays. */
      @Method({ deprecated: 'use n' })
      m!: () => Promise<void>;
      @Method({ deprecated: true })
      n!: () => Promise<void>;
    }`,
  });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  const docs = services.map(({ doc, methods }) => [doc, ...methods.map((method) => method.doc)]);
  expect(docs).toEqual([
    ['By tags.\n@deprecated use b', 'Pays.\n@deprecated use n'],
    ['By decorators.\n@deprecated use b', 'Pays.\n@deprecated use n', '@deprecated'],
  ]);
});
