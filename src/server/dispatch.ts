// The life of one delivery inside a server, from its body to its settlement.

import type { DeadReason, Delivery, Settlement, Understanding } from '../broker/broker.js';
import { runInScope } from '../call-scope.js';
import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import { NO_RETRY, type ResolvedRetry, resolveRetry } from '../contract/retry.js';
import type { RpcErrorCode, RpcErrorDetails, ServiceError } from '../errors.js';
import { decodeEnvelope, type Envelope, EnvelopeError } from '../wire/envelope.js';
import { declaredName, encodeAnswer, encodeDeclaredError, encodeFailure } from '../wire/outcome.js';
import { Refusal } from '../wire/refusal.js';
import type { Breaker } from './breaker.js';
import { RunningCall } from './call-context.js';
import { isRetried, nextAttempt } from './retry-policy.js';
import type { Handler, Implementation } from './service-server.js';

/** A handler's failure, for whoever runs the server. The caller sees its name and message only. */
export interface HandlerFailure {
  readonly error: unknown;
  readonly id: string;
  readonly service: string;
  readonly method: string;
  readonly attempt: number;
  /** Wait before the next attempt in ms, `undefined` if there is none: the call is dead. */
  readonly retryInMs: number | undefined;
}

/** What a dispatch tells its worker. Neither may throw. */
export interface DispatchObserver {
  /** A handler is about to start. */
  started(call: RunningCall): void;
  failed(failure: HandlerFailure): void;
}

/** What the deliveries of one worker have in common. */
export interface DispatchContext {
  readonly implementation: Implementation;
  readonly maxBodyBytes: number;
  readonly breaker: Breaker | undefined;
}

/** A delivery that no handler will see. */
class Undeliverable extends Error {
  readonly reason: DeadReason;
  readonly code: RpcErrorCode;
  readonly details: RpcErrorDetails;

  constructor(reason: DeadReason, code: RpcErrorCode, message: string, details: RpcErrorDetails = {}) {
    super(message);
    this.reason = reason;
    this.code = code;
    this.details = details;
  }
}

/** A delivery for another worker, whose contract has what this one's lacks. */
class Parked extends Error {
  readonly needs: Understanding;

  constructor(needs: Understanding) {
    super('the call is for another version of the contract');
    this.needs = needs;
  }
}

/** A call that has passed every check and waits for its handler. */
interface Checked {
  readonly envelope: Envelope;
  readonly method: MethodDescriptor;
  readonly handler: Handler;
  readonly args: readonly unknown[];
}

/** A call whose handler has been started, and all that its settlement needs. */
interface Running extends Checked {
  readonly context: DispatchContext;
  readonly service: ServiceDescriptor;
  readonly delivery: Delivery;
  readonly call: RunningCall;
  readonly observer: DispatchObserver;
}

/** Runs a delivery. Never throws: whatever happens is a settlement. */
export async function dispatch(
  context: DispatchContext,
  delivery: Delivery,
  observer: DispatchObserver,
): Promise<Settlement> {
  let checked: Checked;
  try {
    checked = check(context, delivery);
  } catch (error) {
    return settleUndeliverable(delivery, error);
  }
  const { method, envelope, handler, args } = checked;
  // An express call has no attempts to save.
  const delayMs = envelope.isExpress ? 0 : (context.breaker?.waitMs(method.name, delivery) ?? 0);
  if (delayMs > 0) return { ...ended(delivery), outcome: 'released', delayMs };
  const call = new RunningCall(delivery, envelope);
  const { service } = context.implementation;
  const running: Running = { ...checked, context, service, delivery, call, observer };
  observer.started(call);
  let value: unknown;
  try {
    value = await runInScope(call, () => handler(...args, call));
  } catch (error) {
    return settleThrown(running, error);
  }
  context.breaker?.answered(method.name);
  return settleAnswer(running, () => encodeAnswer(method, value));
}

/** body → envelope → version → method → arguments */
function check({ implementation, maxBodyBytes }: DispatchContext, delivery: Delivery): Checked {
  const { service, handlers } = implementation;
  const envelope = readEnvelope(delivery.body, maxBodyBytes);
  checkVersion(service, envelope);
  const handler = handlers.get(envelope.method);
  const method = handler && service.methods[envelope.method];
  if (handler === undefined || method === undefined) throw unknownMethod(service, envelope);
  return { envelope, method, handler, args: decodeArguments(method, envelope) };
}

function readEnvelope(body: string, maxBodyBytes: number): Envelope {
  if (Buffer.byteLength(body) > maxBodyBytes) {
    throw new Undeliverable('too-large', 'TOO_LARGE', `the call takes more than ${maxBodyBytes} bytes`);
  }
  try {
    return decodeEnvelope(body);
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    const code = error.problem === 'malformed' ? 'MALFORMED' : 'UNSUPPORTED_VERSION';
    throw new Undeliverable(error.problem, code, error.message);
  }
}

/** What a worker with this contract understands. */
export const understandingOf = ({ version, contractHash }: ServiceDescriptor): Understanding => ({
  minor: minorOf(version),
  contract: contractHash.slice(0, 16),
});

const minorOf = (version: string): number => Number(version.slice(version.indexOf('.') + 1));

function checkVersion(service: ServiceDescriptor, { version, contract }: Envelope): void {
  if (version === service.version) return;
  const major = (text: string) => text.slice(0, text.indexOf('.'));
  if (major(version) !== major(service.version)) {
    const message = `${service.service} ${service.version} does not answer calls of version ${version}`;
    throw new Undeliverable('unsupported-version', 'UNSUPPORTED_VERSION', message);
  }
  const minor = minorOf(version);
  if (minor > minorOf(service.version)) throw new Parked({ minor, contract });
}

/** Contracts of one version that differ are steps of its development: a step ahead has methods that this one lacks. */
function unknownMethod(service: ServiceDescriptor, { version, contract, method }: Envelope): Error {
  if (version === service.version && !service.contractHash.startsWith(contract)) {
    // Not this worker's minor version: it would be given the call again.
    return new Parked({ minor: minorOf(version) + 1, contract });
  }
  return new Undeliverable(
    'unknown-method',
    'UNKNOWN_METHOD',
    `${service.service} ${service.version} has no method ${JSON.stringify(method.slice(0, 100))}`,
  );
}

function decodeArguments(method: MethodDescriptor, { args }: Envelope): readonly unknown[] {
  try {
    return method.decodeArguments(args);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { path, expected, got } = error;
    throw new Undeliverable('invalid-argument', 'INVALID_ARGUMENT', error.message, { path, expected, got });
  }
}

const ended = ({ queue, id, attempt, express }: Delivery) => ({ queue, id, attempt, express });

function settleUndeliverable(delivery: Delivery, error: unknown): Settlement {
  if (error instanceof Parked) return { ...ended(delivery), outcome: 'parked', needs: error.needs };
  const { reason, code, message, details } =
    error instanceof Undeliverable
      ? error
      : new Undeliverable('malformed', 'MALFORMED', 'the call cannot be read');
  return { ...ended(delivery), outcome: 'dead', reason, result: encodeFailure(code, message, details) };
}

/** A value or a declared error, if it can be encoded as the contract says. */
function settleAnswer(running: Running, encode: () => string): Settlement {
  const { delivery, context } = running;
  let result: string;
  try {
    result = encode();
  } catch (refusal) {
    return settleInvalidResult(running, refusal);
  }
  return Buffer.byteLength(result) > context.maxBodyBytes
    ? settleInvalidResult(running, new Error(`it takes more than ${context.maxBodyBytes} bytes`))
    : { ...ended(delivery), outcome: 'answered', result };
}

function settleThrown(running: Running, error: unknown): Settlement {
  const { context, delivery, call, method } = running;
  if (call.abortedBy === 'cancelled') return { ...ended(delivery), outcome: 'cancelled' };
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
  if (call === undefined || !call.isExpress) return { ...ended(delivery), outcome: 'released' };
  const result = encodeFailure('ATTEMPTS_EXHAUSTED', `the server closed while ${call.method} ran`);
  return { ...ended(delivery), outcome: 'dead', reason: 'attempts-exhausted', result };
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
    ? { ...ended(delivery), outcome: 'retry', delayMs: next.delayMs, result: settlement.result }
    : settlement;
}

function settleFailure(running: Running, error: unknown): Settlement {
  const { context, service, delivery, method, call } = running;
  const next = nextAttempt(retryOf(running), delivery.id, delivery.failures);
  // A handler that was told to stop does what it should by throwing.
  if (call.abortedBy === undefined) {
    context.breaker?.failed(method.name, delivery);
    reportFailure(running, error, next?.delayMs);
  }
  const message = `${service.service}.${method.name} failed: ${textOf(error)}`;
  const result = encodeFailure('HANDLER_FAILED', message, {}, next?.rung);
  return next === undefined
    ? { ...ended(delivery), outcome: 'dead', reason: 'handler-failed', result }
    : { ...ended(delivery), outcome: 'retry', delayMs: next.delayMs, result };
}

/** The handler gave what its contract does not allow: a mistake that no retry mends. */
function settleInvalidResult(running: Running, error: unknown): Settlement {
  const { service, delivery, method } = running;
  reportFailure(running, error, undefined);
  const details = error instanceof Refusal ? error : {};
  const why = error instanceof Error ? error.message : textOf(error);
  const message = `${service.service}.${method.name} gave what its contract does not allow: ${why}`;
  const result = encodeFailure('INVALID_RESULT', message, details);
  return { ...ended(delivery), outcome: 'dead', reason: 'invalid-result', result };
}

function reportFailure(running: Running, error: unknown, retryInMs: number | undefined): void {
  const { service, method, delivery, observer } = running;
  const { id, attempt } = delivery;
  observer.failed({ error, id, service: service.service, method: method.name, attempt, retryInMs });
}

/** Anything can be thrown, also what has no text. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error without a text';
  }
}
