// Makes the message of a call: checks and encodes its arguments, resolves its options, gives it its identity.

import type { Message } from '../broker/broker.js';
import { type CallScope, withInheritedHeaders } from '../call-scope.js';
import { MAX_INSTANT } from '../clock.js';
import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import type { CallOptions } from '../contract/options.js';
import { parseDuration } from '../duration.js';
import { RpcError } from '../errors.js';
import { encodeEnvelope } from '../wire/envelope.js';
import { Refusal } from '../wire/refusal.js';
import { keyAt } from './argument-path.js';
import { callDigest, keyedCallId, newCallId } from './call-id.js';
import type { CallTarget } from './call-plan.js';

/** What a connection adds to its calls. */
export interface OutgoingContext {
  readonly queue: string;
  readonly nowAt: number;
  /** Name of the connection. */
  readonly name: string | undefined;
  readonly maxBodyBytes: number;
  /** The running call whose handler makes the call. */
  readonly scope: CallScope | undefined;
  readonly wantsResult: boolean;
  /** Where the outcome is waited for. */
  readonly inbox: string | undefined;
}

/** Throws an `RpcError` of kind `rejected` if the call cannot be made. */
export function prepareCall(
  { service, method, options: own, resolved: plan }: CallTarget,
  args: readonly unknown[],
  { queue, nowAt, name, maxBodyBytes, scope, wantsResult, inbox }: OutgoingContext,
): Message {
  // What has happened stays true when nobody waits any more for the call in which it did: groups can be offline.
  const inherited = plan.copies === undefined ? scope?.deadline : undefined;
  const deadline = earlier(own.deadline, inherited);
  const encoded = encodeArguments(service, method, args);
  const lane = laneOf(method, own.orderKey ?? (plan.orderPath && keyAt(plan.orderPath, encoded)));
  const limits = plan.limitsOf?.(encoded);
  const isExpress = plan.isExpress || plan.copies?.isExpress === true;
  const body = encodeEnvelope({
    method: method.name,
    ...plan.version,
    caller: name,
    deadlineAt: deadline?.getTime(),
    retry: own.retry === undefined || isExpress ? undefined : plan.retry,
    isExpress,
    headers: withInheritedHeaders(own.headers ?? {}, scope),
    copies: plan.copies && { ...plan.copies, lane, limits },
    args: encoded,
  });
  checkSize(service, method, body, maxBodyBytes);
  const key = own.idempotencyKey ?? (plan.idempotencyPath && keyAt(plan.idempotencyPath, encoded));
  const notBefore = plan.isDelayed ? startOf(own, nowAt) : undefined;
  const receivedBy = receivedUntil(notBefore ?? nowAt, plan.timeToBeReceivedMs);
  const isDeadlineFirst =
    deadline !== undefined && !(receivedBy !== undefined && receivedBy < deadline.getTime());
  return {
    id: key === undefined ? newCallId(lane) : keyedCallId(queue, method.name, key, lane),
    queue,
    body,
    priority: plan.priority,
    notBefore,
    expiresAt: isDeadlineFirst ? deadline.getTime() : receivedBy,
    expiryClock: isDeadlineFirst ? 'deadline' : undefined,
    reachWithinMs: plan.timeToReachQueueMs,
    isExpress: plan.isExpress || undefined,
    journal: plan.journal === 'none' ? undefined : plan.journal,
    lane,
    limits: plan.copies === undefined ? limits : undefined,
    maxDeliveries: plan.maxDeliveries,
    wantsResult,
    inbox,
    retainMs: plan.retainMs,
    digest: key === undefined ? undefined : callDigest(method.name, encoded),
  };
}

/** The lane of calls of a method with an equal key. */
export const laneOf = (method: MethodDescriptor, orderKey: string | undefined): string | undefined =>
  orderKey === undefined ? undefined : JSON.stringify([method.name, orderKey]);

function startOf({ at, delay = 0 }: CallOptions, nowAt: number): number {
  return at === undefined ? Math.min(MAX_INSTANT, nowAt + parseDuration(delay, 'delay')) : at.getTime();
}

const receivedUntil = (from: number, timeToBeReceivedMs: number | undefined): number | undefined =>
  timeToBeReceivedMs === undefined ? undefined : Math.min(MAX_INSTANT, from + timeToBeReceivedMs);

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

const earlier = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
