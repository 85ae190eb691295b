// One connection to one Redis server, for commands and for what is pushed. It is used until it ends and never mended:
// whoever needs it builds a new one, so that no state of a dead connection can survive it.

import { Command, Redis, type RedisOptions } from 'ioredis';
import { ScriptRun } from './script-run.js';
import type { Script } from './scripts.js';

/** A server that owes replies and has sent nothing for so many looks, one a second, is given up. */
const SILENT_LOOKS = 5;
const LOOK_MS = 1_000;

/** How long connecting may take, with everything that is asked before the connection is ready. */
const CONNECT_MS = 10_000;

type OnPush = (payload: Buffer) => void;

export class Link {
  readonly #redis: Redis;
  readonly #loaded = new Set<string>();
  readonly #onPush = new Map<string, OnPush>();
  readonly #onEnd = new Set<() => void>();
  readonly #onMoved = new Set<() => void>();
  readonly #watch: NodeJS.Timeout;
  #owed = 0;
  #received = 0;
  #receivedAtLook = 0;
  #silentLooks = 0;
  #isEnded = false;

  private constructor(redis: Redis) {
    this.#redis = redis;
    redis.on('smessageBuffer', (channel: Buffer, payload: Buffer) => {
      this.#received++;
      this.#onPush.get(channel.toString())?.(payload);
    });
    redis.once('close', () => this.#finish());
    // Redis takes channels back when their slot moves, and refuses those of a slot that has moved.
    redis.on('moved', () => {
      for (const onMoved of this.#onMoved) onMoved();
    });
    // An idle connection keeps no process alive; what waits for a reply does.
    redis.stream.unref();
    this.#watch = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  /** Connects, unless it is told to give up. Rejects with what Redis or the network says. */
  static async open(options: RedisOptions, signal?: AbortSignal): Promise<Link> {
    const redis = new Redis({
      ...options,
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: null,
      enableOfflineQueue: true,
      autoResubscribe: false,
      connectTimeout: CONNECT_MS / 2,
      keepAlive: 10_000,
      connectionName: 'mq-rpc',
      disableClientInfo: true,
      // A connection that is given up keeps no process alive.
      disconnectTimeout: 100,
      replyMapping: 'legacy',
    });
    let why: unknown;
    redis.on('error', (error) => {
      why = error;
    });
    const giveUp = (): void => {
      redis.disconnect();
      redis.stream?.destroy();
    };
    const tooLong = setTimeout(giveUp, CONNECT_MS);
    signal?.addEventListener('abort', giveUp);
    try {
      await redis.connect();
      // A database that cannot be selected stops nobody: commands would go to database 0.
      if (why !== undefined) throw why;
      return new Link(redis);
    } catch (error) {
      giveUp();
      throw why ?? error;
    } finally {
      clearTimeout(tooLong);
      signal?.removeEventListener('abort', giveUp);
    }
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Calls `listener` once, when the link cannot be used any more. */
  onEnd(listener: () => void): void {
    if (this.#isEnded) queueMicrotask(listener);
    else this.#onEnd.add(listener);
  }

  /** Calls `listener` whenever the server has stopped serving some channel, because its slot is elsewhere. */
  onMoved(listener: () => void): void {
    this.#onMoved.add(listener);
  }

  /** Runs a script. It is loaded first where this connection has not seen it. */
  async run(script: Script, keys: readonly string[], args: readonly (string | Buffer)[]): Promise<unknown> {
    if (!this.#loaded.has(script.sha)) {
      this.#loaded.add(script.sha);
      // Not waited for: commands of one connection run in their order. If it fails, so does the next one.
      const loading = this.command('SCRIPT', 'LOAD', script.source);
      loading.catch(() => this.forget(script));
      const [reply] = await Promise.allSettled([this.#send(new ScriptRun(script, keys, args))]);
      if (reply.status === 'fulfilled') return reply.value;
      // Why it could not be loaded says more than that it is not there.
      await loading;
      throw reply.reason;
    }
    return this.#send(new ScriptRun(script, keys, args));
  }

  /** The server has lost the script. */
  forget(script: Script): void {
    this.#loaded.delete(script.sha);
  }

  /** Runs a command; texts come back as buffers. */
  command(name: string, ...args: readonly (string | Buffer)[]): Promise<unknown> {
    return this.#send(new Command(name, [...args]));
  }

  async #send(command: Command): Promise<unknown> {
    if (this.#owed++ === 0) this.#redis.stream.ref();
    try {
      return await this.#redis.sendCommand(command);
    } finally {
      this.#received++;
      if (--this.#owed === 0) this.#redis.stream.unref();
    }
  }

  /** Has what is published to a channel passed on. One listener a channel. Rejects if Redis refuses it. */
  async subscribe(channel: string, onPush: OnPush): Promise<void> {
    this.#onPush.set(channel, onPush);
    await this.#redis.ssubscribe(channel);
  }

  unsubscribe(channel: string): void {
    this.#onPush.delete(channel);
    if (!this.#isEnded) this.#redis.sunsubscribe(channel).catch(() => {});
  }

  /** Ends it. What it still owes is rejected. */
  end(): void {
    this.#redis.disconnect();
    // A server that is paused or cut off would never agree to the end.
    this.#redis.stream?.destroy();
    this.#finish();
  }

  #finish(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearInterval(this.#watch);
    for (const onEnd of this.#onEnd) onEnd();
  }

  /** A paused server or a cut that nobody was told of: only the lack of replies shows it. */
  #look(): void {
    const isSilent = this.#owed > 0 && this.#received === this.#receivedAtLook;
    this.#receivedAtLook = this.#received;
    this.#silentLooks = isSilent ? this.#silentLooks + 1 : 0;
    if (this.#silentLooks >= SILENT_LOOKS) this.end();
  }
}
