// The durable handle of a call.

import type { CallRecord, CallState, CancelStatus, DeadReason, ExpiryClock } from '../broker/broker.js';
import { type Duration, parseDuration } from '../duration.js';
import { type Rung, readOutcome, readRung } from '../wire/outcome.js';
import type { CallTarget } from './call-plan.js';
import type { Accepted, Caller } from './caller.js';

/** Where a call is. */
export interface CallStatus {
  /** `unknown`: never sent, its outcome confirmed, or its `retain` time over. */
  readonly state: CallState | 'unknown';
  /** How often it was given to a worker. */
  readonly attempt: number;
  /** How often its handler has failed. */
  readonly failures: number;
  readonly acceptedAt: Date | undefined;
  readonly settledAt: Date | undefined;
  /** Why it is `dead`. */
  readonly reason: DeadReason | undefined;
  /** Which of its clocks ran out, if it has `expired`. */
  readonly expiredBy: ExpiryClock | undefined;
  /** Before this instant it is not started, if it is `scheduled` for a time. */
  readonly nextAttemptAt: Date | undefined;
  /** Where it is on its retry ladder, while it waits for the next try. */
  readonly rung: Rung | undefined;
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
      return statusOf(await caller.fetch(call));
    },
    async result({ timeout, signal = options.signal } = {}) {
      const timeoutMs = timeout === undefined ? target.resolved.timeoutMs : parseDuration(timeout, 'timeout');
      return readOutcome(await caller.outcome(call, { timeoutMs, signal }), method) as Result;
    },
    confirm: () => caller.confirm(call),
    cancel: () => caller.cancel(call),
  };
}

function statusOf(record: CallRecord | undefined): CallStatus {
  return {
    state: record?.state ?? 'unknown',
    attempt: record?.attempt ?? 0,
    failures: record?.failures ?? 0,
    acceptedAt: instant(record?.acceptedAt),
    settledAt: instant(record?.settledAt),
    reason: record?.reason,
    expiredBy: record?.expiredBy,
    nextAttemptAt: instant(record?.dueAt),
    rung: record?.state === 'scheduled' || record?.state === 'ready' ? readRung(record) : undefined,
  };
}

const instant = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
