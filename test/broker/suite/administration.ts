// counts, deadLetters and peek: what an operator sees.

import { expect, test } from 'vitest';
import { createMessage } from '../message.js';
import { PARKED } from './endings.js';
import { idsOf, readAll, type Subject } from './subject.js';

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

  test('calls that wait or run are shown, each with all that is known of it, and no others', async () => {
    const now = subject.clock.now();
    await subject.answer();
    await kill('dead');
    await subject.broker.cancel([await subject.send()]);
    const parked = await subject.deliver({ body: 'parked' });
    await subject.end(parked, PARKED);
    const running = await subject.deliver({ body: 'running', lane: 'l' });
    const held = await subject.send({ body: 'held', lane: 'l' });
    const scheduled = await subject.send({ body: 'scheduled', notBefore: now + 60_000, priority: 7 });
    const ready = await subject.send({ body: 'ready', priority: 0 });
    await subject.send({ queue: 'other' });
    const shown = new Map(
      (await readAll((page) => subject.broker.peek('q', page))).map((call) => [call.id, call]),
    );
    expect(shown.size).toBe(5);
    for (const { id } of [parked, running, held, scheduled, ready]) {
      const { position, body, priority, ...record } = shown.get(id) ?? {};
      expect(record).toEqual(await subject.find({ queue: 'q', id }));
      expect(position).toEqual(expect.any(Number));
    }
    const texts = [parked, running, held, scheduled, ready].map(({ id }) => shown.get(id)?.body);
    expect(texts).toEqual(['parked', 'running', 'held', 'scheduled', 'ready']);
    expect(shown.get(scheduled.id)).toMatchObject({ state: 'scheduled', dueAt: now + 60_000, priority: 7 });
    expect(await subject.broker.peek('never used', { limit: 10 })).toEqual([]);
  });

  for (const size of [1, 7, 1_000]) {
    test(`in pages of ${size}, each call is shown once`, async () => {
      const messages = Array.from({ length: 30 }, (_, index) =>
        createMessage({
          priority: index % 8,
          ...(index % 3 === 0 ? { notBefore: subject.clock.now() + 60_000 } : {}),
          ...(index % 5 === 0 ? { lane: 'l' } : {}),
        }),
      );
      await subject.broker.send(messages);
      await subject.claim({ limit: 5 });
      const shown = await readAll((page) => subject.broker.peek('q', page), size);
      expect(idsOf(shown).toSorted()).toEqual(idsOf(messages).toSorted());
    });
  }

  test('calls that come and go while others are shown hide none that stay', async () => {
    const messages = Array.from({ length: 20 }, () => createMessage());
    await subject.broker.send(messages);
    const shown = await subject.broker.peek('q', { limit: 5 });
    await subject.broker.remove(shown.slice(0, 3));
    await subject.broker.send([createMessage(), createMessage()]);
    const rest = await readAll((page) =>
      subject.broker.peek('q', { ...page, after: page.after ?? shown.at(-1)?.position }),
    );
    const seen = new Set(idsOf([...shown, ...rest]));
    expect(messages.filter(({ id }) => !seen.has(id))).toEqual([]);
  });
}
