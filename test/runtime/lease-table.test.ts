// What one thread writes down as held, another one reads.

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { LeaseTable, readLeaseTable } from '#dist/src/server/lease-table.js';

const attemptAt = (attempt: number) => ({ queue: 'q', id: randomUUID(), attempt });

test('what was added and not removed is read, however often slots were used', () => {
  const table = new LeaseTable(() => expect.fail('it has room'));
  const [first, second] = [attemptAt(1), attemptAt(70_000)];
  for (let round = 0; round < 1_000; round++) table.remove(table.add(attemptAt(round)));
  const slot = table.add(first);
  table.add(second);
  expect(readLeaseTable(table.memory, 'q')).toHaveLength(2);
  expect(readLeaseTable(table.memory, 'q')).toEqual(expect.arrayContaining([first, second]));
  table.remove(slot);
  expect(readLeaseTable(table.memory, 'q')).toEqual([second]);
});

test('a table that is full moves to larger memory with everything in it, and says so', () => {
  let memory: SharedArrayBuffer | undefined;
  const table = new LeaseTable((grown) => {
    memory = grown;
  });
  const attempts = Array.from({ length: 1_000 }, (_, index) => attemptAt(index + 1));
  const slots = attempts.map((attempt) => table.add(attempt));
  expect(new Set(slots).size).toBe(1_000);
  expect(memory).toBe(table.memory);
  const read = readLeaseTable(table.memory, 'q').map(({ id }) => id);
  expect(read.toSorted()).toEqual(attempts.map(({ id }) => id).toSorted());
});
