// Upcasters: how calls that older contracts have made reach the methods of the present one.

import { formOf, minorOf } from '../contract/contract-version.js';
import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import type { Implementation, ServedMethod } from './service-server.js';

/** A call that an older contract has made. */
export interface OlderCall {
  readonly id: string;
  /** The method's name in that contract. */
  readonly method: string;
  /** `major.minor` of the version that brought the method in the form that the call has. */
  readonly version: string;
}

/**
 * Gives the arguments in the form that the present contract asks for. Both are JSON data as they travel, a `Date` as
 * its text for instance; what comes back is checked and decoded as the arguments of any call. What it throws ends
 * the call as a dead letter. It has to give the same for the same: a call that is tried again comes here again.
 */
export type Upcast = (args: readonly unknown[], call: OlderCall) => readonly unknown[];

/** A method that older contracts have under another name. */
export interface MovedMethod {
  /** Its present name. */
  readonly to: string;
  /** Default: the arguments as they are. */
  readonly args?: Upcast;
}

/**
 * By the name of a method. A function is for calls of a form that is older than the method's `@since`, or, without
 * one, than the contract. A {@link MovedMethod} is for all calls of a method that the contract does not have.
 */
export type Upcasts = Readonly<Record<string, Upcast | MovedMethod>>;

/** The implementation with its upcasters. Throws a `TypeError` that names the one that makes no sense. */
export function withUpcasts(
  implementation: Implementation,
  upcasts: Upcasts | undefined,
  where: string,
): Implementation {
  if (upcasts === undefined) return implementation;
  if (typeof upcasts !== 'object' || upcasts === null) {
    throw new TypeError(`${where}: expected upcast to be an object, got ${String(upcasts)}`);
  }
  const methods = new Map(implementation.methods);
  for (const [name, upcast] of Object.entries(upcasts)) {
    methods.set(name, servedMethod(implementation, name, upcast, `${where}: upcast.${name}`));
  }
  return { ...implementation, methods };
}

function servedMethod(
  { service, methods }: Implementation,
  name: string,
  upcast: Upcast | MovedMethod,
  where: string,
): ServedMethod {
  const own = methods.get(name);
  if (typeof upcast === 'function') {
    if (own !== undefined) return { ...own, upcast, formMinor: formMinor(service, own.method) };
    const help = 'write { to: … } for a method that has another name now';
    throw new TypeError(`${where}: ${service.service} has no method of this name; ${help}`);
  }
  const { to, args } = checkMoved(upcast, where);
  const target = methods.get(to);
  if (target === undefined) throw new TypeError(`${where}: ${service.service} has no method ${to}`);
  if (own !== undefined) {
    throw new TypeError(`${where}: ${service.service} has a method of this name; write a function`);
  }
  // Its outcome carries the name that its caller knows.
  return {
    method: { ...target.method, name },
    handler: target.handler,
    upcast: args ?? ((given) => given),
    formMinor: Number.POSITIVE_INFINITY,
  };
}

function checkMoved(upcast: unknown, where: string): MovedMethod {
  const { to, args } = (typeof upcast === 'object' && upcast !== null ? upcast : {}) as Partial<MovedMethod>;
  const isFine = typeof to === 'string' && (args === undefined || typeof args === 'function');
  if (isFine) return { to, ...(args !== undefined && { args }) };
  throw new TypeError(`${where}: expected a function, or { to: 'method', args: function }`);
}

const formMinor = (service: ServiceDescriptor, method: MethodDescriptor): number =>
  minorOf(formOf(service, method));
