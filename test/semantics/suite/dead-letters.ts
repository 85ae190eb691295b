// Dead letters: looked at, mended, replayed, moved and thrown away; and nothing of them is lost in between.

import { expect, test } from 'vitest';
import { anOrder, deskHandlers } from '../desk-handlers.js';
import { deskDescriptor } from '../generated/index.js';
import { eventually, failureOf, LONG_LEASE, type Stage } from '../stage.js';

export function deadLettersSuite(stage: Stage): void {
  const letters = () => stage.mq.deadLetters(stage.desk);

  /** Has calls die, one after another. */
  async function kill(...texts: string[]): Promise<string[]> {
    const server = await stage.serve(
      {
        once: (text) => {
          throw new Error(`no luck with ${text}`);
        },
      },
      { breaker: false },
    );
    const ids: string[] = [];
    for (const text of texts) {
      const call = await stage.desk.with({ headers: { trace: text } }).once.submit(text);
      await failureOf(call.result());
      ids.push(call.id);
    }
    await server.close();
    return ids;
  }

  test('a letter tells all about its call', async () => {
    const acceptedAt = new Date(stage.clock.now());
    const [id = ''] = await kill('apples');
    const letter = await letters().get(id);
    expect(letter).toMatchObject({
      id,
      queue: 'desk.v1',
      method: 'once',
      args: ['apples'],
      reason: 'handler-failed',
      expiredBy: undefined,
      error: { code: 'HANDLER_FAILED', message: expect.stringContaining('no luck with apples') },
      history: [],
      attempts: 1,
      acceptedAt,
      contract: { version: '1.0', hash: deskDescriptor.contractHash.slice(0, 16) },
      headers: { trace: 'apples' },
      priority: 3,
    });
    expect(letter?.body).toContain('apples');
    expect(letter?.diedAt.getTime()).toBeGreaterThanOrEqual(acceptedAt.getTime());
    expect(await letters().get('00000000-0000-7000-8000-000000000000')).toBeUndefined();
  });

  test('the attempts before the last are told with their errors', async () => {
    await stage.serve(
      {
        again: (_text, ctx) => {
          throw new Error(`attempt ${ctx.attempt}`);
        },
      },
      { breaker: false },
    );
    const call = await stage.desk.again.submit('x');
    await failureOf(call.result());
    const letter = await letters().get(call.id);
    expect(letter?.error?.message).toContain('attempt 4');
    expect(letter?.history.map(({ attempt, error }) => [attempt, error?.message])).toEqual(
      [1, 2, 3].map((attempt) => [attempt, expect.stringContaining(`attempt ${attempt}`)]),
    );
  });

  test('letters are counted, listed newest first, in pages, by method and by reason', async () => {
    const ids = await kill('a', 'b', 'c', 'd', 'e');
    const expired = await stage.desk.with({ journal: 'deadletter', timeToBeReceived: '1s' }).work.submit('x');
    await stage.pass('3s');
    await eventually(async () => expect(await letters().count()).toBe(6));
    const newestFirst = [expired.id, ...ids.toReversed()];
    const all = await letters().list();
    expect(all.map(({ id }) => id)).toEqual(newestFirst);
    const page = await letters().list({ limit: 2, after: all[1]?.position ?? 0 });
    expect(page.map(({ id }) => id)).toEqual(newestFirst.slice(2, 4));
    const iterated: string[] = [];
    for await (const { id } of letters()) iterated.push(id);
    expect(iterated).toEqual(newestFirst);
    expect((await letters().list({ method: 'work' })).map(({ id }) => id)).toEqual([expired.id]);
    expect((await letters().list({ reason: 'expired' })).map(({ id }) => id)).toEqual([expired.id]);
    expect(await letters().list({ reason: 'handler-failed' })).toHaveLength(5);
  });

  test('everybody sees the same letters, whichever way they name the queue', async () => {
    const [id] = await kill('x');
    const other = await stage.connect();
    for (const of of ['desk.v1', deskDescriptor]) {
      expect((await other.deadLetters(of).list()).map((letter) => letter.id)).toEqual([id]);
    }
    expect(await other.deadLetters('nobody.v1').list()).toEqual([]);
  });

  test('a replayed letter is the same call: whoever has its id gets the answer', async () => {
    const [id = ''] = await kill('x');
    const handle = stage.desk.once.handle(id);
    expect(await failureOf(handle.result())).toMatchObject({ code: 'HANDLER_FAILED' });
    expect(await letters().replay(id)).toBe(1);
    expect(await letters().count()).toBe(0);
    expect(await handle.status()).toMatchObject({ state: 'ready', failures: 0 });
    const waiting = (await stage.otherDesk()).once.handle(id).result();
    await stage.serve({ once: (text) => `${text}, at last` });
    await stage.pass('3s');
    expect(await waiting).toBe('x, at last');
    expect(await letters().replay(id)).toBe(0);
  });

  test('a letter can be mended while it is replayed', async () => {
    const [id = ''] = await kill('aples');
    const seen: unknown[] = [];
    const count = await letters().replay(id, {
      edit: (call) => {
        seen.push(call);
        return { ...call, args: ['apples'], headers: { mended: 'yes' } };
      },
    });
    expect(count).toBe(1);
    expect(seen).toMatchObject([{ method: 'once', args: ['aples'], headers: { trace: 'aples' } }]);
    await stage.serve({ once: (text, ctx) => `${text} ${ctx.headers.mended}` });
    expect(await stage.desk.once.handle(id).result()).toBe('apples yes');
  });

  test('what is mended so that it is no call any more stays a letter', async () => {
    const [id = ''] = await kill('x');
    const bad: ((call: { method: string; args: unknown[] }) => unknown)[] = [
      (call) => ({ ...call, args: [5] }),
      (call) => ({ ...call, args: [] }),
      (call) => ({ ...call, method: 'nothing' }),
      () => undefined,
      () => {
        throw new Error('changed my mind');
      },
    ];
    for (const edit of bad) await expect(letters().replay(id, { edit: edit as never })).rejects.toThrow();
    expect((await letters().list()).map((letter) => letter.id)).toEqual([id]);
  });

  test('some letters are replayed, and then all', async () => {
    const ids = await kill('a', 'b', 'c', 'd');
    expect(await letters().replay(ids.slice(0, 2))).toBe(2);
    expect(await letters().replay('all')).toBe(2);
    const started: string[] = [];
    await stage.serve(
      {
        once: (text) => {
          started.push(text);
          return text;
        },
      },
      { concurrency: 1 },
    );
    await eventually(() => expect(started).toEqual(['a', 'b', 'c', 'd']));
  });

  test('a letter that is replayed by two at the same time is replayed once', async () => {
    const [id = ''] = await kill('x');
    const other = await stage.connect();
    const counts = await Promise.all([letters().replay(id), other.deadLetters('desk.v1').replay(id)]);
    expect(counts.toSorted()).toEqual([0, 1]);
  });

  test('letters are moved to another queue, and are waiting calls there', async () => {
    const ids = await kill('a', 'b');
    expect(await letters().move(ids, 'desk-quarantine.v1')).toBe(2);
    expect(await letters().count()).toBe(0);
    expect(await stage.mq.deadLetters('desk-quarantine.v1').count()).toBe(0);
    const handled: string[] = [];
    const handlers = deskHandlers({ once: (text, ctx) => `${handled.push(`${text} ${ctx.headers.trace}`)}` });
    const quarantine = { ...deskDescriptor, queue: 'desk-quarantine.v1' };
    await (await stage.connect()).serve(quarantine, handlers, { lease: LONG_LEASE });
    await eventually(() => expect(handled.toSorted()).toEqual(['a a', 'b b']));
    await expect(letters().move('all', stage.desk)).rejects.toBeInstanceOf(TypeError);
  });

  test('letters that nobody needs are thrown away', async () => {
    const ids = await kill('a', 'b', 'c');
    expect(await letters().purge(ids[1] ?? '')).toBe(1);
    expect(await letters().purge('all')).toBe(2);
    expect(await letters().list()).toEqual([]);
    expect((await stage.desk.once.handle(ids[0] ?? '').status()).state).toBe('unknown');
  });

  test('letters of one order key come back in their order', async () => {
    const server = await stage.serve(
      {
        place: () => {
          throw new Error('no luck');
        },
      },
      { breaker: false },
    );
    const calls = [];
    for (const id of ['o-1', 'o-2', 'o-3']) {
      calls.push(await stage.desk.with({ retry: 'none' }).place.submit(anOrder(id)));
    }
    for (const call of calls) await failureOf(call.result());
    await server.close();
    await letters().replay('all');
    const started: string[] = [];
    await stage.serve({
      place: ({ id }) => {
        started.push(id);
        return id;
      },
    });
    await eventually(() => expect(started).toEqual(['o-1', 'o-2', 'o-3']));
  });
}
