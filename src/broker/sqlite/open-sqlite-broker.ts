// Opens SQLite brokers: on a file, or in memory, where connections of one name share a queue.

import { resolve } from 'node:path';
import type { Broker } from '../broker.js';
import type { BrokerContext } from '../open-broker.js';
import { readBoot } from './boot.js';
import { Checkpoints } from './checkpoints.js';
import { loadDriver } from './driver.js';
import { watchFile } from './file-watch.js';
import { openQueueFile, openQueueInMemory } from './queue-file.js';
import { fileSignals, noSignals } from './signals.js';
import { SqliteBroker } from './sqlite-broker.js';
import { Store } from './store.js';

/** Opens the queue file at `path`. */
export async function openSqliteBroker(path: string, context: BrokerContext): Promise<Broker> {
  const absolute = resolve(path);
  const open = await loadDriver();
  const db = await openQueueFile(open, absolute);
  const file = {
    path: absolute,
    watch: watchFile(absolute),
    checkpoints: new Checkpoints(db, () => open(absolute)),
  };
  const store = new Store({ db, file, signals: fileSignals(`${absolute}-wake`), ...context });
  try {
    await store.open(readBoot());
  } catch (error) {
    await store.close();
    throw error;
  }
  return new SqliteBroker({
    store,
    url: `sqlite:${path}`,
    durability: 'local-fsync',
    threadUrl: `sqlite:${absolute}`,
    release: () => store.close(),
    ...context,
  });
}

/** Named queues in memory and how many connections have each of them. */
const shared = new Map<string, { readonly store: Promise<Store>; connections: number }>();

/** Opens a queue in memory: a private one without a name, otherwise the one of that name in this process. */
export async function openMemoryBroker(name: string, context: BrokerContext): Promise<Broker> {
  const entry = shared.get(name) ?? { store: createMemoryStore(context), connections: 0 };
  entry.connections += 1;
  if (name !== '') shared.set(name, entry);
  const release = async (): Promise<void> => {
    entry.connections -= 1;
    if (entry.connections > 0) return;
    if (shared.get(name) === entry) shared.delete(name);
    await (await entry.store).close();
  };
  const common = {
    url: `memory:${name}`,
    durability: 'memory',
    threadUrl: undefined,
    release,
    ...context,
  } as const;
  try {
    return new SqliteBroker({ store: await entry.store, ...common });
  } catch (error) {
    shared.delete(name);
    throw error;
  }
}

async function createMemoryStore(context: BrokerContext): Promise<Store> {
  const db = openQueueInMemory(await loadDriver());
  return new Store({ db, file: undefined, signals: noSignals, ...context });
}
