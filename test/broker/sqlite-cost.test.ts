// What a call costs does not grow with the number of those that wait: counted in statements and rows, not in time.

import { afterEach, expect, test } from 'vitest';
import type { Delivery, Message } from '#dist/src/broker/broker.js';
import { loadDriver, type SqlDatabase } from '#dist/src/broker/sqlite/driver.js';
import { openQueueInMemory } from '#dist/src/broker/sqlite/queue-file.js';
import { noSignals } from '#dist/src/broker/sqlite/signals.js';
import { SqliteBroker } from '#dist/src/broker/sqlite/sqlite-broker.js';
import { Store } from '#dist/src/broker/sqlite/store.js';
import { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { createMessage } from './message.js';
import { attemptOf } from './suite/subject.js';

let statements = 0;
let broker: SqliteBroker;
afterEach(() => broker.close());

async function openCounted(): Promise<void> {
  const context = { clock: new VirtualClock(), onWarning: () => undefined };
  const db = count(openQueueInMemory(await loadDriver()));
  const store = new Store({ db, file: undefined, signals: noSignals, ...context });
  const names = { url: 'memory:', durability: 'memory', threadUrl: undefined } as const;
  broker = new SqliteBroker({ store, ...names, ...context, release: () => store.close() });
}

/** A connection that counts what is run on it, each row that comes out as one more. */
function count(db: SqlDatabase): SqlDatabase {
  return {
    ...db,
    prepare<Row>(sql: string) {
      const statement = db.prepare<Row>(sql);
      return {
        run: (...values) => {
          const changes = statement.run(...values);
          statements += 1 + changes;
          return changes;
        },
        get: (...values) => {
          statements += 1;
          return statement.get(...values);
        },
        all: (...values) => {
          const rows = statement.all(...values);
          statements += 1 + rows.length;
          return rows;
        },
      };
    },
  };
}

const claim = (limit: number): Promise<Delivery[]> =>
  broker.claim({ queue: 'q', worker: 'w', limit, leaseMs: 60_000 });

/** What it costs to end ten calls and start ten others, one after the other, with so many waiting. */
async function costOfTen(backlog: number, messageOf: (index: number) => Partial<Message>): Promise<number> {
  await openCounted();
  for (let index = 0; index < backlog; index += 500) {
    const part = Array.from({ length: Math.min(500, backlog - index) }, (_, n) => messageOf(index + n));
    await broker.send(part.map((message) => createMessage(message)));
  }
  const running: Delivery[] = [];
  // Everybody is tried, and set aside, once.
  for (let round = 0; round < backlog / 100 + 1; round++) running.push(...(await claim(10)));
  await endAndStart(running);
  const before = statements;
  for (let round = 0; round < 10; round++) await endAndStart(running);
  const cost = statements - before;
  await broker.close();
  return cost;
}

async function endAndStart(running: Delivery[]): Promise<void> {
  const delivery = running.shift();
  if (delivery === undefined) throw new Error('expected a running call');
  await broker.settle([{ ...attemptOf(delivery), outcome: 'answered', result: '1' }]);
  running.push(...(await claim(10)));
}

const atATime = (name: string, concurrency: number) => ({ name, concurrency });

for (const [name, messageOf] of Object.entries({
  'of one lane': () => ({ lane: 'only' }),
  'of one limit': () => ({ limits: [atATime('all', 2)] }),
  'of a limit, and of another one for each key': (index: number) => ({
    limits: [atATime('all', 4), atATime(`key ${index % 10 < 7 ? 0 : index % 10}`, 2)],
  }),
  'of two limits that are both used up': () => ({ limits: [atATime('one', 2), atATime('other', 2)] }),
} satisfies Record<string, (index: number) => Partial<Message>>)) {
  test(`calls ${name} cost as much with thousands waiting as with a hundred`, async () => {
    const few = await costOfTen(100, messageOf);
    const many = await costOfTen(4_000, messageOf);
    expect(many).toBeLessThan(few * 1.5);
  });
}

test('quotas and dead letters are counted as they come and go, not anew', async () => {
  const costOfSend = async (backlog: number): Promise<number> => {
    await openCounted();
    await broker.limit('q', { maxCalls: 100_000, maxBytes: 10_000_000 });
    await broker.send(Array.from({ length: backlog }, () => createMessage()));
    const before = statements;
    await broker.send([createMessage()]);
    await broker.close();
    return statements - before;
  };
  expect(await costOfSend(5_000)).toBe(await costOfSend(10));
});
