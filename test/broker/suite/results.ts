// fetch and confirm: any process can read an outcome at any later time, until it was collected or is too old.

import { expect, test } from 'vitest';
import type { CallRecord } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

export function resultsSuite(subject: Subject): void {
  test('calls are read in the order asked for, unknown ones as undefined', async () => {
    const [a, b] = [await subject.send(), await subject.send()];
    const unknown = { queue: 'q', id: createMessage().id };
    const elsewhere = { queue: 'other', id: a.id };
    const records = await subject.broker.fetch([b, unknown, a, elsewhere]);
    expect(records.map((record) => record?.id)).toEqual([b.id, undefined, a.id, undefined]);
  });

  test('another connection reads what this one recorded', async () => {
    const delivery = await subject.answer({}, '"shared"');
    const [record] = await (await subject.connect()).fetch([delivery]);
    expect(record?.result).toBe('"shared"');
  });

  test('with an inbox, the outcome of a call that still waits is pushed there', async () => {
    const records: CallRecord[] = [];
    subject.broker.subscribe('new', (arrived) => records.push(...arrived));
    subject.broker.subscribe('old', () => expect.fail('pushed to the old inbox'));
    const [waiting, running] = [await subject.deliver({ inbox: 'old' }), await subject.deliver()];
    await subject.broker.settle([{ ...attemptOf(waiting), outcome: 'released' }]);
    const states = (await subject.broker.fetch([waiting, running], 'new')).map((record) => record?.state);
    expect(states).toEqual(['ready', 'leased']);
    await subject.broker.settle([{ ...attemptOf(running), outcome: 'answered', result: '1' }]);
    await subject.broker.cancel([waiting]);
    await eventually(() => expect(idsOf(records)).toEqual([running.id, waiting.id]));
  });

  test('with an inbox, an outcome that is there already is read and not pushed', async () => {
    const delivery = await subject.answer();
    let pushed = 0;
    subject.broker.subscribe('new', () => pushed++);
    expect((await subject.broker.fetch([delivery], 'new'))[0]?.state).toBe('answered');
    await subject.broker.reap();
    expect(pushed).toBe(0);
  });

  test('a confirmed outcome is forgotten', async () => {
    const delivery = await subject.answer();
    await subject.broker.confirm([delivery]);
    expect(await subject.find(delivery)).toBeUndefined();
  });

  test('confirming what is unknown, or not final, changes nothing', async () => {
    const [waiting, running] = [
      await subject.send({ notBefore: subject.clock.now() + 1_000 }),
      await subject.deliver(),
    ];
    await subject.broker.confirm([{ queue: 'q', id: createMessage().id }, waiting, running]);
    expect((await subject.broker.fetch([waiting, running])).map((record) => record?.state)).toEqual([
      'scheduled',
      'leased',
    ]);
    await subject.broker.confirm([]);
  });

  test('a confirmed dead letter stays a dead letter', async () => {
    const delivery = await subject.deliver();
    await subject.broker.settle([
      { ...attemptOf(delivery), outcome: 'dead', reason: 'handler-failed', result: '1' },
    ]);
    await subject.broker.confirm([delivery]);
    expect(idsOf(await subject.broker.deadLetters('q', { limit: 10 }))).toEqual([delivery.id]);
  });

  test('a confirmed call with a digest is remembered with its outcome for as long as it is kept', async () => {
    const message = createMessage({ digest: 'd', retainMs: 5_000 });
    await subject.answer(message, '"kept"');
    await subject.broker.confirm([message]);
    expect(await subject.broker.send([message])).toEqual(['duplicate']);
    expect((await subject.find(message))?.result).toBe('"kept"');
    await subject.clock.advance('6s');
    expect(await subject.find(message)).toBeUndefined();
  });
}
