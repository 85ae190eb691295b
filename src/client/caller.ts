// What every stub of a connection calls through: makes messages, sends them and waits for outcomes.

import type { Broker, CallRecord, CallRef, CancelStatus, Durability, Message } from '../broker/broker.js';
import { inheritedDeadline, withInheritedHeaders } from '../call-scope.js';
import type { Clock } from '../clock.js';
import type { MethodDescriptor, ServiceDescriptor } from '../contract/descriptor.js';
import { type CallOptions, type ResolvedOptions, resolveOptions } from '../contract/options.js';
import { RpcError } from '../errors.js';
import { encodeEnvelope } from '../wire/envelope.js';
import { Refusal } from '../wire/refusal.js';
import { callDigest, keyedCallId, newCallId } from './call-id.js';
import type { ResultInbox } from './result-inbox.js';

/** A lost lease is not the call's fault as a failure is: so many of them are allowed on top of its attempts. */
const LOST_LEASES = 10;

/** The queue's word that it has a call. */
export interface Accepted {
  /** Finds the call again, in any process. */
  readonly id: string;
  /** What the call survives from now on. */
  readonly durability: Durability;
  /** Whether a call with the same idempotency key was there before; then this is that call. */
  readonly duplicate: boolean;
}

/** One method of one service, with the options of its client. */
export interface CallTarget {
  readonly service: ServiceDescriptor;
  readonly method: MethodDescriptor;
  readonly options: CallOptions;
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

/** A call that is ready to be sent. */
interface Outgoing {
  readonly message: Message;
  readonly options: ResolvedOptions;
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
    const { message } = this.#prepare(target, args, wantsResult, undefined);
    return this.#accept(target, message);
  }

  /** Queues a call and waits for its outcome, which is confirmed and then forgotten. */
  async call(target: CallTarget, args: readonly unknown[]): Promise<CallRecord> {
    const { inbox } = this.#options;
    const { message, options } = this.#prepare(target, args, true, inbox.name);
    // Waiting starts before sending: the outcome may be faster than the queue's word that it has the call.
    const wait = this.#wait(message, { timeoutMs: options.timeoutMs, signal: target.options.signal }, true);
    try {
      const { duplicate } = await this.#accept(target, message);
      if (duplicate && (await inbox.follow(message)) === undefined) throw notFound(message);
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
      const record = await this.#options.inbox.follow(call);
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
    { service, method, options: own }: CallTarget,
    args: readonly unknown[],
    wantsResult: boolean,
    inbox: string | undefined,
  ): Outgoing {
    this.#checkOpen();
    if (own.signal?.aborted) throw revoked(method, undefined, own.signal.reason);
    const { clock, name, maxBodyBytes } = this.#options;
    const options = resolveOptions(own, method.options, service.options);
    const deadline = earlier(own.deadline, inheritedDeadline());
    const encoded = encodeArguments(service, method, args);
    const body = encodeEnvelope({
      method: method.name,
      version: service.version,
      contract: service.contractHash.slice(0, 16),
      caller: name,
      deadlineAt: deadline?.getTime(),
      retry: own.retry === undefined ? undefined : options.retry,
      headers: withInheritedHeaders(own.headers ?? {}),
      args: encoded,
    });
    checkSize(service, method, body, maxBodyBytes);
    const queue = this.queueOf(service);
    const key = own.idempotencyKey ?? keyAt(method, args);
    const message: Message = {
      id: key === undefined ? newCallId() : keyedCallId(queue, method.name, key),
      queue,
      body,
      priority: options.priority,
      expiresAt: expiry(clock.now(), options.timeToBeReceivedMs, deadline),
      maxDeliveries: options.retry.attempts + LOST_LEASES,
      wantsResult,
      inbox,
      retainMs: options.retainMs,
      digest: key === undefined ? undefined : callDigest(method.name, encoded),
    };
    return { message, options };
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
      const settled = (record: CallRecord): void => {
        end();
        resolve(record);
      };
      const fail = (error: unknown): void => {
        end();
        reject(error);
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
      else signal?.addEventListener('abort', onAbort, { once: true });
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

function encodeArguments(service: ServiceDescriptor, method: MethodDescriptor, args: readonly unknown[]) {
  try {
    return method.encodeArguments(args);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { path, expected, got } = error;
    throw new RpcError('INVALID_ARGUMENT', `${service.service}.${method.name}: ${error.message}`, {
      path,
      expected,
      got,
    });
  }
}

function checkSize(
  service: ServiceDescriptor,
  method: MethodDescriptor,
  body: string,
  maxBytes: number,
): void {
  // A UTF-16 unit is at most three bytes of UTF-8: most bodies need no counting.
  if (body.length * 3 <= maxBytes) return;
  const bytes = Buffer.byteLength(body);
  if (bytes <= maxBytes) return;
  throw new RpcError(
    'TOO_LARGE',
    `${service.service}.${method.name}: the call takes ${bytes} bytes, the limit is ${maxBytes} (connect option maxBodyBytes)`,
  );
}

/** The idempotency key in the arguments, at the path that the contract names. */
function keyAt(method: MethodDescriptor, args: readonly unknown[]): string | undefined {
  const path = method.options.idempotencyKey;
  if (path === undefined) return undefined;
  const [parameter = '', ...members] = path.split('.');
  let value: unknown = args[method.parameters.indexOf(parameter)];
  for (const member of members) value = (value as Record<string, unknown> | undefined | null)?.[member];
  return value === undefined || value === null ? undefined : String(value);
}

const earlier = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;

function expiry(nowAt: number, timeToBeReceivedMs: number | undefined, deadline: Date | undefined) {
  const instants = [
    timeToBeReceivedMs === undefined ? undefined : nowAt + timeToBeReceivedMs,
    deadline?.getTime(),
  ].filter((at) => at !== undefined);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

/** A broker speaks of batches; whoever made the call has to learn which one may be queued after all. */
const withCallId = (error: unknown, callId: string): unknown =>
  error instanceof RpcError && error.kind === 'unknown'
    ? new RpcError(error.code, error.message, { callId, cause: error })
    : error;

/** The error of a call that the broker does not know. */
export const notFound = ({ id }: CallRef): RpcError =>
  new RpcError(
    'NOT_FOUND',
    `there is no call ${id}: it was never sent, its outcome was confirmed, or its retain time is over`,
    { callId: id },
  );

const timedOut = ({ id }: CallRef, timeoutMs: number): RpcError =>
  new RpcError(
    'TIMEOUT',
    `no outcome of call ${id} within ${timeoutMs} ms; it goes on, handle(id) finds it again`,
    {
      callId: id,
    },
  );

const aborted = ({ id }: CallRef, cause: unknown): RpcError =>
  new RpcError('ABORTED', `the caller stopped waiting for call ${id}, which may have run`, {
    callId: id,
    cause,
  });

const revoked = (
  method: MethodDescriptor | undefined,
  callId: string | undefined,
  cause: unknown,
): RpcError =>
  new RpcError(
    'CANCELLED',
    `the caller aborted ${method?.name ?? `call ${callId}`} before a handler started`,
    {
      callId,
      cause,
    },
  );
