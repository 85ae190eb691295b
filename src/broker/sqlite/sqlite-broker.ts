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
  Group,
  JournalEntry,
  JournalName,
  Message,
  Page,
  QueueCounts,
  QueueLimits,
  ReapReport,
  Replay,
  SendStatus,
  Settlement,
  SettleStatus,
  Unsubscribe,
  WaitingCall,
} from '../broker.js';
import { checkMessage, checkQueueLimits } from '../checks.js';
import { ClaimingConsumer } from '../claiming-consumer.js';
import { remember } from '../listeners.js';
import type { BrokerContext } from '../open-broker.js';
import { effortFor, sendInTime } from './send-in-time.js';
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
    for (const message of messages) checkMessage(message);
    if (messages.some(({ reachWithinMs }) => reachWithinMs !== undefined))
      return sendInTime(store, this.#context.clock, messages);
    return store.commit.run(effortFor(messages), (tx) => store.verbs.send(tx, store.now, messages, 0));
  }

  async claim(request: ClaimRequest): Promise<Delivery[]> {
    return this.#open().claim(request);
  }

  async extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]> {
    const store = this.#open();
    if (attempts.length === 0) return [];
    return store.commit.run('lazy', (tx) => {
      store.dueLeases(tx, leaseMs);
      return store.verbs.extend(store.now, attempts, leaseMs);
    });
  }

  async settle(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    const store = this.#open();
    if (settlements.length === 0) return [];
    const effort = store.expressAttempts.takeAll(settlements) ? 'lazy' : 'durable';
    return store.commit.run(effort, (tx) => store.verbs.settle(tx, store.now, settlements));
  }

  async reap(): Promise<ReapReport> {
    return this.#open().reap();
  }

  consume(request: ConsumeRequest, listener: ConsumeListener): Consumer {
    this.#open();
    return new ClaimingConsumer({ broker: this, request, listener, ...this.#context });
  }

  listen(queue: string, onReady: () => void): Unsubscribe {
    return remember(this.#subscriptions, this.#open().subscriptions.listen(queue, onReady));
  }

  /** Calls `onCancel` when somebody asks for the end of leased calls: for the consumer. */
  listenForCancel(queue: string, onCancel: () => void): Unsubscribe {
    return remember(this.#subscriptions, this.#open().subscriptions.listenForCancel(queue, onCancel));
  }

  subscribe(inbox: string, onOutcome: (records: readonly CallRecord[]) => void): Unsubscribe {
    return remember(this.#subscriptions, this.#open().subscriptions.subscribe(inbox, onOutcome));
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

  async limit(queue: string, limits: QueueLimits): Promise<void> {
    const { commit, verbs } = this.#open();
    checkQueueLimits(limits);
    await commit.run('durable', () => verbs.queues.limit(queue, limits));
  }

  async peek(queue: string, page: Page): Promise<WaitingCall[]> {
    const { commit, verbs } = this.#open();
    return commit.run('read', () => verbs.administration.peek(queue, page));
  }

  async deadLetters(queue: string, page: Page): Promise<DeadLetter[]> {
    const { commit, verbs } = this.#open();
    return commit.run('read', () => verbs.deadLetters.list(queue, page));
  }

  async findDeadLetters(calls: readonly CallRef[]): Promise<(DeadLetter | undefined)[]> {
    const { commit, verbs } = this.#open();
    return commit.run('read', () => verbs.deadLetters.find(calls));
  }

  async replay(replays: readonly Replay[]): Promise<boolean[]> {
    const store = this.#open();
    if (replays.length === 0) return [];
    return store.commit.run('durable', (tx) => store.verbs.deadLetters.replay(tx, store.now, replays));
  }

  async remove(calls: readonly CallRef[]): Promise<boolean[]> {
    const store = this.#open();
    if (calls.length === 0) return [];
    return store.commit.run('durable', (tx) => store.verbs.administration.remove(tx, store.now, calls));
  }

  async journal(queue: string, name: JournalName, page: Page): Promise<JournalEntry[]> {
    const store = this.#open();
    return store.commit.run('read', (tx) => store.verbs.journals.list(tx, store.now, queue, name, page));
  }

  async groups(queue: string): Promise<Group[]> {
    const { commit, verbs } = this.#open();
    return commit.run('read', () => verbs.groups.list(queue));
  }

  async join(queue: string, group: Group): Promise<void> {
    const { commit, verbs } = this.#open();
    await commit.run('durable', () => verbs.groups.join(queue, group));
  }

  async leave(queue: string, group: string): Promise<boolean> {
    const { commit, verbs } = this.#open();
    return commit.run('durable', () => verbs.groups.leave(queue, group));
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
}
