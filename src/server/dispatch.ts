// The life of one delivery inside a server, from its body to its settlement.

import type { DeadReason, Delivery, Settlement } from '../broker/broker.js';
import { runInScope } from '../call-scope.js';
import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import { resolveOptions } from '../contract/options.js';
import type { RpcErrorCode, RpcErrorDetails, ServiceError } from '../errors.js';
import { decodeEnvelope, type Envelope, EnvelopeError } from '../wire/envelope.js';
import { declaredName, encodeAnswer, encodeDeclaredError, encodeFailure } from '../wire/outcome.js';
import { Refusal } from '../wire/refusal.js';
import { RunningCall } from './call-context.js';
import { retryDelayMs } from './retry-policy.js';
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

export interface DispatchLimits {
  readonly maxBodyBytes: number;
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

/** A call that has passed every check and waits for its handler. */
interface Checked {
  readonly envelope: Envelope;
  readonly method: MethodDescriptor;
  readonly handler: Handler;
  readonly args: readonly unknown[];
}

/** A call whose handler has been started, and all that its settlement needs. */
interface Running extends Checked {
  readonly service: ServiceDescriptor;
  readonly delivery: Delivery;
  readonly call: RunningCall;
  readonly limits: DispatchLimits;
  readonly observer: DispatchObserver;
}

/** Runs a delivery. Never throws: whatever happens is a settlement. */
export async function dispatch(
  implementation: Implementation,
  delivery: Delivery,
  limits: DispatchLimits,
  observer: DispatchObserver,
): Promise<Settlement> {
  let checked: Checked;
  try {
    checked = check(implementation, delivery, limits);
  } catch (error) {
    return settleUndeliverable(delivery, error);
  }
  const call = new RunningCall(delivery, checked.envelope);
  const running: Running = { ...checked, service: implementation.service, delivery, call, limits, observer };
  observer.started(call);
  let value: unknown;
  try {
    value = await runInScope(call, () => checked.handler(...checked.args, call));
  } catch (error) {
    return settleThrown(running, error);
  }
  return settleAnswer(running, () => encodeAnswer(checked.method, value));
}

/** body → envelope → version → method → arguments */
function check({ service, handlers }: Implementation, delivery: Delivery, limits: DispatchLimits): Checked {
  const envelope = readEnvelope(delivery.body, limits);
  checkVersion(service, envelope);
  const handler = handlers.get(envelope.method);
  const method = handler && service.methods[envelope.method];
  if (handler === undefined || method === undefined) {
    throw new Undeliverable(
      'unknown-method',
      'UNKNOWN_METHOD',
      `${service.service} ${service.version} has no method ${JSON.stringify(envelope.method.slice(0, 100))}`,
    );
  }
  return { envelope, method, handler, args: decodeArguments(method, envelope) };
}

function readEnvelope(body: string, { maxBodyBytes }: DispatchLimits): Envelope {
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

function checkVersion(service: ServiceDescriptor, { version }: Envelope): void {
  const major = (text: string) => text.slice(0, text.indexOf('.'));
  if (major(version) === major(service.version)) return;
  const message = `${service.service} ${service.version} does not answer calls of version ${version}`;
  throw new Undeliverable('unsupported-version', 'UNSUPPORTED_VERSION', message);
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

const ended = ({ queue, id, attempt }: Delivery) => ({ queue, id, attempt });

function settleUndeliverable(delivery: Delivery, error: unknown): Settlement {
  const { reason, code, message, details } =
    error instanceof Undeliverable
      ? error
      : new Undeliverable('malformed', 'MALFORMED', 'the call cannot be read');
  return { ...ended(delivery), outcome: 'dead', reason, result: encodeFailure(code, message, details) };
}

/** A value or a declared error, if it can be encoded as the contract says. */
function settleAnswer(running: Running, encode: () => string): Settlement {
  const { delivery, limits } = running;
  let result: string;
  try {
    result = encode();
  } catch (refusal) {
    return settleInvalidResult(running, refusal);
  }
  return Buffer.byteLength(result) > limits.maxBodyBytes
    ? settleInvalidResult(running, new Error(`it takes more than ${limits.maxBodyBytes} bytes`))
    : { ...ended(delivery), outcome: 'answered', result };
}

function settleThrown(running: Running, error: unknown): Settlement {
  const { delivery, call, method } = running;
  if (call.abortedBy === 'cancelled') return { ...ended(delivery), outcome: 'cancelled' };
  if (call.abortedBy === 'shutdown') return { ...ended(delivery), outcome: 'released' };
  const declared = declaredName(method, error);
  return declared === undefined
    ? settleFailure(running, error)
    : settleAnswer(running, () => encodeDeclaredError(method, declared, error as ServiceError));
}

function settleFailure(running: Running, error: unknown): Settlement {
  const { service, delivery, method, envelope, call } = running;
  const retry = envelope.retry ?? resolveOptions(method.options, service.options).retry;
  const delayMs = retryDelayMs(retry, delivery.failures);
  // A handler that was told to stop does what it should by throwing.
  if (call.abortedBy === undefined) reportFailure(running, error, delayMs);
  const message = `${service.service}.${method.name} failed: ${textOf(error)}`;
  const result = encodeFailure('HANDLER_FAILED', message);
  return delayMs === undefined
    ? { ...ended(delivery), outcome: 'dead', reason: 'handler-failed', result }
    : { ...ended(delivery), outcome: 'retry', delayMs, result };
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
