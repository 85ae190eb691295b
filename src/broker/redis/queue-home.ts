// Where one queue is now: the link to the server that has it, with the keys checked and the channels open. Both follow
// the queue when its slot moves, its master is replaced, or the connection ends.

import { setTimeout as sleep } from 'node:timers/promises';
import { RpcError } from '../../errors.js';
import type { Unsubscribe } from '../broker.js';
import { KEYS, keysOf, type QueueKeys } from './keys.js';
import type { Link } from './link.js';
import { classify, type Verdict } from './redis-errors.js';
import type { RedisTarget } from './redis-url.js';
import { scripts } from './scripts.js';
import type { Topology } from './topology.js';

/** Wait before asking again a server that has said not yet. */
export const AGAIN_MS = 50;

/** What `open` is told of the keys; another number is another program. */
const FORMAT = '2';

export type OnPush = (payload: Buffer) => void;

export interface QueueHomeOptions {
  readonly queue: string;
  /** Which of the places of the queue. Default: the first one. */
  readonly place?: number;
  readonly target: RedisTarget;
  readonly topology: Topology;
  readonly onWarning: (message: string) => void;
}

export class QueueHome {
  readonly keys: QueueKeys;
  readonly #options: QueueHomeOptions;
  readonly #channels = new Map<string, OnPush>();
  readonly #onRenewed = new Set<() => void>();
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
  #isClosed = false;

  constructor(options: QueueHomeOptions) {
    this.#options = options;
    this.keys = keysOf(options.queue, options.place);
    this.#stopFollowing = options.topology.onChange(() => this.#follow());
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The link, if it is ready. */
  get link(): Link | undefined {
    return this.#link?.isEnded === false ? this.#link : undefined;
  }

  /** What the failure of a command means. */
  judge(error: unknown): Verdict {
    const { target, queue } = this.#options;
    return classify(error, { url: target.display, queue });
  }

  /** Has what is published to a channel passed on, by whatever server has the queue. One listener a channel. */
  subscribe(channel: string, onPush: OnPush): Unsubscribe {
    this.#channels.set(channel, onPush);
    if (this.link !== undefined) void this.#hear(this.link, channel);
    else void this.#renew();
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
    this.#stopFollowing();
    this.#channels.clear();
    this.#onRenewed.clear();
  }

  /** A link with the keys checked and the channels open. */
  prepared(): Promise<Link> {
    this.#preparing ??= this.#prepare().finally(() => {
      this.#preparing = undefined;
    });
    return this.#preparing;
  }

  /** Another server has the queue now. This one may have others, which go on with the link. */
  leave(link: Link): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    for (const channel of this.#channels.keys()) link.unsubscribe(channel);
  }

  /**
   * Finds out who has the queue. An ASK is no help: the other node takes a script only once it has every key, and most
   * keys do not exist. So a queue stands still while its slot is under way.
   */
  async lookAgain(verdict: Verdict): Promise<void> {
    const { topology } = this.#options;
    const address = verdict.kind === 'moved' && !verdict.ask ? verdict.address : undefined;
    // If nobody knows, the next try says so.
    await topology.suspect(this.keys.wake, address).catch(() => {});
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
    if (this.#wasPrepared) for (const listener of this.#onRenewed) listener();
    this.#wasPrepared = true;
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
      if (this.judge(error).kind === 'noscript') link.forget(scripts.open);
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

  #follow(): void {
    const { link } = this;
    if (link === undefined || this.#options.topology.isAt(this.keys.wake, link)) return;
    this.leave(link);
    void this.#renew();
  }

  /** Opens the channels again at once, not only when something is asked for. */
  async #renew(): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    while (!this.#isClosed && this.#channels.size > 0 && this.link === undefined) {
      const verdict = await this.prepared().then(
        () => undefined,
        (error: unknown) => this.judge(error),
      );
      // What somebody has to put right is told to who asks for something.
      if (verdict === undefined || verdict.kind === 'refused') break;
      await this.lookAgain(verdict);
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
    if (onPush === undefined || link !== this.link) return;
    try {
      await link.subscribe(channel, (payload) => this.#pass(onPush, payload));
    } catch (error) {
      const verdict = this.judge(error);
      if (verdict.kind === 'refused') return this.#sayDeaf(verdict.error);
      await this.lookAgain(verdict);
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

/** What every use of a closed connection answers. */
export const closed = (url: string): RpcError => new RpcError('CLOSED', `the connection to ${url} is closed`);

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
