// Queue files: how they are made and opened, which are refused, and that a refused file stays as it was.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { loadDriver, type SqlDatabase } from '#dist/src/broker/sqlite/driver.js';
import { openQueueFile } from '#dist/src/broker/sqlite/queue-file.js';
import { createMessage } from './message.js';
import { withRawDatabase } from './raw-database.js';
import { createTempQueue, type TempQueue } from './temp-queue.js';

let queue: TempQueue;
beforeEach(() => {
  queue = createTempQueue();
});
afterEach(() => queue.dispose());

test('the folder is made for this user alone', async () => {
  const path = join(queue.folder, 'a', 'b', 'queue.db');
  const broker = await openBroker(`sqlite:${path}`);
  await broker.close();
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(readdirSync(dirname(path))).not.toContain('.gitignore');
});

test('the default folder is kept out of version control, if it is new', async () => {
  const fresh = join(queue.folder, 'fresh', '.mq-rpc');
  await (await openBroker(`sqlite:${join(fresh, 'queue.db')}`)).close();
  expect(readFileSync(join(fresh, '.gitignore'), 'utf8')).toBe('*\n');

  const existing = join(queue.folder, 'existing', '.mq-rpc');
  mkdirSync(existing, { recursive: true });
  await (await openBroker(`sqlite:${join(existing, 'queue.db')}`)).close();
  expect(readdirSync(existing)).not.toContain('.gitignore');
});

test('commits wait for the disk, also after a file is opened again', async () => {
  const open = await loadDriver();
  for (let opening = 0; opening < 3; opening++) {
    const db = await openQueueFile(open, queue.path);
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    db.prepare('UPDATE meta SET settled_seq = settled_seq + 1').run();
    db.close();
  }
});

test('an empty file becomes a queue', async () => {
  writeFileSync(queue.path, '');
  const broker = await openBroker(queue.url);
  expect(await broker.send([createMessage()])).toEqual(['accepted']);
  await broker.close();
});

test('many that open a new file at the same moment get the same queue', async () => {
  const brokers = await Promise.all(Array.from({ length: 8 }, () => openBroker(queue.url)));
  await Promise.all(brokers.map((broker) => broker.send([createMessage()])));
  expect((await brokers[0]?.counts('q'))?.ready).toBe(8);
  await Promise.all(brokers.map((broker) => broker.close()));
});

/** Files that are no queues of this version, and what the error says. */
const REFUSED: Readonly<Record<string, { make: (path: string) => unknown; says: RegExp }>> = {
  'a text file': {
    make: (path) => writeFileSync(path, 'not a database, but quite long\n'.repeat(200)),
    says: /not a SQLite database; choose another file/,
  },
  'a database of another program': {
    make: (path) => withRawDatabase(path, (db) => db.exec('CREATE TABLE customer (id)')),
    says: /belongs to another program; choose another path/,
  },
  'a database in WAL mode of another program': {
    make: (path) =>
      withRawDatabase(path, (db) => {
        db.prepare('PRAGMA journal_mode = WAL').get();
        db.exec('CREATE TABLE customer (id)');
      }),
    says: /belongs to another program/,
  },
  'a database of another program that has crashed': {
    make: (path) =>
      withRawDatabase(`${path}.running`, (db) => {
        db.prepare('PRAGMA journal_mode = WAL').get();
        db.exec('CREATE TABLE customer (id)');
        // Copied by another process: closing a file here would drop this process's locks on it.
        for (const suffix of ['', '-wal', '-shm'])
          execFileSync('cp', [`${path}.running${suffix}`, path + suffix]);
      }),
    says: /belongs to another program/,
  },
  'an empty database that another program has marked as its own': {
    make: (path) => withRawDatabase(path, (db) => db.exec('PRAGMA application_id = 42')),
    says: /belongs to another program/,
  },
  'a queue of a newer version': {
    make: async (path) => {
      await (await openBroker(`sqlite:${path}`)).close();
      await withRawDatabase(path, (db) => db.exec('PRAGMA user_version = 99'));
    },
    says: /written by a newer mq-rpc \(schema 99, this one reads 2\); update mq-rpc/,
  },
  'a queue of an older version': {
    make: async (path) => {
      await (await openBroker(`sqlite:${path}`)).close();
      await withRawDatabase(path, (db) => db.exec('PRAGMA user_version = 1'));
    },
    says: /written by an older mq-rpc \(schema 1, this one reads 2\); finish its calls with that one/,
  },
};

for (const [name, { make, says }] of Object.entries(REFUSED)) {
  test(`${name} is refused and stays as it was`, async () => {
    await make(queue.path);
    const before = snapshot();
    await expect(openBroker(queue.url)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(says),
    });
    expect(snapshot()).toEqual(before);
  });
}

test('a path below a file, or one that is a folder, is refused', async () => {
  const refusal = { code: 'UNAVAILABLE', message: expect.stringContaining(queue.folder) };
  writeFileSync(join(queue.folder, 'file'), '');
  mkdirSync(join(queue.folder, 'folder'));
  for (const path of ['file/queue.db', 'file/deeper/queue.db', 'folder']) {
    await expect(openBroker(`sqlite:${join(queue.folder, path)}`)).rejects.toMatchObject(refusal);
  }
});

test('a damaged queue fails each verb with what to do, and crashes nobody', async () => {
  const broker = await openBroker(queue.url);
  await broker.send(Array.from({ length: 500 }, () => createMessage()));
  await broker.close();
  const bytes = readFileSync(queue.path);
  bytes.fill(0xa5, 4_096);
  writeFileSync(queue.path, bytes);

  const damaged = {
    code: 'UNAVAILABLE',
    message: expect.stringContaining('damaged; restore it from a copy'),
  };
  const again = openBroker(queue.url);
  await expect(again.then((opened) => opened.claim(aClaim))).rejects.toMatchObject(damaged);
  await again.then(
    (opened) => opened.close(),
    () => undefined,
  );
});

test('bytes that are not UTF-8 are delivered, die as malformed and stay as they are', async () => {
  const bytes = Uint8Array.from([0x7b, 0xff, 0xfe, 0x00, 0xc3, 0x28]);
  const broker = await openBroker(queue.url);
  await withRawDatabase(queue.path, (db: SqlDatabase) =>
    db
      .prepare(
        `INSERT INTO call (id, queue, state, priority, max_deliveries, kept, accepted_at, retain_ms, body)
         VALUES ('written by hand', 'q', 'ready', 7, 3, 1, 0, 0, ?)`,
      )
      .run(bytes),
  );
  await broker.send([createMessage({ body: 'fine' })]);
  const [byHand, fine] = await broker.claim(aClaim);
  expect(byHand?.body).toContain('\uFFFD');
  expect(fine?.body).toBe('fine');
  await broker.settle([
    { queue: 'q', id: 'written by hand', attempt: 1, outcome: 'dead', reason: 'malformed', result: '1' },
  ]);
  const row = await withRawDatabase(queue.path, (db) =>
    db.prepare<{ body: Uint8Array }>(`SELECT body FROM call WHERE state = 'dead'`).get(),
  );
  expect(Uint8Array.from(row?.body ?? [])).toEqual(bytes);
  await broker.close();
});

const aClaim = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000 };

/** Names and contents of the files in the folder, but for shared memory, which whoever looks builds anew. */
function snapshot(): Record<string, string> {
  const files = existsSync(queue.folder) ? readdirSync(queue.folder) : [];
  return Object.fromEntries(
    files
      .filter((name) => !name.endsWith('-shm') && statSync(join(queue.folder, name)).isFile())
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(queue.folder, name)))
          .digest('hex'),
      ]),
  );
}
