// Fires schedules: a consumer of the queue in which each of them waits for its next time.

import type { Broker, DeadLetter, Delivery, Settlement, Understanding } from '../broker/broker.js';
import { endOf, released } from '../broker/end-of.js';
import type { Clock, Timer } from '../clock.js';
import { messageOf } from '../errors.js';
import { SystemConsumer } from '../system-consumer.js';
import { encodeFailure } from '../wire/outcome.js';
import { callAt } from './call-template.js';
import { dueTimes } from './due-times.js';
import { createRecurrence } from './recurrence.js';
import {
  decodeSchedule,
  encodeSchedule,
  encodeState,
  nextAtOf,
  SCHEDULE_VERSION,
  type ScheduleBody,
} from './schedule-body.js';

/** A firing is short: a few at a time are many. */
const SLOTS = 4;

/** Wait after a time that could not be fired. */
const AGAIN_MS = 5_000;

/** How often somebody looks for schedules that went down with several processes. */
const REVIVE_EVERY_MS = 3_600_000;

export interface ScheduleRunnerOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  /** The queue of the schedules. */
  readonly queue: string;
  /** Name of the worker, for operators. */
  readonly worker: string;
  readonly onWarning: (message: string) => void;
}

export class ScheduleRunner {
  readonly #options: ScheduleRunnerOptions;
  readonly #consumer: SystemConsumer;
  #timer: Timer | undefined;
  #isClosed = false;

  constructor(options: ScheduleRunnerOptions) {
    this.#options = options;
    this.#consumer = new SystemConsumer({
      ...options,
      slots: SLOTS,
      understands: version(SCHEDULE_VERSION),
      handle: (deliveries) => Promise.all(deliveries.map((delivery) => this.#handle(delivery))),
    });
    this.#revive();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer?.cancel();
    await this.#consumer.close();
  }

  async #handle(delivery: Delivery): Promise<Settlement> {
    const schedule = decodeSchedule(delivery.body);
    if (schedule === undefined) return unreadable(delivery);
    // A newer process has written it, and others of its kind can read it.
    if ('newer' in schedule) {
      return { ...endOf(delivery), outcome: 'parked', needs: version(schedule.newer) };
    }
    try {
      return await this.#fire(delivery, schedule);
    } catch (error) {
      const { name } = schedule;
      // What a broker refuses, it refuses each time; everything else may be different at another time, or elsewhere.
      const isRefused = error instanceof RangeError;
      const next = isRefused ? 'is a dead letter' : 'is tried again';
      this.#options.onWarning(`the schedule ${name} could not be fired and ${next}: ${messageOf(error)}`);
      return isRefused ? unreadable(delivery, error.message) : released(delivery, AGAIN_MS);
    }
  }

  /**
   * Sends first and settles then: if this process ends in between, another one sends the same calls, which are known
   * by their ids.
   */
  async #fire(delivery: Delivery, schedule: ScheduleBody): Promise<Settlement> {
    const { broker, clock } = this.#options;
    const recurrence = await createRecurrence(schedule);
    const [record] = await broker.fetch([delivery]);
    const dueAt = nextAtOf(schedule, record?.result);
    const nowAt = Math.max(clock.now(), dueAt);
    const due = dueTimes(recurrence, schedule.missed, dueAt, nowAt);
    const refusedAt = await this.#send(schedule, due.times, nowAt);
    if (refusedAt !== undefined) return again(delivery, refusedAt, AGAIN_MS);
    return due.nextAt === undefined
      ? { ...endOf(delivery), outcome: 'answered', result: encodeState(dueAt) }
      : again(delivery, due.nextAt, Math.max(0, due.nextAt - nowAt));
  }

  /** The first time whose call was not taken, if there is one. */
  async #send(
    { name, call }: ScheduleBody,
    times: readonly number[],
    nowAt: number,
  ): Promise<number | undefined> {
    if (times.length === 0) return undefined;
    const statuses = await this.#options.broker.send(times.map((at) => callAt(call, name, at, nowAt)));
    // A conflict is a time that was fired before the schedule was given other arguments.
    const refused = statuses.findIndex((status) => status === 'full' || status === 'dead-letters-full');
    if (refused >= 0) {
      const { queue } = call;
      this.#options.onWarning(
        `the schedule ${name} waits: the queue ${queue} takes no more calls (${statuses[refused]})`,
      );
    }
    return times[refused];
  }

  /** Schedules that several processes died with are dead letters; they are not to blame. */
  #revive(): void {
    const looked = this.#reviveAll().catch(() => {
      // The broker is away, or closing: the next look tries again.
    });
    void looked.then(() => {
      if (!this.#isClosed) this.#timer = this.#options.clock.after(REVIVE_EVERY_MS, () => this.#revive());
    });
  }

  async #reviveAll(): Promise<void> {
    const { broker, queue } = this.#options;
    const letters = await broker.deadLetters(queue, { limit: 100 });
    const lost = letters.filter(({ reason }) => reason === 'attempts-exhausted');
    if (lost.length > 0) await broker.replay(lost.map(revived));
  }
}

const version = (minor: number): Understanding => ({ minor, contract: `schedules/${minor}` });

/** Where a schedule goes on is the failure that was written down last. */
const again = (delivery: Delivery, nextAt: number, delayMs: number): Settlement => ({
  ...endOf(delivery),
  outcome: 'retry',
  delayMs,
  result: encodeState(nextAt),
});

const unreadable = (delivery: Delivery, why = 'not a schedule that can be read'): Settlement => ({
  ...endOf(delivery),
  outcome: 'dead',
  reason: 'malformed',
  result: encodeFailure('MALFORMED', why),
});

function revived({ id, queue, body, history }: DeadLetter) {
  const schedule = decodeSchedule(body);
  if (schedule === undefined || 'newer' in schedule) return { id, queue };
  const state = history.findLast(({ failure }) => failure !== undefined)?.failure;
  return { id, queue, body: encodeSchedule({ ...schedule, firstAt: nextAtOf(schedule, state) }) };
}
