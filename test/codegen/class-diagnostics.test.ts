// What the generator says about classes of class-validator whose instances could not be made, or would lose something.

import { expect, test } from 'vitest';
import { contractProject, diagnose } from './contract-project.js';

const TSCONFIG = JSON.stringify({
  compilerOptions: { module: 'nodenext', strict: true, experimentalDecorators: true },
});
const IMPORTS = `import { Allow, IsString, IsOptional, ValidateNested, registerDecorator } from 'class-validator';
import { Exclude, Expose, Transform, Type } from 'class-transformer';
`;

const WRONG: readonly (readonly [declaration: string, complaints: string])[] = [
  [
    'export class Order { @IsString() id!: string; note?: string }',
    "MQ2006: Order.note has no decorator, and class-validator's whitelist drops such members",
  ],
  ['class Order { @IsString() id!: string }', 'MQ2006: Order cannot be imported by generated code'],
  [
    'export default class Order { @IsString() id!: string }',
    'MQ2006: Order cannot be imported by generated code',
  ],
  [
    'export abstract class Order { @IsString() id!: string }',
    'MQ2006: Order is abstract: nothing is an instance of it alone',
  ],
  [
    'export class Order { @IsString() id: string; constructor(from: { id: string }) { this.id = from.id; } }',
    'MQ2006: Order cannot be made with new Order()',
  ],
  [
    'export class Base { constructor(id: string) {} } export class Order extends Base { @IsString() id!: string }',
    'MQ2006: Order cannot be made with new Order()',
  ],
  [
    'export class Order { private constructor() {} @IsString() id!: string; static make() { return new Order(); } }',
    'MQ2006: Order cannot be made with new Order()',
  ],
  [
    'export class Order { @IsString() id!: string; [name: string]: string }',
    "MQ2006: Order has an index signature, whose members class-validator's whitelist drops",
  ],
  [
    'export class Order { @IsString() id!: string; @Exclude() @IsString() password!: string }',
    'MQ2006: Order.password has @Exclude, but all members travel',
  ],
  [
    '@Exclude() export class Order { @Expose() @IsString() id!: string }',
    'MQ2006: Order has @Exclude, but all members travel',
  ],
  [
    "export class Order { @Expose({ groups: ['admin'] }) @IsString() id!: string }",
    'MQ2006: Order.id has @Expose with conditions, but all members travel',
  ],
  [
    'export class Order { @ValidateNested() address!: { street: string } }',
    'MQ2006: Order.address has @ValidateNested, which refuses all but classes with decorators',
  ],
  [
    'export class Plain { a!: string } export class Order { @ValidateNested({ each: true }) all!: Map<string, Plain[]> }',
    'MQ2006: Order.all has @ValidateNested, which refuses all but classes with decorators',
  ],
  [
    'export class Order { @Allow() @Transform(({ value }) => value) tags!: Set<string> }',
    'MQ2006: @Transform on tags would not be asked: class-transformer mistakes what it holds for plain data',
  ],
  [
    'export class Order { @IsString() id!: string; #secret = 1 }',
    'MQ2001: "order.#secret" cannot be sent as data: it is private',
  ],
];
const RIGHT = [
  "export class Order { @Expose({ name: 'ID' }) @IsString() id!: string }",
  'export class Order { @IsString() id!: string; private help() {} get size() { return 1; } protected static all = 1 }',
  'export class Base { @IsString() id!: string } export class Order extends Base { declare id: string }',
  'export class Base<T> { @Allow() id!: T } export class Order extends Base<string> {}',
  'export class Line { @IsString() sku!: string } export class Order { @ValidateNested() line!: Line | null; @ValidateNested() more?: Line[] }',
  'export class Order { @Allow() @Transform(({ value }) => value) tags!: { at: Date; texts: string[] } }',
  'export class Order { constructor(id = 1, ...rest: string[]) {} @IsString() id!: string }',
  // A decorator that is made of others, however deep, and one that nobody can look into.
  'const Text = () => IsString(); export function Name() { return Text(); } export class Order { @Name() id!: string }',
  'declare const Api: () => PropertyDecorator; export class Order { @IsString() id!: string; @Api() other!: string }',
  'export class Order { @((target: object, propertyName: string) => registerDecorator({ target: target.constructor, propertyName, validator: { validate: () => true } })) @IsString() id!: string }',
];

/** Each declaration in a contract of its own, which takes an `Order`. */
const contracts = [...WRONG.map(([declaration]) => declaration), ...RIGHT].map(
  (declaration, index) => `${IMPORTS}${declaration}
/** @service x${index} */ export interface X${index} { m(order: Order): Promise<void> }`,
);
const about = diagnose({
  'tsconfig.json': TSCONFIG,
  ...Object.fromEntries(contracts.map((text, index) => [`x${index}.contract.ts`, text])),
});

const complaints = (index: number): string[] =>
  about(`x${index}.contract.ts`)
    .split('\n')
    .filter((line) => line.includes(' - error '))
    .map((line) => line.replace(/^.*? - error /, ''));

test.each(WRONG.map(([declaration, expected], index) => ({ declaration, expected, index })))(
  '$declaration',
  ({ expected, index }) => {
    expect(complaints(index)).toEqual([expected]);
  },
);

test.each(RIGHT.map((declaration, index) => ({ declaration, index: WRONG.length + index })))(
  'nothing is wrong with $declaration',
  ({ index }) => {
    expect(complaints(index)).toEqual([]);
  },
);

test('a class counts, wherever it is, by the decorators of its members and of those that it extends', () => {
  using project = contractProject({
    'tsconfig.json': TSCONFIG,
    'lib/rules.ts': `import * as cv from 'class-validator'; export { cv };
      export const Sku = () => cv.ValidateBy({ name: 'sku', validator: { validate: () => true } });`,
    'lib/goods.ts': `import { cv, Sku } from './rules.js';
      export class Item { @Sku() sku!: string }
      export class Special extends Item {}
      export class Other { @cv.IsString() a!: string }
      export class Plain { a!: string; b() {} }`,
    'x.contract.ts': `import type { Item, Other, Special } from './lib/goods.js';
      /** @service x */ export interface X { m(a: Item, b: Special[], c: Partial<Other>, d: Other & { more: 1 }): Promise<Other | null> }`,
  });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  const method = services[0]?.methods[0];
  const types = [...(method?.parameters ?? []), method?.result].map((each) => JSON.stringify(each?.type));
  expect(
    types.map((type) => [...type.matchAll(/"class":\{"name":"(\w+)"/g)].map(([, name]) => name)),
  ).toEqual([['Item'], ['Special'], [], [], ['Other']]);
});

test('without experimentalDecorators the compiler complains, and the help says what to set', () => {
  using project = contractProject({
    'x.contract.ts': `${IMPORTS} export class Order { @IsString() id!: string }
      /** @service x */ export interface X { m(order: Order): Promise<void> }`,
  });
  expect(project.complaints()).toContain('help: Set experimentalDecorators in the tsconfig');
});
