// What every test of these starts with: queues that nobody has used, a clock to turn, a client, and servers at will.

import {
  type CallOptions,
  type Connection,
  type ConnectOptions,
  connect,
  type ServeOptions,
  type Server,
} from 'mq-rpc';
import { VirtualClock } from 'mq-rpc/testing';
import { afterEach, beforeEach, vi } from 'vitest';
import { type Duration, parseDuration } from '#dist/src/duration.js';
import { type DeskHandlers, deskHandlers } from './desk-handlers.js';
import { DeskClient, deskDescriptor } from './generated/index.js';

/** A broker, and how safe calls are there. */
export interface Setting {
  readonly url: string;
  readonly durability: string;
  readonly expressDurability: string;
  dispose(): void | Promise<void>;
}

export interface Stage {
  readonly setting: Setting;
  readonly clock: VirtualClock;
  /** The connection that {@link desk} calls through. */
  readonly mq: Connection;
  readonly desk: DeskClient;
  /** What the connections warned of. */
  readonly warnings: readonly string[];
  /** Another process, as far as can be told. */
  connect(options?: ConnectOptions): Promise<Connection>;
  /** The desk as another process sees it. */
  otherDesk(options?: CallOptions): Promise<DeskClient>;
  /** A server on a connection of its own. */
  serve(changes?: Partial<DeskHandlers>, options?: ServeOptions): Promise<Server>;
  /** Lets time pass, and what that sets off reach every connection. */
  pass(duration: Duration): Promise<void>;
  /** Lets everything that is under way come to rest, as far as can be told. */
  rest(): Promise<void>;
}

/** Registers the hooks that open and close it all. */
export function useStage(createSetting: () => Setting): Stage {
  let setting: Setting;
  let connections: Connection[];
  let clock: VirtualClock;
  let desk: DeskClient;
  let warnings: string[];

  async function open(options: ConnectOptions = {}): Promise<Connection> {
    const onWarning = (message: string) => warnings.push(message);
    const connection = await connect({ url: setting.url, clock, onWarning, ...options });
    connections.push(connection);
    return connection;
  }

  beforeEach(async () => {
    setting = createSetting();
    connections = [];
    warnings = [];
    clock = new VirtualClock();
    desk = new DeskClient(await open());
  });

  afterEach(async () => {
    const closed = Promise.all(connections.map((connection) => connection.close()));
    // The clock has to go on for servers to give up handlers that never end.
    await clock.advance('1m');
    await closed;
    await setting.dispose();
  });

  /** What was asked of a broker before has been answered when this is. */
  async function rest(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      await Promise.all(
        connections.map((connection) =>
          new DeskClient(connection).work
            .handle(NOBODY)
            .status()
            .catch(() => undefined),
        ),
      );
      await clock.settle();
    }
  }

  return {
    get setting() {
      return setting;
    },
    get clock() {
      return clock;
    },
    get mq() {
      return connections[0] as Connection;
    },
    get desk() {
      return desk;
    },
    get warnings() {
      return warnings;
    },
    connect: open,
    otherDesk: async (options) => new DeskClient(await open(), options),
    serve: async (changes, options = {}) =>
      (await open()).serve(deskDescriptor, deskHandlers(changes), {
        onFailure: () => undefined,
        lease: LONG_LEASE,
        ...options,
      }),
    async pass(duration) {
      await rest();
      const totalMs = parseDuration(duration, 'pass');
      const stepMs = Math.max(1_000, totalMs / MOST_STEPS);
      for (let leftMs = totalMs; leftMs > 0; leftMs -= stepMs) {
        await clock.advance(Math.ceil(Math.min(stepMs, leftMs)));
        await rest();
      }
    },
    rest,
  };
}

/** Time is turned faster than a broker in another process can follow: no handler is to lose its call by that. */
export const LONG_LEASE = '1h';

/** More of them take too long. */
const MOST_STEPS = 60;

const NOBODY = '00000000-0000-7000-8000-000000000000';

/** Waits until `check` stops throwing: for what other connections bring about in their own time. */
export const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 20_000, interval: 5 });

/** How a call failed; fails itself if it did not. */
export const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => Promise.reject(new Error(`expected a failure, got ${String(value)}`)),
    (error: unknown) => error,
  );
