// Waiting for the outcome of one call, for a time, and for as long as nobody aborts.

import { setMaxListeners } from 'node:events';
import type { CallRecord, CallRef } from '../broker/broker.js';
import type { CallScope, InnerCall, ScopeEnd } from '../call-scope.js';
import type { Clock, Timer } from '../clock.js';
import { RpcError } from '../errors.js';
import { aborted, notFound, timedOut } from './call-errors.js';
import type { ResultInbox, Waiter } from './result-inbox.js';

/** How long an aborted call is given to be revoked, before its caller is told that it may go on. */
const ABORT_MS = 1_000;

export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** What whoever aborts is told. */
  readonly onAbort: (call: CallRef, reason: unknown) => RpcError | Promise<RpcError>;
}

export interface WaitContext {
  readonly inbox: ResultInbox;
  readonly clock: Clock;
  /** Waits in progress. */
  readonly waits: Set<Wait>;
  /** The running call whose handler waits. */
  readonly scope: CallScope | undefined;
}

/** A class, because there is one for every call that is waited for. */
export class Wait implements Waiter, InnerCall {
  readonly outcome: Promise<CallRecord>;
  readonly #call: CallRef;
  readonly #options: WaitOptions;
  readonly #context: WaitContext;
  #timer: Timer;
  #resolve!: (record: CallRecord) => void;
  #reject!: (error: unknown) => void;

  constructor(call: CallRef, options: WaitOptions, context: WaitContext) {
    this.#call = call;
    this.#options = options;
    this.#context = context;
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever gives up a wait has an error of his own to tell.
    this.outcome.catch(() => {});
    const { timeoutMs, signal } = options;
    this.#timer = context.clock.after(timeoutMs, () => this.fail(timedOut(call, timeoutMs)), true);
    context.waits.add(this);
    context.inbox.wait(call, this);
    context.scope?.enter(this);
    if (signal === undefined) return;
    if (signal.aborted) this.#onAbort();
    else listenOnce(signal, this.#onAbort);
  }

  /** The outcome has come, or is found to be gone. */
  settled(record: CallRecord | undefined): void {
    this.#end();
    if (record === undefined) this.#reject(notFound(this.#call));
    else this.#resolve(record);
  }

  /** Ends the wait with an error. */
  fail(error: unknown): void {
    this.#end();
    this.#reject(error);
  }

  /** Ends the wait because its connection ends. */
  abandon(): void {
    const { id } = this.#call;
    this.fail(
      new RpcError('ABORTED', `the connection was closed while call ${id} was waited for`, { callId: id }),
    );
  }

  outerEnded({ isFinal, reason }: ScopeEnd): void {
    if (isFinal) this.#abort(reason);
    // Another attempt may wait for the same call.
    else this.fail(aborted(this.#call, reason));
  }

  readonly #onAbort = (): void => this.#abort(this.#options.signal?.reason);

  #abort(reason: unknown): void {
    // Whatever comes in from now on, the caller is told that it has aborted.
    this.#stopHearing();
    void Promise.resolve(this.#options.onAbort(this.#call, reason)).then((error) => this.fail(error));
    // A broker that is away keeps nobody who has given up.
    this.#timer.cancel();
    const giveUp = (): void => this.fail(aborted(this.#call, reason));
    this.#timer = this.#context.clock.after(ABORT_MS, giveUp, true);
  }

  #stopHearing(): void {
    this.#context.inbox.stopWaiting(this.#call, this);
    this.#context.scope?.leave(this);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  #end(): void {
    this.#stopHearing();
    this.#context.waits.delete(this);
    this.#timer.cancel();
  }
}

/** Many calls may wait for one signal; Node 20 would take that for a leak and print a warning. */
function listenOnce(signal: AbortSignal, onAbort: () => void): void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
}
