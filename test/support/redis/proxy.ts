// A proxy between a client and a server that does to their connection what networks do.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Lane } from './lane.js';
import { releasePorts, reservePorts } from './ports.js';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  readonly requests: Lane;
  readonly replies: Lane;
}

/** Forwards one port to another. Faults hold for connections that are open and for those that come. */
export class TcpProxy implements AsyncDisposable {
  readonly port: number;
  readonly #target: number;
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  #isBlackHole = false;
  #isRefusing = false;
  #isFragmenting = false;
  #isCuttingBeforeReply = false;
  #delayMs = 0;

  private constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
    this.#listener = createServer((client) => this.#accept(client));
  }

  /** Starts a proxy in front of a port of this machine. */
  static async start({ port: target }: { readonly port: number }): Promise<TcpProxy> {
    const [port = 0] = await reservePorts(1);
    const proxy = new TcpProxy(port, target);
    proxy.#listener.listen(port, '127.0.0.1');
    await once(proxy.#listener, 'listening');
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#pairs.size;
  }

  /** Destroys all connections now, with whatever is under way. */
  cut(): void {
    for (const pair of [...this.#pairs]) this.#destroy(pair);
  }

  /** Forwards the next request to the server, and destroys its connection before any byte of the reply. */
  cutBeforeReply(): void {
    this.#isCuttingBeforeReply = true;
  }

  /**
   * Forwards nothing in either direction while it is on; connections stay open, and new ones are accepted. What came
   * meanwhile is forwarded in the end, as a network does that was parted.
   */
  blackHole(isOn: boolean): void {
    this.#isBlackHole = isOn;
    for (const { requests, replies } of [...this.#pairs]) {
      requests.close(isOn);
      replies.close(isOn);
    }
  }

  /** Destroys all connections, and every new one at once, while it is on. */
  refuse(isOn: boolean): void {
    this.#isRefusing = isOn;
    if (isOn) this.cut();
  }

  /** Holds what passes back for so long, in each direction. 0 ends it. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Forwards one byte at a time while it is on. */
  fragment(isOn: boolean): void {
    this.#isFragmenting = isOn;
  }

  async stop(): Promise<void> {
    this.cut();
    const closed = once(this.#listener, 'close');
    this.#listener.close();
    await closed;
    releasePorts([this.port]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(this.#target, '127.0.0.1');
    const pair: Pair = { client, server, requests: new Lane(), replies: new Lane() };
    this.#pairs.add(pair);
    pair.requests.close(this.#isBlackHole);
    pair.replies.close(this.#isBlackHole);
    let isReplyCut = false;
    this.#pass(pair, client, pair.requests, (chunk) => {
      isReplyCut ||= this.#isCuttingBeforeReply;
      this.#isCuttingBeforeReply = false;
      this.#write(server, chunk);
    });
    this.#pass(pair, server, pair.replies, (chunk) => {
      if (isReplyCut) this.#destroy(pair);
      else this.#write(client, chunk);
    });
  }

  #pass(pair: Pair, from: Socket, lane: Lane, forward: (chunk: Buffer) => void): void {
    from.setNoDelay(true);
    from.on('error', () => {});
    from.on('data', (chunk) => lane.add(() => forward(chunk), this.#delayMs));
    from.on('close', () => lane.add(() => this.#destroy(pair), this.#delayMs));
  }

  #write(to: Socket, chunk: Buffer): void {
    if (to.destroyed) return;
    if (!this.#isFragmenting) {
      to.write(chunk);
      return;
    }
    for (const byte of chunk) to.write(Uint8Array.of(byte));
  }

  #destroy(pair: Pair): void {
    this.#pairs.delete(pair);
    pair.requests.clear();
    pair.replies.clear();
    pair.client.destroy();
    pair.server.destroy();
  }
}

/** Starts a proxy in front of a server. */
export const startProxy = (target: { readonly port: number }): Promise<TcpProxy> => TcpProxy.start(target);
