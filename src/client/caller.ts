// What every stub of a connection calls through: sends messages and waits for outcomes.

import { setMaxListeners } from 'node:events';
import type { Broker, CallRecord, CallRef, CancelStatus, Durability, Message } from '../broker/broker.js';
import type { Clock } from '../clock.js';
import type { ServiceDescriptor } from '../contract/descriptor.js';
import { RpcError } from '../errors.js';
import { aborted, notFound, revoked, timedOut, withCallId } from './call-errors.js';
import { type CallTarget, prepareCall } from './outgoing.js';
import type { ResultInbox } from './result-inbox.js';

/** The queue's word that it has a call. */
export interface Accepted {
  /** Finds the call again, in any process. */
  readonly id: string;
  /** What the call survives from now on. */
  readonly durability: Durability;
  /** Whether a call with the same idempotency key was there before; then this is that call. */
  readonly duplicate: boolean;
}

export interface WaitOptions {
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
  /** Waits in progress, ended by {@link close}. */
  readonly #abandon = new Set<() => void>();
  #closed = false;

  constructor(options: CallerOptions) {
    this.#options = options;
  }

  /** The queue of a service in this connection's namespace. */
  queueOf(service: ServiceDescriptor): string {
    const { namespace } = this.#options;
    return namespace === '' ? service.queue : `${namespace}:${service.queue}`;
  }

  /** Queues a call. With `wantsResult`, its outcome is kept for whoever asks. */
  async send(target: CallTarget, args: readonly unknown[], wantsResult: boolean): Promise<Accepted> {
    const message = this.#prepare(target, args, wantsResult, undefined);
    return this.#accept(target, message);
  }

  /** Queues a call and waits for its outcome, which is confirmed and then forgotten. */
  async call(target: CallTarget, args: readonly unknown[]): Promise<CallRecord> {
    const { inbox } = this.#options;
    const message = this.#prepare(target, args, true, inbox.name);
    // Waiting starts before sending: the outcome may be faster than the queue's word that it has the call.
    const { timeoutMs } = target.resolved;
    const wait = this.#wait(message, { timeoutMs, signal: target.options.signal }, true);
    try {
      await inTime(wait.outcome, this.#reach(target, message));
    } catch (error) {
      wait.abandon();
      throw error;
    }
    const record = await wait.outcome;
    // Losing a confirmation costs storage until `retain` is over, and nothing else.
    this.#options.broker.confirm([message]).catch(() => {});
    return record;
  }

  /** Waits for the outcome of a call that may have been made anywhere, at any time. */
  async outcome(call: CallRef, options: WaitOptions): Promise<CallRecord> {
    this.#checkOpen();
    const wait = this.#wait(call, options, false);
    try {
      const record = await inTime(wait.outcome, this.#options.inbox.follow(call));
      if (record === undefined) throw notFound(call);
    } catch (error) {
      wait.abandon();
      throw error;
    }
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
    for (const abandon of [...this.#abandon]) abandon();
  }

  #checkOpen(): void {
    if (this.#closed) throw new RpcError('CLOSED', 'the connection is closed: connect() again to make calls');
  }

  #prepare(
    target: CallTarget,
    args: readonly unknown[],
    wantsResult: boolean,
    inbox: string | undefined,
  ): Message {
    this.#checkOpen();
    const { signal } = target.options;
    if (signal?.aborted) throw revoked(target.method, undefined, signal.reason);
    const { clock, name, maxBodyBytes } = this.#options;
    const queue = this.queueOf(target.service);
    return prepareCall(target, args, { queue, nowAt: clock.now(), name, maxBodyBytes, wantsResult, inbox });
  }

  /** Sends a call that is waited for, or follows the one with its idempotency key that was there before. */
  async #reach(target: CallTarget, message: Message): Promise<void> {
    const { inbox } = this.#options;
    for (;;) {
      const { duplicate } = await this.#accept(target, message);
      if (!duplicate) return inbox.accepted(message);
      // The call is there: if asking for it fails now, the inbox finds its outcome later.
      const isFound = await inbox.follow(message).then(
        (record) => record !== undefined,
        () => true,
      );
      if (isFound) return;
      // Its `retain` has ended in between, and the key is free again.
    }
  }

  async #accept({ service, method }: CallTarget, message: Message): Promise<Accepted> {
    const { broker } = this.#options;
    const [status] = await broker.send([message]).catch((error: unknown) => {
      throw withCallId(error, message.id);
    });
    if (status === 'conflict') {
      throw new RpcError(
        'ID_REUSE',
        `${service.service}.${method.name}: the idempotency key was used before for a call with other arguments`,
        { callId: message.id },
      );
    }
    return { id: message.id, durability: broker.durability, duplicate: status === 'duplicate' };
  }

  /**
   * Waits for an outcome, a timeout, a signal or the end of the connection, whatever comes first. With `revoke`
   * an abort also cancels the call.
   */
  #wait(call: CallRef, { timeoutMs, signal }: WaitOptions, revoke: boolean) {
    const { inbox, clock } = this.#options;
    let abandon = (): void => {};
    const outcome = new Promise<CallRecord>((resolve, reject) => {
      const end = (): void => {
        inbox.stopWaiting(call, settled);
        timer.cancel();
        signal?.removeEventListener('abort', onAbort);
        this.#abandon.delete(abandon);
      };
      const fail = (error: unknown): void => {
        end();
        reject(error);
      };
      const settled = (record: CallRecord | undefined): void => {
        end();
        if (record === undefined) reject(notFound(call));
        else resolve(record);
      };
      const onAbort = (): void => {
        // Whatever comes in from now on, the caller is told that it has aborted.
        end();
        if (revoke) void this.#revoke(call, signal?.reason).then(reject);
        else reject(aborted(call, signal?.reason));
      };
      const timer = clock.after(timeoutMs, () => fail(timedOut(call, timeoutMs)), true);
      abandon = () =>
        fail(
          new RpcError('ABORTED', `the connection was closed while call ${call.id} was waited for`, {
            callId: call.id,
          }),
        );
      this.#abandon.add(abandon);
      inbox.wait(call, settled);
      if (signal?.aborted) onAbort();
      else if (signal !== undefined) listenOnce(signal, onAbort);
    });
    // Whoever abandons a wait has an error of his own to tell.
    outcome.catch(() => {});
    return { outcome, abandon };
  }

  /** What the caller who aborted is told: the call never ran, or it may have. */
  async #revoke(call: CallRef, reason: unknown): Promise<RpcError> {
    const { broker } = this.#options;
    const [status] = await broker.cancel([call]).catch(() => []);
    // A call that waited for its next attempt has run before.
    const [record] = status === 'cancelled' ? await broker.fetch([call]).catch(() => []) : [];
    return record?.attempt === 0 ? revoked(undefined, call.id, reason) : aborted(call, reason);
  }
}

/** Many calls may wait for one signal; Node 20 would take that for a leak and print a warning. */
function listenOnce(signal: AbortSignal, onAbort: () => void): void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
}

/** What a step of a wait gives, unless the wait fails first: a busy broker keeps nobody beyond his timeout. */
const inTime = <T>(outcome: Promise<unknown>, step: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    step.then(resolve, reject);
    outcome.catch(reject);
  });
