// Moves a slot of a cluster step by step, so that tests can look, or do something, in the middle.

import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './ask.js';
import type { RedisServer } from './server.js';

/** How a node is called in a cluster. */
export const nodeId = async (node: RedisServer): Promise<string> =>
  String(await ask(node, 'cluster', 'myid'));

/** One key can be a whole queue. */
const MIGRATE_TIMEOUT_MS = 30_000;

export interface MigrateOptions {
  /** Keys that move at a time. Default 10. */
  readonly batch?: number;
  /** Pause after each batch. Default 0. */
  readonly pauseMs?: number;
}

/** A slot under way. Until `finish` or `abort`, both sides answer for it: with ASK, TRYAGAIN, or what is asked for. */
export interface SlotMigration {
  readonly slot: number;
  readonly from: RedisServer;
  readonly to: RedisServer;
  /** Moves up to so many keys, and says how many have moved. */
  moveKeys(count: number): Promise<number>;
  /** Moves these keys. */
  moveThese(keys: readonly string[]): Promise<void>;
  /** Keys that are still at the old place. */
  remaining(): Promise<number>;
  /** Gives the slot to its new master. The old one must have no keys of it any more. */
  finish(): Promise<void>;
  /** Leaves the slot where it was. Keys that have moved are lost to clients unless they are moved back. */
  abort(): Promise<void>;
  /** Moves all keys in batches, those too that come meanwhile, and finishes. */
  run(options?: MigrateOptions): Promise<void>;
}

export interface MigrationParts {
  readonly slot: number;
  readonly from: RedisServer;
  readonly to: RedisServer;
  /** Everybody who has to be told in the end. */
  readonly masters: readonly RedisServer[];
}

export async function beginMigration({ slot, from, to, masters }: MigrationParts): Promise<SlotMigration> {
  const setSlot = (node: RedisServer, ...how: readonly string[]): Promise<unknown> =>
    ask(node, 'cluster', 'setslot', String(slot), ...how);
  const target = await nodeId(to);
  await setSlot(to, 'importing', await nodeId(from));
  await setSlot(from, 'migrating', target);

  const moveThese = async (keys: readonly string[]): Promise<void> => {
    const source = { port: from.port, timeoutMs: 2 * MIGRATE_TIMEOUT_MS };
    const where = ['127.0.0.1', String(to.port), '', '0', String(MIGRATE_TIMEOUT_MS)];
    await ask(source, 'migrate', ...where, 'keys', ...keys);
  };
  const moveKeys = async (count: number): Promise<number> => {
    const keys = (await ask(from, 'cluster', 'getkeysinslot', String(slot), String(count))) as string[];
    if (keys.length > 0) await moveThese(keys);
    return keys.length;
  };
  const remaining = async (): Promise<number> =>
    Number(await ask(from, 'cluster', 'countkeysinslot', String(slot)));
  // The new master first: if the old one forgot the slot before, nobody would have it.
  const finish = async (): Promise<void> => {
    const others = masters.filter((node) => node !== from && node !== to);
    for (const node of [to, from, ...others]) await setSlot(node, 'node', target);
  };
  const abort = async (): Promise<void> => {
    for (const node of [from, to]) await setSlot(node, 'stable');
  };
  const run = async ({ batch = 10, pauseMs = 0 }: MigrateOptions = {}): Promise<void> => {
    while ((await moveKeys(batch)) > 0) await sleep(pauseMs);
    await finish();
  };
  return { slot, from, to, moveKeys, moveThese, remaining, finish, abort, run };
}
