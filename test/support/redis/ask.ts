// Asks a server one thing, over a connection of its own that neither waits nor tries again.

import { Redis } from 'ioredis';

/** Where a server is and who asks. */
export interface Address {
  readonly port: number;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** How long to wait for the reply. Default 5 s. */
  readonly timeoutMs?: number;
}

/** The reply to a command. Rejects if the server is away, loading or paused, or replies with an error. */
export async function ask(address: Address, ...command: readonly [string, ...string[]]): Promise<unknown> {
  const client = new Redis({
    host: '127.0.0.1',
    port: address.port,
    ...(address.username === undefined ? {} : { username: address.username }),
    ...(address.password === undefined ? {} : { password: address.password }),
    lazyConnect: true,
    enableReadyCheck: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: 2_000,
    commandTimeout: address.timeoutMs ?? 5_000,
  });
  // The promises below say it.
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.call(...command);
  } finally {
    client.disconnect();
  }
}

/** The members of an INFO-like reply. */
export async function askInfo(
  address: Address,
  ...command: readonly [string, ...string[]]
): Promise<Record<string, string>> {
  const reply = String(await ask(address, ...command));
  const pairs = reply.split('\r\n').flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon), line.slice(colon + 1)] as const];
  });
  return Object.fromEntries(pairs);
}
