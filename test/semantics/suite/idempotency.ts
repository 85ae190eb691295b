// Idempotency keys: the same key is the same call, for everybody, as long as it is remembered.

import { expect, test } from 'vitest';
import { anOrder } from '../desk-handlers.js';
import { failureOf, type Stage } from '../stage.js';

export function idempotencySuite(stage: Stage): void {
  async function serve(): Promise<string[]> {
    const paid: string[] = [];
    await stage.serve({
      pay: ({ id }, ctx) => {
        paid.push(id);
        return `${id} by attempt ${ctx.attempt}`;
      },
      work: (text) => {
        paid.push(text);
        return text;
      },
    });
    return paid;
  }

  test('calls with one key are one call, whoever makes them and whenever', async () => {
    const other = await stage.otherDesk();
    const first = await stage.desk.pay.submit(anOrder('o-1'));
    const second = await other.pay.submit(anOrder('o-1'));
    expect([first.duplicate, second.duplicate]).toEqual([false, true]);
    expect(second.id).toBe(first.id);
    const paid = await serve();
    expect(await first.result()).toBe('o-1 by attempt 1');
    expect(await other.pay(anOrder('o-1'))).toBe('o-1 by attempt 1');
    await stage.pass('25m');
    expect(await stage.desk.pay(anOrder('o-1'))).toBe('o-1 by attempt 1');
    expect(paid).toEqual(['o-1']);
  });

  test('after the time for which it is remembered, a key is free', async () => {
    const paid = await serve();
    await stage.desk.pay(anOrder('o-1'));
    await stage.pass('31m');
    await stage.desk.pay(anOrder('o-1'));
    expect(paid).toEqual(['o-1', 'o-1']);
  });

  test('many calls with one key at the same time are one call', async () => {
    const paid = await serve();
    const desks = [stage.desk, await stage.otherDesk(), await stage.otherDesk()];
    const calls = Array.from({ length: 30 }, (_, index) => desks[index % 3]?.pay(anOrder('o-1')));
    // The outcome is pushed to one of them; the others look for it.
    await stage.pass('5s');
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['o-1 by attempt 1']));
    expect(paid).toEqual(['o-1']);
  });

  test('one key with other arguments is refused, and the first call is not touched', async () => {
    const first = await stage.desk.pay.submit(anOrder('o-1'));
    const failure = await failureOf(stage.desk.pay({ ...anOrder('o-1'), amount: 5 }));
    expect(failure).toMatchObject({ code: 'ID_REUSE', kind: 'rejected' });
    await serve();
    expect(await first.result()).toBe('o-1 by attempt 1');
    expect(await failureOf(stage.desk.pay(anOrder('o-1', 'another customer')))).toMatchObject({
      code: 'ID_REUSE',
    });
  });

  test('keys of different methods and different keys are different calls', async () => {
    const paid = await serve();
    const keyed = stage.desk.with({ idempotencyKey: 'o-1' });
    await keyed.work('work');
    await keyed.work('work');
    await stage.desk.pay(anOrder('o-1'));
    await stage.desk.pay(anOrder('o-2'));
    expect(paid.toSorted()).toEqual(['o-1', 'o-2', 'work']);
  });

  test('a call that came to nothing is made again under its key', async () => {
    const cancelled = await stage.desk.pay.submit(anOrder('o-1'));
    await cancelled.cancel();
    const paid = await serve();
    expect(await stage.desk.pay(anOrder('o-1'))).toBe('o-1 by attempt 1');
    expect(paid).toEqual(['o-1']);
  });

  test('a dead letter whose key is used again is a call again', async () => {
    const server = await stage.serve({
      pay: () => {
        throw new Error('no luck');
      },
    });
    await failureOf(stage.desk.with({ retry: 'none' }).pay(anOrder('o-1')));
    expect(await stage.mq.deadLetters(stage.desk).count()).toBe(1);
    await server.close();
    await serve();
    expect(await stage.desk.pay(anOrder('o-1'))).toBe('o-1 by attempt 2');
    expect(await stage.mq.deadLetters(stage.desk).count()).toBe(0);
  });

  test('a key that is none is refused', async () => {
    for (const idempotencyKey of ['', 5 as never]) {
      await expect(async () => stage.desk.with({ idempotencyKey }).work('x')).rejects.toBeInstanceOf(
        TypeError,
      );
    }
  });
}
