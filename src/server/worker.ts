// A worker: takes calls of one queue, runs their handlers, settles them.

import { AsyncResource } from 'node:async_hooks';
import type { Attempt, Broker, Consumer, Delivery, Settlement } from '../broker/broker.js';
import type { Clock, Timer } from '../clock.js';
import { isClosed, messageOf } from '../errors.js';
import { Breaker, type BreakerTerms } from './breaker.js';
import type { AbortCause, RunningCall } from './call-context.js';
import { understandingOf } from './check-delivery.js';
import { type DispatchContext, type DispatchObserver, dispatch, type HandlerFailure } from './dispatch.js';
import { createLeaseKeeper, type LeaseKeeper } from './lease-keeper.js';
import type { Implementation } from './service-server.js';
import { stopped } from './settlements.js';

/** How long a broker that is away keeps a server from closing, after its grace. */
const GIVE_BACK_MS = 2_000;

/** So many handlers are started at a time: what they lead to is under way while the next ones start. */
const STARTED_AT_ONCE = 64;

/** For so long at a time: handlers that block the event loop must not keep the broker from saying what is more urgent. */
const STARTED_FOR_MS = 5;

/** Wait after a settlement that the broker could not take, doubled each time up to the maximum. */
const BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;

/** What calls say of their contracts can be anything: after so many different ones there is no more to tell. */
const MAX_PARKED_TOLD = 100;

export interface WorkerOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly queue: string;
  readonly name: string;
  readonly implementation: Implementation;
  /** The most handlers that run at a time. */
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly maxBodyBytes: number;
  /** When calls of a method that fails wait. Without it they do not. */
  readonly breaker: BreakerTerms | undefined;
  readonly onFailure: (failure: HandlerFailure) => void;
  readonly onWarning: (message: string) => void;
}

/** An attempt in this worker's hands. */
interface Held {
  readonly delivery: Delivery;
  readonly takenAt: number;
  /** Set once its handler has started. */
  call: RunningCall | undefined;
  /** Whether it was cancelled, or has lost its lease, while it waited for its handler to start. */
  isOver: boolean;
}

export class Worker {
  readonly #options: WorkerOptions;
  readonly #dispatch: DispatchContext;
  readonly #keeper: LeaseKeeper;
  /** By id: of several attempts at one call only the newest is of interest. */
  readonly #held = new Map<string, Held>();
  readonly #keepAlive: Timer;
  readonly #consumer: Consumer;
  /** Set once it takes nothing new; resolved when nothing more will be delivered. */
  #stopped: Promise<void> | undefined;
  #isClosed = false;
  #givingBack: Promise<void>[] = [];
  #onIdle: (() => void)[] = [];
  /** What was told of parked calls. */
  readonly #parked = new Set<string>();

  constructor(options: WorkerOptions) {
    this.#options = options;
    const { broker, clock, leaseMs, queue, name, concurrency, implementation, maxBodyBytes, onWarning } =
      options;
    const { service } = implementation;
    const breaker =
      options.breaker && new Breaker(options.breaker, { clock, service: service.service, onWarning });
    this.#dispatch = { implementation, maxBodyBytes, breaker };
    this.#keeper = createLeaseKeeper({
      broker,
      queue,
      clock,
      leaseMs,
      onWarning,
      onEnded: (attempt, status) => this.#abort(attempt, status === 'stale' ? 'lease-lost' : 'cancelled'),
    });
    // A server keeps its process alive, as one does that listens on a port.
    this.#keepAlive = clock.after(Number.POSITIVE_INFINITY, () => {}, true);
    const request = { queue, worker: name, leaseMs, understands: understandingOf(service) };
    this.#consumer = broker.consume(request, {
      // Handlers belong to the server, not to whatever the consumer was doing when calls came in.
      onDeliveries: AsyncResource.bind((deliveries: readonly Delivery[]) => this.#take(deliveries)),
      onCancel: () => this.#keeper.renewNow(),
    });
    this.#consumer.grant(concurrency);
  }

  /** How many calls it holds. */
  get running(): number {
    return this.#held.size;
  }

  /** Takes nothing new; resolves when everything taken is settled. */
  async drain(): Promise<void> {
    this.#stopped ??= this.#consumer.stop();
    await this.#stopped;
    if (this.#held.size > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Drains for at most `graceMs`, then aborts what still runs and gives its calls back to the queue. */
  async close(graceMs: number): Promise<void> {
    await this.#inTime(this.drain(), graceMs);
    this.#isClosed = true;
    const left = [...this.#held.values()];
    for (const { call } of left) call?.abort('shutdown');
    const givenBack = this.#giveBack(left)
      // What came in meanwhile is given back as well.
      .then(() => this.#stopped)
      .then(() => Promise.all(this.#givingBack));
    // If they cannot be given back in time, their leases run out.
    await this.#inTime(givenBack, GIVE_BACK_MS);
    await this.#keeper.close();
    this.#keepAlive.cancel();
    // Their handlers may never end, but their calls are in nobody's hands any more.
    this.#held.clear();
    this.#tellIfIdle();
  }

  /** Waits, but no longer than that. */
  async #inTime(work: Promise<unknown>, ms: number): Promise<void> {
    let timer: Timer | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = this.#options.clock.after(ms, resolve, true);
    });
    await Promise.race([work, timeUp]);
    timer?.cancel();
  }

  #take(deliveries: readonly Delivery[]): void {
    if (!this.#isClosed) this.#start(deliveries);
    else this.#givingBack.push(this.#giveBack(this.#heldFrom(deliveries)));
  }

  /** If they cannot be given back, their leases run out. */
  async #giveBack(left: readonly Held[]): Promise<void> {
    if (left.length === 0) return;
    const settlements = left.map(({ delivery, call }) => stopped(delivery, call));
    await this.#options.broker.settle(settlements).catch(() => {});
  }

  #start(deliveries: readonly Delivery[]): void {
    this.#keeper.hold(leasedOf(deliveries));
    const waiting = this.#heldFrom(deliveries);
    for (const held of waiting) {
      // An attempt that has lost its lease, and whose call has come back here, hears of it from nobody else.
      end(this.#held.get(held.delivery.id), 'lease-lost');
      this.#held.set(held.delivery.id, held);
    }
    this.#startSome(waiting);
  }

  #heldFrom(deliveries: readonly Delivery[]): readonly Held[] {
    const takenAt = this.#options.clock.now();
    return deliveries.map((delivery) => ({ delivery, takenAt, call: undefined, isOver: false }));
  }

  #startSome(waiting: readonly Held[]): void {
    const untilAt = performance.now() + STARTED_FOR_MS;
    let started = 0;
    for (const held of waiting) {
      if (started === STARTED_AT_ONCE || (started > 0 && performance.now() > untilAt)) break;
      started++;
      void this.#run(held);
    }
    if (started === waiting.length) return;
    // A server that has closed has given them back.
    setImmediate(() => {
      if (!this.#isClosed) this.#startSome(waiting.slice(started));
    });
  }

  async #run(held: Held): Promise<void> {
    const { clock } = this.#options;
    let deadline: Timer | undefined;
    const observer: DispatchObserver = {
      started: (call) => {
        held.call = call;
        if (call.deadline === undefined) return;
        deadline = clock.after(call.deadline.getTime() - clock.now(), () => call.abort('deadline'));
      },
      failed: (failure) => this.#report(failure),
      parked: this.#tellParked,
    };
    const settlement = isPast(held, clock.now())
      ? stopped(held.delivery, undefined)
      : await dispatch(this.#dispatch, held.delivery, observer);
    deadline?.cancel();
    const settled = this.#settle(settlement);
    // The slot is free now, and the broker hears of it together with the settlement.
    if (this.#stopped === undefined) this.#consumer.grant(1);
    await settled;
    if (this.#held.get(held.delivery.id) === held) this.#held.delete(held.delivery.id);
    this.#tellIfIdle();
  }

  /** Once for each contract that calls are parked for: there can be thousands of calls. */
  readonly #tellParked = (message: string): void => {
    if (this.#parked.has(message) || this.#parked.size === MAX_PARKED_TOLD) return;
    this.#parked.add(message);
    this.#options.onWarning(message);
  };

  /** Somebody else's function: if it throws, the call is settled all the same. */
  #report(failure: HandlerFailure): void {
    const { onFailure, onWarning } = this.#options;
    try {
      onFailure(failure);
    } catch (error) {
      onWarning(`onFailure threw: ${messageOf(error)}`);
    }
  }

  /** Settles, however long the broker is away: the lease goes on, and the work is done. */
  async #settle(settlement: Settlement): Promise<void> {
    const { broker, clock } = this.#options;
    for (let delayMs = BACKOFF_MS; ; delayMs = Math.min(MAX_BACKOFF_MS, delayMs * 2)) {
      try {
        // A stale attempt was superseded: its result is void, and the newer attempt's counts.
        await broker.settle([settlement]);
        break;
      } catch (error) {
        if (isClosed(error)) break;
        this.#options.onWarning(`a result could not be recorded, trying again: ${messageOf(error)}`);
        await new Promise<void>((resolve) => clock.after(delayMs, resolve));
      }
    }
    this.#keeper.drop([settlement]);
  }

  #abort({ id, attempt }: Attempt, why: AbortCause): void {
    const held = this.#held.get(id);
    if (held?.delivery.attempt === attempt) end(held, why);
  }

  #tellIfIdle(): void {
    if (this.#stopped === undefined || this.#held.size > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

function end(held: Held | undefined, why: AbortCause): void {
  if (held === undefined) return;
  held.isOver = true;
  held.call?.abort(why);
}

/**
 * Whether an attempt is not to start any more, because other handlers have kept the event loop busy until it was over,
 * or had expired. The broker, to which it is given back, knows what becomes of it. Clocks that differ from the
 * broker's do no harm: what is late as soon as it comes is started.
 */
const isPast = ({ delivery: { expiresAt }, takenAt, isOver }: Held, nowAt: number): boolean =>
  isOver || (expiresAt !== undefined && takenAt < expiresAt && nowAt >= expiresAt);

/** An express call that is stored nowhere has no lease. */
const leasedOf = (deliveries: readonly Delivery[]): readonly Delivery[] =>
  deliveries.some(({ express }) => express !== undefined)
    ? deliveries.filter(({ express }) => express === undefined)
    : deliveries;
