// The way to one queue: finds the server that has it, keeps its channels open, and runs scripts again where that is safe.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock.js';
import { systemClock } from '../../clock.js';
import { RpcError } from '../../errors.js';
import type { Unsubscribe } from '../broker.js';
import { KEYS, keysOf, type QueueKeys } from './keys.js';
import type { Link } from './link.js';
import { classify, notConfirmed, unreachable, type Verdict } from './redis-errors.js';
import type { RedisTarget } from './redis-url.js';
import { type ScriptName, scripts } from './scripts.js';
import type { Topology } from './topology.js';

/** How long an answer that was lost is asked for again. */
const PATIENCE_MS = 15_000;

/** Masters are replaced, and slots moved, in less. */
const LONG_PATIENCE_MS = 90_000;

/** Wait before asking again a server that has said not yet. */
const AGAIN_MS = 50;

/** What `open` is told of the keys; another number is another program. */
const FORMAT = '1';

/** Arguments of a script after the time, given whether it may have run before. */
export type ScriptArguments = (isAgain: boolean) => readonly (string | Buffer)[];

export interface QueueLinkOptions {
  readonly queue: string;
  /** Which of the places of the queue. Default: the first one. */
  readonly place?: number;
  readonly target: RedisTarget;
  readonly topology: Topology;
  readonly clock: Clock;
  readonly onWarning: (message: string) => void;
}

export interface RunOptions {
  /** Whether running it twice would do harm: then a lost answer is an error of kind `unknown` at once. */
  readonly once?: boolean;
  /** Whether replicas have to have it, if the URL asks for that. */
  readonly isDurable?: boolean;
  /** Whether nobody waits for it, so that it keeps no process alive. */
  readonly isInBackground?: boolean;
}

/** How it stands with one run of a script. */
interface RunState {
  readonly options: RunOptions;
  readonly startedAt: number;
  tries: number;
  mayHaveRun: boolean;
}

/** What became of one try. */
type Try =
  | { readonly isDone: true; readonly reply: unknown }
  | { readonly isDone: false; readonly failure: unknown; readonly verdict: Verdict };

type OnPush = (payload: Buffer) => void;

export class QueueLink {
  readonly keys: QueueKeys;
  readonly #options: QueueLinkOptions;
  readonly #channels = new Map<string, OnPush>();
  readonly #onTaken = new Set<(isFirst: boolean) => void>();
  readonly #stopFollowing: Unsubscribe;
  /** Links whose troubles we hear of. */
  readonly #watched = new WeakSet<Link>();
  /** The link that has the channels. */
  #link: Link | undefined;
  #preparing: Promise<Link> | undefined;
  #wasPrepared = false;
  #isRenewing = false;
  #isHearingAgain = false;
  #isDeaf = false;
  /** Why the last try failed. */
  #trouble: Verdict | undefined;
  #isClosed = false;

  constructor(options: QueueLinkOptions) {
    this.#options = options;
    this.keys = keysOf(options.queue, options.place);
    this.#stopFollowing = options.topology.onChange(() => this.#follow());
  }

  /** Whether the connection is the trouble: then it says so itself, once for all queues. */
  get isAway(): boolean {
    const trouble = this.#trouble;
    return this.#isClosed || trouble?.kind === 'lost' || (trouble?.kind === 'again' && trouble.reconnect);
  }

  /** Whether the last try of anything failed. */
  get isStuck(): boolean {
    return this.#trouble !== undefined;
  }

  /** Runs a script, for as long as patience lasts. Rejects with an `RpcError`. */
  async run(name: ScriptName, args: ScriptArguments, options: RunOptions = {}): Promise<unknown> {
    if (this.#isClosed) throw closed(this.#options.target.display);
    const state: RunState = { options, startedAt: performance.now(), tries: 0, mayHaveRun: false };
    for (;;) {
      const outcome = await this.#try(name, args, state);
      if (outcome.isDone) return outcome.reply;
      const { failure, verdict } = outcome;
      if (this.#isHopeless(verdict, state)) throw this.#rejection(failure, verdict, state);
      await this.#beforeNextTry(verdict, state);
    }
  }

  /** Has what is published to a channel passed on, by whatever server has the queue. One listener a channel. */
  subscribe(channel: string, onPush: OnPush): Unsubscribe {
    this.#channels.set(channel, onPush);
    if (this.#link?.isEnded === false) void this.#hear(this.#link, channel);
    else void this.#renew();
    return () => {
      this.#channels.delete(channel);
      this.#link?.unsubscribe(channel);
    };
  }

  /** Calls `listener` whenever a connection has taken over: what was pushed before is lost. */
  onTaken(listener: (isFirst: boolean) => void): Unsubscribe {
    this.#onTaken.add(listener);
    return () => this.#onTaken.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#stopFollowing();
    this.#channels.clear();
    this.#onTaken.clear();
  }

  /** Tries once, and draws from a failure what it says of the link. */
  async #try(name: ScriptName, args: ScriptArguments, state: RunState): Promise<Try> {
    state.tries++;
    let link: Link | undefined;
    try {
      link = await (this.#link?.isEnded === false ? this.#link : this.#waitFor(this.#prepared(), state));
      const reply = await this.#runOn(link, name, args(state.mayHaveRun), state);
      this.#trouble = undefined;
      return { isDone: true, reply };
    } catch (failure) {
      const verdict = this.#judge(failure);
      this.#trouble = verdict;
      if (link === undefined) return { isDone: false, failure, verdict };
      if (verdict.kind === 'lost') state.mayHaveRun = true;
      if (verdict.kind === 'noscript') link.forget(scripts[name]);
      if (verdict.kind === 'again' && verdict.reconnect) link.end();
      if (verdict.kind === 'moved' && !verdict.ask) this.#leave(link);
      return { isDone: false, failure, verdict };
    }
  }

  async #runOn(link: Link, name: ScriptName, args: readonly (string | Buffer)[], state: RunState) {
    const { clock, target } = this.#options;
    const time = clock === systemClock ? '0' : `${Math.round(clock.now())}`;
    const reply = link.run(scripts[name], this.keys.declared, [time, ...args]);
    if (state.options.isDurable !== true || target.replicated === undefined) return reply;
    const { replicas, timeoutMs } = target.replicated;
    const waiting = link.command('WAIT', `${replicas}`, `${timeoutMs}`);
    waiting.catch(() => {});
    const result = await reply;
    state.mayHaveRun = true;
    const reached = Number(await waiting);
    if (reached >= replicas) return result;
    throw notConfirmed(target.display, new Error(`${reached} of ${replicas} replicas have it`));
  }

  #judge(error: unknown): Verdict {
    const { target, queue } = this.#options;
    return classify(error, { url: target.display, queue });
  }

  #isHopeless({ kind }: Verdict, { options, startedAt, mayHaveRun }: RunState): boolean {
    if (kind === 'refused' || this.#isClosed || (mayHaveRun && options.once === true)) return true;
    const patienceMs = kind === 'again' || kind === 'moved' ? LONG_PATIENCE_MS : PATIENCE_MS;
    return performance.now() - startedAt > patienceMs;
  }

  #rejection(failure: unknown, verdict: Verdict, { mayHaveRun }: RunState): RpcError {
    const { display } = this.#options.target;
    if (failure instanceof RpcError) return mayHaveRun ? withEarlierTry(failure) : failure;
    if (mayHaveRun) return notConfirmed(display, failure);
    if (verdict.kind === 'refused') return verdict.error;
    return this.#isClosed ? closed(display) : unreachable(display, failure);
  }

  async #beforeNextTry(verdict: Verdict, state: RunState): Promise<void> {
    if (verdict.kind === 'noscript') return;
    // Nodes that send us to each other have not agreed yet.
    if (verdict.kind !== 'moved' || verdict.ask || state.tries > 1) {
      await this.#waitFor(sleep(AGAIN_MS, undefined, { ref: false }), state);
    }
    await this.#waitFor(this.#lookAgain(verdict), state);
  }

  /**
   * Finds out who has the queue. An ASK is no help: the other node takes a script only once it has every key, and most
   * keys do not exist. So a queue stands still while its slot is under way.
   */
  async #lookAgain(verdict: Verdict): Promise<void> {
    const { topology } = this.#options;
    const address = verdict.kind === 'moved' && !verdict.ask ? verdict.address : undefined;
    // If nobody knows, the next try says so.
    await topology.suspect(this.keys.wake, address).catch(() => {});
  }

  /** Nothing else may keep the process alive while somebody waits for a server that is away. */
  async #waitFor<T>(work: Promise<T>, { options }: RunState): Promise<T> {
    if (options.isInBackground === true) return work;
    const alive = setInterval(() => {}, PATIENCE_MS);
    try {
      return await work;
    } finally {
      clearInterval(alive);
    }
  }

  /** A link with the keys checked and the channels open. */
  #prepared(): Promise<Link> {
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  async #prepare(): Promise<Link> {
    const { topology, target } = this.#options;
    if (this.#isClosed) throw closed(target.display);
    const link = await topology.linkTo(this.keys.wake);
    await this.#checkKeys(link);
    if (this.#isClosed) throw closed(target.display);
    this.#link = link;
    this.#watch(link);
    for (const channel of this.#channels.keys()) void this.#hear(link, channel);
    const isFirst = !this.#wasPrepared;
    this.#wasPrepared = true;
    for (const listener of this.#onTaken) listener(isFirst);
    return link;
  }

  async #checkKeys(link: Link): Promise<void> {
    const { queue, target } = this.#options;
    const types = KEYS.map(({ type }) => type);
    try {
      const reply = await link.run(scripts.open, this.keys.declared, ['0', FORMAT, ...types]);
      const [status, ...rest] = (reply as Buffer[]).map(String);
      if (status === 'type') throw notOurs(queue, target.display, rest[0], rest[1]);
      if (status === 'format') throw otherFormat(queue, target.display, rest[0]);
    } catch (error) {
      if (this.#judge(error).kind === 'noscript') link.forget(scripts.open);
      throw error;
    }
  }

  #watch(link: Link): void {
    if (this.#watched.has(link)) return;
    this.#watched.add(link);
    link.onEnd(() => {
      if (this.#link === link) void this.#renew();
    });
    link.onMoved(() => this.#hearAgain(link));
  }

  /** Another server has the queue now. This one may have others, which go on with the link. */
  #leave(link: Link): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    for (const channel of this.#channels.keys()) link.unsubscribe(channel);
  }

  #follow(): void {
    const link = this.#link;
    if (link === undefined || link.isEnded || this.#options.topology.isAt(this.keys.wake, link)) return;
    this.#leave(link);
    void this.#renew();
  }

  /** Opens the channels again at once, not only when something is asked for. */
  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    while (!this.#isClosed && this.#channels.size > 0 && this.#link?.isEnded !== false) {
      const verdict = await this.#prepared().then(
        () => undefined,
        (error: unknown) => this.#judge(error),
      );
      // What somebody has to put right is told to who asks for something.
      if (verdict === undefined || verdict.kind === 'refused') break;
      await this.#lookAgain(verdict);
      await sleep(AGAIN_MS, undefined, { ref: false });
    }
    this.#isRenewing = false;
  }

  /** Some channel of this link is served no more: only asking for all of them shows whose. */
  #hearAgain(link: Link): void {
    if (this.#isHearingAgain) return;
    this.#isHearingAgain = true;
    setImmediate(() => {
      this.#isHearingAgain = false;
      for (const channel of this.#channels.keys()) void this.#hear(link, channel);
    });
  }

  async #hear(link: Link, channel: string): Promise<void> {
    const onPush = this.#channels.get(channel);
    if (onPush === undefined || link !== this.#link || link.isEnded) return;
    try {
      await link.subscribe(channel, (payload) => this.#pass(onPush, payload));
    } catch (error) {
      const verdict = this.#judge(error);
      if (verdict.kind === 'refused') return this.#sayDeaf(verdict.error);
      await this.#lookAgain(verdict);
      await sleep(AGAIN_MS, undefined, { ref: false });
      await this.#hear(link, channel);
    }
  }

  /** Whoever may publish can publish anything. */
  #pass(onPush: OnPush, payload: Buffer): void {
    try {
      onPush(payload);
    } catch (error) {
      this.#options.onWarning(`a push was not understood: ${(error as Error).stack ?? String(error)}`);
    }
  }

  #sayDeaf({ message }: RpcError): void {
    if (this.#isDeaf) return;
    this.#isDeaf = true;
    this.#options.onWarning(
      `pushes are not heard, so that everything takes up to a second longer: ${message}`,
    );
  }
}

const withEarlierTry = (failure: RpcError): RpcError =>
  failure.code === 'UNCONFIRMED'
    ? failure
    : new RpcError('UNCONFIRMED', `${failure.message} (an earlier try may or may not have been written)`, {
        cause: failure,
      });

const closed = (url: string): RpcError => new RpcError('CLOSED', `the connection to ${url} is closed`);

const notOurs = (queue: string, url: string, key = '', type = ''): RpcError =>
  new RpcError(
    'UNAVAILABLE',
    `the key ${key} at ${url} is a ${type} of somebody else: use another namespace than that of queue ${JSON.stringify(queue)}, or another database`,
  );

const otherFormat = (queue: string, url: string, format = ''): RpcError =>
  new RpcError(
    'UNAVAILABLE',
    `queue ${JSON.stringify(queue)} at ${url} was written by another version of mq-rpc (format ${format}, this one has ${FORMAT}): use the version that fits, or another namespace`,
  );
