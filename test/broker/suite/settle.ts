// settle: how an attempt ends, and what is kept of its call.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { attemptOf, idsOf, type Subject } from './subject.js';

export function settleSuite(subject: Subject): void {
  test('an answer is kept with its result', async () => {
    const delivery = await subject.deliver();
    await subject.clock.advance('1s');
    const settled = await subject.broker.settle([
      { ...attemptOf(delivery), outcome: 'answered', result: '{"ok":true}' },
    ]);
    expect(settled).toEqual(['ok']);
    expect(await subject.find(delivery)).toMatchObject({
      state: 'answered',
      attempt: 1,
      result: '{"ok":true}',
      settledAt: subject.clock.now(),
      reason: undefined,
    });
  });

  test('a one-way call is forgotten when it is answered', async () => {
    const delivery = await subject.answer({ wantsResult: false });
    expect(await subject.find(delivery)).toBeUndefined();
  });

  test('a one-way call with a digest is remembered, so that it is recognized', async () => {
    const message = createMessage({ wantsResult: false, digest: 'd' });
    await subject.answer(message);
    expect(await subject.broker.send([message, { ...message, digest: 'e' }])).toEqual([
      'duplicate',
      'conflict',
    ]);
    await subject.clock.advance('61s');
    expect(await subject.broker.send([message])).toEqual(['accepted']);
  });

  test('a dead call keeps its body, its reason and its result, also a one-way call', async () => {
    for (const wantsResult of [true, false]) {
      const delivery = await subject.deliver({ body: 'exactly this', wantsResult });
      await subject.broker.settle([
        { ...attemptOf(delivery), outcome: 'dead', reason: 'handler-failed', result: '"why"' },
      ]);
      expect((await subject.broker.deadLetters('q', { limit: 1 }))[0]).toMatchObject({
        id: delivery.id,
        state: 'dead',
        reason: 'handler-failed',
        result: '"why"',
        body: 'exactly this',
        settledAt: subject.clock.now(),
      });
    }
  });

  test('a handler that gave up because of a cancel ends the call as cancelled', async () => {
    const delivery = await subject.deliver();
    await subject.broker.cancel([delivery]);
    expect(await subject.broker.settle([{ ...attemptOf(delivery), outcome: 'cancelled' }])).toEqual(['ok']);
    expect(await subject.find(delivery)).toMatchObject({ state: 'cancelled', result: undefined });
  });

  test('a retry waits for its delay, counts a failure and shows the last one', async () => {
    const delivery = await subject.deliver();
    await subject.broker.settle([
      { ...attemptOf(delivery), outcome: 'retry', delayMs: 5_000, result: '"failed once"' },
    ]);
    expect(await subject.find(delivery)).toMatchObject({ state: 'scheduled', result: '"failed once"' });
    await subject.clock.advance(4_999);
    expect(await subject.claim()).toEqual([]);
    await subject.clock.advance(1);
    expect(await subject.claim()).toMatchObject([{ id: delivery.id, attempt: 2, failures: 1 }]);
  });

  test('a retry without a delay is ready at once, and listeners hear of it', async () => {
    const delivery = await subject.deliver();
    let heard = 0;
    subject.broker.listen('q', () => heard++);
    await subject.broker.settle([{ ...attemptOf(delivery), outcome: 'retry', delayMs: 0, result: '1' }]);
    expect(heard).toBeGreaterThan(0);
    expect(await subject.claim()).toMatchObject([{ id: delivery.id, attempt: 2, failures: 1 }]);
  });

  test('a retry that comes too late expires', async () => {
    const delivery = await subject.deliver({ expiresAt: subject.clock.now() + 2_000 });
    await subject.broker.settle([{ ...attemptOf(delivery), outcome: 'retry', delayMs: 5_000, result: '1' }]);
    await subject.clock.advance('6s');
    expect(await subject.find(delivery)).toMatchObject({ state: 'expired', result: undefined });
  });

  test('work that was not started goes back to its place and counts no failure', async () => {
    const first = await subject.deliver();
    const second = await subject.send();
    await subject.broker.settle([{ ...attemptOf(first), outcome: 'released' }]);
    const again = await subject.claim();
    expect(idsOf(again)).toEqual([first.id, second.id]);
    expect(again[0]).toMatchObject({ attempt: 2, failures: 0 });
  });

  test('deliveries that were given back do not bring a call nearer to its death', async () => {
    let delivery = await subject.deliver({ maxDeliveries: 2 });
    for (let round = 0; round < 3; round++) {
      await subject.broker.settle([{ ...attemptOf(delivery), outcome: 'released' }]);
      delivery = (await subject.claim())[0] ?? delivery;
    }
    expect(delivery.attempt).toBe(4);
    await subject.clock.advance('15s');
    expect((await subject.find(delivery))?.state).toBe('ready');
    await subject.claim();
    await subject.clock.advance('11s');
    expect(await subject.find(delivery)).toMatchObject({ state: 'dead', reason: 'attempts-exhausted' });
  });

  test('a second end of the same attempt is stale and changes nothing', async () => {
    const delivery = await subject.answer({}, '"first"');
    const again = await subject.broker.settle([
      { ...attemptOf(delivery), outcome: 'answered', result: '"second"' },
      { ...attemptOf(delivery), outcome: 'dead', reason: 'handler-failed', result: '"third"' },
      { ...attemptOf(delivery), outcome: 'cancelled' },
      { ...attemptOf(delivery), outcome: 'retry', delayMs: 0, result: '"fourth"' },
      { ...attemptOf(delivery), outcome: 'released' },
    ]);
    expect(again).toEqual(Array(5).fill('stale'));
    expect(await subject.find(delivery)).toMatchObject({ state: 'answered', result: '"first"' });
  });

  test('statuses come in the order of the settlements', async () => {
    const [a, b] = [await subject.deliver(), await subject.deliver()];
    expect(
      await subject.broker.settle([
        { ...attemptOf(b), outcome: 'answered', result: '1' },
        { ...attemptOf(a), attempt: 9, outcome: 'answered', result: '2' },
        { ...attemptOf(a), outcome: 'answered', result: '3' },
      ]),
    ).toEqual(['ok', 'stale', 'ok']);
    expect((await subject.find(a))?.result).toBe('3');
  });

  test('an empty batch is answered with an empty list', async () => {
    expect(await subject.broker.settle([])).toEqual([]);
  });
}
