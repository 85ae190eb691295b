// The durable handle of a call.

import type { CallState, CancelStatus, DeadReason } from '../broker/broker.js';
import { type Duration, parseDuration } from '../duration.js';
import { readOutcome } from '../wire/outcome.js';
import type { Accepted, Caller } from './caller.js';
import type { CallTarget } from './outgoing.js';

/** Where a call is. */
export interface CallStatus {
  /** `unknown`: never sent, its outcome confirmed, or its `retain` time over. */
  readonly state: CallState | 'unknown';
  /** How often it was given to a worker. */
  readonly attempt: number;
  readonly acceptedAt: Date | undefined;
  readonly settledAt: Date | undefined;
  /** Why it is `dead`. */
  readonly reason: DeadReason | undefined;
}

export interface ResultOptions {
  /** How long to wait. Default: the method's `timeout`. The call itself goes on. */
  readonly timeout?: Duration;
  /** Stops waiting. The call itself goes on; see {@link Call.cancel}. */
  readonly signal?: AbortSignal;
}

/** A call that was queued, by this process or another one. */
export interface Call<Result> {
  readonly id: string;
  status(): Promise<CallStatus>;
  /**
   * Waits for the outcome: the result, or the error that the contract declares, or an `RpcError`. It can be asked
   * for again, by any process, until its `retain` time is over or {@link confirm} was called.
   */
  result(options?: ResultOptions): Promise<Result>;
  /** Says that the outcome is in safe hands: the broker forgets it. Dead letters stay. */
  confirm(): Promise<void>;
  /** Revokes a waiting call; asks the handler of a running one to stop. */
  cancel(): Promise<CancelStatus>;
}

/** A call that this process has just queued. */
export interface SubmittedCall<Result> extends Call<Result>, Accepted {}

export function createCall<Result>(caller: Caller, target: CallTarget, id: string): Call<Result> {
  const { service, method, options } = target;
  const call = { id, queue: caller.queueOf(service) };
  return {
    id,
    async status() {
      const record = await caller.fetch(call);
      return {
        state: record?.state ?? 'unknown',
        attempt: record?.attempt ?? 0,
        acceptedAt: record && new Date(record.acceptedAt),
        settledAt: record?.settledAt === undefined ? undefined : new Date(record.settledAt),
        reason: record?.reason,
      };
    },
    async result({ timeout, signal = options.signal } = {}) {
      const timeoutMs = timeout === undefined ? target.resolved.timeoutMs : parseDuration(timeout, 'timeout');
      return readOutcome(await caller.outcome(call, { timeoutMs, signal }), method) as Result;
    },
    confirm: () => caller.confirm(call),
    cancel: () => caller.cancel(call),
  };
}
