// The standing claim of one worker on a queue with several places: puts its free slots where the calls are.

import type { ConsumeListener, ConsumeRequest, Consumer, Unsubscribe } from '../broker.js';
import type { RedisConsumer } from './redis-consumer.js';
import type { RedisQueue } from './redis-queue.js';

/** How long a place is waited for that is to give slots back. */
const PATIENCE_MS = 1_000;

/** Ticks after which the slots of a place that does not answer are given to others. */
const SILENT_TICKS = 2;

/** One place, and how it stands with it. */
interface Branch {
  readonly consumer: RedisConsumer;
  readonly unlisten: Unsubscribe;
  /** Whether it was given slots and has not looked for calls since. */
  isAsked: boolean;
  silentTicks: number;
}

/**
 * Each slot is with one place, or about to be given to one. Places are hungry that have, or may have, ready calls and
 * no free slot: because they have said that a call has become ready, because their answer has filled all slots that
 * they had, or because nobody has looked at them for a second. Whatever slot becomes free goes to a hungry place,
 * those that wait longest first; if there is none, to the one that has fewest. If there is nothing to give, the place
 * with the most free slots gives them back first. So a place that has calls gets slots if there are any, and a
 * worker with fewer slots than there are places still looks at all of them every second.
 *
 * With one place it is that place's own consumer and nothing more.
 */
export class PartitionedConsumer implements Consumer {
  readonly #request: ConsumeRequest;
  readonly #listener: ConsumeListener;
  readonly #branches: Branch[] = [];
  /** In the order in which they became so. */
  readonly #hungry = new Set<Branch>();
  /** Free slots that are with no place. */
  #pool = 0;
  #isMoving = false;
  #isStopped = false;

  constructor(first: RedisQueue, request: ConsumeRequest, listener: ConsumeListener) {
    this.#request = request;
    this.#listener = listener;
    this.#open(first);
  }

  /** Takes calls from these places, too. */
  add(places: readonly RedisQueue[]): void {
    for (const place of places) this.#open(place);
    for (const branch of this.#branches) if (branch.consumer.idle === 0) this.#hungry.add(branch);
    this.#rebalance();
  }

  grant(slots: number): void {
    if (this.#branches.length === 1) {
      this.#branches[0]?.consumer.grant(slots);
    } else {
      this.#pool += slots;
      this.#handOut();
    }
  }

  /** To be called every second. */
  tick(): void {
    if (this.#branches.length === 1 || this.#isStopped) return;
    for (const branch of this.#branches) {
      if (branch.isAsked && ++branch.silentTicks >= SILENT_TICKS) void this.#recover(branch);
      else if (branch.consumer.idle === 0) this.#hungry.add(branch);
    }
    this.#rebalance();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const { unlisten } of this.#branches) unlisten();
    await Promise.all(this.#branches.map(({ consumer }) => consumer.stop()));
  }

  #open(place: RedisQueue): Branch {
    const branch: Branch = {
      consumer: place.consume(this.#request, this.#listener, () => this.#answered(branch)),
      unlisten: place.subscriptions.listen(() => this.#woken(branch)),
      isAsked: false,
      silentTicks: 0,
    };
    this.#branches.push(branch);
    return branch;
  }

  /** A call has become ready there. With a free slot the place takes it by itself. */
  #woken(branch: Branch): void {
    if (this.#branches.length === 1 || branch.consumer.idle > 0) return;
    this.#hungry.add(branch);
    this.#rebalance();
  }

  #answered(branch: Branch): void {
    if (this.#branches.length === 1) return;
    branch.isAsked = false;
    branch.silentTicks = 0;
    if (branch.consumer.idle === 0) this.#hungry.add(branch);
    else this.#hungry.delete(branch);
    this.#rebalance();
  }

  #rebalance(): void {
    if (this.#isStopped) return;
    this.#handOut();
    const donor = this.#isMoving || this.#recipients().length === 0 ? undefined : this.#richest();
    if (donor !== undefined) void this.#move(donor);
  }

  /** Gives away what a place has, of which it gets its share again if there is enough. */
  async #move(donor: Branch): Promise<void> {
    this.#isMoving = true;
    const slots = await donor.consumer.withdraw(PATIENCE_MS);
    this.#pool += slots;
    this.#isMoving = false;
    // What it was given meanwhile may have come back with the rest, before it was used to ask.
    donor.isAsked &&= donor.consumer.idle > 0;
    if (this.#isStopped) return;
    const recipients = this.#recipients();
    if (recipients.length > 0 && this.#pool > recipients.length && !donor.consumer.isSilent)
      this.#hungry.add(donor);
    this.#rebalance();
  }

  /** Its node is away or does not go on. It gets slots again when it has answered. */
  async #recover(branch: Branch): Promise<void> {
    branch.isAsked = false;
    branch.silentTicks = 0;
    this.#hungry.delete(branch);
    const slots = await branch.consumer.withdraw(0);
    this.#pool += slots;
    this.#rebalance();
  }

  #handOut(): void {
    if (this.#pool === 0 || this.#isStopped) return;
    const recipients = this.#recipients();
    for (let left = recipients.length; left > 0 && this.#pool > 0; left--)
      this.#give(recipients[recipients.length - left] as Branch, Math.ceil(this.#pool / left));
    for (let poorest = this.#poorest(); this.#pool > 0 && poorest; poorest = this.#poorest())
      this.#give(poorest, 1);
  }

  #give(branch: Branch, slots: number): void {
    this.#pool -= slots;
    this.#hungry.delete(branch);
    branch.isAsked = true;
    branch.consumer.grant(slots);
  }

  #recipients(): Branch[] {
    return [...this.#hungry].filter(({ consumer }) => !consumer.isSilent);
  }

  #poorest(): Branch | undefined {
    let poorest: Branch | undefined;
    for (const branch of this.#branches) {
      if (branch.consumer.isSilent) continue;
      if (poorest === undefined || branch.consumer.idle < poorest.consumer.idle) poorest = branch;
    }
    return poorest;
  }

  /** Among those that have looked for calls and found none. */
  #richest(): Branch | undefined {
    let richest: Branch | undefined;
    for (const branch of this.#branches) {
      const { consumer, isAsked } = branch;
      if (isAsked || consumer.isSilent || consumer.idle === 0 || this.#hungry.has(branch)) continue;
      if (richest === undefined || consumer.idle > richest.consumer.idle) richest = branch;
    }
    return richest;
  }
}
