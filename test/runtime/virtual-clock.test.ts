// The clock that tests turn by hand.

import { VirtualClock } from 'mq-rpc/testing';
import { expect, test } from 'vitest';

test('timers fire in their order, each at its own time', async () => {
  const clock = new VirtualClock(0);
  const fired: [string, number][] = [];
  const fire = (name: string) => () => fired.push([name, clock.now()]);
  clock.after(20, fire('second'));
  clock.after(10, fire('first'));
  clock.after(15, fire('cancelled')).cancel();
  clock.after(40, fire('later'));
  await clock.advance(30);
  expect(fired).toEqual([
    ['first', 10],
    ['second', 20],
  ]);
  expect(clock.now()).toBe(30);
});

test('turning it twice at the same time never turns it back', async () => {
  const clock = new VirtualClock(0);
  await Promise.all([clock.advance('10m'), clock.advance('1s')]);
  expect(clock.now()).toBe(600_000);
});
