// The base of generated server skeletons, and the handlers of a service as a map of functions.

import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import { checkGenerated } from '../contract/stale-code.js';
import type { CallContext } from './call-context.js';
import type { Upcast } from './upcasts.js';

/** Base of every generated skeleton: extend the generated class and let the compiler name what is missing. */
// biome-ignore lint/complexity/noStaticOnlyClass: what a contract names are instance members of the generated class
export abstract class ServiceServer {
  /** Set by the generated class. Static, so that it takes no name from contracts. */
  static readonly descriptor: ServiceDescriptor;
}

/** One function per method of the contract but its events; each gets the call's arguments and, last, its context. */
export type Handlers<Contract, Events extends string = never> = {
  [Name in keyof Contract as Contract[Name] extends (...args: never) => unknown
    ? Exclude<Name, Events>
    : never]: Contract[Name] extends (...args: infer Args) => infer Result
    ? (...args: [...Gathered<Args>, ctx: CallContext]) => Result | Awaited<Result> | Promise<Awaited<Result>>
    : never;
};

/** Parameters with the rest, if there is one, as one array: nothing can stand behind a rest. */
type Gathered<
  Args extends readonly unknown[],
  Before extends readonly unknown[] = [],
> = number extends Args['length'] ? GatheredRest<Args, Before> : Args;

type GatheredRest<
  Args extends readonly unknown[],
  Before extends readonly unknown[],
> = Args extends readonly [infer First, ...infer Others]
  ? Gathered<Others, [...Before, First]>
  : Args extends readonly [_?: infer First, ...others: infer Others]
    ? Others extends Args
      ? [...Before, rest: Args]
      : Gathered<Others, [...Before, First | undefined]>
    : [...Before, rest: Args];

/** A handler as the worker calls it. */
export type Handler = (...args: readonly unknown[]) => unknown;

/** A service together with what answers its calls. */
export interface Implementation {
  readonly service: ServiceDescriptor;
  /** By the name that calls have. */
  readonly methods: ReadonlyMap<string, ServedMethod>;
}

/** A method together with what answers its calls. */
export interface ServedMethod {
  readonly method: MethodDescriptor;
  readonly handler: Handler;
  /** Brings the arguments of older forms into the present one. */
  readonly upcast: Upcast | undefined;
  /** Forms of lower minor versions are older. */
  readonly formMinor: number;
}

/** The methods of these names with their handlers, which are functions. */
export const servedMethods = (
  service: ServiceDescriptor,
  from: object,
  names: readonly string[],
): ReadonlyMap<string, ServedMethod> =>
  new Map(
    names.flatMap((name) => {
      const method = service.methods[name];
      const handler = (from as Record<string, Handler | undefined>)[name];
      if (method === undefined || handler === undefined) return [];
      return [[name, { method, handler: handler.bind(from), upcast: undefined, formMinor: 0 }]];
    }),
  );

export const NOT_A_SERVICE =
  'serve: expected an instance of a generated …Server class, or a generated descriptor and an object of handlers';

/** The implementation in an instance of a skeleton. Throws a `TypeError` that names what is missing. */
export function implementationOf(server: ServiceServer): Implementation {
  const { descriptor } = server.constructor as typeof ServiceServer;
  if (descriptor === undefined) {
    throw new TypeError(NOT_A_SERVICE);
  }
  return createImplementation(descriptor, server);
}

/** The implementation in an object of functions. Throws a `TypeError` that names what is missing. */
export function createImplementation(service: ServiceDescriptor, from: object | undefined): Implementation {
  if (typeof from !== 'object' || from === null) throw new TypeError(NOT_A_SERVICE);
  checkGenerated(service);
  // Events are for subscribers.
  const names = Object.keys(service.methods).filter((name) => service.methods[name]?.options.event !== true);
  if (names.length === 0 && Object.keys(service.methods).length > 0) {
    throw new TypeError(`serve: ${service.service} has events only: subscribe to them`);
  }
  const member = (name: string): unknown => (from as Record<string, unknown>)[name];
  const missing = names.filter((name) => typeof member(name) !== 'function');
  if (missing.length > 0) {
    throw new TypeError(`serve: ${service.service} has no handler for ${missing.join(', ')}`);
  }
  return { service, methods: servedMethods(service, from, names) };
}
