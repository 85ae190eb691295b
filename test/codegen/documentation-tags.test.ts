// Tags that are no annotations: documentation's own, and those that a project declares in its tsdoc.json.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ANNOTATIONS, type Annotation } from '#dist/codegen/annotations.js';
import { contractProject } from './contract-project.js';

test('tsdoc.json declares exactly the annotations that TSDoc does not know', () => {
  const file = JSON.parse(readFileSync(new URL('../../tsdoc.json', import.meta.url), 'utf8'));
  const known = ['throws', 'deprecated'];
  const declared = Object.entries<Annotation>(ANNOTATIONS)
    .filter(([name]) => !known.includes(name))
    .map(([name, { syntax, repeats }]) => ({
      tagName: `@${name}`,
      syntaxKind: syntax,
      ...(repeats && { allowMultiple: true }),
    }));
  expect(file.tagDefinitions).toEqual(declared);
});

const contract = `/** @service a
  * @team payments
  * @author me
  * @remarks fine */
export interface A {
  /** @returns nothing
   * @param a the a
   * @audited
   * @example \`a()\`
   * @typeParam T no
   * @internal */
  m(/** @defaultValue 3 */ a: Data): Promise<void>;
}
/** @public @team data
 * @since 1999
 * @version any */
export interface Data {
  /** @throws never, it is a member
   * @defaultValue 1
   * @deprecated
   * @event */
  n: number;
}`;

test('tags of documentation are left alone, others have to be declared', () => {
  using project = contractProject({ 'a.contract.ts': contract });
  const unknown = project.read().diagnostics.map(({ message }) => message);
  expect(unknown).toEqual(['unknown annotation @team', 'unknown annotation @audited']);
});

test('a tsdoc.json declares tags, also by the files that it extends', () => {
  const define = (tagName: string) => ({ tagDefinitions: [{ tagName, syntaxKind: 'block' }] });
  using project = contractProject({
    'a.contract.ts': contract,
    'tsdoc.json': `// comments are allowed\n${JSON.stringify({ extends: ['./more.json', 'tags/tsdoc.json', 'mq-rpc/tsdoc.json', 'missing/tsdoc.json'] })}`,
    'more.json': JSON.stringify({ extends: ['./tsdoc.json'], ...define('@audited') }),
    'node_modules/tags/tsdoc.json': JSON.stringify(define('@team')),
  });
  expect(project.read().diagnostics).toEqual([]);
});

test('a tsdoc.json that cannot be read declares nothing', () => {
  using project = contractProject({
    'a.contract.ts': contract,
    'tsdoc.json': '{ "tagDefinitions": [1, null, {',
  });
  expect(project.read().diagnostics.map(({ code }) => code)).toEqual(['MQ1001', 'MQ1001']);
});
