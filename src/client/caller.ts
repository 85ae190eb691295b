// What every stub of a connection calls through: sends messages and waits for outcomes.

import type {
  Broker,
  CallRecord,
  CallRef,
  CancelStatus,
  Durability,
  Message,
  SendStatus,
} from '../broker/broker.js';
import { type CallScope, currentScope } from '../call-scope.js';
import type { Clock } from '../clock.js';
import type { ServiceDescriptor } from '../contract/descriptor.js';
import { RpcError } from '../errors.js';
import { eventQueue } from '../events/event-queue.js';
import { aborted, notFound, refused, revoked, tooLate, withCallId } from './call-errors.js';
import type { CallTarget } from './call-plan.js';
import { prepareCall } from './outgoing.js';
import type { ResultInbox } from './result-inbox.js';
import { Wait, type WaitOptions } from './wait.js';

/** The queue's word that it has a call. */
export interface Accepted {
  /** Finds the call again, in any process. */
  readonly id: string;
  /** What the call survives from now on. */
  readonly durability: Durability;
  /** Whether a call with the same idempotency key was there before; then this is that call. */
  readonly duplicate: boolean;
}

/** How long to wait for an outcome. */
export interface Patience {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface CallerOptions {
  readonly broker: Broker;
  readonly inbox: ResultInbox;
  readonly clock: Clock;
  readonly namespace: string;
  readonly name: string | undefined;
  readonly maxBodyBytes: number;
}

export class Caller {
  readonly #options: CallerOptions;
  /** In progress, ended by {@link close}. */
  readonly #waits = new Set<Wait>();
  #closed = false;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** The queue of a service in this connection's namespace. */
  queueOf(service: ServiceDescriptor): string {
    return this.queueNamed(service.queue);
  }

  /** Where calls of a method go: those of an event to where events are passed on from. */
  queueFor({ service, method }: Pick<CallTarget, 'service' | 'method'>): string {
    const queue = this.queueOf(service);
    return method.options.event === true ? eventQueue(queue) : queue;
  }

  /** A queue in this connection's namespace. */
  queueNamed(name: string): string {
    const { namespace } = this.#options;
    return namespace === '' ? name : `${namespace}:${name}`;
  }

  /** The name of a queue without this connection's namespace. */
  nameOf(queue: string): string {
    const { namespace } = this.#options;
    return namespace !== '' && queue.startsWith(`${namespace}:`) ? queue.slice(namespace.length + 1) : queue;
  }

  /** Queues a call. With `wantsResult`, its outcome is kept for whoever asks. */
  async send(target: CallTarget, args: readonly unknown[], wantsResult: boolean): Promise<Accepted> {
    const { broker } = this.#options;
    const message = this.#prepare(target, args, wantsResult, undefined, currentScope());
    const status = await this.#send(target, message);
    const durability = message.isExpress ? broker.expressDurability : broker.durability;
    return { id: message.id, durability, duplicate: status === 'duplicate' };
  }

  /** Queues a call and waits for its outcome, which is confirmed and then forgotten. */
  async call(target: CallTarget, args: readonly unknown[]): Promise<CallRecord> {
    const { broker, inbox } = this.#options;
    const scope = currentScope();
    // A handler that was told to stop waits for nothing more.
    if (scope?.end !== undefined) throw revoked(target.method, undefined, scope.end.reason);
    const message = this.#prepare(target, args, true, inbox.name, scope);
    // Waiting starts before sending: the outcome may be faster than the queue's word that it has the call.
    const { timeoutMs } = target.resolved;
    const wait = this.#wait(message, { timeoutMs, signal: target.options.signal }, this.#revoke, scope);
    const reached = this.#reach(target, message);
    reached.catch((error: unknown) => wait.fail(error));
    const record = await wait.outcome;
    // Not before the queue has said that it has the call: until then it may be sent again, and would be run again.
    // Losing a confirmation costs storage until `retain` is over, and nothing else.
    if (record.isForgotten !== true) reached.then(() => broker.confirm([message])).catch(() => {});
    return record;
  }

  /** Waits for the outcome of a call that may have been made anywhere, at any time. */
  async outcome(call: CallRef, patience: Patience): Promise<CallRecord> {
    this.#checkOpen();
    const scope = currentScope();
    if (scope?.end !== undefined) throw aborted(call, scope.end.reason);
    const wait = this.#wait(call, patience, aborted, scope);
    this.#options.inbox.follow(call).then(
      (record) => {
        if (record === undefined) wait.fail(notFound(call));
      },
      (error: unknown) => wait.fail(error),
    );
    return wait.outcome;
  }

  async fetch(call: CallRef): Promise<CallRecord | undefined> {
    this.#checkOpen();
    const [record] = await this.#options.broker.fetch([call]);
    return record;
  }

  async cancel(call: CallRef): Promise<CancelStatus> {
    this.#checkOpen();
    const [status = 'unknown'] = await this.#options.broker.cancel([call]);
    return status;
  }

  async confirm(call: CallRef): Promise<void> {
    this.#checkOpen();
    await this.#options.broker.confirm([call]);
  }

  /** Ends every wait with an error that carries the call's id. */
  close(): void {
    this.#closed = true;
    for (const wait of [...this.#waits]) wait.abandon();
  }

  #checkOpen(): void {
    if (this.#closed) throw new RpcError('CLOSED', 'the connection is closed: connect() again to make calls');
  }

  #prepare(
    target: CallTarget,
    args: readonly unknown[],
    wantsResult: boolean,
    inbox: string | undefined,
    scope: CallScope | undefined,
  ): Message {
    this.#checkOpen();
    const { signal } = target.options;
    if (signal?.aborted) throw revoked(target.method, undefined, signal.reason);
    const { clock, name, maxBodyBytes } = this.#options;
    const queue = this.queueFor(target);
    const nowAt = clock.now();
    return prepareCall(target, args, { queue, nowAt, name, maxBodyBytes, scope, wantsResult, inbox });
  }

  /** Sends a call that is waited for. */
  #reach(target: CallTarget, message: Message): Promise<void> {
    return this.#send(target, message).then((status) => {
      if (status === 'duplicate') return this.#rejoin(target, message);
      // Not finding an express call later means nothing: a worker may have the only copy.
      if (!message.isExpress) this.#options.inbox.accepted(message);
      return undefined;
    });
  }

  /** Follows the call that was there before with the same idempotency key. */
  async #rejoin(target: CallTarget, message: Message): Promise<void> {
    // The call is there: if asking for it fails now, the inbox finds its outcome later.
    const isFound = await this.#options.inbox.follow(message).then(
      (record) => record !== undefined,
      () => true,
    );
    // Otherwise its `retain` has ended in between, and the key is free again. An express call may be with a worker.
    if (!isFound && !message.isExpress) await this.#reach(target, message);
  }

  #send(target: CallTarget, message: Message): Promise<'accepted' | 'duplicate'> {
    const { broker, clock } = this.#options;
    const { reachWithinMs } = message;
    const sentAt = reachWithinMs === undefined ? 0 : clock.now();
    return broker.send([message]).then(
      ([status = 'accepted']) => checkSent(target, message, status),
      (error: unknown) => {
        const isLate =
          reachWithinMs !== undefined && clock.now() - sentAt >= reachWithinMs - TIMERS_ARE_EARLY_MS;
        if (isLate && isUnavailable(error)) throw tooLate(target, message, error);
        throw withCallId(error, message.id);
      },
    );
  }

  #wait(
    call: CallRef,
    patience: Patience,
    onAbort: WaitOptions['onAbort'],
    scope: CallScope | undefined,
  ): Wait {
    const { inbox, clock } = this.#options;
    return new Wait(call, { ...patience, onAbort }, { inbox, clock, waits: this.#waits, scope });
  }

  /** Cancels a call, and says what the caller who aborted is told: the call never ran, or it may have. */
  readonly #revoke = async (call: CallRef, reason: unknown): Promise<RpcError> => {
    const { broker } = this.#options;
    const [status] = await broker.cancel([call]).catch(() => []);
    // A call that waited for its next attempt has run before.
    const [record] = status === 'cancelled' ? await broker.fetch([call]).catch(() => []) : [];
    return record?.attempt === 0 ? revoked(undefined, call.id, reason) : aborted(call, reason);
  };
}

/** A broker that gives up after a time may do so a little before, as timers go. */
const TIMERS_ARE_EARLY_MS = 5;

const isUnavailable = (error: unknown): boolean => error instanceof RpcError && error.code === 'UNAVAILABLE';

/** Throws what the caller of a call that was not stored is told. */
function checkSent(target: CallTarget, message: Message, status: SendStatus): 'accepted' | 'duplicate' {
  switch (status) {
    case 'accepted':
    case 'duplicate':
      return status;
    case 'late':
      throw tooLate(target, message, undefined);
    case 'conflict':
    case 'full':
    case 'dead-letters-full':
      throw refused(target, message, status);
  }
}
