// Types as published packages have them: intersections of lists, and generic types that remake recursive ones.

import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeType } from '#dist/codegen/extract/describe-type.js';
import type { ServiceModel } from '#dist/codegen/model.js';
import { contractProject } from './contract-project.js';

function serviceOf(contract: string): ServiceModel {
  using project = contractProject({ 'x.contract.ts': contract });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  return services[0] as ServiceModel;
}

const namesOf = (service: ServiceModel): string[] => [...service.types.keys()];

const NODES = `
  interface Leaf { type: 'leaf'; value: string | bigint }
  interface Pair { type: 'pair'; left: Node; right: Leaf | Pair | null }
  interface List { type: 'list'; items: (Node | null)[]; first?: Leaf | List }
  type Node = Leaf | Pair | List;
  type Sendable<T> = { [K in keyof T]: Sendable<Exclude<T[K], bigint>> };`;

test('a recursive type that is remade for every union of its nodes has each node once', () => {
  const service = serviceOf(`${NODES}
    /** @service x */ export interface X { m(node: Sendable<Node>): Promise<Sendable<Pair>> }`);
  expect(namesOf(service)).toEqual(['SendableOfLeaf', 'SendableOfList', 'SendableOfPair']);
});

test('types that differ in what they lead to stay apart, whatever they are called', () => {
  const service = serviceOf(`
    interface Cycle<T> { next?: Cycle<T>; value: T }
    namespace One { export interface Item { inner: { value: string } } }
    namespace Two { export interface Item { inner: { value: number } } }
    /** @service x */ export interface X {
      m(a: Cycle<string>, b: Cycle<number>, c: One.Item, d: Two.Item): Promise<void>;
    }`);
  expect(namesOf(service).sort()).toEqual([
    'CycleOfNumber',
    'CycleOfString',
    'Item',
    'Item2',
    'ItemInner',
    'ItemInner2',
  ]);
});

test('lists that a value has to agree with together are one list', () => {
  const service = serviceOf(`
    interface A { names: (string | number)[]; pair: string[]; rows: { a: string }[] }
    interface B { names: (string | boolean)[]; pair: [string, ...string[]]; rows: { b: number }[] }
    /** @service x */ export interface X { m(both: A & B): Promise<void> }`);
  const both = service.types.get('XMBoth')?.type;
  const members = both?.kind === 'object' ? both.members : [];
  expect(members.map(({ name, type }) => `${name}: ${describeType(type)}`)).toEqual([
    'names: string[]',
    'pair: [string, ...string[]]',
    'rows: XMBothRow[]',
  ]);
});

test('the model is the same to the byte, whatever is read before it', () => {
  const nodes = NODES.replaceAll(/^ {2}(?=interface|type)/gm, 'export ');
  const contract = `import type { Node, Pair, Sendable } from './nodes.js';
    /** @service x */ export interface X { m(node: Sendable<Node>): Promise<Sendable<Pair>> }`;
  const before = `import type { Leaf, List, Pair, Sendable } from './nodes.js';
    /** @service a */ export interface A { m(a: Sendable<List | Pair>, b: Sendable<Pair | Leaf>): Promise<void> }`;
  using alone = contractProject({ 'nodes.ts': nodes, 'x.contract.ts': contract });
  using together = contractProject({ 'nodes.ts': nodes, 'a.contract.ts': before, 'x.contract.ts': contract });
  const typesOf = (service: ServiceModel | undefined) => JSON.stringify([...(service?.types ?? [])]);
  const [, second] = together.read().services;
  expect(typesOf(second)).toBe(typesOf(alone.read().services[0]));
});

test('two types that look alike in many unions of a package are one mistake', () => {
  using project = contractProject({
    'x.contract.ts': `import type { Sent } from 'clocks';
      /** @service x */
      export interface X { m(sent: Sent): Promise<void> }`,
    'node_modules/clocks/package.json': '{ "name": "clocks", "version": "1.0.0", "types": "index.d.ts" }',
    'node_modules/clocks/index.d.ts': `
      export interface Early { at: Date } export interface Late { at: string }
      export interface Sent { all: (Early | Late)[]; first: Early | Late | null; last: 'none' | Early | Late }`,
  });
  expect(project.complaints()).toMatchInlineSnapshot(`
    "x.contract.ts:3:30 - error MQ2003: "sent.all[]": Early and Late look alike on the wire
      help: Wrap them in objects with a member that tells them apart, as in { kind: "date", value: Date }."
  `);
});

test('docs/contracts.md says what to write where types of other packages hold what is no data', () => {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const section = readFileSync(join(root, 'docs/contracts.md'), 'utf8').split(
    '### Types of other packages',
  )[1];
  const [, contract = ''] = /```ts\n(.*?)```/s.exec(section ?? '') ?? [];
  using project = contractProject({ 'x.contract.ts': contract });
  for (const name of ['openapi-types', '@types/estree'])
    symlinkSync(join(root, 'node_modules', name), join(project.cwd, 'node_modules', name), 'dir');
  expect(project.complaints()).toBe('');
  expect(project.read().services[0]?.methods.map(({ name }) => name)).toEqual(['document', 'program']);
});
