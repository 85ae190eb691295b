// The seam between the runtime and what stores queues. These comments are the specification; `test/broker/`
// holds every broker to it.

/**
 * The life of a call as a broker sees it.
 *
 * `scheduled` (for a time, for an earlier call of its lane, or for a limit), `ready` and `parked` wait, `leased` is
 * with a worker, the other four are final.
 */
export type CallState =
  | 'scheduled'
  | 'ready'
  | 'parked'
  | 'leased'
  | 'answered'
  | 'dead'
  | 'cancelled'
  | 'expired';

/** How safe an accepted call is: it survives the end of this process, of the broker process, or power loss. */
export type Durability = 'memory' | 'broker-memory' | 'broker-fsync' | 'local-fsync' | `replicated:${number}`;

/** Why a call expired: which of its clocks ran out. */
export type ExpiryClock = 'timeToReachQueue' | 'timeToBeReceived' | 'deadline';

/** What is written down of a call besides its outcome. */
export type Journalling =
  /** Nothing. */
  | 'none'
  /** If it expires, it becomes a dead letter. */
  | 'deadletter'
  /** The same, and journals have it: when it is sent, and when its handler has ended it. */
  | 'always';

/** The most calls of one kind that run at a time, or start per period, on all workers together. */
export type Limit =
  | {
      /** What kind of calls: a method, or a method and a key. Free text; equal names are one kind. */
      readonly name: string;
      /** The most that are leased at a time, from 1 on. */
      readonly concurrency: number;
    }
  | {
      readonly name: string;
      /** The most that are leased for the first time in a period, which begins with the first of them. */
      readonly rate: number;
      readonly periodMs: number;
    };

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
  /** Which clock `expiresAt` is. Default `timeToBeReceived`. */
  readonly expiryClock?: 'timeToBeReceived' | 'deadline' | undefined;
  /**
   * How long the message may take to get into the queue, in ms from when `send` was called. What comes later is not
   * stored: `late`. If it cannot be told in that time whether it is stored, `send` rejects, with `UNAVAILABLE` if it
   * certainly never will be.
   */
  readonly reachWithinMs?: number | undefined;
  /**
   * Whether the call may be lost with the broker, and with whoever it was given to: it is delivered once at most, and
   * its outcome may be pushed and nowhere stored if `inbox` is set. Such a call can be `unknown` at any time. Has no
   * lane, no limits and no journal, and `maxDeliveries` is 1.
   */
  readonly isExpress?: boolean | undefined;
  /** Default `none`. */
  readonly journal?: Journalling | undefined;
  /**
   * Calls of one lane are delivered in the order in which they were accepted, one at a time: the next one when the one
   * before has its outcome, however often that is tried again. Until then it is `scheduled`. Free text.
   */
  readonly lane?: string | undefined;
  /**
   * The call is delivered when none of its limits is used up; until then it is `scheduled`, and gives way to less
   * urgent calls of other kinds. Among those that wait for one limit, the most urgent goes first, then the oldest.
   */
  readonly limits?: readonly Limit[] | undefined;
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
  | 'conflict'
  /** The queue has as many calls, or bytes of them, as {@link QueueLimits} allow. Nothing was stored. */
  | 'full'
  /** The same with its dead letters: somebody has to look after them. Nothing was stored. */
  | 'dead-letters-full'
  /** It has not come within `reachWithinMs`. Nothing was stored. */
  | 'late';

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
  /**
   * Set if the call is nowhere stored any more. There is no lease: nothing has to be extended, nothing is fenced, and
   * the settlement has to carry this on.
   */
  readonly express?: ExpressDelivery | undefined;
}

/** What a broker needs to know of a call that it has given out of its hands. Only itself reads it. */
export interface ExpressDelivery {
  readonly inbox: string | undefined;
  /** The call as it was sent, for the dead letters. */
  readonly sent: Uint8Array;
}

/** What the contract of a worker is, so that it is given parked calls which it understands. */
export interface Understanding {
  /** Minor version of the contract. The major version is part of the queue's name. */
  readonly minor: number;
  /** The start of its hash, as envelopes carry it. */
  readonly contract: string;
}

export interface ClaimRequest {
  readonly queue: string;
  /** Whoever understands parked calls takes them as well, after the ready ones: see {@link Settlement}. */
  readonly understands?: Understanding | undefined;
  /** Name of the worker, for operators. */
  readonly worker: string;
  /** The most calls to lease. */
  readonly limit: number;
  readonly leaseMs: number;
}

/** What a worker wants to be given for as long as it runs. */
export type ConsumeRequest = Omit<ClaimRequest, 'limit'>;

/** Who is told by a consumer. */
export interface ConsumeListener {
  onDeliveries(deliveries: readonly Delivery[]): void;
  /** Somebody asked for the end of a call that is leased: `extend` says of which. A hint: it can be lost. */
  onCancel?(): void;
}

/** The standing claim of a worker. */
export interface Consumer {
  /** Says that so many more calls can be taken. */
  grant(slots: number): void;
  /** Takes nothing more. Resolves when nothing more will be delivered; until then calls may still come. */
  stop(): Promise<void>;
}

/** Why a call is dead. A dead letter can also be an expired call: see {@link Journalling}. */
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
export type Settlement = Attempt & { readonly express?: ExpressDelivery | undefined } & (
    | { readonly outcome: 'answered'; readonly result: string }
    /** To the dead-letter queue, with the body as it was. */
    | { readonly outcome: 'dead'; readonly reason: DeadReason; readonly result: string }
    /** The handler gave up because the call was cancelled. */
    | { readonly outcome: 'cancelled' }
    /** Ready again after a delay; counts a failure. */
    | { readonly outcome: 'retry'; readonly delayMs: number; readonly result: string }
    /**
     * Ready again, at once and before the others, or after a delay; counts no failure and no delivery. For work that
     * was claimed and not started, or whose failure is not its own.
     */
    | { readonly outcome: 'released'; readonly delayMs?: number | undefined }
    /**
     * Set aside for a worker whose contract understands it: with this minor version or a higher one, or with this
     * hash. Counts no failure and no delivery.
     */
    | { readonly outcome: 'parked'; readonly needs: Understanding }
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
  /** How often its handler has failed so far. Of an outcome that was pushed it can be 0. */
  readonly failures: number;
  readonly acceptedAt: number;
  /** Of a `scheduled` call that waits for a time: until when, in ms of broker time. */
  readonly dueAt?: number | undefined;
  /** Broker time of the outcome. */
  readonly settledAt: number | undefined;
  /** Set when `state` is `dead`. */
  readonly reason: DeadReason | undefined;
  /** Set when `state` is `expired`. */
  readonly expiredBy: Exclude<ExpiryClock, 'timeToReachQueue'> | undefined;
  /** The encoded outcome of an `answered` or `dead` call. Of one that waits or runs, the last failure if there was one. */
  readonly result: string | undefined;
  /** Whether nothing of the call is stored any more, so that there is nothing to confirm. */
  readonly isForgotten?: boolean | undefined;
}

/** One attempt that did not end a call. */
export interface FailedAttempt {
  readonly attempt: number;
  /** Broker time at which it ended. */
  readonly endedAt: number;
  /** Its encoded failure, cut after 4,096 characters; `undefined` if its lease was lost. */
  readonly failure: string | undefined;
}

/** A dead letter: a call that is dead, or expired and journalled, and all that there is to know of it. */
export interface DeadLetter extends CallRecord {
  /** As it was sent. */
  readonly body: string;
  readonly priority: number;
  /** The attempts before the last, oldest first: the first one and the newest nineteen. */
  readonly history: readonly FailedAttempt[];
  /** Goes down from letter to letter in a list. */
  readonly position: number;
  /** How it was sent: what {@link Message} says and the record does not. Times are those that it had. */
  readonly sent: Pick<
    Message,
    'expiresAt' | 'maxDeliveries' | 'wantsResult' | 'retainMs' | 'digest' | 'journal' | 'lane' | 'limits'
  >;
}

/** Which part of a list. */
export interface Page {
  /** The most entries; a broker may answer with fewer, but not with none if there are some. */
  readonly limit: number;
  /** Goes on behind the entry with this `position`. */
  readonly after?: number | undefined;
}

/** A dead letter that is to be a waiting call again. */
export interface Replay extends CallRef {
  /** Instead of what was sent. */
  readonly body?: string | undefined;
}

/** A call that waits or runs, for operators. */
export interface WaitingCall extends CallRecord {
  readonly body: string;
  readonly priority: number;
  readonly position: number;
}

/** A call in a journal: a copy, which outlives the call. */
export interface JournalEntry {
  /** Goes down from entry to entry in a list, and is unique in its journal. */
  readonly position: number;
  readonly id: string;
  /** Broker time of the entry. */
  readonly at: number;
  /** The call as it was sent. */
  readonly body: string;
  readonly priority: number;
  /** How its handler ended it, in the journal of what was received. */
  readonly outcome: { readonly state: CallState; readonly result: string | undefined } | undefined;
}

/** `sent`: at the source, when a call was accepted. `received`: at the target, when its handler had ended it. */
export type JournalName = 'sent' | 'received';

/** How much a queue may hold. A member that is missing stays as it was. */
export interface QueueLimits {
  /** Calls that wait or run. Default: any number. */
  readonly maxCalls?: number | undefined;
  /** Bytes of their bodies. Default: any number. */
  readonly maxBytes?: number | undefined;
  /** Default 100,000. A queue whose dead letters are as many takes no calls: nothing is ever dropped. */
  readonly maxDeadLetters?: number | undefined;
  /** Bytes of their bodies. Default 1 GiB. */
  readonly maxDeadLetterBytes?: number | undefined;
  /** Entries of each of the two journals; the oldest make room. Default 10,000. */
  readonly maxJournalEntries?: number | undefined;
  /** Default 64 MiB. */
  readonly maxJournalBytes?: number | undefined;
  /** Default seven days. */
  readonly maxJournalAgeMs?: number | undefined;
}

/** A group of subscribers, and the events that it wants. */
export interface Group {
  readonly name: string;
  /** Names of methods. */
  readonly events: readonly string[];
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

/** Numbers of one queue. Dead letters are `dead`, also those that have expired. */
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
  /** The same of an express call. */
  readonly expressDurability: Durability;
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
  consume(request: ConsumeRequest, listener: ConsumeListener): Consumer;
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
  /** Sets how much a queue may hold, for everybody and for good. */
  limit(queue: string, limits: QueueLimits): Promise<void>;
  /** Numbers of a queue. */
  counts(queue: string): Promise<QueueCounts>;
  /** Calls that wait or run, in no particular order, but each once as long as it stays what it is. */
  peek(queue: string, page: Page): Promise<WaitingCall[]>;
  /** Dead letters of a queue, newest first. */
  deadLetters(queue: string, page: Page): Promise<DeadLetter[]>;
  /** These dead letters; `undefined` for what is none. */
  findDeadLetters(calls: readonly CallRef[]): Promise<(DeadLetter | undefined)[]>;
  /**
   * Makes dead letters ready again, under their ids, as if they had just been accepted: at the end of their lanes,
   * attempts go on counting, failures begin anew, nothing expires any more. Answers whether each was a dead letter. Quotas do not apply.
   */
  replay(replays: readonly Replay[]): Promise<boolean[]>;
  /**
   * Forgets calls, whatever their state: their ids are free again, attempts that are under way become stale, and
   * nobody is told. Answers whether each was known. For dead letters that nobody needs, and for schedules.
   */
  remove(calls: readonly CallRef[]): Promise<boolean[]>;
  /** A journal of a queue, newest first. */
  journal(queue: string, name: JournalName, page: Page): Promise<JournalEntry[]>;
  /** The groups that have joined. */
  groups(queue: string): Promise<Group[]>;
  /** Adds a group, or changes what it wants. */
  join(queue: string, group: Group): Promise<void>;
  /** Takes a group away. Answers whether there was one of that name. */
  leave(queue: string, group: string): Promise<boolean>;

  /** Finishes what was asked for and lets go of everything. May be called twice. */
  close(): Promise<void>;
}
