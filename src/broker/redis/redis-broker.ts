// The broker over Redis: sends each call to its queue, wherever that is.

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
import { checkMessage as checkNumbers, checkQueueLimits } from '../checks.js';
import { remember, tell } from '../listeners.js';
import type { BrokerContext } from '../open-broker.js';
import { addReports, NOTHING_REAPED } from '../reap-report.js';
import { sizeOfLimits } from './gates.js';
import { checkId } from './packing.js';
import { PartitionedQueue } from './partitioned-queue.js';
import { QueueLink } from './queue-link.js';
import { RedisQueue } from './redis-queue.js';
import type { RedisTarget } from './redis-url.js';
import type { Topology } from './topology.js';

type OnOutcome = (records: readonly CallRecord[]) => void;

export interface RedisBrokerOptions extends BrokerContext {
  readonly target: RedisTarget;
  readonly topology: Topology;
  readonly durability: Durability;
  readonly threadUrl: string;
}

export class RedisBroker implements Broker {
  readonly url: string;
  readonly durability: Durability;
  /** It can be on its way to a worker, and nowhere else. */
  readonly expressDurability = 'memory';
  readonly threadUrl: string;
  readonly #options: RedisBrokerOptions;
  readonly #queues = new Map<string, PartitionedQueue>();
  readonly #inboxes = new Map<string, Set<OnOutcome>>();
  readonly #subscriptions = new Set<Unsubscribe>();
  #closing: Promise<void> | undefined;

  constructor(options: RedisBrokerOptions) {
    this.#options = options;
    this.url = options.target.display;
    this.durability = options.durability;
    this.threadUrl = options.threadUrl;
  }

  send(messages: readonly Message[]): Promise<SendStatus[]> {
    try {
      for (const message of messages) checkMessage(message);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#eachQueue(messages, sendTo);
  }

  async claim(request: ClaimRequest): Promise<Delivery[]> {
    this.#checkOpen();
    return this.#queue(request.queue).claim(request);
  }

  extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]> {
    return this.#eachQueue(attempts, (queue, part) => queue.extend(part, leaseMs));
  }

  settle(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    return this.#eachQueue(settlements, settleIn);
  }

  async reap(): Promise<ReapReport> {
    this.#checkOpen();
    const reports = await Promise.all([...this.#queues.values()].map((queue) => queue.reap()));
    return reports.reduce(addReports, NOTHING_REAPED);
  }

  consume(request: ConsumeRequest, listener: ConsumeListener): Consumer {
    this.#checkOpen();
    return this.#queue(request.queue).consume(request, listener);
  }

  listen(queue: string, onReady: () => void): Unsubscribe {
    this.#checkOpen();
    return remember(this.#subscriptions, this.#queue(queue).listen(onReady));
  }

  /** Outcomes of the queues that this connection uses. */
  subscribe(inbox: string, onOutcome: OnOutcome): Unsubscribe {
    this.#checkOpen();
    let receivers = this.#inboxes.get(inbox);
    if (receivers === undefined) {
      receivers = new Set();
      this.#inboxes.set(inbox, receivers);
      for (const queue of this.#queues.values()) this.#watch(queue, inbox);
    }
    const receiver: OnOutcome = (records) => onOutcome(records);
    receivers.add(receiver);
    return remember(this.#subscriptions, () => receivers.delete(receiver));
  }

  fetch(calls: readonly CallRef[], inbox?: string): Promise<(CallRecord | undefined)[]> {
    return this.#eachQueue(calls, (queue, part) => queue.fetch(part, inbox));
  }

  async confirm(calls: readonly CallRef[]): Promise<void> {
    await this.#eachQueue(calls, confirmIn);
  }

  cancel(calls: readonly CallRef[]): Promise<CancelStatus[]> {
    return this.#eachQueue(calls, (queue, part) => queue.cancel(part));
  }

  async partition(queue: string, count: number): Promise<void> {
    this.#checkOpen();
    await this.#queue(queue).partition(count);
  }

  async limit(queue: string, limits: QueueLimits): Promise<void> {
    this.#checkOpen();
    checkQueueLimits(limits);
    await this.#queue(queue).limit(limits);
  }

  async counts(queue: string): Promise<QueueCounts> {
    this.#checkOpen();
    return this.#queue(queue).counts();
  }

  async deadLetters(queue: string, page: Page): Promise<DeadLetter[]> {
    this.#checkOpen();
    return this.#queue(queue).deadLetters(page);
  }

  findDeadLetters(calls: readonly CallRef[]): Promise<(DeadLetter | undefined)[]> {
    return this.#eachQueue(calls, (queue, part) => queue.findDeadLetters(part));
  }

  replay(replays: readonly Replay[]): Promise<boolean[]> {
    return this.#eachQueue(replays, (queue, part) => queue.replay(part));
  }

  remove(calls: readonly CallRef[]): Promise<boolean[]> {
    return this.#eachQueue(calls, (queue, part) => queue.remove(part));
  }

  async peek(queue: string, page: Page): Promise<WaitingCall[]> {
    this.#checkOpen();
    return this.#queue(queue).peek(page);
  }

  async journal(queue: string, name: JournalName, page: Page): Promise<JournalEntry[]> {
    this.#checkOpen();
    return this.#queue(queue).journal(name, page);
  }

  async groups(queue: string): Promise<Group[]> {
    this.#checkOpen();
    return this.#queue(queue).groups();
  }

  async join(queue: string, group: Group): Promise<void> {
    this.#checkOpen();
    await this.#queue(queue).join(group);
  }

  async leave(queue: string, group: string): Promise<boolean> {
    this.#checkOpen();
    return this.#queue(queue).leave(group);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    for (const unsubscribe of [...this.#subscriptions]) unsubscribe();
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
    this.#options.topology.close();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw this.#closed();
  }

  #closed(): RpcError {
    return new RpcError('CLOSED', `the connection to ${this.url} is closed`);
  }

  #queue(name: string): PartitionedQueue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      const { target, topology, clock, onWarning } = this.#options;
      const openPlace = (place: number): RedisQueue => {
        const link = new QueueLink({ queue: name, place, target, topology, clock, onWarning });
        return new RedisQueue({ name, link, clock, onWarning });
      };
      queue = new PartitionedQueue({ name, openPlace, clock, onWarning });
      this.#queues.set(name, queue);
      for (const inbox of this.#inboxes.keys()) this.#watch(queue, inbox);
    }
    return queue;
  }

  #watch(queue: PartitionedQueue, inbox: string): void {
    queue.watch(inbox, (records) => {
      for (const receiver of this.#inboxes.get(inbox) ?? [])
        tell(() => receiver(records), this.#options.onWarning);
    });
  }

  /** Does the items of each queue together; results come in the order of the items. */
  #eachQueue<Item extends { readonly queue: string }, Result>(
    items: readonly Item[],
    work: (queue: PartitionedQueue, items: readonly Item[]) => Promise<Result[]>,
  ): Promise<Result[]> {
    if (this.#closing !== undefined) return Promise.reject(this.#closed());
    const [first] = items;
    if (first === undefined) return Promise.resolve([]);
    if (items.every(({ queue }) => queue === first.queue)) return work(this.#queue(first.queue), items);
    return this.#eachOfQueues(items, work);
  }

  async #eachOfQueues<Item extends { readonly queue: string }, Result>(
    items: readonly Item[],
    work: (queue: PartitionedQueue, items: readonly Item[]) => Promise<Result[]>,
  ): Promise<Result[]> {
    const results: Result[] = new Array(items.length);
    const places = new Map<string, number[]>();
    items.forEach(({ queue }, place) => {
      places.set(queue, [...(places.get(queue) ?? []), place]);
    });
    const parts = [...places].map(async ([queue, own]) => {
      const part = await work(
        this.#queue(queue),
        own.map((place) => items[place] as Item),
      );
      own.forEach((place, index) => {
        results[place] = part[index] as Result;
      });
    });
    await Promise.all(parts);
    return results;
  }
}

const sendTo = (queue: PartitionedQueue, messages: readonly Message[]): Promise<SendStatus[]> =>
  queue.send(messages);

const settleIn = (queue: PartitionedQueue, settlements: readonly Settlement[]): Promise<SettleStatus[]> =>
  queue.settle(settlements);

const confirmIn = (queue: PartitionedQueue, calls: readonly CallRef[]): Promise<unknown[]> =>
  queue.confirm(calls).then(() => []);

/** Names are stored with a length of two bytes, and all limits together. */
const MOST_NAME = 65_535;

/** What no script can store is refused before it joins a batch, so that it fails by itself. */
function checkMessage(message: Message): void {
  const { id, body, lane = '', digest = '', limits = [] } = message;
  checkId(id);
  if (typeof body !== 'string')
    throw new TypeError(`body of call ${id}: expected a string, got ${typeof body}`);
  checkNumbers(message);
  checkLength(`lane of call ${id}`, Buffer.byteLength(lane));
  checkLength(`digest of call ${id}`, Buffer.byteLength(digest));
  if (limits.length > 0) checkLength(`limits of call ${id}`, sizeOfLimits(limits));
}

function checkLength(what: string, bytes: number): void {
  if (bytes > MOST_NAME) throw new RangeError(`${what}: expected at most ${MOST_NAME} bytes, got ${bytes}`);
}
