// A connection to a broker: where stubs call through and servers run.

/// <reference lib="esnext.disposable" preserve="true" />

import { openBroker } from './broker/open-broker.js';
import { BrokerConnection } from './broker-connection.js';
import type { Caller } from './client/caller.js';
import { type Clock, systemClock } from './clock.js';
import type { ServiceDescriptor } from './contract/descriptor.js';
import { checkInteger, checkOptionNames } from './contract/options.js';
import type { EventHandlers, EventSubscriber } from './events/event-subscriber.js';
import type { Subscription } from './events/subscription.js';
import type { DeadLetters } from './operations/dead-letters.js';
import type { Journal } from './operations/journals.js';
import type { QueueOf } from './operations/queue-of.js';
import type { SchedulableMethod, ScheduleEntry, ScheduleOptions } from './schedules/schedules.js';
import type { ServeOptions } from './server/serve-options.js';
import type { Server } from './server/server.js';
import type { Handlers, ServiceServer } from './server/service-server.js';

/** The embedded queue, used when nothing else is said. */
const DEFAULT_URL = 'sqlite:.mq-rpc/queue.db';

const DEFAULT_MAX_BODY_BYTES = 8 * 1024 * 1024;

export interface ConnectOptions {
  /**
   * `sqlite:PATH`, `memory:`, `memory:NAME`, `redis://…`, `rediss://…`, `redis+sentinel://…` or `redis+cluster://…`.
   * Default: the variable `MQ_RPC_URL`, or `sqlite:.mq-rpc/queue.db`.
   */
  readonly url?: string;
  /** Says at the server who called: `ctx.caller`. Default: nothing. */
  readonly name?: string;
  /** Separates the queues of several systems on one broker. Default: the variable `MQ_RPC_NAMESPACE`, or none. */
  readonly namespace?: string;
  /** The largest call or result, in bytes of its encoded form. Default 8 MiB. */
  readonly maxBodyBytes?: number;
  /** Where time comes from. Default: the clock of the machine. */
  readonly clock?: Clock;
  /** Told what an operator has to know. Default: `process.emitWarning`. */
  readonly onWarning?: (message: string) => void;
}

const CONNECT_OPTIONS = Object.keys({
  url: true,
  name: true,
  namespace: true,
  maxBodyBytes: true,
  clock: true,
  onWarning: true,
} satisfies Record<keyof ConnectOptions, true>);

export interface SubscribeOptions extends ServeOptions {
  /** Each event is handled once in every group. Lower-case letters, digits, `-` and `_`. */
  readonly group: string;
}

/** A connection to a broker. Closed by `close()` or the end of an `await using` block. */
export interface Connection {
  /** The broker's URL without credentials. */
  readonly url: string;
  /** What generated stubs call through. */
  readonly caller: Caller;
  /** Answers the calls of a service, with an instance of a class that extends the generated skeleton. */
  serve(server: ServiceServer, options?: ServeOptions): Promise<Server>;
  /** The same without a class: one function per method. */
  serve<Contract, Events extends string>(
    service: ServiceDescriptor<Contract, Events>,
    handlers: Handlers<Contract, Events>,
    options?: ServeOptions,
  ): Promise<Server>;
  /**
   * Joins a group of subscribers and handles its events, with an instance of a class that extends the generated
   * subscriber. An event reaches every group that has joined by the time it is passed on, and waits for those that
   * are offline; events that nobody was there for wait for the first group. In each group an event has one outcome,
   * as a call does: its handler may run more than once. All processes of a group should handle the same events: what
   * a group gets is what the process wants that joined last.
   */
  subscribe(subscriber: EventSubscriber, options: SubscribeOptions): Promise<Subscription>;
  /** The same without a class: one function for each event that the group wants. */
  subscribe<Contract, Events extends string>(
    service: ServiceDescriptor<Contract, Events>,
    handlers: EventHandlers<Contract, Events>,
    options: SubscribeOptions,
  ): Promise<Subscription>;
  /** The groups that have joined the events of a service. */
  groups(of: QueueOf): Promise<string[]>;
  /**
   * Takes a group away: it gets no more events. Those that wait for it stay in its queue. Answers whether there was
   * one of that name.
   */
  leave(of: QueueOf, group: string): Promise<boolean>;
  /** The calls of a queue that came to nothing. */
  deadLetters(of: QueueOf): DeadLetters;
  /** What was sent to a queue and what was handled, of methods with `journal: 'always'`. */
  journal(of: QueueOf): Journal;
  /**
   * Has a method called again and again, with these arguments, by whatever process runs at the time that serves,
   * subscribes or schedules on the same broker and namespace. Each time is fired once, however many there are; the
   * calls carry it in their header `mq-rpc-scheduled-for`. Wants no results. The same schedule again changes nothing;
   * another one of the same name replaces it. A process that ends while it replaces one can leave none, until it does
   * it again.
   */
  schedule<Args extends unknown[]>(
    name: string,
    options: ScheduleOptions,
    method: SchedulableMethod<Args>,
    ...args: Args
  ): Promise<ScheduleEntry>;
  /** The schedules of the namespace, by name. */
  schedules(): Promise<ScheduleEntry[]>;
  /** Takes a schedule away. Answers whether there was one. Calls that it has made stay. */
  unschedule(name: string): Promise<boolean>;
  /** Closes its servers and subscriptions, ends its waits and lets go of the broker. Calls that were accepted stay in their queues. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Connects to a broker.
 *
 * Throws an `RpcError` with code `UNAVAILABLE` if the broker cannot be used, and a `TypeError` if an option or
 * the URL makes no sense.
 */
export async function connect(urlOrOptions: string | ConnectOptions = {}): Promise<Connection> {
  const options = typeof urlOrOptions === 'string' ? { url: urlOrOptions } : urlOrOptions;
  checkOptionNames(options, 'connect', CONNECT_OPTIONS);
  const { clock = systemClock } = options;
  const onWarning = guarded(options.onWarning ?? warn);
  const namespace = checkNamespace(options.namespace ?? process.env.MQ_RPC_NAMESPACE ?? '');
  const maxBodyBytes = checkInteger(
    options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES,
    'maxBodyBytes',
    1_024,
    512 * 1024 * 1024,
  );
  const url = options.url ?? (process.env.MQ_RPC_URL || DEFAULT_URL);
  const broker = await openBroker(url, { clock, onWarning });
  return new BrokerConnection({ broker, clock, namespace, name: options.name, maxBodyBytes, onWarning });
}

function warn(message: string): void {
  process.emitWarning(`mq-rpc: ${message}`);
}

/** Somebody else's function: if it throws, what was warned of gets no worse. */
const guarded =
  (onWarning: (message: string) => void) =>
  (message: string): void => {
    try {
      onWarning(message);
    } catch (error) {
      warn(`${message} (and onWarning threw: ${String(error)})`);
    }
  };

function checkNamespace(namespace: string): string {
  if (namespace === '' || /^[a-z0-9][a-z0-9_-]{0,63}$/.test(namespace)) return namespace;
  throw new TypeError(
    `namespace: expected up to 64 lower-case letters, digits, "-" or "_", got ${JSON.stringify(namespace)}`,
  );
}
