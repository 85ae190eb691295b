// What can be known of the calls of one method before the first is made.

import type { Limit } from '../broker/broker.js';
import { type CallVersion, versionOf } from '../contract/contract-version.js';
import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import type { LimitTerms } from '../contract/limits.js';
import type { CallOptions } from '../contract/options.js';
import { type ResolvedOptions, resolveOptions } from '../contract/resolve-options.js';
import { attemptsOf } from '../contract/retry.js';
import { MAX_ATTEMPTS } from '../contract/retry-problem.js';
import type { EventCopies } from '../wire/event-copies.js';
import { type ArgumentPath, keyAt, parsePath } from './argument-path.js';

/** A lost lease is not the call's fault as a failure is: so many of them are allowed on top of its attempts. */
const LOST_LEASES = 10;

/** One method of one service, with the options of its client. */
export interface CallTarget {
  readonly service: ServiceDescriptor;
  readonly method: MethodDescriptor;
  readonly options: CallOptions;
  /** The options of its calls, resolved once, when the first call asks for them. */
  readonly resolved: CallPlan;
}

export interface CallPlan extends ResolvedOptions {
  readonly version: CallVersion;
  readonly maxDeliveries: number;
  /** Of an event: what its copies are, instead of itself, which only has to be passed on. */
  readonly copies: Pick<EventCopies, 'isExpress' | 'journal' | 'maxDeliveries'> | undefined;
  readonly idempotencyPath: ArgumentPath | undefined;
  readonly orderPath: ArgumentPath | undefined;
  /** The limits of a call with these encoded arguments. */
  readonly limitsOf: ((encoded: readonly unknown[]) => readonly Limit[]) | undefined;
  /** Whether `notBefore` has to be worked out. */
  readonly isDelayed: boolean;
}

export function createTarget(
  service: ServiceDescriptor,
  method: MethodDescriptor,
  options: CallOptions,
): CallTarget {
  let resolved: CallPlan | undefined;
  return {
    service,
    method,
    options,
    get resolved() {
      resolved ??= planOf(service, method, options);
      return resolved;
    },
  };
}

function planOf(service: ServiceDescriptor, method: MethodDescriptor, options: CallOptions): CallPlan {
  const resolved = resolveOptions(options, method.options, service.options);
  const path = (text: string | undefined): ArgumentPath | undefined =>
    text === undefined ? undefined : parsePath(text, method.parameters);
  const plan: CallPlan = {
    version: versionOf(service, method),
    maxDeliveries: resolved.isExpress ? 1 : attemptsOf(resolved.retry) + LOST_LEASES,
    copies: undefined,
    idempotencyPath: path(method.options.idempotencyKey),
    orderPath: options.orderKey === undefined ? path(resolved.ordered) : undefined,
    limitsOf: limitsOf(method, resolved.limits),
    isDelayed: options.delay !== undefined || options.at !== undefined,
    // Spread last: V8 takes a hundred times as long to add that many members to a copy.
    ...resolved,
  };
  return method.options.event === true ? eventPlan(plan) : plan;
}

const eventPlan = (plan: CallPlan): CallPlan => ({
  ...plan,
  isExpress: false,
  // One that nobody came for in time must be found; its copies are what journals have.
  journal: plan.journal === 'none' ? 'none' : 'deadletter',
  maxDeliveries: MAX_ATTEMPTS,
  copies: {
    isExpress: plan.isExpress || undefined,
    journal: plan.journal,
    maxDeliveries: plan.maxDeliveries,
  },
});

function limitsOf(method: MethodDescriptor, terms: readonly LimitTerms[]): CallPlan['limitsOf'] {
  if (terms.length === 0) return undefined;
  const makers = terms.map((term) => limitMaker(method, term));
  if (terms.every(({ per }) => per === undefined)) {
    const limits = makers.map((maker) => maker([]));
    return () => limits;
  }
  return (encoded) => makers.map((maker) => maker(encoded));
}

/** Calls without a value at the path are a kind of their own. */
function limitMaker(
  { name: method, parameters }: MethodDescriptor,
  { per, ...terms }: LimitTerms,
): (encoded: readonly unknown[]) => Limit {
  const kind = 'rate' in terms ? `rate/${terms.periodMs}` : 'concurrency';
  if (per === undefined) {
    const limit = { ...terms, name: `${kind}:${JSON.stringify([method])}` };
    return () => limit;
  }
  const path = parsePath(per, parameters);
  return (encoded) => {
    const name = `${kind}:${JSON.stringify([method, per, keyAt(path, encoded) ?? null])}`;
    return { ...terms, name };
  };
}
