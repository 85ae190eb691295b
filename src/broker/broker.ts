// The seam between the runtime and what stores queues. These comments are the specification; `test/broker/`
// holds every broker to it.

/**
 * The life of a call as a broker sees it.
 *
 * `scheduled` and `ready` wait, `leased` is with a worker, the other four are final.
 */
export type CallState = 'scheduled' | 'ready' | 'leased' | 'answered' | 'dead' | 'cancelled' | 'expired';

/** How safe an accepted call is: it survives the end of this process, of the broker process, or power loss. */
export type Durability = 'memory' | 'broker-memory' | 'broker-fsync' | 'local-fsync' | `replicated:${number}`;

/** A call on its way into a queue. The broker reads no more of `body` than its length. */
export interface Message {
  /** UUID; the identity of the call. */
  readonly id: string;
  readonly queue: string;
  /** The encoded envelope. */
  readonly body: string;
  /** 0 to 7, higher is claimed first; equal ones in order of arrival. */
  readonly priority: number;
  /** Broker time in ms before which the call is not claimed; it is `scheduled` until then. */
  readonly notBefore?: number | undefined;
  /** Broker time in ms from which on the call is not started; it becomes `expired`. */
  readonly expiresAt?: number | undefined;
  /**
   * Deliveries after which a lost lease makes the call `dead` with reason `attempts-exhausted`. Released ones do
   * not count: nothing was started.
   */
  readonly maxDeliveries: number;
  /** Whether the outcome is kept for a caller. Without it the call is forgotten as soon as it is answered. */
  readonly wantsResult: boolean;
  /** Where to push the outcome at once, besides keeping it. See {@link Broker.subscribe}. */
  readonly inbox?: string | undefined;
  /** How long the outcome is kept when nobody confirms it, in ms from when it was recorded. */
  readonly retainMs: number;
  /**
   * Digest of what was called, set if the id was derived from an idempotency key. Such a call is remembered
   * for `retainMs` after its outcome, also when that was confirmed, so that the same key finds it.
   */
  readonly digest?: string | undefined;
}

/** What became of a message. */
export type SendStatus =
  /**
   * Stored, as durably as {@link Broker.durability} says. A call with a digest that had come to nothing, as dead,
   * cancelled or expired, waits again: under its id, with its attempts counted on.
   */
  | 'accepted'
  /** The id is known, with an equal digest: it is the same call. Nothing was stored. */
  | 'duplicate'
  /** The id is known with another digest. Nothing was stored. */
  | 'conflict';

/** Names one attempt at one call. The attempt is the fencing token: only the newest can act on the call. */
export interface Attempt {
  readonly queue: string;
  readonly id: string;
  readonly attempt: number;
}

/** A call that was leased to a worker. */
export interface Delivery extends Attempt {
  readonly body: string;
  /** Number of this delivery, from 1. Counted when the call is delivered, so that a crash counts too. */
  readonly attempt: number;
  /** How often a handler has failed this call before. */
  readonly failures: number;
  readonly priority: number;
  /** Broker time in ms at which the call was accepted. */
  readonly acceptedAt: number;
  readonly expiresAt: number | undefined;
}

export interface ClaimRequest {
  readonly queue: string;
  /** Name of the worker, for operators. */
  readonly worker: string;
  /** The most calls to lease. */
  readonly limit: number;
  readonly leaseMs: number;
}

/** What a worker wants to be given for as long as it runs. */
export type ConsumeRequest = Omit<ClaimRequest, 'limit'>;

/** The standing claim of a worker. */
export interface Consumer {
  /** Says that so many more calls can be taken. */
  grant(slots: number): void;
  /** Takes nothing more. Resolves when nothing more will be delivered; until then calls may still come. */
  stop(): Promise<void>;
}

/** Why a call is in the dead-letter queue. */
export type DeadReason =
  | 'malformed'
  | 'too-large'
  | 'unknown-method'
  | 'unsupported-version'
  | 'invalid-argument'
  | 'invalid-result'
  | 'handler-failed'
  | 'attempts-exhausted';

/** The end of one attempt. */
export type Settlement = Attempt &
  (
    | { readonly outcome: 'answered'; readonly result: string }
    /** To the dead-letter queue, with the body as it was. */
    | { readonly outcome: 'dead'; readonly reason: DeadReason; readonly result: string }
    /** The handler gave up because the call was cancelled. */
    | { readonly outcome: 'cancelled' }
    /** Ready again after a delay; counts a failure. */
    | { readonly outcome: 'retry'; readonly delayMs: number; readonly result: string }
    /** Ready again at once; counts no failure. For work that was claimed and not started. */
    | { readonly outcome: 'released' }
  );

/** `stale`: the lease was lost; nothing was written, and the worker discards what it has. */
export type SettleStatus = 'ok' | 'stale';

/** `cancelled`: the lease goes on, but the caller asked for an end: abort the handler. */
export type ExtendStatus = 'ok' | 'stale' | 'cancelled';

export type CancelStatus =
  /** It was waiting, and is `cancelled` now. */
  | 'cancelled'
  /** A handler runs; it is told at the next {@link Broker.extend}. */
  | 'requested'
  /** It was final before. */
  | 'settled'
  /** No such call. */
  | 'unknown';

/** A call as its caller can see it. */
export interface CallRecord {
  readonly id: string;
  readonly queue: string;
  readonly state: CallState;
  /** Deliveries so far. */
  readonly attempt: number;
  readonly acceptedAt: number;
  /** Broker time of the outcome. */
  readonly settledAt: number | undefined;
  /** Set when `state` is `dead`. */
  readonly reason: DeadReason | undefined;
  /** The encoded outcome of an `answered` or `dead` call. Of a waiting one, the last failure if there was one. */
  readonly result: string | undefined;
}

/** A dead letter: the record and the body as it was sent. */
export interface DeadLetter extends CallRecord {
  readonly body: string;
  readonly priority: number;
}

export interface CallRef {
  readonly queue: string;
  readonly id: string;
}

/** What one pass of {@link Broker.reap} did. */
export interface ReapReport {
  /** Scheduled calls that became ready. */
  readonly promoted: number;
  /** Lost leases that made a call ready again. */
  readonly recovered: number;
  /** Lost leases that made a call dead. */
  readonly exhausted: number;
  /** Calls that expired. */
  readonly expired: number;
  /** Outcomes whose `retain` was over. */
  readonly forgotten: number;
}

/** Numbers of one queue. */
export type QueueCounts = Readonly<Record<CallState, number>>;

/** Stops a subscription. Nothing is delivered after it was called. */
export type Unsubscribe = () => void;

/**
 * Stores queues. Every verb is atomic for each of its items, may be called concurrently, and takes a batch;
 * calls of one event-loop turn may be written together. Answers come in the order of the items.
 *
 * Failures are `RpcError`s: `UNAVAILABLE` if certainly nothing was written, `UNCONFIRMED` if that is not known,
 * `CLOSED` after {@link close}.
 */
export interface Broker {
  /** The URL without credentials, for messages. */
  readonly url: string;
  /** How safe a call is when `send` has answered `accepted`. */
  readonly durability: Durability;
  /**
   * A URL by which another thread of this process can reach the same queues, or `undefined` if none can
   * (memory). The lease keeper uses it.
   */
  readonly threadUrl: string | undefined;

  /** Puts calls into their queues. Sending the same message again is harmless: it answers `duplicate`. */
  send(messages: readonly Message[]): Promise<SendStatus[]>;
  /** Leases up to `limit` ready calls, highest priority first, then oldest. Never waits for calls to come. */
  claim(request: ClaimRequest): Promise<Delivery[]>;
  /** Makes the leases of these attempts last `leaseMs` from now. */
  extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]>;
  /** Ends attempts. An attempt that is not the newest, or whose lease is gone, is `stale`. */
  settle(settlements: readonly Settlement[]): Promise<SettleStatus[]>;
  /**
   * Does what time has made due: promotes scheduled calls, ends lost leases, expires, forgets. A call whose lease
   * is lost again waits before it is ready, longer each time, and differently long than others. Runs on its own
   * in every connected process; calling it more often is harmless. A jump of the clock ends no lease early:
   * when no process has looked at the clock for longer than a few seconds, running leases are moved along.
   */
  reap(): Promise<ReapReport>;

  /**
   * Has calls delivered as they come, for as many slots as {@link Consumer.grant} has said are free; each delivery
   * uses one up. Deliveries are leased as by {@link claim}, in the same order. A broker that is away is waited for,
   * with a warning, and then the consumer goes on by itself. What was leased to it and never reached it is given
   * back as soon as it can be told.
   */
  consume(request: ConsumeRequest, onDeliveries: (deliveries: readonly Delivery[]) => void): Consumer;
  /** Calls `onReady` when the queue may have ready calls. A hint: it can come for nothing, and can be lost. */
  listen(queue: string, onReady: () => void): Unsubscribe;
  /**
   * Calls `onOutcome` with the final records of calls that name this inbox. A hint: it can be lost, and then
   * `fetch` finds the outcome.
   */
  subscribe(inbox: string, onOutcome: (records: readonly CallRecord[]) => void): Unsubscribe;
  /**
   * Reads calls; `undefined` for an unknown one. With `inbox`, a call that is not final will push its outcome
   * there (instead of where it would have gone before).
   */
  fetch(calls: readonly CallRef[], inbox?: string): Promise<(CallRecord | undefined)[]>;
  /** The caller has the outcome: forget it. A dead letter stays; a call with a digest is kept for `retainMs`. */
  confirm(calls: readonly CallRef[]): Promise<void>;
  /** Cancels calls that wait, and asks running ones to stop. */
  cancel(calls: readonly CallRef[]): Promise<CancelStatus[]>;

  /**
   * Splits a queue over `count` partitions, which a broker of several nodes can have on different ones; it is a matter
   * of capacity, and nobody else has to know. Everybody finds the number with the broker. Calls that are there stay,
   * and are found where they are. Priority and order of arrival hold within a partition. A broker that is one place
   * does nothing. Rejects with a `RangeError` if there are more partitions already: they are never merged.
   */
  partition(queue: string, count: number): Promise<void>;
  /** Numbers of a queue. */
  counts(queue: string): Promise<QueueCounts>;
  /** Dead letters of a queue, newest first. */
  deadLetters(queue: string, limit: number): Promise<DeadLetter[]>;

  /** Finishes what was asked for and lets go of everything. May be called twice. */
  close(): Promise<void>;
}
