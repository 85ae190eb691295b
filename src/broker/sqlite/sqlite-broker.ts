// The broker over SQLite: one connection's view of a store that others may share.

import { RpcError } from '../../errors.js';
import type {
  Attempt,
  Broker,
  CallRecord,
  CallRef,
  CancelStatus,
  ClaimRequest,
  ConsumeListener,
  ConsumeRequest,
  Consumer,
  DeadLetter,
  Delivery,
  Durability,
  ExtendStatus,
  Message,
  Page,
  QueueCounts,
  ReapReport,
  SendStatus,
  Settlement,
  SettleStatus,
  Unsubscribe,
} from '../broker.js';
import { ClaimingConsumer } from '../claiming-consumer.js';
import type { BrokerContext } from '../open-broker.js';
import type { Store } from './store.js';

export interface SqliteBrokerOptions extends BrokerContext {
  readonly store: Store;
  readonly url: string;
  readonly durability: Durability;
  readonly threadUrl: string | undefined;
  /** Called once at the end: closes the store, if nobody else has it. */
  readonly release: () => Promise<void>;
}

export class SqliteBroker implements Broker {
  readonly url: string;
  readonly durability: Durability;
  readonly expressDurability: Durability;
  readonly threadUrl: string | undefined;
  readonly #store: Store;
  readonly #context: BrokerContext;
  readonly #release: () => Promise<void>;
  readonly #subscriptions = new Set<Unsubscribe>();
  #closing: Promise<void> | undefined;

  constructor({ store, url, durability, threadUrl, release, clock, onWarning }: SqliteBrokerOptions) {
    this.#store = store;
    this.#context = { clock, onWarning };
    this.url = url;
    this.durability = durability;
    this.expressDurability = durability === 'memory' ? 'memory' : 'broker-memory';
    this.threadUrl = threadUrl;
    this.#release = release;
  }

  async send(messages: readonly Message[]): Promise<SendStatus[]> {
    const store = this.#open();
    if (messages.length === 0) return [];
    return store.commit.run('durable', (tx) => store.verbs.send(tx, store.now, messages));
  }

  async claim(request: ClaimRequest): Promise<Delivery[]> {
    return this.#open().claim(request);
  }

  async extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]> {
    const store = this.#open();
    if (attempts.length === 0) return [];
    return store.commit.run('lazy', () => store.verbs.extend(store.now, attempts, leaseMs));
  }

  async settle(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    const store = this.#open();
    if (settlements.length === 0) return [];
    return store.commit.run('durable', (tx) => store.verbs.settle(tx, store.now, settlements));
  }

  async reap(): Promise<ReapReport> {
    return this.#open().reap();
  }

  consume(request: ConsumeRequest, listener: ConsumeListener): Consumer {
    this.#open();
    return new ClaimingConsumer({ broker: this, request, listener, ...this.#context });
  }

  listen(queue: string, onReady: () => void): Unsubscribe {
    return this.#remember(this.#open().subscriptions.listen(queue, onReady));
  }

  subscribe(inbox: string, onOutcome: (records: readonly CallRecord[]) => void): Unsubscribe {
    return this.#remember(this.#open().subscriptions.subscribe(inbox, onOutcome));
  }

  async fetch(calls: readonly CallRef[], inbox?: string): Promise<(CallRecord | undefined)[]> {
    return this.#open().fetch(calls, inbox);
  }

  async confirm(calls: readonly CallRef[]): Promise<void> {
    const { commit, verbs } = this.#open();
    if (calls.length > 0) await commit.run('lazy', () => verbs.results.confirm(calls));
  }

  async cancel(calls: readonly CallRef[]): Promise<CancelStatus[]> {
    const store = this.#open();
    if (calls.length === 0) return [];
    return store.commit.run('durable', (tx) => store.verbs.results.cancel(tx, store.now, calls));
  }

  /** A file is one place. */
  async partition(): Promise<void> {
    this.#open();
  }

  async counts(queue: string): Promise<QueueCounts> {
    const { commit, verbs } = this.#open();
    return commit.run('read', () => verbs.administration.counts(queue));
  }

  async deadLetters(queue: string, { limit }: Page): Promise<DeadLetter[]> {
    const { commit, verbs } = this.#open();
    return commit.run('read', () => verbs.administration.deadLetters(queue, limit));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const unsubscribe of [...this.#subscriptions]) unsubscribe();
    await this.#store.commit.drained();
    await this.#release();
  }

  #open(): Store {
    if (this.#closing === undefined) return this.#store;
    throw new RpcError('CLOSED', `the connection to ${this.url} is closed`);
  }

  #remember(stop: Unsubscribe): Unsubscribe {
    const unsubscribe = (): void => {
      if (this.#subscriptions.delete(unsubscribe)) stop();
    };
    this.#subscriptions.add(unsubscribe);
    return unsubscribe;
  }
}
