// subscribe: outcomes are pushed to the inbox that a call names. Pushes are hints, but none is lost for nothing.

import { expect, test } from 'vitest';
import type { CallRecord } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

export function subscribeSuite(subject: Subject): void {
  function open(inbox: string): { records: CallRecord[]; stop: () => void } {
    const records: CallRecord[] = [];
    const stop = subject.broker.subscribe(inbox, (arrived) => records.push(...arrived));
    return { records, stop };
  }

  test('an answer is pushed as the record that fetch gives', async () => {
    const { records } = open('inbox');
    const delivery = await subject.answer({ inbox: 'inbox' }, '"result"');
    await eventually(() => expect(records).toHaveLength(1));
    expect(records[0]).toEqual(await subject.find(delivery));
    expect(records[0]).toMatchObject({ state: 'answered', result: '"result"' });
  });

  test('deaths, cancels and expiries are pushed as well', async () => {
    const { records } = open('inbox');
    const dead = await subject.deliver({ inbox: 'inbox' });
    await subject.broker.settle([{ ...attemptOf(dead), outcome: 'dead', reason: 'malformed', result: '1' }]);
    await subject.broker.cancel([await subject.send({ inbox: 'inbox' })]);
    await subject.send({ inbox: 'inbox', expiresAt: subject.clock.now() + 1_000 });
    await subject.clock.advance('2s');
    await subject.deliver({ inbox: 'inbox', maxDeliveries: 1 });
    await subject.clock.advance('11s');
    await eventually(() =>
      expect(records.map(({ state }) => state)).toEqual(['dead', 'cancelled', 'expired', 'dead']),
    );
  });

  test('nothing else is pushed: other inboxes, failures that are retried, one-way calls', async () => {
    const { records } = open('inbox');
    await subject.answer({ inbox: 'other' });
    await subject.answer({ inbox: 'inbox', wantsResult: false });
    const retried = await subject.deliver({ inbox: 'inbox' });
    await subject.broker.settle([{ ...attemptOf(retried), outcome: 'retry', delayMs: 60_000, result: '1' }]);
    const last = await subject.answer({ inbox: 'inbox' });
    await eventually(() => expect(records.length).toBeGreaterThan(0));
    expect(idsOf(records)).toEqual([last.id]);
  });

  test('what another connection settles is pushed here', async () => {
    const { records } = open('inbox');
    const sent = await subject.send({ inbox: 'inbox' });
    const worker = await subject.connect();
    const [delivery] = await worker.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 10_000 });
    if (delivery === undefined) throw new Error('expected a delivery');
    await worker.settle([{ ...attemptOf(delivery), outcome: 'answered', result: '1' }]);
    await eventually(() => expect(idsOf(records)).toEqual([sent.id]));
  });

  test('a worker on another connection hears of calls that are sent here', async () => {
    const worker = await subject.connect();
    let heard = 0;
    worker.listen('q', () => heard++);
    // Listening takes a while: what is asked for after it is answered after it.
    await worker.counts('q');
    await subject.send();
    await eventually(() => expect(heard).toBeGreaterThan(0));
  });

  test('many outcomes at once all arrive', async () => {
    const { records } = open('inbox');
    const messages = Array.from({ length: 1_234 }, () => createMessage({ inbox: 'inbox' }));
    await subject.broker.send(messages);
    const deliveries = await subject.claim({ limit: 2_000 });
    await subject.broker.settle(
      deliveries.map((delivery) => ({ ...attemptOf(delivery), outcome: 'answered', result: '1' })),
    );
    await eventually(() => expect(new Set(idsOf(records))).toEqual(new Set(messages.map(({ id }) => id))));
  });

  test('everybody who subscribed to an inbox hears, until they stop', async () => {
    const [first, second] = [open('inbox'), open('inbox')];
    await subject.answer({ inbox: 'inbox' });
    await eventually(() => expect([first.records.length, second.records.length]).toEqual([1, 1]));
    first.stop();
    first.stop();
    await subject.answer({ inbox: 'inbox' });
    await eventually(() => expect(second.records).toHaveLength(2));
    expect(first.records).toHaveLength(1);
  });

  test('a listener that throws keeps nobody else from hearing, and there is a warning', async () => {
    subject.broker.subscribe('inbox', () => {
      throw new Error('of the test');
    });
    subject.broker.listen('q', () => {
      throw new Error('of the test');
    });
    const { records } = open('inbox');
    await subject.answer({ inbox: 'inbox' });
    await eventually(() => expect(records).toHaveLength(1));
    expect(subject.warnings.join()).toContain('of the test');
  });

  test('one that stopped listening is not called any more', async () => {
    let heard = 0;
    const stop = subject.broker.listen('q', () => heard++);
    stop();
    await subject.send();
    expect(heard).toBe(0);
  });
}
