// Delay and schedules: calls that wait for their time, and calls that recur, once however many processes run.

import { expect, test } from 'vitest';
import { DeskClient } from '../generated/index.js';
import { eventually, type Stage } from '../stage.js';

export function delayAndSchedulesSuite(stage: Stage): void {
  const inSeconds = (seconds: number): Date => new Date(stage.clock.now() + seconds * 1_000);

  /** Says what was started, and when. */
  async function serve(): Promise<[string, string][]> {
    const started: [string, string][] = [];
    const handle = (text: string): string => {
      started.push([text, new Date(stage.clock.now()).toISOString().slice(0, 16)]);
      return text;
    };
    await stage.serve({ work: handle, note: (text) => void handle(text) });
    return started;
  }

  test('a delayed call says when it is due, and is not started before', async () => {
    const started = await serve();
    const delayed = await stage.desk.with({ delay: '30s' }).work.submit('delayed');
    const at = inSeconds(60);
    const timed = await stage.desk.with({ at }).work.submit('at');
    expect(await delayed.status()).toMatchObject({ state: 'scheduled', nextAttemptAt: inSeconds(30) });
    expect(await timed.status()).toMatchObject({ state: 'scheduled', nextAttemptAt: at });
    await stage.pass('29s');
    expect(started).toEqual([]);
    await stage.pass('2s');
    await eventually(() => expect(started.map(([text]) => text)).toEqual(['delayed']));
    await stage.pass('28s');
    expect(started).toHaveLength(1);
    await stage.pass('2s');
    await eventually(() => expect(started.map(([text]) => text)).toEqual(['delayed', 'at']));
  });

  test('an instant that has passed is now, and one-way calls wait as well', async () => {
    const started = await serve();
    await stage.desk.with({ delay: '5s' }).note('later');
    expect(await stage.desk.with({ at: inSeconds(-60) }).work('now')).toBe('now');
    expect(started.map(([text]) => text)).toEqual(['now']);
    await stage.pass('6s');
    await eventually(() => expect(started.map(([text]) => text)).toEqual(['now', 'later']));
  });

  test('delay and at together make no sense', async () => {
    const options = { delay: '5s', at: inSeconds(5) } as const;
    await expect(async () => stage.desk.with(options).work('x')).rejects.toBeInstanceOf(TypeError);
  });

  test('a schedule fires each time once, however many processes run', async () => {
    const started = await serve();
    const other = await stage.connect();
    // The clock starts at midnight.
    await stage.mq.schedule('report', { cron: '*/5 * * * *' }, stage.desk.work, 'report');
    await other.schedule('report', { cron: '*/5 * * * *' }, new DeskClient(other).work, 'report');
    await stage.pass('4m');
    expect(started).toEqual([]);
    await stage.pass('12m');
    await eventually(() =>
      expect(started).toEqual([
        ['report', '2026-01-01T00:05'],
        ['report', '2026-01-01T00:10'],
        ['report', '2026-01-01T00:15'],
      ]),
    );
  });

  test('a schedule goes by the clock of its time zone', async () => {
    const entry = await stage.mq.schedule(
      'nightly',
      { cron: '0 3 * * *', timeZone: 'Asia/Kolkata' },
      stage.desk.work,
      'x',
    );
    expect(entry.nextAt.toISOString()).toBe('2026-01-01T21:30:00.000Z');
  });

  test('schedules are listed everywhere, and can be taken away everywhere', async () => {
    const started = await serve();
    const other = await stage.connect();
    await stage.mq.schedule('a', { cron: '* * * * *' }, stage.desk.work, 'x');
    await stage.mq.schedule(
      'b',
      { cron: '@daily', timeZone: 'Europe/Berlin', missed: 'all' },
      stage.desk.note,
      'y',
    );
    expect(await other.schedules()).toMatchObject([
      { name: 'a', cron: '* * * * *', timeZone: 'UTC', missed: 'one', method: 'work' },
      { name: 'b', cron: '@daily', timeZone: 'Europe/Berlin', missed: 'all', method: 'note' },
    ]);
    expect(await other.unschedule('a')).toBe(true);
    expect(await stage.mq.unschedule('a')).toBe(false);
    expect((await stage.mq.schedules()).map(({ name }) => name)).toEqual(['b']);
    await stage.pass('3m');
    expect(started).toEqual([]);
  });

  test('a schedule that is made again with other terms has these', async () => {
    const started = await serve();
    await stage.mq.schedule('report', { cron: '* * * * *' }, stage.desk.work, 'old');
    await stage.mq.schedule('report', { cron: '*/2 * * * *' }, stage.desk.work, 'new');
    expect(await stage.mq.schedules()).toHaveLength(1);
    await stage.pass('4m');
    await stage.pass('2s');
    await eventually(() =>
      expect(started).toEqual([
        ['new', '2026-01-01T00:02'],
        ['new', '2026-01-01T00:04'],
      ]),
    );
  });

  for (const [missed, times] of [
    ['one', 1],
    ['all', 3],
    ['none', 0],
  ] as const) {
    test(`of three times at which nobody was there, ${missed} ${missed === 'one' ? 'is' : 'are'} made up for`, async () => {
      await stage.mq.schedule('hourly', { cron: '0 * * * *', missed }, stage.desk.work, 'x');
      // The machine sleeps for hours: a jump fires no timer.
      stage.clock.jump(inSeconds(3.5 * 3_600));
      const started: string[] = [];
      await stage.serve({
        work: (text) => {
          started.push(text);
          return text;
        },
      });
      await stage.pass('5s');
      await eventually(() => expect(started).toHaveLength(times));
      await stage.pass('5s');
      expect(started).toHaveLength(times);
      await stage.pass('31m');
      await eventually(() => expect(started).toHaveLength(times + 1));
    });
  }

  test('what is no schedule is refused', async () => {
    const { mq, desk } = stage;
    const bad = [
      { cron: 'every day' },
      { cron: '61 * * * *' },
      { cron: '* * * * *', timeZone: 'Europe/Atlantis' },
      { cron: '* * * * *', missed: 'some' as never },
      { cron: 5 as never },
    ];
    for (const options of bad) {
      await expect(mq.schedule('x', options, desk.work, 'x')).rejects.toBeInstanceOf(TypeError);
    }
    await expect(mq.schedule('', { cron: '* * * * *' }, desk.work, 'x')).rejects.toBeInstanceOf(TypeError);
    await expect(mq.schedule('x', { cron: '* * * * *' }, (() => {}) as never, 'x')).rejects.toBeInstanceOf(
      TypeError,
    );
    await expect(mq.schedule('x', { cron: '* * * * *' }, desk.work, 5 as never)).rejects.toThrow();
    expect(await mq.schedules()).toEqual([]);
  });
}
