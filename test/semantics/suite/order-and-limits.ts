// Order per key, and limits of concurrency and rate, on all servers together.

import { expect, test } from 'vitest';
import { gate } from '../../support/shop-handlers.js';
import { type Order, OutOfStock } from '../contracts/desk.contract.js';
import { anOrder } from '../desk-handlers.js';
import { eventually, failureOf, type Stage } from '../stage.js';

export function orderAndLimitsSuite(stage: Stage): void {
  /** Handlers that note what runs, how many at most, and end when they are told to. */
  function watched() {
    const started: string[] = [];
    const gates = new Map<string, () => void>();
    let running = 0;
    let mostAtOnce = 0;
    const handler = async ({ id }: Order): Promise<string> => {
      started.push(id);
      mostAtOnce = Math.max(mostAtOnce, ++running);
      const { opened, open } = gate();
      gates.set(id, open);
      await opened;
      running--;
      return id;
    };
    return { started, handler, end: (id: string) => gates.get(id)?.(), most: () => mostAtOnce };
  }

  test('calls of one key run in order and one at a time, on however many servers', async () => {
    const started: string[] = [];
    let running = 0;
    let mostAtOnce = 0;
    const place = async ({ id }: Order): Promise<string> => {
      started.push(id);
      mostAtOnce = Math.max(mostAtOnce, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return id;
    };
    await stage.serve({ place });
    await stage.serve({ place });
    const ids = Array.from({ length: 30 }, (_, index) => `o-${index}`);
    const calls = [];
    for (const id of ids) calls.push(await stage.desk.place.submit(anOrder(id)));
    await eventually(async () => {
      await stage.pass('1s');
      expect(started).toHaveLength(30);
    });
    expect(started).toEqual(ids);
    expect(mostAtOnce).toBe(1);
    expect(await Promise.all(calls.map((call) => call.result()))).toEqual(ids);
  });

  test('a key does not hold up other keys, nor calls without one', async () => {
    const { started, handler, end } = watched();
    await stage.serve({ place: handler });
    for (const [id, customer] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['b2', 'b'],
    ] as const) {
      await stage.desk.place.send(anOrder(id, customer));
    }
    await eventually(() => expect(started.toSorted()).toEqual(['a1', 'b1']));
    expect(await stage.desk.work('free')).toBe('free');
    end('b1');
    await eventually(() => expect(started.toSorted()).toEqual(['a1', 'b1', 'b2']));
    end('a1');
    await eventually(() => expect(started).toHaveLength(4));
    for (const id of ['a2', 'b2']) end(id);
  });

  test('a retry holds its key up, and a declared error does not', async () => {
    const started: string[] = [];
    let isBroken = true;
    await stage.serve({
      place: ({ id }) => {
        started.push(id);
        if (id === 'sold out') throw new OutOfStock({ sku: 'x' }, 'sold out');
        if (isBroken) throw new Error('no luck');
        return id;
      },
    });
    const failure = failureOf(stage.desk.place(anOrder('sold out')));
    const first = await stage.desk.place.submit(anOrder('first'));
    const second = await stage.desk.place.submit(anOrder('second'));
    expect(await failure).toBeInstanceOf(OutOfStock);
    await eventually(async () =>
      expect(await first.status()).toMatchObject({ failures: 1, state: 'scheduled' }),
    );
    await stage.pass('2s');
    expect(started).toEqual(['sold out', 'first']);
    expect((await second.status()).state).toBe('scheduled');
    isBroken = false;
    await stage.pass('12s');
    await eventually(() => expect(started).toEqual(['sold out', 'first', 'first', 'second']));
  });

  test('a call that dies, is cancelled or expires makes way for the next one of its key', async () => {
    const { desk } = stage;
    const dies = await desk.with({ retry: 'none' }).place.submit(anOrder('dies'));
    const cancelled = await desk.place.submit(anOrder('cancelled'));
    const expires = await desk.with({ timeToBeReceived: '5s' }).place.submit(anOrder('expires'));
    const last = await desk.place.submit(anOrder('last'));
    await cancelled.cancel();
    await stage.pass('7s');
    await stage.serve({
      place: ({ id }) => {
        if (id === 'dies') throw new Error('no luck');
        return id;
      },
    });
    expect(await failureOf(dies.result())).toMatchObject({ code: 'HANDLER_FAILED' });
    expect(await last.result()).toBe('last');
    expect(await failureOf(expires.result())).toMatchObject({ code: 'EXPIRED' });
  });

  test('any call can have a key, of its method alone', async () => {
    const started: string[] = [];
    const { opened, open } = gate();
    const handle = async (text: string): Promise<string> => {
      started.push(text);
      if (text === 'first') await opened;
      return text;
    };
    await stage.serve({ work: handle, store: handle });
    const keyed = stage.desk.with({ orderKey: 'k' });
    await keyed.work.send('first');
    await keyed.work.send('second');
    await eventually(() => expect(started).toEqual(['first']));
    await keyed.store.send('another method');
    await eventually(() => expect(started).toEqual(['first', 'another method']));
    open();
    await eventually(() => expect(started).toEqual(['first', 'another method', 'second']));
  });

  test('keys may be any text, and are told apart', async () => {
    const keys = ['a\0b', 'a', '{desk.v1}:*', '\n', '","', '__proto__', '😀', 'k'.repeat(10_000)];
    const started: string[] = [];
    const calls = [];
    for (const text of ['first', 'second']) {
      for (const [index, orderKey] of keys.entries()) {
        calls.push(await stage.desk.with({ orderKey }).work.submit(`${index} ${text}`));
      }
    }
    await stage.serve({
      work: (text) => {
        started.push(text);
        return text;
      },
    });
    for (const call of calls) await call.result();
    for (const [index] of keys.entries()) {
      expect(started.filter((text) => text.startsWith(`${index} `))).toEqual([
        `${index} first`,
        `${index} second`,
      ]);
    }
    await expect(async () => stage.desk.with({ orderKey: '' }).work('x')).rejects.toBeInstanceOf(TypeError);
  });

  test('no more calls run at a time than their method allows, on all servers together', async () => {
    const { started, handler, end, most } = watched();
    await stage.serve({ pack: handler });
    await stage.serve({ pack: handler });
    const ids = ['a', 'b', 'c', 'd', 'e'];
    for (const id of ids) await stage.desk.pack.send(anOrder(id, `customer of ${id}`));
    await eventually(() => expect(started).toHaveLength(2));
    await stage.pass('3s');
    expect(started).toHaveLength(2);
    for (let count = 0; count < 5; count++) {
      await eventually(() => expect(started.length).toBeGreaterThan(count));
      end(started[count] ?? '');
    }
    await eventually(() => expect(started.toSorted()).toEqual(ids));
    expect(most()).toBe(2);
  });

  test('a limit per key leaves room for other keys', async () => {
    const { started, handler, end } = watched();
    await stage.serve({ pack: handler });
    for (const [id, customer] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
    ] as const) {
      await stage.desk.pack.send(anOrder(id, customer));
    }
    await eventually(() => expect(started.toSorted()).toEqual(['a1', 'b1']));
    end('a1');
    await eventually(() => expect(started.toSorted()).toEqual(['a1', 'a2', 'b1']));
    for (const id of ['a2', 'b1']) end(id);
  });

  test('no more calls start in a period than their method allows', async () => {
    const started: string[] = [];
    const ship = ({ id }: Order): string => {
      started.push(id);
      return id;
    };
    await stage.serve({ ship });
    await stage.serve({ ship });
    const ids = Array.from({ length: 8 }, (_, index) => `o-${index}`);
    for (const id of ids) await stage.desk.ship.send(anOrder(id));
    await eventually(() => expect(started).toHaveLength(3));
    await stage.pass('55s');
    expect(started).toHaveLength(3);
    await stage.pass('7s');
    await eventually(() => expect(started).toHaveLength(6));
    await stage.pass('62s');
    await eventually(() => expect(started.toSorted()).toEqual(ids));
  });

  test('a rate per key leaves room for other keys', async () => {
    const started: string[] = [];
    await stage.serve({
      write: ({ id }) => {
        started.push(id);
        return id;
      },
    });
    for (const id of ['a1', 'a2', 'a3']) await stage.desk.write.send(anOrder(id, 'a'));
    await stage.desk.write.send(anOrder('b1', 'b'));
    await eventually(() => expect(started.toSorted()).toEqual(['a1', 'a2', 'b1']));
    await stage.pass('62s');
    await eventually(() => expect(started.toSorted()).toEqual(['a1', 'a2', 'a3', 'b1']));
  });

  test('calls that wait for a limit do not hold up other methods', async () => {
    const { started, handler, end } = watched();
    await stage.serve({ pack: handler }, { concurrency: 3 });
    for (const id of ['a', 'b', 'c', 'd']) await stage.desk.with({ priority: 7 }).pack.send(anOrder(id, id));
    await eventually(() => expect(started).toHaveLength(2));
    expect(await stage.desk.with({ priority: 0 }).work('free')).toBe('free');
    for (let count = 0; count < 4; count++) {
      await eventually(() => expect(started.length).toBeGreaterThan(count));
      end(started[count] ?? '');
    }
  });

  test('a server that closes makes room for others', async () => {
    const { started, handler, end } = watched();
    const server = await stage.serve({
      pack: (_order, ctx) =>
        new Promise((_resolve, reject) =>
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason)),
        ),
    });
    await stage.desk.pack.send(anOrder('a', 'a'));
    const second = await stage.desk.pack.submit(anOrder('a2', 'a'));
    await stage.pass('1s');
    expect((await second.status()).state).toBe('scheduled');
    const closed = server.close(0);
    await stage.pass('5s');
    await closed;
    await stage.serve({ pack: handler });
    for (const id of ['a', 'a2']) {
      await eventually(() => expect(started).toContain(id));
      end(id);
    }
    expect(await second.result()).toBe('a2');
  });
}
