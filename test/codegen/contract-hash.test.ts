// The contract hash: it changes with everything that two ends must agree on, and with nothing else.

import { expect, test } from 'vitest';
import { contractText, type GeneratorProject, generatorProject } from './generator-project.js';

const CONTRACT = `
import { ServiceError } from 'mq-rpc';
export class Gone extends ServiceError<{ id: string }> {}
export interface Node { id: string; next?: Node; tags: ('a' | 'b')[] }
/** Keeps nodes.
 *  @service nodes
 *  @version 1.2 */
export interface Nodes {
  /** Finds one.
   *  @throws {Gone} */
  find(id: string, depth?: number): Promise<Node | null>;
  /** @oneway */
  drop(id: string): void;
}
`;

async function hashOf(project: GeneratorProject, text: string): Promise<string> {
  project.write('src/nodes.contract.ts', text);
  expect((await project.generate({ cache: false })).diagnostics).toEqual([]);
  const hash = /contractHash: '([\da-f]{64})'/.exec(project.read('src/generated/nodes.descriptor.ts'))?.[1];
  return hash ?? 'none';
}

const edit = (from: string, to: string): string => {
  expect(CONTRACT).toContain(from);
  return CONTRACT.replace(from, to);
};

test('what does not travel leaves it as it is', async () => {
  const project = generatorProject({});
  const hash = await hashOf(project, CONTRACT);
  for (const text of [
    edit('Keeps nodes.', 'Keeps all nodes.'),
    edit('@version 1.2', '@version 1.3'),
    edit("id: string; next?: Node; tags: ('a' | 'b')[]", "tags: ('b' | 'a')[]; next?: Node; id: string"),
    edit('find(id: string', 'find(name: string'),
    edit('Finds one.', 'Finds one.\n   *  @priority 7'),
    edit('Finds one.', 'Finds one.\n   *  @ordered id @journal always @retry ladder @rate 5/s per id'),
    CONTRACT.replaceAll('Node', 'Vertex').replaceAll('Vertexs', 'Nodes'),
  ]) {
    expect(await hashOf(project, text)).toBe(hash);
  }
});

test('what travels changes it', async () => {
  const project = generatorProject({});
  const hashes = [await hashOf(project, CONTRACT)];
  for (const text of [
    edit('@version 1.2', '@version 2.0'),
    edit('find(', 'get('),
    edit('depth?: number', 'depth: number'),
    edit('next?: Node', 'next: Node'),
    edit("'a' | 'b'", "'a' | 'c'"),
    edit('Promise<Node | null>', 'Promise<Node>'),
    edit('   *  @throws {Gone} */', '   */'),
    edit('{ id: string }>', '{ id: number }>'),
    edit('/** @oneway */', '/** @event */'),
    edit('/** @oneway */', '/** */').replace('string): void', 'string): Promise<void>'),
  ]) {
    hashes.push(await hashOf(project, text));
  }
  expect(new Set(hashes).size).toBe(hashes.length);
});

test('it belongs to the service', async () => {
  const project = generatorProject({ 'src/b.contract.ts': contractText('bees') });
  project.write('src/a.contract.ts', contractText('apes'));
  await project.generate();
  const texts = ['apes', 'bees'].map((name) => project.read(`src/generated/${name}.descriptor.ts`));
  const hashes = texts.map((text) => /contractHash: '(.*)'/.exec(text)?.[1]);
  expect(new Set(hashes).size).toBe(2);
});
