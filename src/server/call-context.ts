// What a handler knows of the call that it runs for.

import type { Delivery } from '../broker/broker.js';
import type { CallScope, InnerCall, ScopeEnd } from '../call-scope.js';
import type { Envelope } from '../wire/envelope.js';

/** Passed to every handler as its last argument. */
export interface CallContext {
  readonly id: string;
  readonly method: string;
  /** Number of this delivery, from 1. The fencing token: a later attempt makes this one's result void. */
  readonly attempt: number;
  /** Name of the connection that made the call, if it was given one. */
  readonly caller: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * After this instant the caller has no use for the call. Calls made by the handler inherit it; events do not. When
   * it has passed, or the call is cancelled, those that the handler waits for are revoked.
   */
  readonly deadline: Date | undefined;
  /**
   * Aborts when the lease is lost, the call is cancelled, the deadline has passed or the server closes; `reason`
   * is an {@link AbortedCall} that says which.
   */
  readonly signal: AbortSignal;
}

/** Why the signal of a handler aborted. */
export type AbortCause = 'lease-lost' | 'cancelled' | 'deadline' | 'shutdown';

const ABORT_TEXT: Readonly<Record<AbortCause, string>> = {
  'lease-lost': 'the lease was lost: another attempt may be running, and this one cannot record a result',
  cancelled: 'the caller cancelled the call',
  deadline: 'the deadline of the call has passed',
  shutdown: 'the server is closing: the call will run again elsewhere',
};

/** The reason of an aborted handler's signal. */
export class AbortedCall extends Error {
  readonly why: AbortCause;

  constructor(why: AbortCause) {
    super(ABORT_TEXT[why]);
    this.name = 'AbortError';
    this.why = why;
  }
}

/** The context of one running handler. The signal is made when it is first asked for: most handlers never do. */
export class RunningCall implements CallContext, CallScope {
  readonly id: string;
  readonly method: string;
  readonly attempt: number;
  readonly caller: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly deadline: Date | undefined;
  /** Whether no second attempt may be made. */
  readonly isExpress: boolean;
  #abort: AbortController | undefined;
  #aborted: AbortedCall | undefined;
  /** What its handler waits for. */
  #inner: Set<InnerCall> | undefined;

  constructor({ id, attempt }: Delivery, { method, caller, headers, deadlineAt, isExpress }: Envelope) {
    this.id = id;
    this.method = method;
    this.attempt = attempt;
    this.caller = caller;
    this.headers = headers;
    this.isExpress = isExpress;
    this.deadline = deadlineAt === undefined ? undefined : new Date(deadlineAt);
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#aborted !== undefined) this.#abort.abort(this.#aborted);
    }
    return this.#abort.signal;
  }

  /** Why the signal aborted, if it did. */
  get abortedBy(): AbortCause | undefined {
    return this.#aborted?.why;
  }

  abort(why: AbortCause): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = new AbortedCall(why);
    this.#abort?.abort(this.#aborted);
    const inner = this.#inner;
    this.#inner = undefined;
    for (const call of inner ?? []) call.outerEnded(endedBy(this.#aborted));
  }

  get end(): ScopeEnd | undefined {
    return this.#aborted && endedBy(this.#aborted);
  }

  enter(inner: InnerCall): void {
    this.#inner ??= new Set();
    this.#inner.add(inner);
  }

  leave(inner: InnerCall): void {
    this.#inner?.delete(inner);
  }

  handlerEnded(): void {
    this.#inner = undefined;
  }
}

/** After a lost lease, or at a server that closes, another attempt makes the same calls, or waits for them. */
const endedBy = (reason: AbortedCall): ScopeEnd => ({
  isFinal: reason.why === 'cancelled' || reason.why === 'deadline',
  reason,
});
