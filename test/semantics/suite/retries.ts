// Retries: how often and when, what is shown meanwhile, and what an outage does not burn.

import type { Call } from 'mq-rpc';
import { expect, test } from 'vitest';
import { Busy, OutOfStock } from '../contracts/desk.contract.js';
import { eventually, failureOf, type Stage } from '../stage.js';

/** Time can go on between the end of a handler and its settlement. */
const SLACK_MS = 2_000;

export function retriesSuite(stage: Stage): void {
  /** A handler that fails so many times, and the instants of its runs. */
  function failing(times: number, error: () => unknown = () => new Error('no luck')) {
    const runs: number[] = [];
    const handler = (text: string): string => {
      runs.push(stage.clock.now());
      if (runs.length <= times) throw error();
      return text;
    };
    return { runs, handler };
  }

  /** Waits for a failure, and says how long the call then waits, from when its handler ran. */
  async function waitAfterFailure(
    call: Call<unknown>,
    failures: number,
    runs: readonly number[],
  ): Promise<number> {
    await eventually(async () => {
      if (runs.length < failures) await stage.pass('1s');
      expect(await call.status()).toMatchObject({ state: 'scheduled', failures });
    });
    return Number((await call.status()).nextAttemptAt) - (runs.at(-1) ?? 0);
  }

  test('a call without retries fails at once', async () => {
    const { runs, handler } = failing(9);
    await stage.serve({ once: handler });
    const failure = await failureOf(stage.desk.once('x'));
    expect(failure).toMatchObject({ code: 'HANDLER_FAILED', kind: 'failed' });
    expect(String(failure)).toContain('no luck');
    await stage.pass('5m');
    expect(runs).toHaveLength(1);
  });

  test('immediate retries need no time', async () => {
    const { runs, handler } = failing(3);
    await stage.serve({ again: handler });
    expect(await stage.desk.again('x')).toBe('x');
    expect(runs).toHaveLength(4);
    expect(new Set(runs).size).toBe(1);
  });

  test('attempts come to an end, and the call is a dead letter', async () => {
    const { runs, handler } = failing(9);
    await stage.serve({ again: handler }, { breaker: false });
    const call = await stage.desk.again.submit('x');
    expect(await failureOf(call.result())).toMatchObject({ code: 'HANDLER_FAILED', callId: call.id });
    expect(runs).toHaveLength(4);
    expect(await call.status()).toMatchObject({ state: 'dead', reason: 'handler-failed', attempt: 4 });
  });

  test('exponential retries wait twice as long each time, up to a maximum, less up to a half', async () => {
    const { runs, handler } = failing(9);
    await stage.serve({ later: handler });
    const call = await stage.desk.later.submit('x');
    for (const [index, nominalMs] of [8_000, 16_000, 20_000].entries()) {
      const waitMs = await waitAfterFailure(call, index + 1, runs);
      expect(waitMs).toBeGreaterThanOrEqual(nominalMs / 2);
      expect(waitMs).toBeLessThanOrEqual(nominalMs + SLACK_MS);
      await stage.pass(`${waitMs}ms`);
    }
    await stage.pass('2s');
    await eventually(async () => expect(await call.status()).toMatchObject({ state: 'dead', attempt: 4 }));
  });

  test('calls that fail together come again apart', async () => {
    await stage.serve(
      {
        later: () => {
          throw new Error('no luck');
        },
      },
      { breaker: false },
    );
    const calls = await Promise.all(Array.from({ length: 8 }, () => stage.desk.later.submit('x')));
    await eventually(async () => {
      const times = await Promise.all(
        calls.map(async (call) => (await call.status()).nextAttemptAt?.getTime()),
      );
      expect(times).not.toContain(undefined);
      expect(new Set(times).size).toBeGreaterThan(5);
    });
  });

  test('everybody can see how far up its ladder a call is', async () => {
    const { runs, handler } = failing(9);
    await stage.serve({ climb: handler }, { breaker: false });
    const call = await stage.desk.climb.submit('x');
    const steps = [
      [60_000, { number: 1, of: 2, try: 1 }],
      [60_000, { number: 1, of: 2, try: 2 }],
      [300_000, { number: 2, of: 2, try: 1 }],
      [300_000, { number: 2, of: 2, try: 2 }],
    ] as const;
    const seen = (await stage.otherDesk()).climb.handle(call.id);
    for (const [index, [rungMs, rung]] of steps.entries()) {
      const waitMs = await waitAfterFailure(seen, index + 1, runs);
      expect(waitMs).toBeGreaterThanOrEqual(rungMs);
      expect(waitMs).toBeLessThanOrEqual(rungMs + SLACK_MS);
      expect((await seen.status()).rung).toEqual(rung);
      await stage.pass(`${waitMs}ms`);
    }
    await stage.pass('2s');
    await eventually(async () => expect(await seen.status()).toMatchObject({ state: 'dead', attempt: 5 }));
    expect(runs).toHaveLength(5);
    expect((await seen.status()).rung).toBeUndefined();
  });

  test('the ladder without more words is that of COM+', async () => {
    await stage.serve({
      work: () => {
        throw new Error('no luck');
      },
    });
    const call = await stage.desk.with({ retry: 'ladder' }).work.submit('x');
    await eventually(async () =>
      expect(await call.status()).toMatchObject({ state: 'scheduled', rung: { number: 1, of: 5, try: 1 } }),
    );
    const { nextAttemptAt } = await call.status();
    expect(Number(nextAttemptAt)).toBe(stage.clock.now() + 60_000);
  });

  test('a call can ask for other retries than its contract', async () => {
    const { runs, handler } = failing(9);
    await stage.serve({ again: handler, once: handler }, { breaker: false });
    await failureOf(stage.desk.with({ retry: 'none' }).again('x'));
    expect(runs).toHaveLength(1);
    await failureOf(stage.desk.with({ retry: { strategy: 'immediate', attempts: 3 } }).once('x'));
    expect(runs).toHaveLength(4);
  });

  test('a declared error is an answer, and is not retried', async () => {
    const { runs, handler } = failing(9, () => new OutOfStock({ sku: 'apple' }, 'sold out'));
    await stage.serve({ reserve: handler });
    const failure = await failureOf(stage.desk.reserve('apple'));
    expect(failure).toBeInstanceOf(OutOfStock);
    expect(failure).toMatchObject({ data: { sku: 'apple' } });
    expect(runs).toHaveLength(1);
  });

  test('a declared error is retried if its method says so, and the last one is the answer', async () => {
    const { runs, handler } = failing(9, () => new Busy({ seconds: 5 }, 'busy'));
    await stage.serve({ reserve: handler });
    const call = await stage.desk.reserve.submit('apple');
    const failure = await failureOf(call.result());
    expect(failure).toBeInstanceOf(Busy);
    expect(runs).toHaveLength(3);
    expect((await call.status()).state).toBe('answered');
  });

  test('a declared error that goes away in time is never seen', async () => {
    const { runs, handler } = failing(2, () => new Busy({ seconds: 5 }, 'busy'));
    await stage.serve({ reserve: handler });
    expect(await stage.desk.reserve('apple')).toBe('apple');
    expect(runs).toHaveLength(3);
  });

  test('an outage does not burn the attempts of the calls behind it', async () => {
    let isBroken = true;
    let runs = 0;
    await stage.serve(
      {
        later: (text) => {
          runs++;
          if (isBroken) throw new Error('the dependency is away');
          return text;
        },
      },
      { concurrency: 1, breaker: { failures: 3, pause: '10s', maxPause: '1m' } },
    );
    const calls = await Promise.all(
      Array.from({ length: 30 }, (_, index) => stage.desk.later.submit(`${index}`)),
    );
    await stage.pass('1m');
    expect(runs).toBeLessThan(15);
    const before = await Promise.all(calls.map((call) => call.status()));
    expect(before.filter(({ failures }) => failures === 0).length).toBeGreaterThan(15);
    expect(before.filter(({ state }) => state === 'dead')).toEqual([]);
    isBroken = false;
    await stage.pass('5m');
    await eventually(async () => {
      await stage.pass('1m');
      const states = await Promise.all(calls.map(async (call) => (await call.status()).state));
      expect(new Set(states)).toEqual(new Set(['answered']));
    });
  });

  test('retries that make no sense are refused', async () => {
    const bad = [
      'sometimes',
      { attempts: 0 },
      { attempts: 1.5 },
      { strategy: 'ladder', attempts: 3 },
      { rungs: [] },
      { rungs: ['soon'] },
      { tries: 0 },
      { delay: '-1s' },
      { declared: 5 },
    ];
    for (const retry of bad) {
      await expect(async () => stage.desk.with({ retry: retry as never }).work('x')).rejects.toThrow(/retry/);
    }
  });
}
