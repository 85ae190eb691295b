// Two connections on one queue in memory, for tests of clients and servers without a process or a file.

/// <reference lib="esnext.disposable" preserve="true" />

import { randomUUID } from 'node:crypto';
import { type Connection, type ConnectOptions, connect } from '../connection.js';
import { VirtualClock } from './virtual-clock.js';

export interface TestPair {
  /** For stubs. */
  readonly client: Connection;
  /** For `serve`. Close it to see what happens while the server is offline. */
  readonly server: Connection;
  /** The clock of both. Nothing times out, is retried or expires until it is turned. */
  readonly clock: VirtualClock;
  /** Another connection to the same queue, for a second client or server. */
  connect(options?: Pick<ConnectOptions, 'name' | 'maxBodyBytes' | 'onWarning'>): Promise<Connection>;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * A client and a server on one queue in memory, with the semantics of the real brokers and a clock that the test
 * turns.
 *
 * ```ts
 * await using pair = await createTestPair();
 * await pair.server.serve(new MyOrders());
 * const receipt = await new OrdersClient(pair.client).place(order);
 * await pair.clock.advance('2d');
 * ```
 */
export async function createTestPair(): Promise<TestPair> {
  const clock = new VirtualClock();
  const url = `memory:${randomUUID()}`;
  const connections: Connection[] = [];
  const open: TestPair['connect'] = async (options = {}) => {
    const connection = await connect({ ...options, url, clock });
    connections.push(connection);
    return connection;
  };
  const client = await open();
  const server = await open();
  const close = async (): Promise<void> => {
    const closed = Promise.all(connections.map((connection) => connection.close()));
    // The clock has to go on for servers to give up handlers that never end.
    await clock.advance('1m');
    await closed;
  };
  return { client, server, clock, connect: open, close, [Symbol.asyncDispose]: close };
}
