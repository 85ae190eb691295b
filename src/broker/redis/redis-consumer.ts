// The standing claim of one worker: leaves credits with the queue, by which `send` hands it calls directly.

import { randomBytes } from 'node:crypto';
import { RpcError } from '../../errors.js';
import type { Attempt, ConsumeListener, Consumer, Delivery, Unsubscribe } from '../broker.js';
import { tell } from '../listeners.js';
import { type ChunkStore, isUnread, type Unread } from './chunks.js';
import { Packer } from './packing.js';
import type { QueueLink } from './queue-link.js';
import { unpackDeliveries } from './records.js';

/** Wait after trouble, before another name is tried. */
const BACKOFF_MS = 100;

export interface RedisConsumerOptions {
  readonly queue: string;
  readonly link: QueueLink;
  readonly chunks: ChunkStore;
  readonly leaseMs: number;
  /** What of parked calls the worker understands, as scripts are told. */
  readonly understands: string;
  readonly listener: ConsumeListener;
  /** Called whenever the queue has answered: what was ready and fits into the free slots is delivered. */
  readonly onAnswer: () => void;
  readonly onStopped: () => void;
  readonly onWarning: (message: string) => void;
}

/** Free slots on their way with a settlement. */
export interface Grant {
  readonly name: string;
  readonly slots: number;
  /** Whether the consumer still has this name. */
  readonly isCurrent: () => boolean;
  /** To be called when it is done, with the calls that were ready and whether there may be more. */
  readonly settled: (deliveries: readonly Unread<Delivery>[], isMore: boolean) => void;
  /** To be called if it is not done, or nobody knows. */
  readonly failed: () => void;
}

/**
 * Each slot is in one place: with us, or with Redis as a credit, or used by a call that we hold. Whenever that is in
 * doubt, because an answer or a connection was lost, the consumer takes another name: credits of the former name are
 * void, calls that were leased to it and never arrived are given back, and all free slots are granted anew.
 */
export class RedisConsumer implements Consumer {
  readonly #options: RedisConsumerOptions;
  /** Attempts that have arrived and are not settled, by id. */
  readonly #held = new Map<string, number>();
  /** Names that may have credits and leases still. */
  #former: string[] = [];
  #name: string | undefined;
  #unsubscribe: Unsubscribe = () => {};
  readonly #stopHearing: Unsubscribe;
  /** Slots that Redis does not know of. */
  #free = 0;
  /** Slots that Redis knows of, as credits. */
  #credits = 0;
  /** How many credits were spent so far: the difference says how many since. */
  #spent = 0;
  #mayHaveMore = false;
  #isScheduled = false;
  #isFailing = false;
  #running: Promise<void> | undefined;
  #isStopped = false;
  #isSilent = false;
  /** Settlements under way that grant slots. */
  #granting = 0;
  #onGranted: (() => void)[] = [];
  #takingBack = 0;
  /** Set while large bodies are read. */
  #reading: Promise<void> | undefined;

  constructor(options: RedisConsumerOptions) {
    this.#options = options;
    this.#stopHearing = options.link.onRenewed(() => {
      this.#rename();
      this.#schedule();
    });
  }

  /** How many slots are free. */
  get idle(): number {
    return this.#free + this.#credits;
  }

  /** Whether slots had to be taken back without an answer, and there has been none since. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  grant(slots: number): void {
    this.#free += slots;
    this.#schedule();
  }

  /** Gives its free slots to a settlement, which grants them on its way. */
  takeFree(): Grant | undefined {
    const name = this.#name;
    const slots = this.#free;
    if (name === undefined || slots === 0 || this.#mayHaveMore || this.#isStopped) return undefined;
    if (this.#takingBack > 0) return undefined;
    this.#free = 0;
    this.#credits += slots;
    this.#granting++;
    return {
      name,
      slots,
      isCurrent: () => name === this.#name,
      settled: (deliveries, isMore) => {
        this.#deliver(name, deliveries);
        if (isMore) this.look();
        else this.#options.onAnswer();
        this.#endGrant();
      },
      failed: () => {
        if (name === this.#name) this.#rename();
        this.#schedule();
        this.#endGrant();
      },
    };
  }

  #endGrant(): void {
    this.#granting--;
    if (this.#granting === 0) for (const resolve of this.#onGranted.splice(0)) resolve();
  }

  /** Looks for calls that are ready and were not handed over. */
  look(): void {
    if (this.#free + this.#credits === 0) return;
    this.#mayHaveMore = true;
    this.#schedule();
  }

  /** These are settled: if they come up among the leases, they are not ours. */
  release(attempts: readonly Attempt[]): void {
    for (const { id, attempt } of attempts) if (this.#held.get(id) === attempt) this.#held.delete(id);
  }

  /**
   * Takes back the slots that are free, and says how many. A queue that does not answer within `patienceMs` is left
   * with credits of a former name.
   */
  async withdraw(patienceMs: number): Promise<number> {
    const name = this.#name;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), patienceMs).unref();
    });
    const isBack = await Promise.race([this.#takeBack(name), tooLong]);
    clearTimeout(timer);
    if (this.#isStopped) return 0;
    if (!isBack) {
      this.#isSilent = true;
      if (this.#name === name) this.#rename();
      this.#schedule();
    }
    const slots = this.#free;
    this.#free = 0;
    return slots;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopHearing();
    await this.#running;
    const name = this.#name;
    // What was handed over before the credits were taken away arrives before the answer does.
    if (name !== undefined) await this.#run(name, 0, 'stop').catch(() => {});
    await this.#reading;
    this.#unsubscribe();
    this.#name = undefined;
    this.#options.onStopped();
  }

  async #takeBack(name: string | undefined): Promise<boolean> {
    this.#takingBack++;
    try {
      return await this.#takeCredits(name);
    } finally {
      this.#takingBack--;
    }
  }

  /** Has the credits of this name become free slots. Meanwhile none may be granted by another way, nor be about to. */
  async #takeCredits(name: string | undefined): Promise<boolean> {
    while (this.#running !== undefined || this.#granting > 0)
      await (this.#running ?? new Promise<void>((resolve) => this.#onGranted.push(resolve)));
    if (name === undefined || this.#name !== name || this.#credits === 0) return true;
    const taking = this.#run(name, 0, 'stop').then(
      () => true,
      () => false,
    );
    this.#running = taking.then(() => this.#rest());
    const isBack = await taking;
    if (isBack && this.#name === name) {
      // What was handed over before arrives before the answer does: these are left.
      this.#free += this.#credits;
      this.#credits = 0;
    }
    return isBack;
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isStopped || this.#running !== undefined) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      // A settlement may have taken the slots along.
      const hasNothingToSay =
        this.#name !== undefined && this.#free === 0 && !this.#mayHaveMore && this.#former.length === 0;
      if (this.#isStopped || this.#running !== undefined || hasNothingToSay) return;
      this.#running = this.#exchange().finally(() => this.#rest());
    });
  }

  #rest(): void {
    this.#running = undefined;
    if (this.#free > 0 || this.#mayHaveMore || this.#former.length > 0) this.#schedule();
  }

  /** Grants what is free, and takes what is ready. */
  async #exchange(): Promise<void> {
    const name = this.#name ?? this.#takeName();
    const slots = this.#free;
    this.#free = 0;
    this.#credits += slots;
    this.#mayHaveMore = false;
    try {
      const isMore = await this.#run(name, slots, '');
      this.#mayHaveMore ||= isMore;
      this.#isFailing = false;
      this.#isSilent = false;
      this.#options.onAnswer();
    } catch (error) {
      if (error instanceof RpcError && error.code === 'CLOSED') this.#isStopped = true;
      if (this.#isStopped) return;
      this.#rename();
      this.#warnOf(error);
      await new Promise<void>((resolve) => setTimeout(resolve, BACKOFF_MS).unref());
    }
  }

  /** Once for each trouble, unless somebody else says it. */
  #warnOf(error: unknown): void {
    const { link, onWarning } = this.#options;
    const isLostAnswer = error instanceof RpcError && error.code === 'UNCONFIRMED';
    if (isLostAnswer || link.isAway || this.#isFailing) return;
    this.#isFailing = true;
    onWarning(
      `calls cannot be claimed, trying again: ${error instanceof Error ? error.message : String(error)}`,
    );
  }

  /** Whether there may be more calls than one answer can hold. */
  async #run(name: string, slots: number, stop: string): Promise<boolean> {
    const { link, queue, understands } = this.#options;
    const former = [...this.#former];
    const held = former.length === 0 ? [] : [...this.#held.keys()];
    const packer = new Packer(held.length * 16);
    for (const id of held) packer.id(id);
    const names = former.map((other) => `${other} `).join('');
    let expected = 0;
    const args = (): (string | Buffer)[] => {
      expected = this.#credits - slots + this.#spent;
      return [name, `${slots}`, names, packer.bytes(), stop, understands];
    };
    const reply = await link.run('consume', args, { once: true, isInBackground: stop === '' });
    this.#former = this.#former.filter((other) => !former.includes(other));
    const [bytes, more, found] = reply as [Buffer, Buffer, number];
    if (found >= 0) this.#compareCredits(name, expected - this.#spent, found);
    this.#deliver(name, unpackDeliveries(bytes, queue));
    return more.length > 0;
  }

  /**
   * Whoever sends takes credits away while nobody listens to their name. What was pushed before Redis counted them has
   * arrived by now, so that what is missing can be granted anew.
   */
  #compareCredits(name: string, expected: number, found: number): void {
    if (name !== this.#name) return;
    const lost = Math.max(0, expected - found);
    this.#credits -= lost;
    this.#free += lost;
  }

  /** Credits that are no more: they were used, or never came to be. */
  #spend(credits: number): void {
    this.#credits -= credits;
    this.#spent += credits;
  }

  #deliver(name: string, deliveries: readonly Unread<Delivery>[]): void {
    // Under a former name they have been given back, or will be.
    if (name !== this.#name || deliveries.length === 0) return;
    this.#spend(deliveries.length);
    for (const { id, attempt, express } of deliveries) {
      // Nobody gives back what is stored nowhere.
      if (express === undefined) this.#held.set(id, attempt);
    }
    if (this.#reading !== undefined || deliveries.some(isUnread)) this.#readAndPass(deliveries);
    else this.#options.listener.onDeliveries(deliveries as readonly Delivery[]);
  }

  /** Those that come meanwhile wait for them: nobody overtakes. */
  #readAndPass(deliveries: readonly Unread<Delivery>[]): void {
    const before = this.#reading ?? Promise.resolve();
    const reading = before.then(async () => {
      for (const delivery of deliveries) await this.#readOne(delivery);
      if (this.#reading === reading) this.#reading = undefined;
    });
    this.#reading = reading;
  }

  async #readOne(unread: Unread<Delivery>): Promise<void> {
    const { chunks, listener, onWarning } = this.#options;
    const [delivery] = await chunks.read<Delivery>([unread]).catch(() => []);
    if (delivery !== undefined) {
      tell(() => listener.onDeliveries([delivery]), onWarning);
      return;
    }
    // The call has ended, or Redis is away and the lease will be lost.
    if (this.#held.get(unread.id) === unread.attempt) this.#held.delete(unread.id);
    this.#free++;
    this.#schedule();
  }

  #takeName(): string {
    const { link, leaseMs, queue } = this.#options;
    const name = `${Math.round(leaseMs).toString(36)}.${randomBytes(6).toString('base64url')}`;
    this.#name = name;
    this.#unsubscribe = link.subscribe(link.keys.deliveries(name), (payload) => {
      // No delivery at all: somebody has asked for the end of one that we hold.
      if (payload.length === 0) this.#options.listener.onCancel?.();
      else this.#deliver(name, unpackDeliveries(payload, queue));
    });
    return name;
  }

  #rename(): void {
    if (this.#name === undefined) return;
    this.#unsubscribe();
    this.#former.push(this.#name);
    this.#name = undefined;
    this.#free += this.#credits;
    this.#credits = 0;
  }
}
