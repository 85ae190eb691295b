// Quotas: a queue that is full says so to whoever sends, and drops nothing.

import type { QueueLimitOptions } from 'mq-rpc';
import { expect, test } from 'vitest';
import { deskHandlers } from '../desk-handlers.js';
import { deskDescriptor } from '../generated/index.js';
import { eventually, failureOf, type Stage } from '../stage.js';

export function quotasSuite(stage: Stage): void {
  /** Sets limits as a server does, and has it go. */
  async function limit(limits: QueueLimitOptions): Promise<void> {
    const server = await stage.serve({}, { limits });
    await server.close();
  }

  test('a queue with as many calls as it may have refuses the next one, also after its server has gone', async () => {
    await limit({ calls: 2 });
    const calls = [await stage.desk.work.submit('a'), await stage.desk.work.submit('b')];
    for (const desk of [stage.desk, await stage.otherDesk()]) {
      expect(await failureOf(desk.work('c'))).toMatchObject({ code: 'QUEUE_FULL', kind: 'rejected' });
      expect(await failureOf(desk.note('c'))).toMatchObject({ code: 'QUEUE_FULL' });
    }
    await stage.serve();
    expect(await Promise.all(calls.map((call) => call.result()))).toEqual(['a', 'b']);
    expect(await stage.desk.work('c')).toBe('c');
  });

  test('the same holds for bytes', async () => {
    await limit({ bytes: 20_000 });
    await stage.desk.work.send('x'.repeat(15_000));
    expect(await failureOf(stage.desk.work('y'.repeat(15_000)))).toMatchObject({ code: 'QUEUE_FULL' });
    await stage.desk.work.send('small');
    await stage.serve();
    expect(await stage.desk.work('small')).toBe('small');
    expect(await stage.desk.work('y'.repeat(15_000))).toHaveLength(15_000);
  });

  test('a full dead-letter queue stops the intake until somebody has looked after it', async () => {
    await stage.serve(
      {
        once: () => {
          throw new Error('no luck');
        },
      },
      { limits: { deadLetters: 2 } },
    );
    for (const text of ['a', 'b']) await failureOf(stage.desk.once(text));
    const failure = await failureOf(stage.desk.work('x'));
    expect(failure).toMatchObject({ code: 'QUEUE_FULL', kind: 'rejected' });
    expect(String(failure)).toContain('dead letters');
    const letters = stage.mq.deadLetters(stage.desk);
    expect(await letters.count()).toBe(2);
    const [newest] = await letters.list({ limit: 1 });
    await letters.purge(newest?.id ?? '');
    expect(await stage.desk.work('x')).toBe('x');
  });

  test('a limit can be changed while servers run', async () => {
    await stage.serve({}, { limits: { calls: 1 } });
    await stage.desk.with({ delay: '1h' }).work.send('waits');
    expect(await failureOf(stage.desk.work('x'))).toMatchObject({ code: 'QUEUE_FULL' });
    await limit({ calls: 10 });
    expect(await stage.desk.work('x')).toBe('x');
  });

  test('a full queue does not keep what is in it from being retried', async () => {
    let runs = 0;
    await stage.serve(
      {
        later: (text) => {
          runs++;
          if (runs < 3) throw new Error('no luck');
          return text;
        },
      },
      { limits: { calls: 1 } },
    );
    const call = await stage.desk.later.submit('x');
    await eventually(async () => {
      await stage.pass('5s');
      expect((await call.status()).state).toBe('answered');
    });
  });

  test('limits that make no sense are refused', async () => {
    const connection = await stage.connect();
    for (const limits of [
      { calls: -1 },
      { bytes: 1.5 },
      { deadLetters: Number.NaN },
      { journalAge: '-1s' },
      { cals: 5 },
    ]) {
      const serving = connection.serve(deskDescriptor, deskHandlers(), { limits: limits as never });
      await expect(serving).rejects.toThrow(/limits/);
    }
    expect((await stage.desk.work.submit('x')).duplicate).toBe(false);
  });
}
