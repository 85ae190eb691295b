// One queue in Redis: its verbs, in batches, and the clock that reaps it.

import type {
  Attempt,
  CallRecord,
  CancelStatus,
  ClaimRequest,
  ConsumeRequest,
  Consumer,
  DeadLetter,
  Delivery,
  ExtendStatus,
  Message,
  QueueCounts,
  ReapReport,
  SendStatus,
  Settlement,
  SettleStatus,
} from '../broker.js';
import { Keeper } from '../keeper.js';
import type { BrokerContext } from '../open-broker.js';
import { Batch } from './batch.js';
import { Packer } from './packing.js';
import type { QueueLink, RunOptions } from './queue-link.js';
import { QueueSubscriptions } from './queue-subscriptions.js';
import { packMessage, packSettlement, unpackDeliveries, unpackSent, unpackViews } from './records.js';
import { RedisConsumer } from './redis-consumer.js';

const SEND_STATUSES: Readonly<Record<string, SendStatus>> = { a: 'accepted', d: 'duplicate', c: 'conflict' };
const SETTLE_STATUSES: Readonly<Record<string, SettleStatus>> = { o: 'ok', s: 'stale' };
const EXTEND_STATUSES: Readonly<Record<string, ExtendStatus>> = { o: 'ok', s: 'stale', c: 'cancelled' };
const CANCEL_STATUSES: Readonly<Record<string, CancelStatus>> = {
  c: 'cancelled',
  r: 'requested',
  s: 'settled',
  u: 'unknown',
};

/** Confirming in bunches costs least, and nobody waits for it. */
const CONFIRM_DELAY_MS = 5;

/** How many ids one script is given. */
const MOST_IDS = 250;

export interface RedisQueueOptions extends BrokerContext {
  /** As callers know it. */
  readonly name: string;
  readonly link: QueueLink;
}

export class RedisQueue {
  readonly subscriptions: QueueSubscriptions;
  readonly #options: RedisQueueOptions;
  readonly #link: QueueLink;
  readonly #sends;
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
    this.#sends = new Batch<Message, SendStatus>({
      run: (messages) => this.#send(messages),
      sizeOf: ({ body }) => body.length,
    });
    this.#settlements = new Batch<Settlement, SettleStatus>({
      run: (settlements) => this.#settle(settlements),
      sizeOf: (settlement) => ('result' in settlement ? settlement.result.length : 0),
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

  send(messages: readonly Message[]): Promise<SendStatus[]> {
    return this.#sends.add(messages);
  }

  async claim({ limit, leaseMs }: Pick<ClaimRequest, 'limit' | 'leaseMs'>): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    for (let isMore = limit > 0; isMore && deliveries.length < limit; ) {
      const left = `${limit - deliveries.length}`;
      // A claim whose answer is lost has leased calls that nobody knows of: their leases run out.
      const reply = await this.#link.run('claim', () => [left, `${leaseMs}`], { once: true });
      const [bytes, more] = reply as [Buffer, Buffer];
      deliveries.push(...unpackDeliveries(bytes, this.#options.name));
      isMore = more.length > 0;
    }
    if (deliveries.length > 0) this.#dueIn(leaseMs);
    return deliveries;
  }

  consume(request: ConsumeRequest, onDeliveries: (deliveries: readonly Delivery[]) => void): Consumer {
    const { name, onWarning } = this.#options;
    const { leaseMs } = request;
    const consumer = new RedisConsumer({ queue: name, link: this.#link, leaseMs, onDeliveries, onWarning });
    this.#consumers.add(consumer);
    const unlisten = this.subscriptions.listen(() => consumer.look());
    return {
      grant: (slots) => consumer.grant(slots),
      stop: async () => {
        unlisten();
        await consumer.stop();
        this.#consumers.delete(consumer);
      },
    };
  }

  extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]> {
    let batch = this.#extensions.get(leaseMs);
    if (batch === undefined) {
      batch = new Batch({ run: (items) => this.#extend(items, leaseMs), sizeOf: () => 0 });
      this.#extensions.set(leaseMs, batch);
    }
    return batch.add(attempts);
  }

  settle(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    for (const consumer of this.#consumers) consumer.release(settlements);
    return this.#settlements.add(settlements);
  }

  reap(): Promise<ReapReport> {
    return this.#reap({});
  }

  async fetch(ids: readonly string[], inbox: string | undefined): Promise<(CallRecord | undefined)[]> {
    const records: (CallRecord | undefined)[] = [];
    while (records.length < ids.length) {
      const part = packIds(ids.slice(records.length, records.length + MOST_IDS));
      const reply = await this.#link.run('fetch', () => [inbox ?? '', part]);
      for (const view of unpackViews(reply as Buffer, this.#options.name))
        records.push(view.kind === 'record' ? view.record : undefined);
    }
    return records;
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
    const reply = (await this.#link.run('counts', () => [])) as number[];
    const [scheduled = 0, ready = 0, leased = 0, answered = 0, dead = 0, cancelled = 0, expired = 0] = reply;
    return { scheduled, ready, leased, answered, dead, cancelled, expired };
  }

  async deadLetters(limit: number): Promise<DeadLetter[]> {
    const letters: DeadLetter[] = [];
    for (let isMore = true; isMore && letters.length < limit; ) {
      const range = [`${letters.length}`, `${Math.min(limit - letters.length, MOST_IDS)}`];
      const reply = (await this.#link.run('dead-letters', () => range)) as Buffer[];
      for (let at = 0; at + 1 < reply.length; at += 2) {
        const [view] = unpackViews(reply[at] as Buffer, this.#options.name);
        if (view?.kind === 'record') letters.push({ ...view.record, ...unpackSent(reply[at + 1] as Buffer) });
      }
      isMore = reply.length > 0;
    }
    return letters;
  }

  /** Finishes what was asked for. */
  async close(): Promise<void> {
    this.#keeper.stop();
    for (const batch of [this.#sends, this.#settlements, this.#confirmations, ...this.#extensions.values()])
      await batch.drained();
    this.#link.close();
  }

  async #send(messages: readonly Message[]): Promise<SendStatus[]> {
    const now = this.#options.clock.now();
    const packer = new Packer(messages.length * 512);
    for (const message of messages) {
      packMessage(packer, message, now);
      this.#keeper.due(message.notBefore ?? message.expiresAt ?? Number.POSITIVE_INFINITY);
    }
    const bytes = packer.bytes();
    const reply = await this.#link.run('send', (isAgain) => [isAgain ? '1' : '', bytes], { isDurable: true });
    return statusesOf(reply, SEND_STATUSES);
  }

  async #settle(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    const packer = new Packer(settlements.length * 128);
    for (const settlement of settlements) {
      packSettlement(packer, settlement);
      if (settlement.outcome === 'retry') this.#dueIn(settlement.delayMs);
    }
    const bytes = packer.bytes();
    const granting = this.#takeGrant();
    // Sent again, it grants nothing: the consumer has another name by then.
    const args = (isAgain: boolean): (string | Buffer)[] =>
      isAgain ? ['1', '', '0', bytes] : ['', granting?.name ?? '', `${granting?.slots ?? 0}`, bytes];
    const reply = await this.#link.run('settle', args, { isDurable: true });
    const [statuses, isReady] = reply as [Buffer, number];
    granting?.settled(isReady === 1);
    return statusesOf(statuses, SETTLE_STATUSES);
  }

  /** Slots that settlements have made free, of one of the consumers. */
  #takeGrant() {
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
    const total = { promoted: 0, recovered: 0, exhausted: 0, expired: 0, forgotten: 0 };
    for (let isMore = true; isMore; ) {
      const reply = (await this.#link.run('reap', () => [], options)) as number[];
      const [promoted = 0, recovered = 0, exhausted = 0, expired = 0, forgotten = 0, more, dueAt = -1] =
        reply;
      total.promoted += promoted;
      total.recovered += recovered;
      total.exhausted += exhausted;
      total.expired += expired;
      total.forgotten += forgotten;
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

function packIds(ids: readonly string[]): Buffer {
  const packer = new Packer(ids.length * 16);
  for (const id of ids) packer.id(id);
  return packer.bytes();
}

/** One letter for each item. */
function statusesOf<Status>(reply: unknown, names: Readonly<Record<string, Status>>): Status[] {
  return Array.from(String(reply), (letter) => {
    const status = names[letter];
    if (status === undefined) throw new Error(`Redis gave an unknown status: ${letter}`);
    return status;
  });
}
