// Journals: what was sent and what was received, as long as there is room for it, and replayable.

import { expect, test } from 'vitest';
import { eventually, failureOf, type Stage } from '../stage.js';

export function journalsSuite(stage: Stage): void {
  const sent = () => stage.mq.journal(stage.desk).list({ name: 'sent' });
  const received = () => stage.mq.journal(stage.desk).list({ name: 'received' });

  test('a call is written down when it is sent and when it was handled', async () => {
    const sentAt = new Date(stage.clock.now());
    const call = await stage.desk.with({ headers: { trace: 't' } }).record.submit('x');
    const entry = { id: call.id, method: 'record', args: ['x'], headers: { trace: 't' }, priority: 3 };
    expect(await sent()).toMatchObject([{ ...entry, at: sentAt, outcome: undefined }]);
    expect(await received()).toEqual([]);
    await stage.clock.advance('5s');
    await stage.serve({ record: (text) => `${text}!` });
    expect(await call.result()).toBe('x!');
    expect(await received()).toMatchObject([
      {
        ...entry,
        at: new Date(stage.clock.now()),
        outcome: { state: 'answered', value: 'x!', error: undefined },
      },
    ]);
  });

  test('failures are written down, and attempts that are tried again are not', async () => {
    await stage.serve({
      record: () => {
        throw new Error('no luck');
      },
    });
    await failureOf(stage.desk.with({ retry: { strategy: 'immediate', attempts: 3 } }).record('x'));
    expect(await received()).toMatchObject([
      { outcome: { state: 'dead', value: undefined, error: { code: 'HANDLER_FAILED' } } },
    ]);
    expect(await sent()).toHaveLength(1);
  });

  test('any call can ask for it, and a call can do without', async () => {
    await stage.serve();
    await stage.desk.with({ journal: 'always' }).work('asked for');
    await stage.desk.with({ journal: 'none' }).record('done without');
    await stage.desk.work('never mentioned');
    expect((await sent()).map(({ args }) => args)).toEqual([['asked for']]);
    expect(await received()).toHaveLength(1);
  });

  test('entries outlive their calls, newest first, in pages', async () => {
    await stage.serve();
    for (const text of ['a', 'b', 'c', 'd', 'e']) await stage.desk.record(text);
    await stage.pass('1h');
    const all = await received();
    expect(all.map(({ args }) => args)).toEqual([['e'], ['d'], ['c'], ['b'], ['a']]);
    const journal = (await stage.connect()).journal('desk.v1');
    const page = await journal.list({ name: 'received', limit: 2, after: all[1]?.position ?? 0 });
    expect(page).toEqual(all.slice(2, 4));
  });

  test('the oldest entries make room', async () => {
    await stage.serve({}, { limits: { journalEntries: 3 } });
    for (const text of ['a', 'b', 'c', 'd', 'e']) await stage.desk.record(text);
    expect((await sent()).map(({ args }) => args)).toEqual([['e'], ['d'], ['c']]);
    expect((await received()).map(({ args }) => args)).toEqual([['e'], ['d'], ['c']]);
  });

  test('entries that are too old make room', async () => {
    await stage.serve({}, { limits: { journalAge: '1h' } });
    await stage.desk.record('old');
    await stage.pass('40m');
    await stage.desk.record('young');
    await stage.pass('30m');
    expect((await sent()).map(({ args }) => args)).toEqual([['young']]);
  });

  test('entries are replayed as new calls, which say of what they are copies', async () => {
    const handled: [string, string | undefined][] = [];
    await stage.serve({
      record: (text, ctx) => {
        handled.push([text, ctx.headers['mq-rpc-replay-of']]);
        return text;
      },
    });
    const calls = [await stage.desk.record.submit('a'), await stage.desk.record.submit('b')];
    for (const call of calls) await call.result();
    const [b, a] = await sent();
    const ids = await stage.mq
      .journal(stage.desk)
      .replay({ name: 'sent', positions: [a?.position ?? 0, b?.position ?? 0] });
    expect(ids).toHaveLength(2);
    expect(new Set([...ids, ...calls.map(({ id }) => id)]).size).toBe(4);
    await eventually(() =>
      expect(handled.slice(2).toSorted()).toEqual([
        ['a', calls[0]?.id],
        ['b', calls[1]?.id],
      ]),
    );
  });

  test('an entry that is not there is not replayed, nor is any other with it', async () => {
    await stage.desk.record.send('x');
    const [entry] = await sent();
    const positions = [entry?.position ?? 0, 123_456_789];
    await expect(stage.mq.journal(stage.desk).replay({ name: 'sent', positions })).rejects.toBeInstanceOf(
      RangeError,
    );
    expect(await sent()).toHaveLength(1);
    await expect(stage.mq.journal(stage.desk).list({ name: 'lost' as never })).rejects.toBeInstanceOf(
      TypeError,
    );
  });
}
