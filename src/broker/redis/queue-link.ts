// The way to one queue: finds the server that has it, keeps its channels open, and runs scripts again where that is safe.

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

/** How long a server that is away is waited for. */
const PATIENCE_MS = 15_000;

/** A slot on its way to another node can take longer; its node answers meanwhile. */
const MIGRATION_PATIENCE_MS = 90_000;

/** Wait before asking again a server that has said not yet. */
const AGAIN_MS = 50;

/** What `open` is told of the keys; another number is another program. */
const FORMAT = '1';

/** Arguments of a script after the time, given whether it may have run before. */
export type ScriptArguments = (isAgain: boolean) => readonly (string | Buffer)[];

export interface QueueLinkOptions {
  readonly queue: string;
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
}

/** How it stands with one run of a script. */
interface RunState {
  readonly startedAt: number;
  readonly tries: number;
  readonly mayHaveRun: boolean;
  readonly once: boolean;
}

export class QueueLink {
  readonly keys: QueueKeys;
  readonly #options: QueueLinkOptions;
  readonly #channels = new Map<string, (payload: Buffer) => void>();
  readonly #onRenewed = new Set<() => void>();
  /** The link that has the channels. */
  #link: Link | undefined;
  #preparing: Promise<Link> | undefined;
  #wasPrepared = false;
  #isClosed = false;

  constructor(options: QueueLinkOptions) {
    this.#options = options;
    this.keys = keysOf(options.queue);
  }

  /** Runs a script, for as long as patience lasts. Rejects with an `RpcError`. */
  async run(name: ScriptName, args: ScriptArguments, options: RunOptions = {}): Promise<unknown> {
    if (this.#isClosed) throw closed(this.#options.target.display);
    const startedAt = performance.now();
    let mayHaveRun = false;
    for (let tries = 1; ; tries++) {
      let failure: unknown;
      let verdict: Verdict;
      try {
        const link = await this.#prepared();
        try {
          return await this.#runOn(link, name, args(mayHaveRun), options.isDurable);
        } catch (error) {
          failure = error;
          verdict = this.#judge(error);
          if (verdict.kind === 'noscript') link.forget(scripts[name]);
          if (verdict.kind === 'again' && verdict.reconnect) link.end();
          if (verdict.kind === 'moved' && !verdict.ask) this.#leave(link);
          if (verdict.kind === 'lost') mayHaveRun = true;
        }
      } catch (error) {
        failure = error;
        verdict = this.#judge(error);
      }
      if (failure instanceof RpcError) throw failure;
      await this.#wait(verdict, failure, { startedAt, tries, mayHaveRun, once: options.once === true });
    }
  }

  /** Has what is published to a channel passed on, by whatever server has the queue. One listener a channel. */
  subscribe(channel: string, onPush: (payload: Buffer) => void): Unsubscribe {
    this.#channels.set(channel, onPush);
    if (this.#link?.isEnded === false) this.#link.subscribe(channel, onPush);
    else this.#renew();
    return () => {
      this.#channels.delete(channel);
      this.#link?.unsubscribe(channel);
    };
  }

  /** Calls `listener` whenever another connection has taken over: what was pushed meanwhile is lost. */
  onRenewed(listener: () => void): Unsubscribe {
    this.#onRenewed.add(listener);
    return () => this.#onRenewed.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#channels.clear();
    this.#onRenewed.clear();
  }

  async #runOn(link: Link, name: ScriptName, args: readonly (string | Buffer)[], isDurable = false) {
    const { clock, target } = this.#options;
    const time = clock === systemClock ? '0' : `${Math.round(clock.now())}`;
    const reply = link.run(scripts[name], this.keys.all, [time, ...args]);
    if (!isDurable || target.replicated === undefined) return reply;
    const { replicas, timeoutMs } = target.replicated;
    const reached = link.command('WAIT', `${replicas}`, `${timeoutMs}`);
    const [result, count] = await Promise.all([reply, reached]);
    if (Number(count) >= replicas) return result;
    throw notConfirmed(target.display, new Error(`${count} of ${replicas} replicas have it`));
  }

  #judge(error: unknown): Verdict {
    const { target, queue } = this.#options;
    return classify(error, { url: target.display, queue });
  }

  /** Waits, or looks elsewhere, before the next try; rejects if there must not be one. */
  async #wait(
    verdict: Verdict,
    failure: unknown,
    { startedAt, tries, mayHaveRun, once }: RunState,
  ): Promise<void> {
    const { target, topology } = this.#options;
    const isThere = verdict.kind === 'again' || verdict.kind === 'moved';
    const patienceMs = isThere ? MIGRATION_PATIENCE_MS : PATIENCE_MS;
    const isOver = this.#isClosed || performance.now() - startedAt > patienceMs;
    if (mayHaveRun && (isOver || once || verdict.kind === 'refused'))
      throw notConfirmed(target.display, failure);
    if (verdict.kind === 'refused') throw verdict.error;
    if (isOver) throw unreachable(target.display, failure);
    if (verdict.kind === 'noscript') return;
    if (verdict.kind === 'moved' && !verdict.ask) {
      await topology.suspect(this.keys.wake, verdict.address);
      // Nodes that send us to each other have not agreed yet.
      if (tries > 1) await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      return;
    }
    // An ASK is no help: the other node takes a script only once it has every key, and most keys do not exist.
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    // Where it is now the loop finds out; if nobody knows, the next round says so.
    await topology.suspect(this.keys.wake).catch(() => {});
  }

  /** A link with the keys checked and the channels open. */
  #prepared(): Promise<Link> {
    if (this.#link?.isEnded === false) return Promise.resolve(this.#link);
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  async #prepare(): Promise<Link> {
    const { topology, queue, target } = this.#options;
    const endpoint = await topology.endpointOf(this.keys.wake);
    const link = await endpoint.link();
    const types = KEYS.map(({ type }) => type);
    const reply = await link.run(scripts.open, this.keys.all, ['0', FORMAT, ...types]);
    const [status, ...rest] = (reply as Buffer[]).map(String);
    if (status === 'type') throw notOurs(queue, target.display, rest[0], rest[1]);
    if (status === 'format') throw otherFormat(queue, target.display, rest[0]);
    for (const [channel, onPush] of this.#channels) link.subscribe(channel, onPush);
    this.#link = link;
    link.onEnd(() => this.#renew());
    if (this.#wasPrepared) for (const listener of this.#onRenewed) listener();
    this.#wasPrepared = true;
    return link;
  }

  /** Another server has the queue now. This one may have others, which go on with the link. */
  #leave(link: Link): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    for (const channel of this.#channels.keys()) link.unsubscribe(channel);
  }

  /** Opens the channels again at once, not only when something is asked for. */
  #renew(): void {
    if (this.#channels.size === 0 || this.#isClosed) return;
    this.#prepared().catch((error: unknown) => {
      if (this.#judge(error).kind === 'refused') return;
      setTimeout(() => this.#renew(), AGAIN_MS).unref();
    });
  }
}

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
