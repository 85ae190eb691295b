// One queue in Redis: its verbs, in batches, and the clock that reaps it.

import { type Clock, systemClock } from '../../clock.js';
import type {
  Attempt,
  CallRecord,
  CancelStatus,
  ClaimRequest,
  ConsumeListener,
  ConsumeRequest,
  Delivery,
  ExtendStatus,
  Message,
  QueueCounts,
  QueueLimits,
  ReapReport,
  SendStatus,
  Settlement,
  SettleStatus,
} from '../broker.js';
import { Keeper } from '../keeper.js';
import type { BrokerContext } from '../open-broker.js';
import { addReports, NOTHING_REAPED } from '../reap-report.js';
import { Batch } from './batch.js';
import { ChunkStore, type Gone, isLarge, type Unread, weightOf, withUploads } from './chunks.js';
import { ExpressCalls, isHandedOver } from './express.js';
import { Packer, packIds } from './packing.js';
import type { QueueLink, RunOptions } from './queue-link.js';
import { QueueOperations } from './queue-operations.js';
import { QueueSubscriptions } from './queue-subscriptions.js';
import { packQuotas } from './quotas.js';
import { packMessage, packSettlement, packUnderstanding, unpackDeliveries, unpackViews } from './records.js';
import { type Grant, RedisConsumer } from './redis-consumer.js';
import { type Urgency, UrgentBatches } from './urgent-batches.js';

/** What became of a message at one place of a queue. */
export type PlacedStatus =
  | SendStatus
  /** There are more places than its sender knows of. Nothing was stored. */
  | 'moved'
  /** It is not here, and belongs elsewhere. Nothing was stored. */
  | 'absent';

const SEND_STATUSES: Readonly<Record<string, PlacedStatus | Gone>> = {
  u: 'gone',
  a: 'accepted',
  d: 'duplicate',
  c: 'conflict',
  m: 'moved',
  n: 'absent',
  l: 'late',
  f: 'full',
  g: 'dead-letters-full',
};
const SETTLE_STATUSES: Readonly<Record<string, SettleStatus | Gone>> = { o: 'ok', s: 'stale', u: 'gone' };
const EXTEND_STATUSES: Readonly<Record<string, ExtendStatus>> = { o: 'ok', s: 'stale', c: 'cancelled' };
const CANCEL_STATUSES: Readonly<Record<string, CancelStatus>> = {
  c: 'cancelled',
  r: 'requested',
  s: 'settled',
  u: 'unknown',
};

/** Confirming in bunches costs least, and nobody waits for it. */
const CONFIRM_DELAY_MS = 5;

/** How long is waited for what is too late. */
const LATE_PATIENCE_MS = 1_000;

/** How many ids one script is given. */
const MOST_IDS = 250;

export interface RedisQueueOptions extends BrokerContext {
  /** As callers know it. */
  readonly name: string;
  readonly link: QueueLink;
}

/** What a place has to know of a claim. */
export type ClaimParameters = Pick<ClaimRequest, 'limit' | 'leaseMs' | 'understands'>;

/** How a sender came to this place. */
export interface SendOptions {
  /** How many places of the queue it knows of. */
  readonly places: number;
  /** Whether the calls belong to another place, and are only looked for at this one. */
  readonly isOlder: boolean;
  /** Since when they are under way, by {@link monotonicNow}. Default: since now. */
  readonly startedAt?: number | undefined;
}

/** A time that only goes forward, in ms; of a clock that is turned by hand, what it shows. */
export const monotonicNow = (clock: Clock): number =>
  clock === systemClock ? performance.now() : clock.now();

/** One queue, or one place of a queue that is split. */
export class RedisQueue {
  readonly subscriptions: QueueSubscriptions;
  readonly operations: QueueOperations;
  readonly #options: RedisQueueOptions;
  readonly #link: QueueLink;
  readonly #express: ExpressCalls;
  readonly #chunks: ChunkStore;
  readonly #sends = new Map<number, Batch<Unread<Message>, PlacedStatus | Gone>>();
  readonly #urgentSends: UrgentBatches<SendOptions, PlacedStatus | Gone>;
  /** What has large bodies or results, and is not over. */
  readonly #large = new Set<Promise<unknown>>();
  /** Until the large bodies are stored that were to be sent before. */
  #uploading: Promise<unknown> = Promise.resolve();
  readonly #settlements;
  readonly #confirmations;
  readonly #extensions = new Map<number, Batch<Attempt, ExtendStatus>>();
  readonly #consumers = new Set<RedisConsumer>();
  readonly #keeper: Keeper;
  #reaping = 0;
  #isFailing = false;

  constructor(options: RedisQueueOptions) {
    const { name, link, clock, onWarning } = options;
    this.#options = options;
    this.#link = link;
    this.#express = new ExpressCalls(link, clock);
    this.#chunks = new ChunkStore(link);
    this.operations = new QueueOperations({ name, link, chunks: this.#chunks });
    this.#urgentSends = new UrgentBatches({
      now: () => monotonicNow(clock),
      send: (messages, how, urgency) => this.#send(messages, how, urgency),
    });
    this.#settlements = new Batch<Unread<Settlement>, SettleStatus | Gone>({
      run: (settlements) => this.#settle(settlements),
      sizeOf: (settlement) => ('result' in settlement ? weightOf(settlement.result) : 0),
    });
    this.#confirmations = new Batch<string, undefined>({
      run: (ids) => this.#confirm(ids),
      sizeOf: () => 0,
      delayMs: CONFIRM_DELAY_MS,
      enough: MOST_IDS,
    });
    this.subscriptions = new QueueSubscriptions({
      queue: name,
      link,
      onWarning,
      fetch: (ids) => this.fetch(ids, undefined),
    });
    this.#keeper = new Keeper({ clock, polls: true, task: () => void this.#keep() });
  }

  send(messages: readonly Message[], options: SendOptions): Promise<PlacedStatus[]> {
    return messages.some(isExpress) ? this.#sendExpress(messages, options) : this.#store(messages, options);
  }

  /** Hands over what need not be stored, and stores what nobody takes. */
  async #sendExpress(messages: readonly Message[], options: SendOptions): Promise<PlacedStatus[]> {
    const now = this.#options.clock.now();
    const express = messages.filter((message) => isHandedOver(message, now));
    if (express.length === 0) return this.#store(messages, options);
    // Nobody sends such a call twice: it is at no older place.
    const taken = options.isOlder ? [] : await this.#express.handOver(express);
    const isOver = new Map(express.map((message, index) => [message, taken[index]]));
    const left = messages.filter((message) =>
      options.isOlder ? !isOver.has(message) : isOver.get(message) !== true,
    );
    const stored = left.length === 0 ? [] : await this.#store(left, options);
    const statuses = new Map(left.map((message, index) => [message, stored[index]]));
    return messages.map((message) => statuses.get(message) ?? (options.isOlder ? 'absent' : 'accepted'));
  }

  #store(messages: readonly Message[], options: SendOptions): Promise<PlacedStatus[]> {
    if (messages.some(({ body }) => isLarge(body))) return this.#finish(this.#storeLarge(messages, options));
    // Whose order counts waits for what was sent before.
    if (this.#large.size > 0 && messages.some(({ lane }) => lane !== undefined))
      return this.#finish(this.#storeLarge(messages, options));
    // Nothing was uploaded that could be gone.
    return this.#enqueue(messages, options) as Promise<PlacedStatus[]>;
  }

  async #storeLarge(messages: readonly Message[], how: SendOptions): Promise<PlacedStatus[]> {
    const startedAt = how.startedAt ?? monotonicNow(this.#options.clock);
    const options = { ...how, startedAt };
    return withUploads(messages, async (some) => {
      const ready = Promise.all([this.#upload(some, startedAt), this.#uploading]);
      this.#uploading = ready.catch(() => {});
      return this.#enqueue((await ready)[0], options);
    });
  }

  /** One after the other: more at a time would be no faster. */
  async #upload(messages: readonly Message[], startedAt: number): Promise<Unread<Message>[]> {
    const stored: Unread<Message>[] = [];
    for (const message of messages) {
      const { reachWithinMs: withinMs } = message;
      const now = monotonicNow(this.#options.clock);
      const patienceMs = withinMs === undefined ? undefined : timeLeft({ withinMs, startedAt }, now);
      stored.push(await this.#chunks.storeBody(message, patienceMs));
    }
    return stored;
  }

  #enqueue(messages: readonly Unread<Message>[], options: SendOptions): Promise<(PlacedStatus | Gone)[]> {
    if (messages.some(({ reachWithinMs }) => reachWithinMs !== undefined))
      return this.#sendInTime(messages, options);
    // Every batch has senders of one kind.
    const kind = options.isOlder ? -options.places : options.places;
    let batch = this.#sends.get(kind);
    if (batch === undefined) {
      batch = new Batch({ run: (items) => this.#send(items, options), sizeOf: ({ body }) => weightOf(body) });
      this.#sends.set(kind, batch);
    }
    return batch.add(messages);
  }

  async #sendInTime(
    messages: readonly Unread<Message>[],
    options: SendOptions,
  ): Promise<(PlacedStatus | Gone)[]> {
    const { startedAt, ...how } = options;
    const statuses: (PlacedStatus | Gone)[] = new Array(messages.length);
    const parts = [...new Set(messages.map(({ reachWithinMs }) => reachWithinMs))].map(async (withinMs) => {
      const places = messages.flatMap((message, place) =>
        message.reachWithinMs === withinMs ? [place] : [],
      );
      const part = places.map((place) => messages[place] as Unread<Message>);
      const sent = await (withinMs === undefined
        ? this.#enqueue(part, how)
        : this.#urgentSends.add(part, withinMs, how, startedAt));
      places.forEach((place, index) => {
        statuses[place] = sent[index] as PlacedStatus;
      });
    });
    await Promise.all(parts);
    return statuses;
  }

  async claim({ limit, leaseMs, understands }: ClaimParameters): Promise<Delivery[]> {
    const deliveries: Unread<Delivery>[] = [];
    for (let isMore = limit > 0; isMore && deliveries.length < limit; ) {
      const left = `${limit - deliveries.length}`;
      // A claim whose answer is lost has leased calls that nobody knows of: their leases run out.
      const args = [left, `${leaseMs}`, packUnderstanding(understands)];
      const reply = await this.#link.run('claim', () => args, { once: true });
      const [bytes, more] = reply as [Buffer, Buffer];
      deliveries.push(...unpackDeliveries(bytes, this.#options.name));
      isMore = more.length > 0;
    }
    if (deliveries.length > 0) this.#dueIn(leaseMs);
    return (await this.#chunks.read<Delivery>(deliveries)).filter((delivery) => delivery !== undefined);
  }

  /** `onAnswer` is told whenever the consumer has looked at the queue. */
  consume(
    { leaseMs, understands }: Pick<ConsumeRequest, 'leaseMs' | 'understands'>,
    listener: ConsumeListener,
    onAnswer: () => void = () => {},
  ): RedisConsumer {
    const { name, onWarning } = this.#options;
    const consumer = new RedisConsumer({
      queue: name,
      link: this.#link,
      chunks: this.#chunks,
      leaseMs,
      understands: packUnderstanding(understands),
      listener,
      onAnswer,
      onStopped: () => {
        unlisten();
        this.#consumers.delete(consumer);
      },
      onWarning,
    });
    this.#consumers.add(consumer);
    const unlisten = this.subscriptions.listen(() => consumer.look());
    return consumer;
  }

  extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]> {
    let batch = this.#extensions.get(leaseMs);
    if (batch === undefined) {
      batch = new Batch({ run: (items) => this.#extend(items, leaseMs), sizeOf: () => 0 });
      this.#extensions.set(leaseMs, batch);
    }
    return batch.add(attempts);
  }

  async settle(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    const statuses = await (settlements.some(hasLargeResult)
      ? this.#finish(this.#settleLarge(settlements))
      : (this.#settlements.add(settlements) as Promise<SettleStatus[]>));
    // Until now a consumer that has lost its name still holds them: they must not be given back.
    for (const consumer of this.#consumers) consumer.release(settlements);
    return statuses;
  }

  #settleLarge(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    return withUploads(settlements, async (some) => {
      const stored: Unread<Settlement>[] = [];
      for (const settlement of some)
        stored.push(hasLargeResult(settlement) ? await this.#chunks.storeResult(settlement) : settlement);
      return this.#settlements.add(stored);
    });
  }

  /** What takes several steps is finished before the queue is closed. */
  async #finish<Result>(work: Promise<Result>): Promise<Result> {
    this.#large.add(work);
    try {
      return await work;
    } finally {
      this.#large.delete(work);
    }
  }

  /**
   * Splits the queue into this many places, if they are more than it has, and says how it was split before, as
   * `parseHistory` reads it. Of its first place only. `isFenced`: all places that it had before are.
   */
  async partition(count: number, { isFenced = false } = {}): Promise<string> {
    const args = [`${count}`, isFenced ? '1' : ''];
    return String(await this.#link.run('partition', () => args, { isDurable: true }));
  }

  /** How the queue is split, as {@link partition} says it. */
  async partitions({ isInBackground = false } = {}): Promise<string> {
    return String(await this.#link.run('partition', () => ['0', ''], { isInBackground }));
  }

  /** Sets how much the queue may hold, if this is one of so many places of it. */
  async limit(limits: QueueLimits, places: number): Promise<void> {
    const args = packQuotas(limits, places);
    await this.#link.run('limit', () => args, { isDurable: true });
  }

  /** Keeps new calls of senders out who know of fewer places. */
  async fence(places: number): Promise<void> {
    await this.#link.run('fence', () => [`${places}`], { isDurable: true });
  }

  reap(): Promise<ReapReport> {
    return this.#reap({});
  }

  async fetch(ids: readonly string[], inbox: string | undefined): Promise<(CallRecord | undefined)[]> {
    const records: (Unread<CallRecord> | undefined)[] = [];
    while (records.length < ids.length) {
      const part = packIds(ids.slice(records.length, records.length + MOST_IDS));
      const reply = await this.#link.run('fetch', () => [inbox ?? '', part], { isRead: true });
      for (const view of unpackViews(reply as Buffer, this.#options.name))
        records.push(view.kind === 'record' ? view.record : undefined);
    }
    return this.#chunks.readSome<CallRecord>(records);
  }

  async confirm(ids: readonly string[]): Promise<void> {
    await this.#confirmations.add(ids);
  }

  async cancel(ids: readonly string[]): Promise<CancelStatus[]> {
    const statuses: CancelStatus[] = [];
    while (statuses.length < ids.length) {
      const part = packIds(ids.slice(statuses.length, statuses.length + MOST_IDS));
      const reply = await this.#link.run('cancel', () => [part], { isDurable: true });
      statuses.push(...statusesOf(reply, CANCEL_STATUSES));
    }
    return statuses;
  }

  async counts(): Promise<QueueCounts> {
    const reply = (await this.#link.run('counts', () => [], { isRead: true })) as number[];
    const [
      scheduled = 0,
      ready = 0,
      parked = 0,
      leased = 0,
      answered = 0,
      dead = 0,
      cancelled = 0,
      expired = 0,
    ] = reply;
    return { scheduled, ready, parked, leased, answered, dead, cancelled, expired };
  }

  /** Whatever is asked for has little time left from now on. */
  hurry(): void {
    this.#link.hurry();
  }

  /** Finishes what was asked for. */
  async close(): Promise<void> {
    this.hurry();
    this.#keeper.stop();
    while (this.#large.size > 0) await Promise.allSettled(this.#large);
    await this.#express.drained();
    await this.#urgentSends.drained();
    const batches = [
      ...this.#sends.values(),
      this.#settlements,
      this.#confirmations,
      ...this.#extensions.values(),
    ];
    for (const batch of batches) await batch.drained();
    this.#link.close();
  }

  async #send(
    messages: readonly Unread<Message>[],
    { places, isOlder }: SendOptions,
    urgency?: Urgency,
  ): Promise<(PlacedStatus | Gone)[]> {
    const { clock } = this.#options;
    const now = clock.now();
    const packedAt = monotonicNow(clock);
    const packer = new Packer(messages.length * 512);
    for (const message of messages) {
      packMessage(packer, message, now);
      this.#keeper.due(message.notBefore ?? message.expiresAt ?? Number.POSITIVE_INFINITY);
    }
    const bytes = packer.bytes();
    const args = (isAgain: boolean): (string | Buffer)[] => {
      const sentAt = monotonicNow(clock);
      const isLate = urgency !== undefined && sentAt - urgency.startedAt > urgency.withinMs;
      const elapsed = `${Math.max(0, Math.round(sentAt - packedAt))}`;
      return [isAgain ? '1' : '', bytes, `${places}`, isOlder ? '1' : '', elapsed, isLate ? '1' : ''];
    };
    const patienceMs = urgency && timeLeft(urgency, packedAt);
    const reply = await this.#link.run('send', args, { isDurable: true, patienceMs });
    return statusesOf(reply, SEND_STATUSES);
  }

  async #settle(settlements: readonly Unread<Settlement>[]): Promise<(SettleStatus | Gone)[]> {
    const { stored, adopted, answers } = this.#express.part(settlements);
    if (adopted.length > 0) await this.#express.adopt(adopted);
    const packer = new Packer(stored.length * 128);
    for (const settlement of stored) {
      packSettlement(packer, settlement);
      if ('delayMs' in settlement) this.#dueIn(settlement.delayMs ?? 0);
    }
    const bytes = packer.bytes();
    const granting = this.#takeGrant();
    let isGranted = false;
    let isFirst = true;
    // Once, and only to the name that the consumer has then: whatever comes of it, it can be told apart.
    const args = (isAgain: boolean): (string | Buffer)[] => {
      isGranted = isFirst && granting?.isCurrent() === true;
      isFirst = false;
      const grant = isGranted && granting !== undefined ? [granting.name, `${granting.slots}`] : ['', '0'];
      return [isAgain ? '1' : '', ...grant, bytes, answers];
    };
    try {
      const reply = await this.#link.run('settle', args, { isDurable: stored.length > 0 });
      const [statuses, deliveries, more] = reply as [Buffer, Buffer, Buffer];
      if (isGranted) granting?.settled(unpackDeliveries(deliveries, this.#options.name), more.length > 0);
      else granting?.failed();
      return this.#inTheirOrder(settlements, stored, statusesOf(statuses, SETTLE_STATUSES));
    } catch (error) {
      granting?.failed();
      throw error;
    }
  }

  /** What was only pushed is `ok`. */
  #inTheirOrder(
    settlements: readonly Unread<Settlement>[],
    stored: readonly Unread<Settlement>[],
    statuses: (SettleStatus | Gone)[],
  ): (SettleStatus | Gone)[] {
    if (stored === settlements) return statuses;
    const found = new Map(stored.map((settlement, index) => [settlement, statuses[index]]));
    return settlements.map((settlement) => found.get(settlement) ?? 'ok');
  }

  /** Slots that settlements have made free, of one of the consumers. */
  #takeGrant(): Grant | undefined {
    for (const consumer of this.#consumers) {
      const grant = consumer.takeFree();
      if (grant !== undefined) return grant;
    }
    return undefined;
  }

  async #extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]> {
    const packer = new Packer(attempts.length * 20);
    for (const { id, attempt } of attempts) packer.id(id).number(attempt, 4);
    const reply = await this.#link.run('extend', () => [`${leaseMs}`, packer.bytes()]);
    return statusesOf(reply, EXTEND_STATUSES);
  }

  async #confirm(ids: readonly string[]): Promise<undefined[]> {
    const packed = packIds(ids);
    await this.#link.run('confirm', () => [packed]);
    return new Array(ids.length).fill(undefined);
  }

  async #reap(options: RunOptions): Promise<ReapReport> {
    let total = NOTHING_REAPED;
    for (let isMore = true; isMore; ) {
      const reply = (await this.#link.run('reap', () => [], options)) as number[];
      const [promoted = 0, recovered = 0, exhausted = 0, expired = 0, forgotten = 0, more, dueAt = -1] =
        reply;
      total = addReports(total, { promoted, recovered, exhausted, expired, forgotten });
      isMore = more === 1;
      if (dueAt >= 0) this.#keeper.due(dueAt);
    }
    return total;
  }

  /** The work of every second, and of every instant at which something is due. */
  async #keep(): Promise<void> {
    for (const consumer of this.#consumers) consumer.look();
    // One is enough to wait for better times.
    if (this.#reaping > 0 && this.#link.isStuck) return;
    this.#reaping++;
    await this.#reapUnasked();
    this.#reaping--;
  }

  async #reapUnasked(): Promise<void> {
    try {
      await this.#reap({ isInBackground: true });
      this.#isFailing = false;
    } catch (error) {
      // Once for each trouble, not every second.
      if (this.#isFailing || this.#link.isAway) return;
      this.#options.onWarning(`reap failed: ${(error as Error).message}`);
      this.#isFailing = true;
    }
  }

  #dueIn(ms: number): void {
    this.#keeper.due(this.#options.clock.now() + ms);
  }
}

/** Failures that are tried again stand with their attempts, however long they are: the next one replaces them. */
const hasLargeResult = (settlement: Settlement): boolean =>
  (settlement.outcome === 'answered' || settlement.outcome === 'dead') && isLarge(settlement.result);

/** How long to wait for the queue: what is too late already is only to be told so. */
const timeLeft = ({ withinMs, startedAt }: Urgency, now: number): number =>
  startedAt + withinMs > now ? startedAt + withinMs - now : LATE_PATIENCE_MS;

const isExpress = (message: Message): boolean => message.isExpress === true;

/** One letter for each item. */
function statusesOf<Status>(reply: unknown, names: Readonly<Record<string, Status>>): Status[] {
  return Array.from(String(reply), (letter) => {
    const status = names[letter];
    if (status === undefined) throw new Error(`Redis gave an unknown status: ${letter}`);
    return status;
  });
}
