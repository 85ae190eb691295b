// Makes the message of a call: checks and encodes its arguments, resolves its options, gives it its identity.

import type { Message } from '../broker/broker.js';
import { inheritedDeadline, withInheritedHeaders } from '../call-scope.js';
import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import { type CallOptions, type ResolvedOptions, resolveOptions } from '../contract/options.js';
import { RpcError } from '../errors.js';
import { encodeEnvelope } from '../wire/envelope.js';
import { Refusal } from '../wire/refusal.js';
import { callDigest, keyedCallId, newCallId } from './call-id.js';

/** A lost lease is not the call's fault as a failure is: so many of them are allowed on top of its attempts. */
const LOST_LEASES = 10;

/** One method of one service, with the options of its client. */
export interface CallTarget {
  readonly service: ServiceDescriptor;
  readonly method: MethodDescriptor;
  readonly options: CallOptions;
  /** The options of its calls, resolved once, when the first call asks for them. */
  readonly resolved: ResolvedOptions;
}

export function createTarget(
  service: ServiceDescriptor,
  method: MethodDescriptor,
  options: CallOptions,
): CallTarget {
  let resolved: ResolvedOptions | undefined;
  return {
    service,
    method,
    options,
    get resolved() {
      resolved ??= resolveOptions(options, method.options, service.options);
      return resolved;
    },
  };
}

/** What a connection adds to its calls. */
export interface OutgoingContext {
  readonly queue: string;
  readonly nowAt: number;
  /** Name of the connection. */
  readonly name: string | undefined;
  readonly maxBodyBytes: number;
  readonly wantsResult: boolean;
  /** Where the outcome is waited for. */
  readonly inbox: string | undefined;
}

/** Throws an `RpcError` of kind `rejected` if the call cannot be made. */
export function prepareCall(
  { service, method, options: own, resolved: options }: CallTarget,
  args: readonly unknown[],
  { queue, nowAt, name, maxBodyBytes, wantsResult, inbox }: OutgoingContext,
): Message {
  const deadline = earlier(own.deadline, inheritedDeadline());
  const encoded = encodeArguments(service, method, args);
  const body = encodeEnvelope({
    method: method.name,
    version: service.version,
    contract: service.contractHash.slice(0, 16),
    caller: name,
    deadlineAt: deadline?.getTime(),
    retry: own.retry === undefined ? undefined : options.retry,
    headers: withInheritedHeaders(own.headers ?? {}),
    args: encoded,
  });
  checkSize(service, method, body, maxBodyBytes);
  const key = own.idempotencyKey ?? keyAt(method, args);
  return {
    id: key === undefined ? newCallId() : keyedCallId(queue, method.name, key),
    queue,
    body,
    priority: options.priority,
    expiresAt: expiry(nowAt, options.timeToBeReceivedMs, deadline),
    maxDeliveries: options.retry.attempts + LOST_LEASES,
    wantsResult,
    inbox,
    retainMs: options.retainMs,
    digest: key === undefined ? undefined : callDigest(method.name, encoded),
  };
}

function encodeArguments(service: ServiceDescriptor, method: MethodDescriptor, args: readonly unknown[]) {
  try {
    return method.encodeArguments(args);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { path, expected, got } = error;
    throw new RpcError('INVALID_ARGUMENT', `${service.service}.${method.name}: ${error.message}`, {
      path,
      expected,
      got,
    });
  }
}

function checkSize(
  service: ServiceDescriptor,
  method: MethodDescriptor,
  body: string,
  maxBytes: number,
): void {
  // A UTF-16 unit is at most three bytes of UTF-8: most bodies need no counting.
  if (body.length * 3 <= maxBytes) return;
  const bytes = Buffer.byteLength(body);
  if (bytes <= maxBytes) return;
  throw new RpcError(
    'TOO_LARGE',
    `${service.service}.${method.name}: the call takes ${bytes} bytes, the limit is ${maxBytes} (connect option maxBodyBytes)`,
  );
}

/** The idempotency key in the arguments, at the path that the contract names. */
function keyAt(method: MethodDescriptor, args: readonly unknown[]): string | undefined {
  const path = method.options.idempotencyKey;
  if (path === undefined) return undefined;
  const [parameter = '', ...members] = path.split('.');
  let value: unknown = args[method.parameters.indexOf(parameter)];
  for (const member of members) value = (value as Record<string, unknown> | undefined | null)?.[member];
  return value === undefined || value === null ? undefined : String(value);
}

const earlier = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;

function expiry(nowAt: number, timeToBeReceivedMs: number | undefined, deadline: Date | undefined) {
  const instants = [
    timeToBeReceivedMs === undefined ? undefined : nowAt + timeToBeReceivedMs,
    deadline?.getTime(),
  ].filter((at) => at !== undefined);
  return instants.length === 0 ? undefined : Math.min(...instants);
}
