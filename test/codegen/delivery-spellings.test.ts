// Every annotation of delivery in both spellings: one model, and in it the options as the runtime takes them.

import { expect, test } from 'vitest';
import type { ServiceModel } from '#dist/codegen/model.js';
import { contractProject } from './contract-project.js';

const TYPES = `import { ServiceError } from 'mq-rpc';
export interface Order { id: string; customerId: string; region: 'north' | 'south' }
export class OutOfStock extends ServiceError<{ sku: string }> {}
export class Busy extends ServiceError {}
`;

const INTERFACE = `import type { Busy, Order, OutOfStock } from './types.js';
/** @service orders
 *  @delivery recoverable
 *  @journal deadletter
 *  @timeToReachQueue 30s
 *  @concurrency 100
 *  @rate 1000/m
 *  @retry exponential 4 delay=500ms declared=OutOfStock,Busy */
export interface Orders {
  /** @ordered order.customerId
   *  @idempotencyKey order.id
   *  @journal always
   *  @concurrency 5
   *  @concurrency 1 per order.customerId
   *  @rate 100/s
   *  @rate 10/m per order.region
   *  @retry 5 delay=2s maxDelay=1m declared=OutOfStock,Busy
   *  @throws {OutOfStock}
   *  @throws {Busy} */
  place(order: Order): Promise<void>;
  /** @concurrency 1 per id @rate 10/d per id
   *  @retry ladder rungs=1m,2m,4m tries=3 */
  mend(id: string): Promise<void>;
  /** @retry ladder */
  climb(): Promise<void>;
  /** @retry rungs=1s,1m */
  rungs(): Promise<void>;
  /** @retry immediate 5 declared=all
   *  @throws {Busy} */
  insist(): Promise<void>;
  /** @retry none @journal none */
  once(): Promise<void>;
  /** @event
   *  @ordered order.customerId @retry immediate */
  changed(order: Order): void;
  /** @event */
  closed(): Promise<void>;
}
/** @service prices
 *  @delivery express
 *  @timeToReachQueue 250ms */
export interface Prices {
  /** @timeToReachQueue 1s @timeToBeReceived 1s */
  priceOf(sku: string): Promise<number>;
  /** @delivery recoverable */
  change(sku: string): Promise<void>;
}
`;

const CLASS = `import { Event, Method, OneWay, Service, Throws } from 'mq-rpc';
import { Busy, type Order, OutOfStock } from './types.js';
const PER_CUSTOMER = 'order.customerId';
const RUNGS = ['1m', '2m', '4m'] as const;
const declared = ['OutOfStock', 'Busy'] as const;
@Service({
  name: 'orders',
  delivery: 'recoverable',
  journal: 'deadletter',
  timeToReachQueue: '30s',
  concurrency: 100,
  rate: ['1000/m'],
  retry: { declared, delay: '500ms', attempts: 4, strategy: 'exponential' },
})
export abstract class Orders {
  @Method({
    ordered: PER_CUSTOMER,
    idempotencyKey: 'order.id',
    journal: 'always',
    concurrency: [5, { per: PER_CUSTOMER, calls: 1 }],
    rate: [{ calls: '100/s' }, { calls: '10/m', per: 'order.region' }],
    retry: { attempts: 5, delay: '2s', maxDelay: '1m', declared },
    throws: [OutOfStock, Busy],
  })
  place!: (order: Order) => Promise<void>;
  @Method({
    concurrency: { calls: 1, per: 'id' },
    rate: { calls: '10/d', per: 'id' },
    retry: { strategy: 'ladder', rungs: RUNGS, tries: 3 },
  })
  mend!: (id: string) => Promise<void>;
  @Method({ retry: { strategy: 'ladder' } })
  climb!: () => Promise<void>;
  @Method({ retry: { rungs: ['1s', '1m'] } })
  rungs!: () => Promise<void>;
  @Method({ retry: { strategy: 'immediate', attempts: 5, declared: 'all' } })
  @Throws(Busy)
  insist!: () => Promise<void>;
  @Method({ retry: 'none', journal: 'none' })
  once!: () => Promise<void>;
  @Event({ ordered: PER_CUSTOMER, retry: 'immediate' })
  changed!: (order: Order) => void;
  @OneWay({ event: true })
  closed!: () => Promise<void>;
}
@Service({ name: 'prices', delivery: 'express', timeToReachQueue: '250ms' })
export abstract class Prices {
  @Method({ timeToReachQueue: '1s', timeToBeReceived: '1s' })
  priceOf!: (sku: string) => Promise<number>;
  @Method({ delivery: 'recoverable' })
  change!: (sku: string) => Promise<void>;
}
`;

/** What a contract says of delivery, without what has to differ between spellings. */
function read(contract: string) {
  using project = contractProject({ 'types.ts': TYPES, 'orders.contract.ts': contract });
  const { services, diagnostics } = project.read();
  expect(diagnostics).toEqual([]);
  return services.map(deliveryOf);
}

const deliveryOf = ({ name, options, methods }: ServiceModel) => ({
  name,
  options: JSON.stringify(options),
  methods: methods.map(({ name, oneWay, options, throws }) => ({
    name,
    oneWay,
    options: JSON.stringify(options),
    throws: throws.map((error) => error.name),
  })),
});

test('both spellings give equal options, with their members in one order', () => {
  expect(read(CLASS)).toEqual(read(INTERFACE));
});

test('the options are those that the runtime takes', () => {
  const [orders, prices] = read(INTERFACE);
  const options = (service: typeof orders) =>
    Object.fromEntries(service?.methods.map(({ name, options }) => [name, JSON.parse(options)]) ?? []);
  expect(JSON.parse(orders?.options ?? '')).toEqual({
    delivery: 'recoverable',
    timeToReachQueue: '30s',
    retry: { strategy: 'exponential', attempts: 4, delay: '500ms', declared: ['OutOfStock', 'Busy'] },
    journal: 'deadletter',
    concurrency: 100,
    rate: '1000/m',
  });
  expect(options(orders)).toEqual({
    place: {
      retry: { attempts: 5, delay: '2s', maxDelay: '1m', declared: ['OutOfStock', 'Busy'] },
      journal: 'always',
      ordered: 'order.customerId',
      idempotencyKey: 'order.id',
      concurrency: [5, { calls: 1, per: 'order.customerId' }],
      rate: ['100/s', { calls: '10/m', per: 'order.region' }],
    },
    mend: {
      retry: { strategy: 'ladder', rungs: ['1m', '2m', '4m'], tries: 3 },
      concurrency: { calls: 1, per: 'id' },
      rate: { calls: '10/d', per: 'id' },
    },
    climb: { retry: 'ladder' },
    rungs: { retry: { rungs: ['1s', '1m'] } },
    insist: { retry: { strategy: 'immediate', attempts: 5, declared: 'all' } },
    once: { retry: 'none', journal: 'none' },
    changed: { retry: 'immediate', ordered: 'order.customerId', event: true },
    closed: { event: true },
  });
  expect(options(prices)).toEqual({
    priceOf: { timeToReachQueue: '1s', timeToBeReceived: '1s' },
    change: { delivery: 'recoverable' },
  });
});

test('events are one-way, whether they say so or not', () => {
  const [orders] = read(INTERFACE);
  const oneWay = orders?.methods.filter((method) => method.oneWay).map(({ name }) => name);
  expect(oneWay).toEqual(['changed', 'closed']);
});
