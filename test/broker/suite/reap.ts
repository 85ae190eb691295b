// reap: what time alone does to calls. The clock's own ticks reap as well, so most tests only turn the clock.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { attemptOf, eventually, type Subject } from './subject.js';

const NOTHING = { promoted: 0, recovered: 0, exhausted: 0, expired: 0, forgotten: 0 };

export function reapSuite(subject: Subject): void {
  test('with nothing due it does nothing', async () => {
    await subject.deliver();
    await subject.send();
    expect(await subject.broker.reap()).toEqual(NOTHING);
  });

  test('it says what it did', async () => {
    const now = subject.clock.now();
    await subject.deliver({ maxDeliveries: 1 });
    await subject.deliver({ maxDeliveries: 2 });
    await subject.clock.advance('9s');
    await subject.answer({ retainMs: 1_500 });
    await subject.send({ notBefore: now + 10_500 });
    await subject.send({ expiresAt: now + 10_500 });
    // A jump fires no timer, and one of less than five seconds moves no lease.
    subject.clock.jump(now + 12_000);
    expect(await subject.broker.reap()).toEqual({
      promoted: 1,
      recovered: 1,
      exhausted: 1,
      expired: 1,
      forgotten: 1,
    });
    expect(await subject.broker.reap()).toEqual(NOTHING);
  });

  test('a lost lease makes the call ready again, and listeners hear of it', async () => {
    const delivery = await subject.deliver();
    let heard = 0;
    subject.broker.listen('q', () => heard++);
    await subject.clock.advance('9s');
    expect((await subject.find(delivery))?.state).toBe('leased');
    expect(heard).toBe(0);
    await subject.clock.advance('2s');
    expect((await subject.find(delivery))?.state).toBe('ready');
    expect(heard).toBeGreaterThan(0);
  });

  test('a call that takes its workers down waits longer each time', async () => {
    await subject.send({ maxDeliveries: 10 });
    for (const waitMs of [0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]) {
      expect(await subject.claim({ leaseMs: 1_000 })).toHaveLength(1);
      await subject.clock.advance(1_000);
      if (waitMs > 0) {
        await subject.clock.advance(waitMs / 2 - 1);
        expect(await subject.claim()).toEqual([]);
        await subject.clock.advance(waitMs / 2 + 1);
      }
    }
    expect(await subject.claim()).toHaveLength(1);
  });

  test('a call that takes its workers down does not take those along that were claimed with it', async () => {
    const messages = Array.from({ length: 16 }, () => createMessage({ maxDeliveries: 10 }));
    await subject.broker.send(messages);
    const isPoison = ({ id }: { id: string }): boolean => id === messages[7]?.id;
    let hasDied = false;
    while (!hasDied) {
      const deliveries = await subject.claim({ limit: 16, leaseMs: 1_000 });
      const answered = deliveries.some(isPoison) ? [] : deliveries;
      await subject.broker.settle(
        answered.map((delivery) => ({ ...attemptOf(delivery), outcome: 'answered', result: '1' })),
      );
      await subject.clock.advance('1s');
      hasDied = (await subject.broker.counts('q')).dead > 0;
    }
    await subject.clock.advance('1m');
    expect((await subject.broker.deadLetters('q', { limit: 16 })).map(isPoison)).toEqual([true]);
  });

  test('a lease that was lost too often makes the call a dead letter without a result', async () => {
    const message = await subject.send({ maxDeliveries: 2, body: 'poison' });
    await subject.claim();
    await subject.clock.advance('11s');
    await subject.claim();
    await subject.clock.advance('11s');
    expect(await subject.find(message)).toMatchObject({
      state: 'dead',
      reason: 'attempts-exhausted',
      attempt: 2,
      result: undefined,
    });
    expect(await subject.broker.deadLetters('q', { limit: 10 })).toMatchObject([{ body: 'poison' }]);
  });

  test('a failure that a handler reported before does not become the result of an exhausted call', async () => {
    const delivery = await subject.deliver({ maxDeliveries: 2 });
    await subject.broker.settle([{ ...attemptOf(delivery), outcome: 'retry', delayMs: 0, result: '"once"' }]);
    await subject.claim();
    await subject.clock.advance('11s');
    expect(await subject.find(delivery)).toMatchObject({ state: 'dead', result: undefined });
  });

  test('a lost lease of a call that was to be cancelled ends it as cancelled', async () => {
    const delivery = await subject.deliver();
    await subject.broker.cancel([delivery]);
    await subject.clock.advance('11s');
    expect((await subject.find(delivery))?.state).toBe('cancelled');
  });

  test('a waiting call expires at its time', async () => {
    const message = await subject.send({ expiresAt: subject.clock.now() + 5_000 });
    await subject.clock.advance(4_999);
    expect((await subject.find(message))?.state).toBe('ready');
    await subject.clock.advance(1_001);
    expect(await subject.find(message)).toMatchObject({ state: 'expired', result: undefined });
  });

  test('outcomes are forgotten when nobody has confirmed them for as long as they are kept', async () => {
    const answered = await subject.answer({ retainMs: 5_000 });
    const cancelled = await subject.send({ retainMs: 5_000 });
    await subject.broker.cancel([cancelled]);
    await subject.clock.advance(4_000);
    expect(await subject.find(answered)).toBeDefined();
    await subject.clock.advance(2_000);
    expect(await subject.broker.fetch([answered, cancelled])).toEqual([undefined, undefined]);
  });

  test('dead letters are never forgotten', async () => {
    const delivery = await subject.deliver({ retainMs: 1_000 });
    await subject.broker.settle([
      { ...attemptOf(delivery), outcome: 'dead', reason: 'malformed', result: '1' },
    ]);
    await subject.clock.advance('1h');
    expect((await subject.find(delivery))?.state).toBe('dead');
  });

  test('a scheduled call is promoted at its time, and listeners hear of it', async () => {
    let heard = 0;
    subject.broker.listen('q', () => heard++);
    const message = await subject.send({ notBefore: subject.clock.now() + 2_500 });
    await subject.clock.advance(2_499);
    expect(heard).toBe(0);
    await subject.clock.advance(1);
    await eventually(() => expect(heard).toBeGreaterThan(0));
    expect((await subject.find(message))?.state).toBe('ready');
  });

  test('a flood of due calls is dealt with by one reap', async () => {
    const notBefore = subject.clock.now() + 1_000;
    await subject.broker.send(Array.from({ length: 2_345 }, () => createMessage({ notBefore })));
    subject.clock.jump(notBefore);
    expect(await subject.broker.reap()).toEqual({ ...NOTHING, promoted: 2_345 });
  });
}
