// Clocks: a call that is too late is never started, and its caller learns which clock ran out.

import { expect, test } from 'vitest';
import { gate } from '../../support/shop-handlers.js';
import { eventually, failureOf, type Stage } from '../stage.js';

export function clocksSuite(stage: Stage): void {
  const inSeconds = (seconds: number): Date => new Date(stage.clock.now() + seconds * 1_000);

  /** Says what was started. */
  async function serve(): Promise<string[]> {
    const started: string[] = [];
    const handle = (text: string): string => {
      started.push(text);
      return text;
    };
    await stage.serve({ work: handle, soon: handle, keep: handle });
    return started;
  }

  test('a call that does not reach its queue in time expires, and is not there', async () => {
    const failure = failureOf(stage.desk.soon('x'));
    // The event loop is blocked for longer than the call may take.
    stage.clock.jump(inSeconds(6));
    expect(await failure).toMatchObject({ code: 'EXPIRED', kind: 'expired', clock: 'timeToReachQueue' });
    const started = await serve();
    await stage.pass('2s');
    expect(started).toEqual([]);
  });

  test('a call that nobody has started in time expires, and is not started later', async () => {
    const failure = failureOf(stage.desk.with({ timeout: '5m' }).soon('x'));
    await stage.pass('62s');
    expect(await failure).toMatchObject({ code: 'EXPIRED', kind: 'expired', clock: 'timeToBeReceived' });
    const started = await serve();
    await stage.pass('2s');
    expect(started).toEqual([]);
  });

  test('a call may say less than its contract, or nothing', async () => {
    const short = await stage.desk.with({ timeToBeReceived: '10s' }).soon.submit('short');
    const contract = await stage.desk.soon.submit('contract');
    const none = await stage.desk.work.submit('none');
    await stage.pass('12s');
    await eventually(async () => expect((await short.status()).state).toBe('expired'));
    expect((await contract.status()).state).toBe('ready');
    await stage.pass('2m');
    expect((await contract.status()).state).toBe('expired');
    expect((await none.status()).state).toBe('ready');
  });

  test('after its deadline a call is not started, and says so', async () => {
    const call = await stage.desk.with({ deadline: inSeconds(30) }).work.submit('x');
    await stage.pass('31s');
    const started = await serve();
    await eventually(async () =>
      expect(await call.status()).toMatchObject({ state: 'expired', expiredBy: 'deadline', attempt: 0 }),
    );
    expect(await failureOf(call.result())).toMatchObject({
      code: 'EXPIRED',
      clock: 'deadline',
      callId: call.id,
    });
    expect(started).toEqual([]);
  });

  test('of two clocks the one that runs out first is named', async () => {
    const byDeadline = await stage.desk.with({ deadline: inSeconds(30) }).soon.submit('x');
    const byWaiting = await stage.desk.with({ deadline: inSeconds(300) }).soon.submit('x');
    await stage.pass('62s');
    await eventually(async () => {
      expect((await byDeadline.status()).expiredBy).toBe('deadline');
      expect((await byWaiting.status()).expiredBy).toBe('timeToBeReceived');
    });
  });

  test('a deadline reaches the handler, and aborts its signal when it has passed', async () => {
    const deadline = inSeconds(20);
    const seen: unknown[] = [];
    await stage.serve({
      work: (_text, ctx) => {
        seen.push(ctx.deadline);
        return new Promise((_resolve, reject) =>
          ctx.signal.addEventListener('abort', () => {
            seen.push(ctx.signal.reason.why);
            reject(ctx.signal.reason);
          }),
        );
      },
    });
    const failure = failureOf(stage.desk.with({ deadline, timeout: '5m' }).work('x'));
    await eventually(() => expect(seen).toEqual([deadline]));
    await stage.pass('25s');
    await eventually(() => expect(seen).toEqual([deadline, 'deadline']));
    await stage.pass('5s');
    expect(await failure).toMatchObject({ code: 'DEADLINE_EXCEEDED', kind: 'unknown', clock: 'deadline' });
  });

  test('a call that was started in time is answered after it', async () => {
    const { opened, open } = gate();
    let runs = 0;
    await stage.serve({
      soon: async (text) => {
        runs++;
        await opened;
        return text;
      },
    });
    const result = stage.desk.with({ timeout: '10m' }).soon('late');
    await eventually(() => expect(runs).toBe(1));
    await stage.pass('2m');
    open();
    expect(await result).toBe('late');
  });

  test('a timeout ends the waiting and not the call', async () => {
    const failure = failureOf(stage.desk.with({ timeout: '5s' }).work('x'));
    await stage.pass('6s');
    const error = (await failure) as { callId: string };
    expect(error).toMatchObject({ code: 'TIMEOUT', kind: 'unknown', callId: expect.any(String) });
    await serve();
    expect(await stage.desk.work.handle(error.callId).result()).toBe('x');
  });

  test('the time to be received begins when a delay is over', async () => {
    const call = await stage.desk.with({ delay: '10m', timeToBeReceived: '1m' }).work.submit('x');
    await stage.pass('10m');
    await stage.pass('30s');
    expect((await call.status()).state).toBe('ready');
    await stage.pass('32s');
    await eventually(async () => expect((await call.status()).state).toBe('expired'));
  });

  test('an expired call is a dead letter if its journal says so', async () => {
    const kept = await stage.desk.keep.submit('kept');
    const optional = await stage.desk.with({ journal: 'deadletter' }).soon.submit('kept as well');
    const lost = await stage.desk.soon.submit('lost');
    await stage.pass('11m');
    await eventually(async () => {
      const letters = await stage.mq.deadLetters(stage.desk).list();
      expect(letters.map(({ id }) => id)).toEqual([kept.id, optional.id]);
      expect(letters).toMatchObject([
        { reason: 'expired', expiredBy: 'timeToBeReceived' },
        { reason: 'expired' },
      ]);
    });
    expect((await lost.status()).state).toBe('expired');
    expect(await failureOf(kept.result())).toMatchObject({ code: 'EXPIRED', clock: 'timeToBeReceived' });
  });

  test('durations and instants that make no sense are refused', async () => {
    for (const duration of ['-5s', 'soon', '', Number.NaN, -1]) {
      for (const option of ['timeToReachQueue', 'timeToBeReceived', 'timeout', 'delay', 'retain']) {
        await expect(async () => stage.desk.with({ [option]: duration }).work('x')).rejects.toThrow(option);
      }
    }
    for (const option of ['deadline', 'at']) {
      const options = { [option]: new Date(Number.NaN) };
      await expect(async () => stage.desk.with(options).work('x')).rejects.toBeInstanceOf(TypeError);
    }
  });
}
