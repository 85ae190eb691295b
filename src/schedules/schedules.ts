// The schedules of a namespace: how they are made, listed and taken away.

import type { Broker, Message, WaitingCall } from '../broker/broker.js';
import { keyedCallId } from '../client/call-id.js';
import type { Caller } from '../client/caller.js';
import { boundMethod } from '../client/service-client.js';
import type { Clock } from '../clock.js';
import { checkOptionNames } from '../contract/options.js';
import { RpcError } from '../errors.js';
import { readPages } from '../operations/pages.js';
import { decodeEnvelope } from '../wire/envelope.js';
import { createTemplate } from './call-template.js';
import { MISSED_RULES, type MissedRule } from './due-times.js';
import { createRecurrence, type RecurrenceRule } from './recurrence.js';
import {
  decodeSchedule,
  definitionDigest,
  encodeSchedule,
  nextAtOf,
  type ScheduleBody,
} from './schedule-body.js';

/** The queue of the schedules, within the namespace. */
export const SCHEDULES_QUEUE = 'mq-rpc:schedules';

const DEFAULT_TIME_ZONE = 'UTC';

/** As often as others can change a schedule while it is changed here. */
const MOST_TRIES = 5;

/** A schedule is nobody's fault. */
const MAX_DELIVERIES = 1_000_000_000;

const PAGE = 100;

export interface ScheduleOptions {
  /**
   * When: minute, hour, day of the month, month, day of the week, as in `0 3 * * *`; with seconds before them, or
   * years after seconds and them. Or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`.
   */
  readonly cron: string;
  /** The time zone of `cron`, as in `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string;
  /**
   * What becomes of times that were missed, because no process was running: a time is missed if it cannot be fired
   * within a minute. `one` (default): the newest is fired, once. `all`: all are. `none`: none are.
   */
  readonly missed?: MissedRule;
}

/** A method of a client, as schedules take it. */
export interface SchedulableMethod<Args extends unknown[]> {
  (...args: Args): Promise<unknown>;
  send(...args: Args): Promise<unknown>;
}

/** A schedule as an operator sees it. */
export interface ScheduleEntry extends RecurrenceRule {
  readonly name: string;
  readonly missed: MissedRule;
  /** In the past if nobody has fired it yet. */
  readonly nextAt: Date;
  /** The method that is called. */
  readonly method: string;
  /** The queue that its calls go to, without the namespace. */
  readonly queue: string;
}

export interface SchedulesContext {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly caller: Caller;
  readonly maxBodyBytes: number;
}

export class Schedules {
  readonly #context: SchedulesContext;
  readonly #queue: string;

  constructor(context: SchedulesContext) {
    this.#context = context;
    this.#queue = context.caller.queueNamed(SCHEDULES_QUEUE);
  }

  /** See `Connection.schedule`. */
  async set(
    name: string,
    options: ScheduleOptions,
    method: unknown,
    args: unknown[],
  ): Promise<ScheduleEntry> {
    const schedule = await this.#define(checkName(name), options, method, args);
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      // Of another definition the next time stays, if it is a time of this one as well: it may have been missed.
      const former = tries === 0 ? undefined : await this.#find(name);
      const firstAt =
        former !== undefined && isSameRule(former, schedule) ? former.firstAt : schedule.firstAt;
      // Also one that cannot be read here, or is dead.
      if (tries > 0) await this.unset(name);
      const [status] = await this.#context.broker.send([this.#message({ ...schedule, firstAt })]);
      if (status === 'accepted') return this.#entry({ ...schedule, firstAt });
      if (status === 'duplicate') return this.#entry((await this.#find(name)) ?? schedule);
      if (status !== 'conflict')
        throw new RpcError('QUEUE_FULL', `the queue of the schedules takes no more of them`);
    }
    throw new RpcError(
      'ID_REUSE',
      `the schedule ${name} is given other definitions elsewhere at the same time`,
    );
  }

  /** Takes a schedule away. Answers whether there was one. */
  async unset(name: string): Promise<boolean> {
    const [isGone = false] = await this.#context.broker.remove([this.#ref(checkName(name))]);
    return isGone;
  }

  /** All of them, by name. */
  async list(): Promise<ScheduleEntry[]> {
    const entries = new Map<string, ScheduleEntry>();
    for await (const schedule of this.#all()) entries.set(schedule.name, this.#entry(schedule));
    return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async #define(
    name: string,
    options: ScheduleOptions,
    method: unknown,
    args: unknown[],
  ): Promise<ScheduleBody> {
    checkOptionNames(options, 'schedule', ['cron', 'timeZone', 'missed']);
    const { caller, clock } = this.#context;
    const { cron, timeZone = DEFAULT_TIME_ZONE, missed = 'one' } = options;
    if (!MISSED_RULES.includes(missed)) {
      throw new TypeError(
        `missed: expected ${MISSED_RULES.join(', ')}, got ${JSON.stringify(missed) ?? typeof missed}`,
      );
    }
    const bound = boundMethod(method);
    if (bound === undefined)
      throw new TypeError('schedule: expected a method of a client, as in reports.build');
    if (bound.caller !== caller)
      throw new TypeError('schedule: expected a method of a client of this connection');
    const firstAt = (await createRecurrence({ cron, timeZone })).next(clock.now());
    if (firstAt === undefined)
      throw new TypeError(`cron: expected times to come, got ${JSON.stringify(cron)}`);
    // Who says so is no part of a definition: several processes, with names of their own, say the same.
    const call = createTemplate(bound, args, { ...this.#context, name: `schedule ${name}` });
    return { name, cron, timeZone, missed, firstAt, call };
  }

  #message(schedule: ScheduleBody): Message {
    return {
      ...this.#ref(schedule.name),
      body: encodeSchedule(schedule),
      priority: 3,
      notBefore: schedule.firstAt,
      maxDeliveries: MAX_DELIVERIES,
      wantsResult: false,
      retainMs: 0,
      digest: definitionDigest(schedule),
    };
  }

  #ref(name: string) {
    return { queue: this.#queue, id: keyedCallId(this.#queue, 'schedule', name) };
  }

  async #find(name: string): Promise<ScheduleBody | undefined> {
    for await (const schedule of this.#all()) if (schedule.name === name) return schedule;
    return undefined;
  }

  /** With the time that is next as the first one. */
  async *#all(): AsyncGenerator<ScheduleBody, void> {
    const { broker } = this.#context;
    const calls = readPages((page) => broker.peek(this.#queue, page), { limit: PAGE });
    for await (const call of calls) {
      const schedule = scheduleIn(call);
      if (schedule !== undefined) yield schedule;
    }
  }

  #entry({ name, cron, timeZone, missed, firstAt, call }: ScheduleBody): ScheduleEntry {
    const { method } = decodeEnvelope(call.body);
    const queue = this.#context.caller.nameOf(call.queue);
    return { name, cron, timeZone, missed, nextAt: new Date(firstAt), method, queue };
  }
}

/** What newer processes have written is theirs. */
function scheduleIn({ body, result }: WaitingCall): ScheduleBody | undefined {
  const schedule = decodeSchedule(body);
  if (schedule === undefined || 'newer' in schedule) return undefined;
  return { ...schedule, firstAt: nextAtOf(schedule, result) };
}

const isSameRule = (a: RecurrenceRule, b: RecurrenceRule): boolean =>
  a.cron === b.cron && a.timeZone === b.timeZone;

function checkName(name: unknown): string {
  if (typeof name === 'string' && /^[\w.:/-]{1,128}$/.test(name)) return name;
  throw new TypeError(
    `schedule: expected a name of up to 128 letters, digits, "_", "-", ".", ":" or "/", got ${JSON.stringify(name) ?? typeof name}`,
  );
}
