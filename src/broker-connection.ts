// The connection that `connect` gives: everything that it was asked for, until it is closed.

import { hostname } from 'node:os';
import type { Broker } from './broker/broker.js';
import { Caller } from './client/caller.js';
import { ResultInbox } from './client/result-inbox.js';
import type { Clock } from './clock.js';
import type { Connection, SubscribeOptions } from './connection.js';
import type { ServiceDescriptor } from './contract/descriptor.js';
import { RpcError } from './errors.js';
import { checkGroup, eventQueue, groupQueue } from './events/event-queue.js';
import {
  createSubscriber,
  type EventSubscriber,
  NO_SUBSCRIBER,
  subscriberOf,
} from './events/event-subscriber.js';
import { createFanOut } from './events/fan-out.js';
import { createSubscription, type Subscription } from './events/subscription.js';
import { DeadLetters } from './operations/dead-letters.js';
import { Journal } from './operations/journals.js';
import { isDescriptor, type NamedQueue, type QueueOf, queueOf } from './operations/queue-of.js';
import { ScheduleRunner } from './schedules/schedule-runner.js';
import {
  SCHEDULES_QUEUE,
  type SchedulableMethod,
  type ScheduleEntry,
  type ScheduleOptions,
  Schedules,
} from './schedules/schedules.js';
import { type ResolvedServeOptions, resolveServeOptions, type ServeOptions } from './server/serve-options.js';
import { createServer, type Server } from './server/server.js';
import {
  createImplementation,
  type Implementation,
  implementationOf,
  NOT_A_SERVICE,
  type ServiceServer,
} from './server/service-server.js';
import { withUpcasts } from './server/upcasts.js';
import { Worker } from './server/worker.js';

export interface ConnectionParts {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly maxBodyBytes: number;
  readonly onWarning: (message: string) => void;
}

export class BrokerConnection implements Connection {
  readonly caller: Caller;
  readonly #parts: ConnectionParts;
  readonly #inbox: ResultInbox;
  readonly #schedules: Schedules;
  /** Servers and subscriptions. */
  readonly #serving = new Set<Server>();
  #scheduleRunner: ScheduleRunner | undefined;
  #closed: Promise<void> | undefined;

  constructor(parts: ConnectionParts) {
    this.#parts = parts;
    this.#inbox = new ResultInbox(parts.broker, parts.clock);
    this.caller = new Caller({ ...parts, inbox: this.#inbox });
    this.#schedules = new Schedules({ ...parts, caller: this.caller });
  }

  get url(): string {
    return this.#parts.broker.url;
  }

  async serve(
    ...args:
      | [server: ServiceServer, options?: ServeOptions | undefined]
      | [service: ServiceDescriptor, handlers: object, options?: ServeOptions | undefined]
  ): Promise<Server> {
    this.#checkOpen();
    const [first, second, third] = args;
    if (typeof first !== 'object' || first === null) throw new TypeError(NOT_A_SERVICE);
    return isDescriptor(first)
      ? this.#serve(createImplementation(first, second), third)
      : this.#serve(implementationOf(first), second as ServeOptions | undefined);
  }

  async subscribe(
    ...args:
      | [subscriber: EventSubscriber, options: SubscribeOptions]
      | [service: ServiceDescriptor, handlers: object, options: SubscribeOptions]
  ): Promise<Subscription> {
    this.#checkOpen();
    const [first, second, third] = args;
    if (typeof first !== 'object' || first === null) throw new TypeError(NO_SUBSCRIBER);
    return isDescriptor(first)
      ? this.#subscribe(createSubscriber(first, second), third as SubscribeOptions)
      : this.#subscribe(subscriberOf(first), second as SubscribeOptions);
  }

  async groups(of: QueueOf): Promise<string[]> {
    const { queue } = this.#queueOf(of, 'groups');
    return (await this.#parts.broker.groups(eventQueue(queue))).map(({ name }) => name).sort();
  }

  async leave(of: QueueOf, group: string): Promise<boolean> {
    const { queue } = this.#queueOf(of, 'leave');
    return this.#parts.broker.leave(eventQueue(queue), checkGroup(group));
  }

  deadLetters(of: QueueOf): DeadLetters {
    const { broker, maxBodyBytes } = this.#parts;
    return new DeadLetters(this.#queueOf(of, 'deadLetters'), {
      broker,
      maxBodyBytes,
      resolve: this.#queueOf,
    });
  }

  journal(of: QueueOf): Journal {
    return new Journal(this.#queueOf(of, 'journal'), this.#parts.broker);
  }

  async schedule<Args extends unknown[]>(
    name: string,
    options: ScheduleOptions,
    method: SchedulableMethod<Args>,
    ...args: Args
  ): Promise<ScheduleEntry> {
    this.#checkOpen();
    const entry = await this.#schedules.set(name, options, method, args);
    this.#runSchedules();
    return entry;
  }

  schedules(): Promise<ScheduleEntry[]> {
    return this.#schedules.list();
  }

  unschedule(name: string): Promise<boolean> {
    return this.#schedules.unset(name);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(implementation: Implementation, options: ServeOptions = {}): Promise<Server> {
    const resolved = resolveServeOptions(options, 'serve');
    const served = withUpcasts(implementation, options.upcast, 'serve');
    const queue = this.caller.queueOf(implementation.service);
    await this.#prepareQueue(queue, resolved);
    return this.#remember((onClose) => this.#work(served, queue, resolved, onClose));
  }

  async #subscribe(implementation: Implementation, options: SubscribeOptions): Promise<Subscription> {
    const resolved = resolveServeOptions(options, 'subscribe', ['group']);
    const served = withUpcasts(implementation, options.upcast, 'subscribe');
    const group = checkGroup(options.group);
    const serviceQueue = this.caller.queueOf(implementation.service);
    const queue = groupQueue(serviceQueue, group);
    await this.#prepareQueue(queue, resolved);
    const { broker } = this.#parts;
    await broker.join(eventQueue(serviceQueue), { name: group, events: [...served.methods.keys()] });
    return this.#remember((onClose) => {
      const server = this.#work(served, queue, resolved, onClose);
      const worker = this.#workerName();
      const fanOut = createFanOut({ ...this.#parts, queue: eventQueue(serviceQueue), serviceQueue, worker });
      return createSubscription({ group, queue: this.caller.nameOf(queue), server, fanOut });
    });
  }

  async #prepareQueue(queue: string, { partitions, limits }: ResolvedServeOptions): Promise<void> {
    const { broker } = this.#parts;
    if (partitions !== undefined) await broker.partition(queue, partitions);
    if (limits !== undefined) await broker.limit(queue, limits);
  }

  #work(
    implementation: Implementation,
    queue: string,
    options: ResolvedServeOptions,
    onClose: () => void,
  ): Server {
    const worker = new Worker({
      ...this.#parts,
      ...options,
      implementation,
      queue,
      name: this.#workerName(),
    });
    return createServer(worker, onClose);
  }

  /** Until it is closed, which the connection sees to if nobody else does. */
  #remember<Serving extends Server>(start: (onClose: () => void) => Serving): Serving {
    // Before anything runs, which a connection that is closed would never stop.
    this.#runSchedules();
    const serving = start(() => this.#serving.delete(serving));
    this.#serving.add(serving);
    return serving;
  }

  #runSchedules(): void {
    this.#checkOpen();
    const queue = this.caller.queueNamed(SCHEDULES_QUEUE);
    this.#scheduleRunner ??= new ScheduleRunner({ ...this.#parts, queue, worker: this.#workerName() });
  }

  #workerName(): string {
    return this.#parts.name ?? `${hostname()}/${process.pid}`;
  }

  readonly #queueOf = (of: QueueOf, where: string): NamedQueue => queueOf(of, this.caller, where);

  #checkOpen(): void {
    if (this.#closed !== undefined)
      throw new RpcError('CLOSED', 'the connection is closed: connect() again to serve');
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#serving, this.#scheduleRunner].map((running) => running?.close()));
    this.caller.close();
    this.#inbox.close();
    await this.#parts.broker.close();
  }
}
