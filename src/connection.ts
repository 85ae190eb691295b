// A connection to a broker: where stubs call through and servers run.

/// <reference lib="esnext.disposable" preserve="true" />

import { hostname } from 'node:os';
import type { Broker } from './broker/broker.js';
import { openBroker } from './broker/open-broker.js';
import { Caller } from './client/caller.js';
import { ResultInbox } from './client/result-inbox.js';
import { type Clock, systemClock } from './clock.js';
import type { ServiceDescriptor } from './contract/descriptor.js';
import { checkInteger, checkOptionNames } from './contract/options.js';
import { type Duration, parseDuration } from './duration.js';
import { RpcError } from './errors.js';
import type { HandlerFailure } from './server/dispatch.js';
import { createServer, type Server } from './server/server.js';
import {
  createImplementation,
  type Handlers,
  type Implementation,
  implementationOf,
  NOT_A_SERVICE,
  type ServiceServer,
} from './server/service-server.js';
import { Worker } from './server/worker.js';

/** The embedded queue, used when nothing else is said. */
const DEFAULT_URL = 'sqlite:.mq-rpc/queue.db';

const DEFAULT_MAX_BODY_BYTES = 8 * 1024 * 1024;
const DEFAULT_CONCURRENCY = 16;
const DEFAULT_LEASE = '10s';
const MIN_LEASE_MS = 100;
const MAX_PARTITIONS = 1_024;

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

export interface ServeOptions {
  /** The most handlers that run at a time. Default 16. */
  readonly concurrency?: number;
  /**
   * How long a call stays with this server after its last sign of life. It is renewed while a handler runs, so it
   * bounds how fast another server takes over after a crash, not how long a handler may take. Default `10s`.
   */
  readonly lease?: Duration;
  /**
   * Splits the queue of the service over so many partitions, 1 to 1024, which land on different nodes of a Redis
   * cluster; elsewhere it makes no difference. Clients and other servers find the number with the broker. It can
   * grow at any time, and never shrinks: fewer than there are is a `RangeError`. Priorities and order hold within a
   * partition. A server does best with at least as much `concurrency`. Default: as many as there are, which is one
   * until somebody asks for more.
   */
  readonly partitions?: number;
  /** Told when a handler throws what its contract does not declare. Default: writes it to stderr. */
  readonly onFailure?: (failure: HandlerFailure) => void;
}

const SERVE_OPTIONS = Object.keys({
  concurrency: true,
  lease: true,
  partitions: true,
  onFailure: true,
} satisfies Record<keyof ServeOptions, true>);

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
  /** Closes its servers, ends its waits and lets go of the broker. Calls that were accepted stay in their queues. */
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

interface Parts {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly maxBodyBytes: number;
  readonly onWarning: (message: string) => void;
}

class BrokerConnection implements Connection {
  readonly caller: Caller;
  readonly #parts: Parts;
  readonly #inbox: ResultInbox;
  readonly #servers = new Set<Server>();
  #closed: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#inbox = new ResultInbox(parts.broker, parts.clock);
    this.caller = new Caller({ ...parts, inbox: this.#inbox });
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
    return 'methods' in first && 'contractHash' in first
      ? this.#serve(createImplementation(first, second), third)
      : this.#serve(implementationOf(first), second as ServeOptions | undefined);
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #serve(implementation: Implementation, options: ServeOptions = {}): Promise<Server> {
    const { broker, clock, maxBodyBytes, name, onWarning } = this.#parts;
    checkOptionNames(options, 'serve', SERVE_OPTIONS);
    const leaseMs = parseDuration(options.lease ?? DEFAULT_LEASE, 'lease');
    if (leaseMs < MIN_LEASE_MS)
      throw new RangeError(`lease: expected at least ${MIN_LEASE_MS} ms, got ${leaseMs}`);
    const concurrency = checkInteger(options.concurrency ?? DEFAULT_CONCURRENCY, 'concurrency', 1, 10_000);
    const queue = this.caller.queueOf(implementation.service);
    if (options.partitions !== undefined) {
      await broker.partition(queue, checkInteger(options.partitions, 'partitions', 1, MAX_PARTITIONS));
      this.#checkOpen();
    }
    const worker = new Worker({
      broker,
      clock,
      implementation,
      maxBodyBytes,
      leaseMs,
      onWarning,
      queue,
      name: name ?? `${hostname()}/${process.pid}`,
      concurrency,
      onFailure: options.onFailure ?? reportFailure,
    });
    const server = createServer(worker, () => this.#servers.delete(server));
    this.#servers.add(server);
    return server;
  }

  #checkOpen(): void {
    if (this.#closed !== undefined)
      throw new RpcError('CLOSED', 'the connection is closed: connect() again to serve');
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.close()));
    this.caller.close();
    this.#inbox.close();
    await this.#parts.broker.close();
  }
}

/** A failing handler must not go unnoticed, however little was configured. */
function reportFailure({ error, id, service, method, attempt, retryInMs }: HandlerFailure): void {
  const next = retryInMs === undefined ? 'the call is dead' : `next attempt in ${retryInMs} ms`;
  console.error(`mq-rpc: ${service}.${method} ${id} failed (attempt ${attempt}; ${next}):`, error);
}
