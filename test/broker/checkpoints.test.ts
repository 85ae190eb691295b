// When the log is moved into the database, and how often that is tried.

import { expect, test } from 'vitest';
import { Checkpoints } from '#dist/src/broker/sqlite/checkpoints.js';
import { withRawDatabase } from './raw-database.js';

const MIB = 1024 * 1024;

test('what cannot be moved is tried again when the log has grown by megabytes, not at each commit', async () => {
  await withRawDatabase(':memory:', (db) => {
    let tries = 0;
    const checkpoints = new Checkpoints(db, () => {
      tries++;
      throw new Error('no more files');
    });
    const grow = (logBytes: number) => () => checkpoints.keepBounded(logBytes);
    expect(grow(8 * MIB)).toThrow('no more files');
    for (let logBytes = 8 * MIB; logBytes < 10 * MIB; logBytes += 4_096) grow(logBytes)();
    expect(tries).toBe(1);
    expect(grow(10 * MIB)).toThrow('no more files');
    expect(tries).toBe(2);
  });
});
