// groups, join and leave: who has subscribed to which events of a queue.

import { expect, test } from 'vitest';
import type { Group } from '#dist/src/broker/broker.js';
import type { Subject } from './subject.js';

const NAMES = [
  '',
  'a\0b',
  '\n',
  '{q}:*',
  "'; DROP TABLE call; --",
  '../..',
  '__proto__',
  'ü😀',
  'g'.repeat(10_000),
];

export function groupsSuite(subject: Subject): void {
  /** The groups in a certain order: brokers promise none. */
  const groups = async (queue = 'q'): Promise<Group[]> =>
    (await subject.broker.groups(queue))
      .map(({ name, events }) => ({ name, events: events.toSorted() }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));

  test('a queue that nobody has joined has no groups', async () => {
    expect(await groups()).toEqual([]);
    expect(await subject.broker.leave('q', 'nobody')).toBe(false);
  });

  test('groups that join are known to everybody, each with its events', async () => {
    await subject.broker.join('q', { name: 'billing', events: ['paid', 'shipped'] });
    await (await subject.connect()).join('q', { name: 'mail', events: ['shipped'] });
    expect(await groups()).toEqual([
      { name: 'billing', events: ['paid', 'shipped'] },
      { name: 'mail', events: ['shipped'] },
    ]);
    expect(await groups('other')).toEqual([]);
  });

  test('a group that joins again wants what it says now', async () => {
    await subject.broker.join('q', { name: 'billing', events: ['paid', 'shipped'] });
    await subject.broker.join('q', { name: 'billing', events: ['refunded'] });
    expect(await groups()).toEqual([{ name: 'billing', events: ['refunded'] }]);
    await subject.broker.join('q', { name: 'billing', events: [] });
    expect(await groups()).toEqual([{ name: 'billing', events: [] }]);
  });

  test('a group that leaves is gone, and the others stay', async () => {
    for (const name of ['billing', 'mail']) await subject.broker.join('q', { name, events: ['paid'] });
    await subject.broker.join('other', { name: 'billing', events: ['paid'] });
    expect(await subject.broker.leave('q', 'billing')).toBe(true);
    expect(await subject.broker.leave('q', 'billing')).toBe(false);
    expect((await groups()).map(({ name }) => name)).toEqual(['mail']);
    expect((await groups('other')).map(({ name }) => name)).toEqual(['billing']);
  });

  test('groups stay when those who joined them have gone, and however much time passes', async () => {
    const other = await subject.connect();
    await other.join('q', { name: 'offline', events: ['paid'] });
    await other.close();
    await subject.clock.advance('1h');
    expect(await groups()).toEqual([{ name: 'offline', events: ['paid'] }]);
  });

  test('groups that join at the same time all join', async () => {
    const other = await subject.connect();
    const names = Array.from({ length: 20 }, (_, index) => `group ${index}`);
    await Promise.all(
      names.map((name, index) =>
        (index % 2 === 0 ? other : subject.broker).join('q', { name, events: ['paid'] }),
      ),
    );
    expect((await groups()).map(({ name }) => name)).toEqual(names.toSorted());
  });

  test('groups and events may be called anything', async () => {
    for (const name of NAMES) await subject.broker.join('q', { name, events: NAMES });
    expect(await groups()).toEqual(NAMES.toSorted().map((name) => ({ name, events: NAMES.toSorted() })));
    for (const name of NAMES) expect(await subject.broker.leave('q', name)).toBe(true);
    expect(await groups()).toEqual([]);
  });

  test('groups are no calls', async () => {
    await subject.broker.join('q', { name: 'billing', events: ['paid'] });
    expect(Object.values(await subject.broker.counts('q')).every((count) => count === 0)).toBe(true);
    expect(await subject.claim()).toEqual([]);
  });
}
