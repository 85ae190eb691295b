// counts and deadLetters: what an operator sees.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { PARKED } from './endings.js';
import { idsOf, type Subject } from './subject.js';

const NONE = { scheduled: 0, ready: 0, parked: 0, leased: 0, answered: 0, dead: 0, cancelled: 0, expired: 0 };

export function administrationSuite(subject: Subject): void {
  const kill = async (body: string): Promise<string> => (await subject.kill({ body })).id;

  test('a queue that nobody has used is empty', async () => {
    expect(await subject.broker.counts('never used')).toEqual(NONE);
    expect(await subject.broker.deadLetters('never used', { limit: 10 })).toEqual([]);
  });

  test('every state is counted, in its own queue', async () => {
    await kill('x');
    await subject.answer();
    await subject.deliver();
    await subject.end(await subject.deliver(), PARKED);
    await subject.broker.cancel([await subject.send()]);
    await subject.send({ expiresAt: subject.clock.now() + 1_000 });
    await subject.clock.advance('2s');
    await subject.broker.send([createMessage(), createMessage(), createMessage({ queue: 'other' })]);
    await subject.send({ notBefore: subject.clock.now() + 1_000 });
    await subject.send({ expiresAt: subject.clock.now() + 60_000 });
    expect(await subject.broker.counts('q')).toEqual({
      scheduled: 1,
      ready: 3,
      parked: 1,
      leased: 1,
      answered: 1,
      dead: 1,
      cancelled: 1,
      expired: 1,
    });
    expect(await subject.broker.counts('other')).toEqual({ ...NONE, ready: 1 });
  });

  test('dead letters come newest first, as many as asked for', async () => {
    const [first, second, third] = [await kill('1'), await kill('2'), await kill('3')];
    expect(idsOf(await subject.broker.deadLetters('q', { limit: 10 }))).toEqual([third, second, first]);
    expect(idsOf(await subject.broker.deadLetters('q', { limit: 2 }))).toEqual([third, second]);
    expect(await subject.broker.deadLetters('other', { limit: 10 })).toEqual([]);
  });

  test('a dead letter has its record and its body', async () => {
    const id = await kill('{"order":42}');
    const [letter] = await subject.broker.deadLetters('q', { limit: 1 });
    expect(letter).toMatchObject({
      ...(await subject.find({ queue: 'q', id })),
      body: '{"order":42}',
      priority: 3,
    });
  });
}
