// The base of generated client stubs, and the shape of their methods.

import type { Connection } from '../connection.js';
import { checkCallOptions } from '../contract/check-call-options.js';
import type { ServiceDescriptor } from '../contract/descriptor.js';
import type { CallOptions } from '../contract/options.js';
import { checkGenerated } from '../contract/stale-code.js';
import { readOutcome } from '../wire/outcome.js';
import { type Call, createCall, type SubmittedCall } from './call.js';
import { checkCallId } from './call-id.js';
import { type CallTarget, createTarget } from './call-plan.js';
import type { Accepted, Caller } from './caller.js';

/** A method with a result, and the three ways to call it. */
export interface ClientMethod<Args extends unknown[], Result> {
  /** Calls and waits for the result, for as long as `timeout` says. */
  (...args: Args): Promise<Result>;
  /** Queues the call. Resolves as soon as the queue has it, with a handle that any process can take up by its id. */
  submit(...args: Args): Promise<SubmittedCall<Result>>;
  /** Queues the call and wants no result. */
  send(...args: Args): Promise<Accepted>;
  /** The handle of a call that was submitted earlier, here or in another process. */
  handle(id: string): Call<Result>;
}

/** A method without a result. */
export interface OneWayClientMethod<Args extends unknown[]> {
  /** Queues the call. Resolves as soon as the queue has it. */
  (...args: Args): Promise<Accepted>;
  /** The same. */
  send(...args: Args): Promise<Accepted>;
}

interface Binding {
  readonly mq: Connection;
  readonly service: ServiceDescriptor;
  readonly options: CallOptions;
}

/** Keys of what the rest of the package asks of stubs: shared, since a program can come to load the package twice. */
const METHOD = Symbol.for('mq-rpc.method');
const SERVICE = Symbol.for('mq-rpc.service');

/** What a method of a client calls through. */
export interface BoundMethod {
  readonly caller: Caller;
  readonly target: CallTarget;
}

/** What a method of a client calls through; `undefined` if it is no such method. */
export const boundMethod = (method: unknown): BoundMethod | undefined =>
  (method as { readonly [METHOD]?: () => BoundMethod } | null | undefined)?.[METHOD]?.();

/** The service of a client; `undefined` if it is no client. */
export const serviceOf = (client: unknown): ServiceDescriptor | undefined =>
  (client as { readonly [SERVICE]?: ServiceDescriptor } | null | undefined)?.[SERVICE];

/** Base of every generated client. It has no members but `with`, so that a contract can use any other name. */
export abstract class ServiceClient {
  readonly #binding: Binding;

  protected constructor(mq: Connection, service: ServiceDescriptor, options: CallOptions = {}) {
    if (typeof mq?.caller?.call !== 'function') {
      throw new TypeError(`new ${new.target.name}(mq): expected a connection, as connect() gives it`);
    }
    checkGenerated(service);
    checkCallOptions(options);
    this.#binding = { mq, service, options };
  }

  /** The same client with other options, which win over those it has. Made for single calls; it costs little. */
  with(options: CallOptions): this {
    const { mq, options: own } = this.#binding;
    const Client = this.constructor as new (mq: Connection, options: CallOptions) => this;
    return new Client(mq, over(own, options));
  }

  get [SERVICE](): ServiceDescriptor {
    return this.#binding.service;
  }

  /** What a method of a client calls through. Static, so that it takes no name from contracts. */
  static bind(client: ServiceClient, name: string): BoundMethod {
    const { mq, service, options } = client.#binding;
    const method = Object.hasOwn(service.methods, name) ? service.methods[name] : undefined;
    if (method === undefined)
      throw new TypeError(`${service.service} has no method ${name}: run mq-rpc generate`);
    return { caller: mq.caller, target: createTarget(service, method, options) };
  }
}

/** `delay` and `at` are one option: the stronger layer says it, in either way. */
function over(own: CallOptions, options: CallOptions): CallOptions {
  const { delay: _delay, at: _at, ...others } = own;
  const isTimed = options.delay !== undefined || options.at !== undefined;
  return { ...(isTimed ? others : own), ...options };
}

/** A method with a result, for generated clients. */
export function createMethod<Args extends unknown[], Result>(
  client: ServiceClient,
  name: string,
): ClientMethod<Args, Result> {
  const bound = ServiceClient.bind(client, name);
  const { caller, target } = bound;
  const call = async (...args: Args): Promise<Result> =>
    readOutcome(await caller.call(target, args), target.method, target.resolved) as Result;
  return Object.assign(call, {
    async submit(...args: Args) {
      const accepted = await caller.send(target, args, true);
      return { ...accepted, ...createCall<Result>(caller, target, accepted.id) };
    },
    send: (...args: Args) => caller.send(target, args, false),
    handle: (id: string) => createCall<Result>(caller, target, checkCallId(id)),
    [METHOD]: () => bound,
  });
}

/** A method without a result, for generated clients. */
export function createOneWayMethod<Args extends unknown[]>(
  client: ServiceClient,
  name: string,
): OneWayClientMethod<Args> {
  const bound = ServiceClient.bind(client, name);
  const send = (...args: Args): Promise<Accepted> => bound.caller.send(bound.target, args, false);
  return Object.assign(send, { send: (...args: Args) => send(...args), [METHOD]: () => bound });
}
