// Group commit: what shares a transaction, what fails alone, and what a failed commit is called.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadDriver, type OpenDatabase, type SqlDatabase } from '#dist/src/broker/sqlite/driver.js';
import { GroupCommit, type GroupCommitOptions } from '#dist/src/broker/sqlite/group-commit.js';
import { openQueueFile } from '#dist/src/broker/sqlite/queue-file.js';
import { createTransactions } from '#dist/src/broker/sqlite/transaction.js';
import { createTempQueue, type TempQueue } from './temp-queue.js';

let queue: TempQueue;
let open: OpenDatabase;
let db: SqlDatabase;
beforeEach(async () => {
  queue = createTempQueue();
  open = await loadDriver();
  db = await openQueueFile(open, queue.path);
  db.exec('CREATE TABLE note (text TEXT NOT NULL)');
});
afterEach(() => {
  db.close();
  queue.dispose();
});

let commits = 0;
function createCommit(options: Partial<GroupCommitOptions> = {}): GroupCommit {
  commits = 0;
  return new GroupCommit({
    db,
    file: queue.path,
    syncs: true,
    beginTransaction: createTransactions(db),
    beforeWrite: () => undefined,
    afterCommit: () => commits++,
    ...options,
  });
}

const write = (text: string | null) => () => db.prepare('INSERT INTO note VALUES (?)').run(text);
const notes = (): string[] =>
  db
    .prepare<{ text: string }>('SELECT text FROM note')
    .all()
    .map(({ text }) => text);

test('what is asked for in one turn of the event loop shares one commit', async () => {
  const commit = createCommit();
  await Promise.all(['a', 'b', 'c'].map((text) => commit.run('durable', write(text))));
  expect(notes()).toEqual(['a', 'b', 'c']);
  expect(commits).toBe(1);
});

test('an operation that throws fails alone', async () => {
  const commit = createCommit();
  const [a, bad, c] = ['a', null, 'c'].map((text) => commit.run('durable', write(text)));
  await expect(bad).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  await Promise.all([a, c]);
  expect(notes()).toEqual(['a', 'c']);
});

test('an error that is not of SQLite arrives as it is', async () => {
  const mistake = new TypeError('of the test');
  const failing = createCommit().run('durable', () => {
    throw mistake;
  });
  await expect(failing).rejects.toBe(mistake);
});

test('commits are synchronized as the most careful of their operations asks', async () => {
  const commit = createCommit();
  const level = (): unknown => db.prepare<{ synchronous: number }>('PRAGMA synchronous').get()?.synchronous;
  expect(await commit.run('lazy', level)).toBe(1);
  expect(await commit.run('durable', level)).toBe(2);
  expect(await Promise.all([commit.run('lazy', level), commit.run('durable', level)])).toEqual([2, 2]);
});

test('a lock that is never given up ends the patience, and nothing was written', async () => {
  const other = open(queue.path);
  other.exec('BEGIN IMMEDIATE');
  const commit = createCommit({ patienceMs: 20 });
  await expect(commit.run('durable', write('a'))).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('another process has kept it locked'),
  });
  other.exec('ROLLBACK');
  other.close();
  await commit.run('durable', write('b'));
  expect(notes()).toEqual(['b']);
});

/** Result codes of a COMMIT, in the spelling of each driver, and what the caller is told. */
const COMMIT_FAILURES = [
  [{ code: 'SQLITE_FULL' }, 'UNAVAILABLE', /the disk is full; free some space.*nothing was written/],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 13 }, 'UNAVAILABLE', /the disk is full/],
  [{ code: 'SQLITE_IOERR_WRITE' }, 'UNAVAILABLE', /the disk reported an error.*nothing was written/],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 778 }, 'UNAVAILABLE', /nothing was written/],
  [{ code: 'SQLITE_IOERR_FSYNC' }, 'UNCONFIRMED', /may or may not have been written/],
  [{ code: 'ERR_SQLITE_ERROR', errcode: 1034 }, 'UNCONFIRMED', /may or may not/],
] as const;

for (const [failure, code, message] of COMMIT_FAILURES) {
  test(`a commit that fails with ${JSON.stringify(failure)} is ${code}`, async () => {
    // The disk cannot be made to fail at will, so this connection fails in its place.
    const failing: SqlDatabase = {
      ...db,
      prepare: <Row>(sql: string) => {
        const statement = db.prepare<Row>(sql);
        if (sql !== 'COMMIT') return statement;
        const run = (): number => {
          throw Object.assign(new Error('of the test'), failure);
        };
        return { ...statement, run };
      },
    };
    await expect(createCommit({ db: failing }).run('durable', write('a'))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(notes()).toEqual([]);
    expect(commits).toBe(0);
  });
}
