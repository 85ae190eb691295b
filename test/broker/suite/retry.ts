// Retries: what is counted, what is shown meanwhile, and what is remembered of the attempts.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { ANSWERED, DEAD, type Ending, RELEASED, RETRY } from './endings.js';
import { idsOf, type Subject } from './subject.js';

export function retrySuite(subject: Subject): void {
  const failing = (failure: string, delayMs = 0): Ending => ({ outcome: 'retry', delayMs, result: failure });

  /** Claims the only call and ends the attempt. */
  async function attempt(ending: Ending): Promise<void> {
    const [delivery] = await subject.claim();
    if (delivery === undefined) throw new Error('expected a delivery');
    expect(await subject.end(delivery, ending)).toBe('ok');
  }

  const letter = async () => (await subject.broker.deadLetters('q', { limit: 1 }))[0];

  test('failures are counted, and whoever asks sees them with the time of the next attempt', async () => {
    const message = await subject.send();
    for (let failures = 1; failures <= 3; failures++) {
      await attempt(failing(`"${failures}"`, failures * 1_000));
      expect(await subject.find(message)).toMatchObject({
        state: 'scheduled',
        attempt: failures,
        failures,
        dueAt: subject.clock.now() + failures * 1_000,
        result: `"${failures}"`,
        settledAt: undefined,
      });
      await subject.clock.advance(failures * 1_000);
    }
    expect((await subject.claim())[0]).toMatchObject({ attempt: 4, failures: 3 });
  });

  test('the last failure is shown while the next attempt runs, and gives way to the answer', async () => {
    const message = await subject.send();
    await attempt(RETRY);
    const [delivery] = await subject.claim();
    if (delivery === undefined) throw new Error('expected a delivery');
    expect(await subject.find(message)).toMatchObject({ state: 'leased', failures: 1 });
    await subject.end(delivery, { outcome: 'answered', result: '"done"' });
    expect(await subject.find(message)).toMatchObject({ state: 'answered', failures: 1, result: '"done"' });
  });

  test('neither a lost lease nor work given back is a failure', async () => {
    const message = await subject.send({ maxDeliveries: 9 });
    await attempt(RETRY);
    await attempt(RELEASED);
    await subject.claim();
    await subject.clock.advance('30s');
    expect(await subject.find(message)).toMatchObject({ state: 'ready', attempt: 3, failures: 1 });
  });

  test('a handler may fail more often than leases may be lost', async () => {
    const message = await subject.send({ maxDeliveries: 2 });
    for (let failures = 0; failures < 5; failures++) await attempt(RETRY);
    await attempt(ANSWERED);
    expect(await subject.find(message)).toMatchObject({ state: 'answered', attempt: 6, failures: 5 });
  });

  test('a retry keeps its priority, and its place among the others of it when it is ready', async () => {
    const [first, urgent] = [await subject.send({ priority: 5 }), await subject.send({ priority: 6 })];
    const deliveries = await subject.claim();
    expect(idsOf(deliveries)).toEqual([urgent.id, first.id]);
    for (const delivery of deliveries.toReversed()) await subject.end(delivery, RETRY);
    const low = await subject.send({ priority: 4 });
    expect(idsOf(await subject.claim())).toEqual([urgent.id, first.id, low.id]);
  });

  test('a call that waits for a retry can be cancelled', async () => {
    const message = await subject.send();
    await attempt(failing('"failed"', 5_000));
    expect(await subject.broker.cancel([message])).toEqual(['cancelled']);
    await subject.clock.advance('6s');
    expect(await subject.claim()).toEqual([]);
    expect(await subject.find(message)).toMatchObject({ state: 'cancelled', result: undefined });
  });

  test('a dead letter tells of every attempt before its last', async () => {
    await subject.send({ maxDeliveries: 9 });
    const endedAt: number[] = [];
    for (const failure of ['"one"', '"two"']) {
      await subject.clock.advance('1s');
      await attempt(failing(failure));
      endedAt.push(subject.clock.now());
    }
    await attempt(DEAD);
    expect((await letter())?.history).toEqual([
      { attempt: 1, endedAt: endedAt[0], failure: '"one"' },
      { attempt: 2, endedAt: endedAt[1], failure: '"two"' },
    ]);
  });

  test('a lost lease is told as an attempt without a failure, at the time when it was lost', async () => {
    await subject.send({ maxDeliveries: 2 });
    const claimedAt = subject.clock.now();
    await subject.claim();
    await subject.clock.advance('30s');
    await attempt(DEAD);
    const history = (await letter())?.history;
    expect(history).toMatchObject([{ attempt: 1, failure: undefined }]);
    expect(history?.[0]?.endedAt).toBeGreaterThanOrEqual(claimedAt + 10_000);
    expect(history?.[0]?.endedAt).toBeLessThan(claimedAt + 12_000);
  });

  test('a call that dies of a lost lease tells of the failures before', async () => {
    await subject.send({ maxDeliveries: 2 });
    await attempt(failing('"once"'));
    await subject.claim();
    await subject.clock.advance('11s');
    expect(await letter()).toMatchObject({
      reason: 'attempts-exhausted',
      failures: 1,
      result: undefined,
      history: [{ attempt: 1, failure: '"once"' }],
    });
  });

  test('of many attempts the first one and the newest nineteen are told', async () => {
    await subject.send();
    for (let failure = 1; failure <= 30; failure++) await attempt(failing(`"${failure}"`));
    await attempt(DEAD);
    const dead = await letter();
    expect(dead).toMatchObject({ attempt: 31, failures: 30 });
    const told = [1, ...Array.from({ length: 19 }, (_, index) => index + 12)];
    expect(dead?.history.map(({ attempt, failure }) => [attempt, failure])).toEqual(
      told.map((number) => [number, `"${number}"`]),
    );
  });

  test('exactly twenty attempts before the last are all told', async () => {
    await subject.send();
    for (let failure = 1; failure <= 20; failure++) await attempt(failing('"x"'));
    await attempt(DEAD);
    const numbers = (await letter())?.history.map(({ attempt }) => attempt);
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  test('long failures are cut after 4,096 characters in the history, and whole where they are the last', async () => {
    const failure = 'ä'.repeat(5_000);
    const message = await subject.send();
    await attempt(failing(failure));
    expect((await subject.find(message))?.result).toBe(failure);
    await attempt(failing('ä'.repeat(4_096)));
    await attempt({ outcome: 'dead', reason: 'handler-failed', result: failure });
    const dead = await letter();
    expect(dead?.result).toBe(failure);
    expect(dead?.history.map((entry) => entry.failure)).toEqual(Array(2).fill('ä'.repeat(4_096)));
  });

  test('failures hold whatever they hold', async () => {
    const failures = ['', '\0', '},{', '"\n\u2028', '😀'];
    await subject.send();
    for (const failure of failures) await attempt(failing(failure));
    await attempt(DEAD);
    expect((await letter())?.history.map(({ failure }) => failure)).toEqual(failures);
  });

  test('calls that fail together are told apart', async () => {
    const messages = Array.from({ length: 20 }, (_, index) => createMessage({ body: `${index}` }));
    await subject.broker.send(messages);
    for (const round of ['a', 'b']) {
      const deliveries = await subject.claim({ limit: 20 });
      await Promise.all(deliveries.map((delivery) => subject.end(delivery, failing(round + delivery.body))));
    }
    for (const delivery of await subject.claim({ limit: 20 })) await subject.end(delivery, DEAD);
    const letters = await subject.broker.findDeadLetters(messages);
    expect(letters.map((dead) => dead?.history.map(({ failure }) => failure))).toEqual(
      messages.map(({ body }) => [`a${body}`, `b${body}`]),
    );
  });
}
