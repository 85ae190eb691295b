// Cancellation: from any process, of calls that wait and of calls that run, and of what these have asked for.

import { expect, test } from 'vitest';
import { DeskClient } from '../generated/index.js';
import { eventually, failureOf, type Stage } from '../stage.js';

export function cancellationSuite(stage: Stage): void {
  /** A handler that runs until it is told to stop, and says why it was. */
  function untilAborted(whys: unknown[]) {
    return (_text: string, ctx: { readonly signal: AbortSignal }): Promise<string> =>
      new Promise((_resolve, reject) => {
        whys.push('started');
        ctx.signal.addEventListener('abort', () => {
          whys.push(ctx.signal.reason.why);
          reject(ctx.signal.reason);
        });
      });
  }

  test('a waiting call is revoked by any process, and never started', async () => {
    const mine = await stage.desk.work.submit('mine');
    const others = await stage.desk.work.submit('of another one');
    expect(await mine.cancel()).toBe('cancelled');
    expect(await (await stage.otherDesk()).work.handle(others.id).cancel()).toBe('cancelled');
    const started: string[] = [];
    await stage.serve({
      work: (text) => {
        started.push(text);
        return text;
      },
    });
    for (const call of [mine, others]) {
      expect(await failureOf(call.result())).toMatchObject({ code: 'CANCELLED', kind: 'rejected' });
      expect(await call.cancel()).toBe('settled');
    }
    await stage.pass('2s');
    expect(started).toEqual([]);
  });

  test('who waits for a call that another process cancels is told', async () => {
    const call = await stage.desk.work.submit('x');
    const failure = failureOf(call.result());
    await stage.rest();
    await (await stage.otherDesk()).work.handle(call.id).cancel();
    await stage.pass('3s');
    expect(await failure).toMatchObject({ code: 'CANCELLED', callId: call.id });
  });

  test('the handler of a running call is told by its signal, whoever cancels', async () => {
    const whys: unknown[] = [];
    await stage.serve({ work: untilAborted(whys) });
    const call = await stage.desk.work.submit('x');
    await eventually(() => expect(whys).toEqual(['started']));
    expect(await (await stage.otherDesk()).work.handle(call.id).cancel()).toBe('requested');
    // Should the hint be lost, the next renewal of the lease brings it.
    await stage.pass('5s');
    await eventually(() => expect(whys).toEqual(['started', 'cancelled']));
    await eventually(async () => expect((await call.status()).state).toBe('cancelled'));
    expect(await failureOf(call.result())).toMatchObject({
      code: 'ABORTED',
      kind: 'unknown',
      callId: call.id,
    });
    await stage.pass('1m');
    expect(whys).toEqual(['started', 'cancelled']);
  });

  test('a handler that does not listen is not disturbed, and its answer counts', async () => {
    let runs = 0;
    await stage.serve({
      work: async (text, ctx) => {
        runs++;
        while (!ctx.signal.aborted) await new Promise((resolve) => setImmediate(resolve));
        return `${text}, all the same`;
      },
    });
    const call = await stage.desk.work.submit('x');
    await eventually(() => expect(runs).toBe(1));
    await call.cancel();
    await stage.pass('5s');
    expect(await call.result()).toBe('x, all the same');
  });

  test('a call that waits for its next attempt is revoked, and may have run', async () => {
    await stage.serve({
      later: () => {
        throw new Error('not yet');
      },
    });
    const call = await stage.desk.later.submit('x');
    await eventually(async () =>
      expect(await call.status()).toMatchObject({ state: 'scheduled', failures: 1 }),
    );
    expect(await call.cancel()).toBe('cancelled');
    expect(await failureOf(call.result())).toMatchObject({ code: 'ABORTED', kind: 'unknown' });
  });

  test('an aborted signal revokes the call that is waited for', async () => {
    const abort = new AbortController();
    const failure = failureOf(stage.desk.with({ signal: abort.signal }).work('x'));
    await stage.rest();
    abort.abort();
    expect(await failure).toMatchObject({ code: 'CANCELLED', kind: 'rejected' });
    const started: string[] = [];
    await stage.serve({
      work: (text) => {
        started.push(text);
        return text;
      },
    });
    await stage.pass('2s');
    expect(started).toEqual([]);
  });

  test('an aborted signal stops the handler of the call that is waited for', async () => {
    const whys: unknown[] = [];
    await stage.serve({ work: untilAborted(whys) });
    const abort = new AbortController();
    const failure = failureOf(stage.desk.with({ signal: abort.signal }).work('x'));
    await eventually(() => expect(whys).toEqual(['started']));
    abort.abort();
    expect(await failure).toMatchObject({ code: 'ABORTED', kind: 'unknown' });
    await stage.pass('5s');
    await eventually(() => expect(whys).toEqual(['started', 'cancelled']));
  });

  test('a handler that is cancelled takes the calls along that it waits for', async () => {
    const inner = new DeskClient(await stage.connect());
    const whys: unknown[] = [];
    const failures: unknown[] = [];
    await stage.serve({
      work: async (text) => {
        failures.push(await failureOf(inner.store(text)));
        throw new Error('cancelled, too');
      },
      store: untilAborted(whys),
    });
    const call = await stage.desk.work.submit('x');
    await eventually(() => expect(whys).toEqual(['started']));
    await call.cancel();
    await stage.pass('8s');
    await eventually(() => expect(whys).toEqual(['started', 'cancelled']));
    await eventually(() => expect(failures).toMatchObject([{ code: 'ABORTED' }]));
  });

  test('a call that a cancelled handler waits for and nobody has started is revoked', async () => {
    const inner = new DeskClient(await stage.connect());
    const failures: unknown[] = [];
    let started = 0;
    await stage.serve({
      work: async (text) => {
        started++;
        failures.push(await failureOf(inner.with({ delay: '1h' }).store(text)));
        throw new Error('cancelled, too');
      },
    });
    const call = await stage.desk.work.submit('x');
    await eventually(() => expect(started).toBe(1));
    await stage.pass('1s');
    await call.cancel();
    await stage.pass('5s');
    await eventually(() => expect(failures).toMatchObject([{ code: 'CANCELLED', kind: 'rejected' }]));
  });

  test('deadlines go on to the calls of a handler, the nearer one counts', async () => {
    const deadlines: unknown[] = [];
    const deadline = new Date(stage.clock.now() + 60_000);
    const nearer = new Date(stage.clock.now() + 20_000);
    const inner = new DeskClient(await stage.connect());
    await stage.serve({
      work: async (text) => {
        await inner.store(text);
        await inner.with({ deadline: nearer }).store(text);
        await inner.with({ deadline: new Date(stage.clock.now() + 3_600_000) }).store(text);
        return text;
      },
      store: (text, ctx) => {
        deadlines.push(ctx.deadline);
        return text;
      },
    });
    await stage.desk.with({ deadline }).work('x');
    expect(deadlines).toEqual([deadline, nearer, deadline]);
  });
}
