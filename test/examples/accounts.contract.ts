// The other contract of the stories about delivery: a class with decorators.

import { Method, Service } from 'mq-rpc';

export interface Entry {
  id: string;
  customer: string;
  cents: number;
}

/** Keeps the accounts of customers. */
@Service({ name: 'accounts', version: '1.0', retry: { attempts: 3, delay: '50ms' } })
export abstract class Accounts {
  /** Enters a payment. The entries of one customer are made in order. */
  @Method({ ordered: 'entry.customer', concurrency: 10, rate: '1000/s' })
  enter!: (entry: Entry) => Promise<number>;

  /** Writes an invoice. The same one is written once, and what was asked and answered stays on record. */
  @Method({ idempotencyKey: 'entry.id', journal: 'always', retain: '30d' })
  invoice!: (entry: Entry) => Promise<string>;

  /** Undecorated: the defaults of the service. */
  abstract balance(customer: string): Promise<number>;
}
