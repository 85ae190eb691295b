// The inbox of one connection: waits for the outcomes of calls, whoever made them.

import { randomBytes } from 'node:crypto';
import type { Broker, CallRecord, CallRef, Unsubscribe } from '../broker/broker.js';
import type { Clock, Timer } from '../clock.js';

/** Pushed outcomes are hints. This often the inbox looks for those that were lost. */
const LOOK_EVERY_MS = 1_000;

/** How many calls one look asks for; the next look goes on with the following ones. */
const LOOK_AT = 200;

/** Who waits for the outcome of a call. */
export interface Waiter {
  /** Told the outcome, or `undefined` if it is gone: somebody else has confirmed it, or its `retain` is over. */
  settled(record: CallRecord | undefined): void;
}

interface Waiting {
  readonly call: CallRef;
  /** Mostly one. */
  readonly waiters: Waiter[];
  /** Whether the broker has, or had, the call. Before that, not finding it says nothing. */
  isKnown: boolean;
}

export class ResultInbox {
  readonly name = randomBytes(9).toString('base64url');
  readonly #broker: Broker;
  readonly #clock: Clock;
  /** By id, those that were looked at longest ago first. */
  readonly #waiting = new Map<string, Waiting>();
  #unsubscribe: Unsubscribe | undefined;
  #timer: Timer | undefined;

  constructor(broker: Broker, clock: Clock) {
    this.#broker = broker;
    this.#clock = clock;
  }

  /**
   * Tells a waiter once, when the outcome of the call comes in or is found to be gone. The call has to name this
   * inbox, by its message or by {@link follow}.
   */
  wait(call: CallRef, waiter: Waiter): void {
    this.#open();
    const waiting = this.#waiting.get(call.id);
    if (waiting !== undefined) waiting.waiters.push(waiter);
    else this.#waiting.set(call.id, { call, waiters: [waiter], isKnown: false });
  }

  /** Notes that the broker has the call. */
  accepted(call: CallRef): void {
    const waiting = this.#waiting.get(call.id);
    if (waiting !== undefined) waiting.isKnown = true;
  }

  /** Takes back a {@link wait}. */
  stopWaiting(call: CallRef, waiter: Waiter): void {
    const waiting = this.#waiting.get(call.id);
    const place = waiting?.waiters.indexOf(waiter) ?? -1;
    if (waiting === undefined || place < 0) return;
    waiting.waiters.splice(place, 1);
    if (waiting.waiters.length === 0) this.#waiting.delete(call.id);
  }

  /** Directs the outcome of a call to this inbox. Resolves with its record, `undefined` if it is unknown. */
  async follow(call: CallRef): Promise<CallRecord | undefined> {
    this.#open();
    const [record] = await this.#broker.fetch([call], this.name);
    if (record === undefined) return undefined;
    this.accepted(call);
    if (isFinal(record)) this.#deliver([record]);
    return record;
  }

  close(): void {
    this.#unsubscribe?.();
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #open(): void {
    this.#unsubscribe ??= this.#broker.subscribe(this.name, (records) => this.#deliver(records));
    this.#timer ??= this.#clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  #deliver(records: readonly CallRecord[]): void {
    for (const record of records) {
      const waiting = this.#waiting.get(record.id);
      if (waiting !== undefined) this.#end(waiting, record);
    }
  }

  #end(waiting: Waiting, record: CallRecord | undefined): void {
    this.#waiting.delete(waiting.call.id);
    for (const waiter of [...waiting.waiters]) waiter.settled(record);
  }

  /** Asks for outcomes whose push was lost, a part of the waiting calls at a time. */
  async #look(): Promise<void> {
    const part = [...this.#waiting.values()].slice(0, LOOK_AT);
    for (const waiting of part) {
      this.#waiting.delete(waiting.call.id);
      this.#waiting.set(waiting.call.id, waiting);
    }
    // What the broker gets to know while it looks is not missing.
    const known = new Set(part.filter(({ isKnown }) => isKnown));
    let hasFound = false;
    try {
      const records = part.length === 0 ? [] : await this.#broker.fetch(part.map(({ call }) => call));
      const outcomes = records.filter((record) => record !== undefined).filter(isFinal);
      hasFound = outcomes.length > 0;
      this.#deliver(outcomes);
      const missing = part.filter((_, index) => records[index] === undefined);
      for (const waiting of missing) {
        const isWaiting = this.#waiting.get(waiting.call.id) === waiting;
        if (isWaiting && known.has(waiting)) this.#end(waiting, undefined);
      }
    } catch {
      // The broker is away: the waits go on until they time out, and the next look tries again.
    }
    if (this.#timer === undefined) return;
    // Where one push was lost, others were: a lost connection takes all that were under way.
    const delayMs = hasFound ? 0 : LOOK_EVERY_MS;
    this.#timer = this.#waiting.size === 0 ? undefined : this.#clock.after(delayMs, () => void this.#look());
  }
}

/** Whether the record is the outcome. */
const isFinal = ({ state }: CallRecord): boolean =>
  state === 'answered' || state === 'dead' || state === 'cancelled' || state === 'expired';
