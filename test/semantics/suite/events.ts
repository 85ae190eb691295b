// Events: every group of subscribers gets each of them once, also a group that is offline.

import { expect, test } from 'vitest';
import { DeskSubscriber, deskDescriptor } from '../generated/index.js';
import { eventually, LONG_LEASE, type Stage } from '../stage.js';

export function eventsSuite(stage: Stage): void {
  /** A subscriber on a connection of its own, and what it has got. */
  async function subscribe(group: string, got: string[] = []) {
    const connection = await stage.connect();
    const subscription = await connection.subscribe(
      deskDescriptor,
      {
        stockChanged: (sku, left) => void got.push(`${sku} ${left}`),
        priceChanged: (sku) => void got.push(sku),
      },
      { group, lease: LONG_LEASE },
    );
    return { got, subscription, connection };
  }

  const reaches = (got: readonly string[], events: readonly string[]) =>
    eventually(async () => {
      await stage.pass('1s');
      expect(got.toSorted()).toEqual(events.toSorted());
    });

  test('every group gets each event once, however many subscribers it has', async () => {
    const shared: string[] = [];
    await subscribe('billing', shared);
    await subscribe('billing', shared);
    const { got } = await subscribe('mail');
    const events = Array.from({ length: 20 }, (_, index) => `sku ${index}`);
    for (const [index] of events.entries()) await stage.desk.stockChanged('sku', index);
    await reaches(got, events);
    await reaches(shared, events);
    await stage.pass('1m');
    expect(shared).toHaveLength(20);
    expect(got).toHaveLength(20);
  });

  test('a group that is offline gets what was published meanwhile', async () => {
    const { subscription } = await subscribe('billing');
    await subscribe('mail');
    await subscription.close();
    await stage.desk.stockChanged('apple', 1);
    await stage.pass('5m');
    const { got } = await subscribe('billing');
    await reaches(got, ['apple 1']);
  });

  test('events that nobody has subscribed to yet wait for the first group', async () => {
    await stage.desk.stockChanged('apple', 1);
    await stage.pass('10s');
    const { got } = await subscribe('billing');
    await stage.pass('10s');
    await reaches(got, ['apple 1']);
  });

  test('a group gets the events that it has handlers for', async () => {
    const got: string[] = [];
    const connection = await stage.connect();
    await connection.subscribe(
      deskDescriptor,
      { priceChanged: (sku) => void got.push(sku) },
      { group: 'prices', lease: LONG_LEASE },
    );
    const { got: all } = await subscribe('all');
    await stage.desk.stockChanged('apple', 1);
    await stage.desk.priceChanged('pear');
    await reaches(all, ['apple 1', 'pear']);
    await reaches(got, ['pear']);
  });

  test('a subscriber can be a class', async () => {
    const got: string[] = [];
    class Watcher extends DeskSubscriber {
      stockChanged(sku: string, left: number): void {
        got.push(`${sku} ${left}`);
      }
      priceChanged(sku: string): void {
        got.push(sku);
      }
    }
    await (await stage.connect()).subscribe(new Watcher(), { group: 'class', lease: LONG_LEASE });
    await stage.desk.priceChanged('apple');
    await reaches(got, ['apple']);
  });

  test('an event that one group fails on is a letter of that group, and reaches the others', async () => {
    const connection = await stage.connect();
    const subscription = await connection.subscribe(
      deskDescriptor,
      {
        priceChanged: () => {
          throw new Error('no luck');
        },
      },
      { group: 'broken', lease: LONG_LEASE, onFailure: () => undefined },
    );
    const { got } = await subscribe('fine');
    await stage.desk.with({ retry: 'none' }).priceChanged('apple');
    await reaches(got, ['apple']);
    const letters = stage.mq.deadLetters(subscription.queue);
    await eventually(async () => {
      await stage.pass('1s');
      expect(await letters.list()).toMatchObject([{ method: 'priceChanged', args: ['apple'] }]);
    });
  });

  test('an event whose handler fails is tried again', async () => {
    let runs = 0;
    const connection = await stage.connect();
    await connection.subscribe(
      deskDescriptor,
      {
        priceChanged: () => {
          runs++;
          if (runs < 3) throw new Error('no luck');
        },
      },
      { group: 'g', lease: LONG_LEASE, onFailure: () => undefined },
    );
    await stage.desk.priceChanged('apple');
    await eventually(async () => {
      await stage.pass('1s');
      expect(runs).toBe(3);
    });
  });

  test('the server of the service and its subscribers keep to themselves', async () => {
    const { got } = await subscribe('billing');
    await stage.serve();
    expect(await stage.desk.work('x')).toBe('x');
    await stage.desk.priceChanged('apple');
    await reaches(got, ['apple']);
  });

  test('groups are known to everybody, and one that leaves gets no more', async () => {
    const { got, subscription } = await subscribe('billing');
    const { got: mail } = await subscribe('mail');
    expect((await stage.mq.groups(stage.desk)).toSorted()).toEqual(['billing', 'mail']);
    await subscription.close();
    expect(await (await stage.connect()).leave(deskDescriptor, 'billing')).toBe(true);
    expect(await stage.mq.leave(deskDescriptor, 'billing')).toBe(false);
    expect(await stage.mq.groups(deskDescriptor)).toEqual(['mail']);
    await stage.desk.priceChanged('apple');
    await reaches(mail, ['apple']);
    expect(got).toEqual([]);
  });

  test('a delayed event is published when its time has come', async () => {
    const { got } = await subscribe('billing');
    await stage.desk.with({ delay: '30s' }).priceChanged('apple');
    await stage.pass('28s');
    expect(got).toEqual([]);
    await stage.pass('4s');
    await reaches(got, ['apple']);
  });

  test('what is no subscription is refused', async () => {
    const connection = await stage.connect();
    const handlers = { priceChanged: () => {} };
    for (const group of ['', 'Two Words', '../x', 5 as never]) {
      await expect(connection.subscribe(deskDescriptor, handlers, { group })).rejects.toBeInstanceOf(
        TypeError,
      );
    }
    for (const bad of [{}, { work: () => {} }, { priceChanged: 5 }]) {
      await expect(connection.subscribe(deskDescriptor, bad as never, { group: 'g' })).rejects.toBeInstanceOf(
        TypeError,
      );
    }
    expect(await stage.mq.groups(deskDescriptor)).toEqual([]);
  });
}
