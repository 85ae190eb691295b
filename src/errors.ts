// The errors a caller can meet: one class with a closed set of codes, and the base of declared errors.

import type { ExpiryClock } from './broker/broker.js';

/**
 * What a failed call means to its caller.
 * - `rejected`: it did not happen.
 * - `failed`: the handler ran and said no, or its answer could not be used.
 * - `unknown`: it may have happened or may still happen; `callId` finds it again.
 * - `expired`: one of its clocks ran out before a handler started.
 */
export type RpcErrorKind = 'rejected' | 'failed' | 'unknown' | 'expired';

/** Every code and what it says about the call. A new failure is one row here; the switches over it follow. */
const KINDS = {
  /** An argument does not agree with its type. Has `path`, `expected` and `got`. */
  INVALID_ARGUMENT: 'rejected',
  /** The encoded call is larger than the limit. */
  TOO_LARGE: 'rejected',
  /** The id or idempotency key was used before with another body. */
  ID_REUSE: 'rejected',
  /** The server has no such method. */
  UNKNOWN_METHOD: 'rejected',
  /** The server does not speak this contract version. */
  UNSUPPORTED_VERSION: 'rejected',
  /** What was on the queue is not a call. */
  MALFORMED: 'rejected',
  /** The call was cancelled before a handler started. */
  CANCELLED: 'rejected',
  /** The queue holds as many calls or dead letters as it may; nothing was queued. The message says which. */
  QUEUE_FULL: 'rejected',
  /** The broker could not be reached or refused the call; nothing was queued. */
  UNAVAILABLE: 'rejected',
  /** The connection was closed before the call was sent. */
  CLOSED: 'rejected',
  /** The handler threw an error that the contract does not declare, and no retry is left. */
  HANDLER_FAILED: 'failed',
  /** An error that the contract declares: see {@link ServiceError}. */
  DECLARED: 'failed',
  /** The handler's result does not agree with its type, or cannot be read by this client. */
  INVALID_RESULT: 'failed',
  /** The handler's attempts ended without an answer too often: crashes or lost leases. */
  ATTEMPTS_EXHAUSTED: 'unknown',
  /** A clock of the call ran out after a handler had started; it will not be started again. Has `clock`. */
  DEADLINE_EXCEEDED: 'unknown',
  /** The caller stopped waiting because its `timeout` ran out. The call goes on. */
  TIMEOUT: 'unknown',
  /** The call was cancelled, or its caller stopped waiting, when a handler may have started. */
  ABORTED: 'unknown',
  /** The broker did not confirm the send; the call may or may not be queued. */
  UNCONFIRMED: 'unknown',
  /** The broker knows no such call: it was never sent, its result was collected, or its `retain` is over. */
  NOT_FOUND: 'unknown',
  /** A clock of the call ran out before a handler started. Has `clock`. */
  EXPIRED: 'expired',
} as const satisfies Record<string, RpcErrorKind>;

/** The closed set of codes of {@link RpcError}. */
export type RpcErrorCode = keyof typeof KINDS;

/** Whether a string, as read from the wire, is one of the codes. */
export const isRpcErrorCode = (code: unknown): code is RpcErrorCode =>
  typeof code === 'string' && Object.hasOwn(KINDS, code);

/** What an {@link RpcError} can say besides its code and message. */
export interface RpcErrorDetails {
  /** The call it is about, where there is one: `handle(callId)` finds it again. */
  readonly callId?: string | undefined;
  /** Where in the arguments or the result, as in `order.lines[3].sku`. */
  readonly path?: string | undefined;
  /** What the type asks for at `path`. */
  readonly expected?: string | undefined;
  /** What kind of value was there. Never the value itself. */
  readonly got?: string | undefined;
  /** Which clock ran out. */
  readonly clock?: ExpiryClock | undefined;
  /** Stays in this process; it is never put on the wire. */
  readonly cause?: unknown;
}

/** Marks every `RpcError`, whichever copy of this file has made it. */
const BRAND = Symbol.for('mq-rpc.RpcError');

/** Any failure of a remote call. `code` is one of a closed set, `kind` says what it means for the call. */
export class RpcError extends Error {
  /**
   * Some loaders of TypeScript read this package twice in a CommonJS project, as CommonJS and as a module. An error
   * of one copy is an `RpcError` for the other as well.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    // biome-ignore-start lint/complexity/noThisInStatic: subclasses inherit this method, and are themselves meant
    const isOfClass = Function.prototype[Symbol.hasInstance].call(this, value);
    return isOfClass || (this === RpcError && typeof value === 'object' && value !== null && BRAND in value);
    // biome-ignore-end lint/complexity/noThisInStatic: as above
  }

  readonly code: RpcErrorCode;
  readonly kind: RpcErrorKind;
  readonly callId: string | undefined;
  readonly path: string | undefined;
  readonly expected: string | undefined;
  readonly got: string | undefined;
  readonly clock: ExpiryClock | undefined;

  constructor(code: RpcErrorCode, message: string, details: RpcErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'RpcError';
    this.code = code;
    this.kind = KINDS[code];
    this.callId = details.callId;
    this.path = details.path;
    this.expected = details.expected;
    this.got = details.got;
    this.clock = details.clock;
  }
}

// On the prototype, where nobody sees it who prints an error.
Object.defineProperty(RpcError.prototype, BRAND, { value: true });

/**
 * Base of the errors that a contract declares with `@throws`. An instance thrown by a handler arrives at the
 * caller as the same class with the same `data`. The constructor of a subclass does not run at the caller:
 * what has to travel belongs into `data`.
 *
 * ```ts
 * export class OutOfStock extends ServiceError<{ sku: string }> {}
 * throw new OutOfStock({ sku: 'a-1' });
 * ```
 */
export class ServiceError<Data = undefined> extends RpcError {
  readonly data: Data;

  constructor(data: Data, message?: string, callId?: string) {
    super('DECLARED', message ?? '', { callId });
    this.name = new.target.name;
    this.message = message ?? this.name;
    this.data = data;
  }
}

/** What was thrown, in words, for warnings. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : textOf(error));

/** Anything can be thrown, also what has no text. */
export function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error without a text';
  }
}

/** Whether it says that a connection was closed. */
export const isClosed = (error: unknown): boolean => (error as { code?: unknown } | null)?.code === 'CLOSED';
