// Comparing contracts: what needs more than a row of docs/evolution.md.

import { expect, test } from 'vitest';
import { breaksOf, type Change } from '#dist/codegen/compare/change.js';
import { isImplied } from '#dist/codegen/compare/checks.js';
import { compareServices } from '#dist/codegen/compare/compare.js';
import type { CheckModel, ServiceModel, TypeModel } from '#dist/codegen/model.js';
import { contractHash } from '#dist/codegen/plan/contract-hash.js';
import { contractProject } from './contract-project.js';

function serviceOf(text: string): ServiceModel {
  using project = contractProject({ 'a.contract.ts': text });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  const [service] = services;
  if (service === undefined) throw new Error('no service');
  return service;
}

const contract = (types: string, methods: string, version = '1.0'): string =>
  `import { ServiceError } from 'mq-rpc';\nexport class Gone extends ServiceError<string> {}\n${types}\n/** @service it\n *  @version ${version} */\nexport interface It {\n${methods}\n}\n`;

const compare = (before: string, after: string): Change[] =>
  compareServices([serviceOf(before)], [serviceOf(after)]);

const brief = (changes: readonly Change[]): string[] =>
  changes.map(({ rule, path, also }) => [rule, path, ...also].join(' '));

test('types that contain themselves are compared once, with the path to the difference', () => {
  const types = (value: string) => `
export interface Tree { value: ${value}; children: Tree[]; parent?: Tree }
export type Json = string | ${value} | Json[] | { [name: string]: Json };
export interface A { b: B | null } export interface B { a?: A; value: ${value} }`;
  const methods = '  grow(tree: Tree, a: A): Promise<void>;\n  put(data: Json): Promise<void>;';
  expect(compare(contract(types('boolean'), methods), contract(types('boolean'), methods))).toEqual([]);
  expect(
    brief(compare(contract(types('boolean'), methods), contract(types('number | boolean'), methods, '1.1'))),
  ).toEqual([
    'branch-added tree.value',
    'branch-added a.b.value',
    'branch-added data[]',
    'branch-added data',
  ]);
});

test('a type that several methods use is told once, with the other places', () => {
  const methods =
    '  put(order: Order): Promise<void>;\n  all(orders: Order[]): Promise<void>;\n  get(): Promise<Order>;';
  const types = (sku: string) =>
    `export interface Line { sku: ${sku} } export interface Order { lines: Line[] }`;
  expect(brief(compare(contract(types('string'), methods), contract(types('number'), methods)))).toEqual([
    'type-changed order.lines[].sku all: orders[].lines[].sku',
    'type-changed result.lines[].sku',
  ]);
});

test('branches of a union that another one takes over are no break', () => {
  const before = contract(
    "export type S = { k: 'a'; v: string } | { k: 'b'; v: string };",
    '  put(s: S): Promise<void>;',
  );
  const after = contract(
    "export type S = { k: 'a' | 'b'; v: string };",
    '  put(s: S): Promise<void>;',
    '1.1',
  );
  expect(compare(before, after).flatMap(breaksOf)).toEqual([]);
});

test('branches belong together by the literal that tells them apart', () => {
  const types = (size: string) =>
    `export type S = { kind: 'dot' } | { kind: 'box'; size: ${size} } | { kind: 'ring'; size: string };`;
  const methods = '  put(shapes: S[]): Promise<void>;';
  expect(
    brief(compare(contract(types('string'), methods), contract(types('string | null'), methods, '1.1'))),
  ).toEqual(['null-added shapes[].size']);
});

test('with an equal contract hash nothing on the wire breaks', () => {
  const methods =
    '  /** @throws {Gone} */\n  put(order: Order, at?: Date): Promise<Order>;\n  /** @oneway */\n  drop(id: string): void;';
  const before = serviceOf(contract("export interface Order { id: string; state: 'a' | 'b' }", methods));
  const after = serviceOf(
    contract(
      "export enum State { A = 'a', B = 'b' }\nexport interface Purchase { state: State; id: string }",
      methods
        .replaceAll('Order', 'Purchase')
        .replace('drop(id', '  drop(name')
        .replace('/** @throws', '/** Puts. @throws'),
    ),
  );
  expect(contractHash(after)).toBe(contractHash(before));
  expect(compareServices([before], [after]).flatMap(breaksOf)).not.toContain('wire');
});

test('@since of a method decides whether older servers get its calls', () => {
  const before = contract('', '  put(it: { a: string }): Promise<void>;', '1.3');
  const after = (since: string) =>
    contract('', `  /** @since ${since} */\n  put(it: { a: string; b?: string }): Promise<void>;`, '1.4');
  expect(compare(before, after('1.4'))[0]?.verdicts.oldServers).toBe('waits');
  expect(compare(before, after('1.2'))[0]?.verdicts.oldServers).toBe('partly');
});

test('what a wide union has in common is found at once', () => {
  const names = Array.from({ length: 120 }, (_, index) => `E${index}`);
  const types = (last: string) =>
    `${names.map((name) => `export interface ${name} { kind: '${name}'; data: ${name === 'E7' ? last : 'string'}; next?: Any }`).join('\n')}\nexport type Any = ${names.join(' | ')};`;
  const methods = '  put(event: Any): Promise<Any>;';
  const changes = compare(
    contract(types('string'), methods),
    contract(types('string | number'), methods, '1.1'),
  );
  expect(brief(changes)).toEqual(['branch-added event.data', 'branch-added result.data']);
});

test('checks are compared by what they admit', () => {
  const check = (kind: string, value: number | string): CheckModel => ({ kind, value }) as CheckModel;
  const implied = (wanted: CheckModel, ...known: CheckModel[]) => isImplied(wanted, known);
  expect(implied(check('minimum', 3), check('minimum', 5))).toBe(true);
  expect(implied(check('minimum', 3), check('exclusiveMinimum', 3))).toBe(true);
  expect(implied(check('exclusiveMinimum', 3), check('minimum', 3))).toBe(false);
  expect(implied(check('maxLength', 10), check('maxLength', 10), check('minLength', 1))).toBe(true);
  expect(implied(check('maxLength', 9), check('maxLength', 10))).toBe(false);
  expect(implied(check('multipleOf', 5), check('multipleOf', 10))).toBe(true);
  expect(implied(check('multipleOf', 10), check('multipleOf', 5))).toBe(false);
  expect(implied(check('pattern', '^a'), check('pattern', '^a'))).toBe(true);
  expect(implied(check('pattern', '^a'), check('pattern', '^ab'))).toBe(false);
});

test('a tightened check breaks calls that wait, and literals that meet it do not', () => {
  const service = serviceOf(contract('', '  put(it: number): Promise<void>;'));
  const withType = (type: TypeModel): ServiceModel => ({
    ...service,
    methods: service.methods.map((method) => ({
      ...method,
      parameters: method.parameters.map((parameter) => ({ ...parameter, type })),
    })),
  });
  const most = (value: number, type: TypeModel = { kind: 'number' }): ServiceModel =>
    withType({ kind: 'checked', type, checks: [{ kind: 'maximum', value }] });
  const verdicts = (before: ServiceModel, after: ServiceModel) =>
    compareServices([before], [after]).map(({ rule, verdicts: { queuedCalls, oldServers } }) => [
      rule,
      queuedCalls,
      oldServers,
    ]);
  expect(verdicts(most(9), most(5))).toEqual([['checks-tightened', 'breaks', 'survives']]);
  expect(verdicts(most(5), most(9))[0]).toEqual(['checks-loosened', 'survives', 'breaks']);
  const literal = withType({ kind: 'literal', value: 3 });
  expect(verdicts(literal, most(5)).map(([, queued]) => queued)).not.toContain('breaks');
  expect(verdicts(withType({ kind: 'literal', value: 7 }), most(5)).map(([, queued]) => queued)).toContain(
    'breaks',
  );
  const schema = withType({
    kind: 'checked',
    type: { kind: 'number' },
    checks: [{ kind: 'schema', schema: { name: 'amount', from: { module: 'x' } } }],
  });
  expect(verdicts(service, schema)).toEqual([['checks-recoded', 'breaks', 'survives']]);
});
