// How a call ends, or is tried again, after its handler was started.

import type { Delivery, Settlement } from '../broker/broker.js';
import { endOf } from '../broker/end-of.js';
import type { ServiceDescriptor } from '../contract/descriptor.js';
import { NO_RETRY, type ResolvedRetry, resolveRetry } from '../contract/retry.js';
import { type ServiceError, textOf } from '../errors.js';
import { declaredName, encodeDeclaredError, encodeFailure } from '../wire/outcome.js';
import { Refusal } from '../wire/refusal.js';
import type { RunningCall } from './call-context.js';
import type { Checked } from './check-delivery.js';
import type { DispatchContext, DispatchObserver } from './dispatch.js';
import { isRetried, nextAttempt } from './retry-policy.js';

/** A call whose handler has been started, and all that its settlement needs. */
export interface Running extends Checked {
  readonly context: DispatchContext;
  readonly service: ServiceDescriptor;
  readonly delivery: Delivery;
  readonly call: RunningCall;
  readonly observer: DispatchObserver;
}

/** A value or a declared error, if it can be encoded as the contract says. */
export function settleAnswer(running: Running, encode: () => string): Settlement {
  const { delivery, context } = running;
  let result: string;
  try {
    result = encode();
  } catch (refusal) {
    return settleInvalidResult(running, refusal);
  }
  return Buffer.byteLength(result) > context.maxBodyBytes
    ? settleInvalidResult(running, new Error(`it takes more than ${context.maxBodyBytes} bytes`))
    : // Spread last: V8 takes long to add members to a copy.
      { outcome: 'answered', result, ...endOf(delivery) };
}

/** A handler has thrown, or has given up as it was told to. */
export function settleThrown(running: Running, error: unknown): Settlement {
  const { context, delivery, call, method } = running;
  if (call.abortedBy === 'cancelled') return { ...endOf(delivery), outcome: 'cancelled' };
  if (call.abortedBy === 'shutdown') return stopped(delivery, call);
  const declared = declaredName(method, error);
  if (declared === undefined) return settleFailure(running, error);
  const retry = settleDeclaredRetry(running, declared, error as ServiceError);
  if (retry !== undefined) return retry;
  context.breaker?.answered(method.name);
  return settleAnswer(running, () => encodeDeclaredError(method, declared, error as ServiceError));
}

/** How a call ends whose server closes: another one runs it, unless it was started and may not be started again. */
export function stopped(delivery: Delivery, call: RunningCall | undefined): Settlement {
  if (call === undefined || !call.isExpress) return { ...endOf(delivery), outcome: 'released' };
  const result = encodeFailure('ATTEMPTS_EXHAUSTED', `the server closed while ${call.method} ran`);
  return { ...endOf(delivery), outcome: 'dead', reason: 'attempts-exhausted', result };
}

function retryOf({ service, method, envelope }: Running): ResolvedRetry {
  return envelope.isExpress
    ? NO_RETRY
    : (envelope.retry ?? resolveRetry(method.options.retry, service.options.retry));
}

/** `undefined` if the error is an answer: it is not one of those that are retried, or no attempt is left. */
function settleDeclaredRetry(
  running: Running,
  declared: string,
  error: ServiceError,
): Settlement | undefined {
  const { delivery, method } = running;
  const retry = retryOf(running);
  if (!isRetried(retry.declared, declared)) return undefined;
  const next = nextAttempt(retry, delivery.id, delivery.failures);
  if (next === undefined) return undefined;
  const settlement = settleAnswer(running, () => encodeDeclaredError(method, declared, error, next.rung));
  return settlement.outcome === 'answered'
    ? { ...endOf(delivery), outcome: 'retry', delayMs: next.delayMs, result: settlement.result }
    : settlement;
}

function settleFailure(running: Running, error: unknown): Settlement {
  const { context, service, delivery, method, call } = running;
  const next = nextAttempt(retryOf(running), delivery.id, delivery.failures);
  // A handler that was told to stop does what it should by throwing.
  if (call.abortedBy === undefined) {
    const waitMs = context.breaker?.failed(method.name, delivery);
    reportFailure(running, error, waitMs ?? next?.delayMs);
    if (waitMs !== undefined) return { ...endOf(delivery), outcome: 'released', delayMs: waitMs };
  }
  const message = `${service.service}.${method.name} failed: ${textOf(error)}`;
  const result = encodeFailure('HANDLER_FAILED', message, {}, next?.rung);
  return next === undefined
    ? { ...endOf(delivery), outcome: 'dead', reason: 'handler-failed', result }
    : { ...endOf(delivery), outcome: 'retry', delayMs: next.delayMs, result };
}

/** The handler gave what its contract does not allow: a mistake that no retry mends. */
function settleInvalidResult(running: Running, error: unknown): Settlement {
  const { service, delivery, method } = running;
  reportFailure(running, error, undefined);
  const details = error instanceof Refusal ? error : {};
  const why = error instanceof Error ? error.message : textOf(error);
  const message = `${service.service}.${method.name} gave what its contract does not allow: ${why}`;
  const result = encodeFailure('INVALID_RESULT', message, details);
  return { ...endOf(delivery), outcome: 'dead', reason: 'invalid-result', result };
}

function reportFailure(running: Running, error: unknown, retryInMs: number | undefined): void {
  const { service, method, delivery, observer } = running;
  const { id, attempt } = delivery;
  observer.failed({ error, id, service: service.service, method: method.name, attempt, retryInMs });
}
