// The outcome of a call as it travels back: a value, a declared error, or a failure.

import type { CallRecord, DeadReason, ExpiryClock } from '../broker/broker.js';
import type { ErrorDescriptor, MethodDescriptor } from '../contract/descriptor.js';
import {
  isRpcErrorCode,
  RpcError,
  type RpcErrorCode,
  type RpcErrorDetails,
  ServiceError,
} from '../errors.js';
import { WIRE_VERSION } from './envelope.js';
import { Refusal } from './refusal.js';

/** Texts of errors are cut to this many characters before they travel. */
const MAX_MESSAGE = 2_000;

interface OutcomeJson {
  v: typeof WIRE_VERSION;
  /** Name of the method that was called. */
  m?: string;
  /** The encoded result. Absent for `void`. */
  ok?: unknown;
  /** A declared error. */
  no?: { name: string; message: string; data: unknown };
  /** Why there is no answer. */
  error?: { code: string; message: string; path?: string; expected?: string; got?: string };
  /** Of a failure that is tried again on a ladder. */
  rung?: readonly [number: number, of: number, attempt: number];
}

/** Where a call is on its retry ladder. */
export interface Rung {
  /** From 1, the lowest. */
  readonly number: number;
  /** How many rungs there are. */
  readonly of: number;
  /** Which try on this rung comes next, from 1. */
  readonly try: number;
}

const encode = (outcome: Omit<OutcomeJson, 'v'>): string => JSON.stringify({ v: WIRE_VERSION, ...outcome });

const cut = (text: string): string => (text.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE)}…` : text);

/** Encodes a result. Throws a `Refusal` if it does not agree with its type. */
export const encodeAnswer = (method: MethodDescriptor, value: unknown): string =>
  encode({ m: method.name, ok: method.oneWay ? undefined : method.encodeResult(value) });

/** The name by which the method declares an error that was thrown, if it does: that of the nearest class. */
export function declaredName(method: MethodDescriptor, error: unknown): string | undefined {
  const fitting = Object.entries(method.errors).filter(([, declared]) => isInstance(error, declared));
  const isExtended = ({ type }: ErrorDescriptor): boolean =>
    fitting.some(([, other]) => other.type.prototype instanceof type);
  return fitting.find(([, declared]) => !isExtended(declared))?.[0];
}

/** Anything can be thrown, also a proxy that does not even say what it is. */
function isInstance(error: unknown, { type }: ErrorDescriptor): error is ServiceError {
  try {
    return error instanceof type;
  } catch {
    return false;
  }
}

const onLadder = (rung: Rung | undefined): Pick<OutcomeJson, 'rung'> | undefined =>
  rung && { rung: [rung.number, rung.of, rung.try] };

/**
 * Encodes a declared error. Throws a `Refusal` if its data does not agree with its type. With a rung, it is tried
 * again.
 */
export function encodeDeclaredError(
  method: MethodDescriptor,
  name: string,
  error: ServiceError,
  rung?: Rung,
): string {
  const data = method.errors[name]?.encodeData(error.data);
  return encode({ m: method.name, no: { name, message: cut(error.message), data }, ...onLadder(rung) });
}

/** Encodes a failure. Stack and cause stay here. With a rung, it is tried again. */
export function encodeFailure(
  code: RpcErrorCode,
  message: string,
  details: RpcErrorDetails = {},
  rung?: Rung,
): string {
  const { path, expected, got } = details;
  return encode({
    error: {
      code,
      message: cut(message),
      ...(path !== undefined && { path: cut(path) }),
      ...(expected !== undefined && { expected: cut(expected) }),
      ...(got !== undefined && { got }),
    },
    ...onLadder(rung),
  });
}

/** Where a waiting call is on its ladder; `undefined` for one that is on none, or whose last failure is unreadable. */
export function readRung({ result }: CallRecord): Rung | undefined {
  try {
    const { rung } = JSON.parse(result ?? '{}') as OutcomeJson;
    if (!Array.isArray(rung) || !rung.every(Number.isSafeInteger)) return undefined;
    const [number, of, attempt] = rung as [number, number, number];
    return { number, of, try: attempt };
  } catch {
    return undefined;
  }
}

/** What the caller set the clocks of a call to, where it is known. */
export interface ClockSettings {
  readonly timeToBeReceivedMs: number | undefined;
}

/** The value of a final call. Throws what its caller has to see: a declared error or an `RpcError`. */
export function readOutcome(record: CallRecord, method: MethodDescriptor, clocks?: ClockSettings): unknown {
  const { id: callId } = record;
  switch (record.state) {
    case 'answered':
      return readAnswer(record, method);
    case 'dead':
      throw readFailure(record, method);
    case 'cancelled':
      throw readCancellation(record, method);
    case 'expired':
      throw readExpiry(record, method, clocks);
    default:
      throw new Error(`call ${callId} has no outcome yet: it is ${record.state}`);
  }
}

function readCancellation({ id: callId, attempt }: CallRecord, { name }: MethodDescriptor): RpcError {
  return attempt === 0
    ? new RpcError('CANCELLED', `call ${callId} of ${name} was cancelled before a handler started`, {
        callId,
      })
    : new RpcError('ABORTED', `call ${callId} of ${name} was cancelled in attempt ${attempt}`, {
        callId,
      });
}

function readExpiry(
  { id: callId, attempt, expiredBy: clock }: CallRecord,
  { name }: MethodDescriptor,
  clocks: ClockSettings | undefined,
): RpcError {
  const why = `its ${clockText(clock, clocks)} ran out`;
  return attempt === 0
    ? new RpcError('EXPIRED', `call ${callId} of ${name} expired before a handler started: ${why}`, {
        callId,
        clock,
      })
    : new RpcError(
        'DEADLINE_EXCEEDED',
        `call ${callId} of ${name} expired after ${attempt} attempts without an answer: ${why}`,
        { callId, clock },
      );
}

function clockText(clock: ExpiryClock = 'timeToBeReceived', clocks: ClockSettings | undefined): string {
  const ms = clock === 'timeToBeReceived' ? clocks?.timeToBeReceivedMs : undefined;
  return ms === undefined ? clock : `${clock} of ${ms} ms`;
}

function readAnswer(record: CallRecord, method: MethodDescriptor): unknown {
  const outcome = parse(record, method);
  if (outcome.m !== undefined && outcome.m !== method.name) {
    const other = cut(JSON.stringify(outcome.m));
    throw new RpcError(
      'INVALID_RESULT',
      `call ${record.id} is one of the method ${other}, not of ${method.name}`,
      {
        callId: record.id,
      },
    );
  }
  if (outcome.no !== undefined) throw readDeclaredError(record, method, outcome.no);
  try {
    return method.oneWay ? undefined : method.decodeResult(outcome.ok);
  } catch (error) {
    throw invalidResult(record, method, error);
  }
}

function readDeclaredError(
  record: CallRecord,
  method: MethodDescriptor,
  { name, message, data }: NonNullable<OutcomeJson['no']>,
): Error {
  const isDeclared = typeof name === 'string' && Object.hasOwn(method.errors, name);
  const declared = isDeclared ? method.errors[name] : undefined;
  if (declared === undefined) {
    return new RpcError('INVALID_RESULT', `${method.name} answered with an error that it does not declare`, {
      callId: record.id,
    });
  }
  try {
    // The constructor of the subclass is the server's business: it may take anything. Only its prototype is used.
    return Reflect.construct(
      ServiceError,
      [declared.decodeData(data), text(message), record.id],
      declared.type,
    );
  } catch (error) {
    return invalidResult(record, method, error);
  }
}

/** What a caller sees of each reason, if the outcome itself does not say more. */
const CODE_OF_REASON: Readonly<Record<DeadReason, RpcErrorCode>> = {
  malformed: 'MALFORMED',
  'too-large': 'TOO_LARGE',
  'unknown-method': 'UNKNOWN_METHOD',
  'unsupported-version': 'UNSUPPORTED_VERSION',
  'invalid-argument': 'INVALID_ARGUMENT',
  'invalid-result': 'INVALID_RESULT',
  'handler-failed': 'HANDLER_FAILED',
  'attempts-exhausted': 'ATTEMPTS_EXHAUSTED',
};

function readFailure(record: CallRecord, method: MethodDescriptor): RpcError {
  const { id: callId, reason = 'attempts-exhausted' } = record;
  const code = CODE_OF_REASON[reason];
  if (record.result === undefined || reason === 'attempts-exhausted') {
    const message = `call ${callId} of ${method.name} is dead after ${record.attempt} deliveries: ${reason}`;
    return new RpcError(code, message, { callId });
  }
  const { error } = parse(record, method);
  const message = text(error?.message) ?? `call ${callId} of ${method.name}: ${reason}`;
  if (error === undefined) return new RpcError(code, message, { callId });
  return new RpcError(isRpcErrorCode(error.code) ? error.code : code, message, {
    callId,
    path: text(error.path),
    expected: text(error.expected),
    got: text(error.got),
  });
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function parse(record: CallRecord, method: MethodDescriptor): OutcomeJson {
  let json: unknown;
  try {
    json = JSON.parse(record.result ?? '');
  } catch {
    throw invalidResult(record, method, new Error('it is not JSON'));
  }
  const outcome = (typeof json === 'object' && json !== null ? json : {}) as OutcomeJson;
  if (outcome.v !== WIRE_VERSION) {
    throw invalidResult(record, method, new Error(`its wire version is not ${WIRE_VERSION}`));
  }
  const parts = [outcome.no, outcome.error];
  if (parts.some((part) => part !== undefined && (typeof part !== 'object' || part === null))) {
    throw invalidResult(record, method, new Error('it is malformed'));
  }
  return outcome;
}

function invalidResult(record: CallRecord, method: MethodDescriptor, cause: unknown): RpcError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const { path, expected, got }: RpcErrorDetails = cause instanceof Refusal ? cause : {};
  return new RpcError('INVALID_RESULT', `the result of ${method.name} cannot be read: ${why}`, {
    callId: record.id,
    cause,
    path,
    expected,
    got,
  });
}
