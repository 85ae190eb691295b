// The two spellings of a contract become one model.

import { expect, test } from 'vitest';
import type { MethodModel, ServiceModel } from '#dist/codegen/model.js';
import { contractProject } from './contract-project.js';

const TYPES = `import { ServiceError } from 'mq-rpc';
export interface NewOrder { id: string; sku: string; tags: Set<string> }
export interface Receipt { id: string; at: Date }
export class OutOfStock extends ServiceError<{ sku: string }> {}
export class Closed extends ServiceError {}
`;

const INTERFACE = `import type { Closed, NewOrder, OutOfStock, Receipt } from './types.js';
/** Takes customers' orders.
 *  @service orders
 *  @version 1.2
 *  @priority 4
 *  @timeout 5s */
export interface Orders {
  /** Places an order and returns its receipt.
   *  @priority 5
   *  @timeToBeReceived 2d
   *  @retry 5 delay=2s maxDelay=1m
   *  @idempotencyKey order.id
   *  @throws {OutOfStock} when nothing is left
   *  @throws {@link Closed} at night */
  place(order: NewOrder): Promise<Receipt>;
  /** @oneway
   *  @priority 0 */
  track(/** @opaque */ event: unknown): void;
  /** Takes an order back.
   *  @retain 1h
   *  @delivery recoverable
   *  @deprecated since nobody does */
  cancel(id: string, reason?: string): Promise<void>;
}
`;

const CLASS = `import { Method, OneWay, Service, Throws } from 'mq-rpc';
import { Closed, type NewOrder, OutOfStock, type Receipt } from './types.js';
const ATTEMPTS = 5;
const RETRY = { attempts: ATTEMPTS, delay: '2s', maxDelay: '1m' } as const;
/** Takes customers' orders. */
@Service({ name: 'orders', version: '1.2', priority: 4, timeout: '5s' })
export abstract class Orders {
  /** Places an order and returns its receipt. */
  @Method({ priority: 5, timeToBeReceived: '2d', retry: RETRY, idempotencyKey: 'order.id', throws: [OutOfStock] })
  @Throws(Closed)
  place!: (order: NewOrder) => Promise<Receipt>;
  @OneWay({ priority: 0 })
  track!: (/** @opaque */ event: unknown) => void;
  /** Takes an order back.
   *  @retain 1h
   *  @delivery recoverable
   *  @deprecated since nobody does */
  abstract cancel(id: string, reason?: string): Promise<void>;
}
`;

/** A service without what has to differ: where it was found, and how it was written. */
function comparable({ spelling: _spelling, place: _place, methods, types, ...rest }: ServiceModel) {
  const withoutPlace = ({ place: _methodPlace, ...method }: MethodModel) => method;
  return { ...rest, methods: methods.map(withoutPlace), types: [...types.values()] };
}

function read(contract: string): ServiceModel {
  using project = contractProject({ 'types.ts': TYPES, 'orders.contract.ts': contract });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  expect(services).toHaveLength(1);
  const text = JSON.stringify(comparable(services[0] as ServiceModel));
  return JSON.parse(text.replaceAll(project.cwd, ''));
}

test('an interface with JSDoc and a class with decorators give equal models', () => {
  expect(read(CLASS)).toEqual(read(INTERFACE));
});

test('the model holds every option as it was written', () => {
  const { version, doc, options, methods } = read(INTERFACE);
  expect({ version, doc, options }).toEqual({
    version: { major: 1, minor: 2 },
    doc: "Takes customers' orders.",
    options: { timeout: '5s', priority: 4 },
  });
  expect(methods.map(({ name, oneWay, options, throws }) => ({ name, oneWay, options, throws }))).toEqual([
    {
      name: 'place',
      oneWay: false,
      options: {
        priority: 5,
        timeToBeReceived: '2d',
        retry: { attempts: 5, delay: '2s', maxDelay: '1m' },
        idempotencyKey: 'order.id',
      },
      throws: [
        {
          name: 'OutOfStock',
          data: { kind: 'reference', name: 'OutOfStockData' },
          from: { file: '/types.ts' },
        },
        { name: 'Closed', data: { kind: 'undefined' }, from: { file: '/types.ts' } },
      ],
    },
    { name: 'track', oneWay: true, options: { priority: 0 }, throws: [] },
    {
      name: 'cancel',
      oneWay: false,
      options: { delivery: 'recoverable', retain: '1h', deprecated: 'since nobody does' },
      throws: [],
    },
  ]);
});

test('@retry none is the strategy of that name, and a version that is not written is 1.0', () => {
  using project = contractProject({
    'a.contract.ts': '/** @service a */ export interface A { /** @retry none */ m(): Promise<void> }',
  });
  const [service] = project.read().services;
  expect(service?.version).toEqual({ major: 1, minor: 0 });
  expect(service?.methods[0]?.options).toEqual({ retry: 'none' });
});

test('methods of a base interface, function members and function aliases are methods', () => {
  using project = contractProject({
    'a.contract.ts': `export interface Base { /** @priority 7 */ inherited(a: string): Promise<void> }
      export type Ping = (times: number) => Promise<Date>;
      /** @service a */
      export interface A extends Base { member: (b: boolean) => Promise<void>; ping: Ping; 'quoted'(): Promise<void>; größe(): Promise<number> }`,
  });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  expect(services[0]?.methods.map(({ name, options }) => [name, options])).toEqual([
    ['member', {}],
    ['ping', {}],
    ['quoted', {}],
    ['größe', {}],
    ['inherited', { priority: 7 }],
  ]);
});
