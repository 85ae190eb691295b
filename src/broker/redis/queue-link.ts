// The way to one queue: runs its scripts wherever it is, and again where that is safe.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../clock.js';
import { systemClock } from '../../clock.js';
import { RpcError } from '../../errors.js';
import type { Unsubscribe } from '../broker.js';
import type { QueueKeys } from './keys.js';
import type { Link } from './link.js';
import { AGAIN_MS, closed, type OnPush, QueueHome, type QueueHomeOptions } from './queue-home.js';
import { notConfirmed, unreachable, type Verdict } from './redis-errors.js';
import { type ScriptName, scripts } from './scripts.js';

/** How long an answer that was lost is asked for again. */
const PATIENCE_MS = 15_000;

/** Masters are replaced, and slots moved, in less. */
const LONG_PATIENCE_MS = 90_000;

/** How long a broker that is away keeps a connection from closing. */
const CLOSING_PATIENCE_MS = 3_000;

/** Arguments of a script after the time, given whether it may have run before. */
export type ScriptArguments = (isAgain: boolean) => readonly (string | Buffer)[];

export interface QueueLinkOptions extends QueueHomeOptions {
  readonly clock: Clock;
}

export interface RunOptions {
  /** Whether running it twice would do harm: then a lost answer is an error of kind `unknown` at once. */
  readonly once?: boolean;
  /** Whether replicas have to have it, if the URL asks for that. */
  readonly isDurable?: boolean;
  /** Whether nobody waits for it, so that it keeps no process alive. */
  readonly isInBackground?: boolean;
  /** Whether nothing is lost by giving up: then nobody is kept waiting for long. */
  readonly isRead?: boolean;
  /** When to give up at the latest, in ms from now, whatever has become of it. */
  readonly patienceMs?: number | undefined;
}

/** How it stands with one run of a script. */
interface RunState {
  readonly options: RunOptions;
  readonly startedAt: number;
  tries: number;
  mayHaveRun: boolean;
  /** Whether an answer is awaited. */
  isSent: boolean;
  /** Whether nobody waits for it any more: what has not been sent must not be. */
  isGivenUp: boolean;
}

/** What became of one try. */
type Try =
  | { readonly isDone: true; readonly reply: unknown }
  | { readonly isDone: false; readonly failure: unknown; readonly verdict: Verdict };

export class QueueLink {
  readonly keys: QueueKeys;
  readonly #options: QueueLinkOptions;
  readonly #home: QueueHome;
  #hurriedAt: number | undefined;
  /** Why the last try failed. */
  #trouble: Verdict | undefined;

  constructor(options: QueueLinkOptions) {
    this.#options = options;
    this.#home = new QueueHome(options);
    this.keys = this.#home.keys;
  }

  /** Whether the connection is the trouble: then it says so itself, once for all queues. */
  get isAway(): boolean {
    const trouble = this.#trouble;
    return (
      this.#home.isClosed || trouble?.kind === 'lost' || (trouble?.kind === 'again' && trouble.reconnect)
    );
  }

  /** Whether the last try of anything failed. */
  get isStuck(): boolean {
    return this.#trouble !== undefined;
  }

  /** Runs a script, for as long as patience lasts. Rejects with an `RpcError`. */
  async run(name: ScriptName, args: ScriptArguments, options: RunOptions = {}): Promise<unknown> {
    if (this.#home.isClosed) throw closed(this.#options.target.display);
    const state: RunState = {
      options,
      startedAt: performance.now(),
      tries: 0,
      mayHaveRun: false,
      isSent: false,
      isGivenUp: false,
    };
    const { patienceMs } = options;
    return patienceMs === undefined
      ? this.#persist(name, args, state)
      : this.#runWithin(patienceMs, name, args, state);
  }

  async #runWithin(
    patienceMs: number,
    name: ScriptName,
    args: ScriptArguments,
    state: RunState,
  ): Promise<unknown> {
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        state.isGivenUp = true;
        reject(outOfTime(this.#options.target.display, patienceMs, state.mayHaveRun || state.isSent));
      }, patienceMs);
    });
    try {
      return await Promise.race([this.#persist(name, args, state), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #persist(name: ScriptName, args: ScriptArguments, state: RunState): Promise<unknown> {
    while (!state.isGivenUp) {
      const outcome = await this.#try(name, args, state);
      if (outcome.isDone) return outcome.reply;
      const { failure, verdict } = outcome;
      if (this.#isHopeless(verdict, state)) throw this.#rejection(failure, verdict, state);
      await this.#beforeNextTry(verdict, state);
    }
    return undefined;
  }

  /** Has what is published to a channel passed on, by whatever server has the queue. One listener a channel. */
  subscribe(channel: string, onPush: OnPush): Unsubscribe {
    return this.#home.subscribe(channel, onPush);
  }

  /** Calls `listener` whenever another connection has taken over: what was pushed meanwhile is lost. */
  onRenewed(listener: () => void): Unsubscribe {
    return this.#home.onRenewed(listener);
  }

  /** Whatever is asked for has little time left from now on. */
  hurry(): void {
    this.#hurriedAt ??= performance.now();
  }

  close(): void {
    this.#home.close();
  }

  /** Tries once, and draws from a failure what it says of the link. */
  async #try(name: ScriptName, args: ScriptArguments, state: RunState): Promise<Try> {
    state.tries++;
    let link: Link | undefined;
    try {
      link = await (this.#home.link ?? this.#waitFor(this.#home.prepared(), state));
      if (state.isGivenUp) return { isDone: true, reply: undefined };
      state.isSent = true;
      const reply = await this.#runOn(link, name, args(state.mayHaveRun), state);
      this.#trouble = undefined;
      return { isDone: true, reply };
    } catch (failure) {
      const verdict = this.#home.judge(failure);
      state.isSent = false;
      this.#trouble = verdict;
      if (link === undefined) return { isDone: false, failure, verdict };
      if (verdict.kind === 'lost') state.mayHaveRun = true;
      if (verdict.kind === 'noscript') link.forget(scripts[name]);
      if (verdict.kind === 'again' && verdict.reconnect) link.end();
      if (verdict.kind === 'moved' && !verdict.ask) this.#home.leave(link);
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

  #isHopeless({ kind }: Verdict, { options, startedAt, mayHaveRun }: RunState): boolean {
    if (kind === 'refused' || this.#home.isClosed || (mayHaveRun && options.once === true)) return true;
    const now = performance.now();
    if (this.#hurriedAt !== undefined && now - this.#hurriedAt > CLOSING_PATIENCE_MS) return true;
    const patienceMs =
      (kind === 'again' || kind === 'moved') && options.isRead !== true ? LONG_PATIENCE_MS : PATIENCE_MS;
    return now - startedAt > patienceMs;
  }

  #rejection(failure: unknown, verdict: Verdict, { mayHaveRun }: RunState): RpcError {
    const { display } = this.#options.target;
    if (failure instanceof RpcError) return mayHaveRun ? withEarlierTry(failure) : failure;
    if (mayHaveRun) return notConfirmed(display, failure);
    if (verdict.kind === 'refused') return verdict.error;
    return this.#home.isClosed ? closed(display) : unreachable(display, failure);
  }

  async #beforeNextTry(verdict: Verdict, state: RunState): Promise<void> {
    if (verdict.kind === 'noscript' && state.tries === 1) return;
    // Nodes that send us to each other have not agreed yet.
    if (verdict.kind !== 'moved' || verdict.ask || state.tries > 1) {
      await this.#waitFor(sleep(AGAIN_MS, undefined, { ref: false }), state);
    }
    await this.#waitFor(this.#home.lookAgain(verdict), state);
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
}

const outOfTime = (url: string, patienceMs: number, mayHaveRun: boolean): RpcError =>
  new RpcError(
    mayHaveRun ? 'UNCONFIRMED' : 'UNAVAILABLE',
    `${url} did not answer within ${Math.round(patienceMs)} ms (${mayHaveRun ? 'it may or may not have been written' : 'nothing was written'})`,
  );

const withEarlierTry = (failure: RpcError): RpcError =>
  failure.code === 'UNCONFIRMED'
    ? failure
    : new RpcError('UNCONFIRMED', `${failure.message} (an earlier try may or may not have been written)`, {
        cause: failure,
      });
