// A clock that jumps, or a machine that slept, ends no lease early.

import { expect, test } from 'vitest';
import { attemptOf, type Subject } from './subject.js';

export function leaseClockSuite(subject: Subject): void {
  /** Lets time pass. Timers that were set before a jump backwards are far away, so this reaps by hand. */
  async function pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) {
      await subject.clock.advance('1s');
      await subject.broker.reap();
    }
  }

  for (const [name, jumpMs] of [
    ['forwards', 3_600_000],
    ['backwards', -3_600_000],
  ] as const) {
    test(`a jump of the clock ${name} leaves a lease what was left of it`, async () => {
      const delivery = await subject.deliver();
      await subject.clock.advance('4s');
      subject.clock.jump(subject.clock.now() + jumpMs);
      await subject.broker.reap();
      await pass(5);
      expect((await subject.find(delivery))?.state).toBe('leased');
      await pass(2);
      expect((await subject.find(delivery))?.state).toBe('ready');
    });
  }

  test('a lease that is extended after a jump is a whole one', async () => {
    const delivery = await subject.deliver();
    subject.clock.jump(subject.clock.now() + 3_600_000);
    expect(await subject.broker.extend([attemptOf(delivery)], 10_000)).toEqual(['ok']);
    await subject.clock.advance('9s');
    expect((await subject.find(delivery))?.state).toBe('leased');
    await subject.clock.advance('2s');
    expect((await subject.find(delivery))?.state).toBe('ready');
  });

  test('a jump that a claim notices first moves the other leases too', async () => {
    const delivery = await subject.deliver();
    await subject.send();
    subject.clock.jump(subject.clock.now() + 3_600_000);
    expect(await subject.claim()).toHaveLength(1);
    await subject.broker.reap();
    expect((await subject.find(delivery))?.state).toBe('leased');
  });

  test('a jump does not keep a call from expiring, nor a delay from ending', async () => {
    const hour = subject.clock.now() + 3_600_000;
    const expiring = await subject.send({ expiresAt: hour });
    const scheduled = await subject.send({ notBefore: hour });
    subject.clock.jump(hour);
    await subject.broker.reap();
    expect((await subject.broker.fetch([expiring, scheduled])).map((call) => call?.state)).toEqual([
      'expired',
      'ready',
    ]);
  });

  test('leases of a process that died are lost while another one lives', async () => {
    const other = await subject.connect();
    await subject.send();
    const [delivery] = await other.claim({ queue: 'q', worker: 'dies', limit: 1, leaseMs: 10_000 });
    if (delivery === undefined) throw new Error('expected a delivery');
    await other.close();
    await subject.clock.advance('11s');
    expect((await subject.find(delivery))?.state).toBe('ready');
  });
}
