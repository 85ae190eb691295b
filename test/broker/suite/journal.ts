// Journals: copies of what was sent and of what was received, which outlive the calls, within bounds.

import { expect, test } from 'vitest';
import type { JournalEntry, JournalName, Message } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, CANCELLED, DEAD, PARKED, RELEASED, RETRY } from './endings.js';
import { attemptOf, idsOf, readAll, type Subject } from './subject.js';

export function journalSuite(subject: Subject): void {
  const read = (name: JournalName): Promise<JournalEntry[]> =>
    subject.broker.journal('q', name, { limit: 1_000 });
  const always = (message: Partial<Message> = {}): Message =>
    createMessage({ journal: 'always', ...message });

  async function sendMany(count: number, message: Partial<Message> = {}): Promise<Message[]> {
    const messages = Array.from({ length: count }, () => always(message));
    for (const each of messages) await subject.broker.send([each]);
    return messages;
  }

  test('a call is written down when it is accepted, and when its handler has ended it', async () => {
    const message = always({ body: '{"order":42}', priority: 6 });
    await subject.broker.send([message]);
    const sentAt = subject.clock.now();
    const entry = { position: expect.any(Number), id: message.id, body: '{"order":42}', priority: 6 };
    expect(await read('sent')).toEqual([{ ...entry, at: sentAt, outcome: undefined }]);
    expect(await read('received')).toEqual([]);
    await subject.clock.advance('1s');
    const [delivery] = await subject.claim();
    await subject.clock.advance('1s');
    if (delivery !== undefined) await subject.end(delivery, { outcome: 'answered', result: '"done"' });
    expect(await read('received')).toEqual([
      { ...entry, at: subject.clock.now(), outcome: { state: 'answered', result: '"done"' } },
    ]);
    expect(await read('sent')).toHaveLength(1);
  });

  for (const journal of ['none', 'deadletter', undefined] as const) {
    test(`a call whose journal is ${journal} is not written down`, async () => {
      await subject.answer({ journal });
      expect([await read('sent'), await read('received')]).toEqual([[], []]);
    });
  }

  test('what a handler ended is written down with how it did', async () => {
    for (const ending of [ANSWERED, DEAD, CANCELLED])
      await subject.end(await subject.deliver(always()), ending);
    expect((await read('received')).map(({ outcome }) => outcome)).toEqual([
      { state: 'cancelled', result: undefined },
      { state: 'dead', result: '"why"' },
      { state: 'answered', result: '1' },
    ]);
  });

  test('an attempt that did not end its call is not written down', async () => {
    const delivery = await subject.deliver(always());
    await subject.end(delivery, RETRY);
    for (const ending of [RELEASED, PARKED]) {
      const [next] = await subject.claim();
      if (next !== undefined) expect(await subject.end(next, ending)).toBe('ok');
    }
    expect(await read('received')).toEqual([]);
    expect(await read('sent')).toHaveLength(1);
  });

  test('what no handler ended was not received', async () => {
    const [cancelled] = await sendMany(1);
    await subject.broker.cancel([cancelled as Message]);
    await sendMany(1, { expiresAt: subject.clock.now() + 1_000 });
    await subject.clock.advance('2s');
    expect(await read('received')).toEqual([]);
    expect(await read('sent')).toHaveLength(2);
  });

  test('an attempt that is stale is not written down', async () => {
    const delivery = await subject.deliver(always());
    await subject.clock.advance('11s');
    expect(await subject.end(delivery, ANSWERED)).toBe('stale');
    expect(await read('received')).toEqual([]);
  });

  test('what was not accepted is not written down', async () => {
    const message = always({ digest: 'd' });
    await subject.broker.send([message, message, { ...message, digest: 'e' }]);
    await subject.broker.limit('q', { maxCalls: 1 });
    expect(await subject.broker.send([always()])).toEqual(['full']);
    expect(idsOf(await read('sent'))).toEqual([message.id]);
  });

  test('entries outlive their calls', async () => {
    const message = always({ retainMs: 1_000 });
    await subject.answer(message);
    await subject.answer(always({ wantsResult: false }));
    await subject.broker.confirm([message]);
    await subject.broker.remove([message]);
    await subject.clock.advance('1h');
    expect(await read('sent')).toHaveLength(2);
    expect(await read('received')).toHaveLength(2);
  });

  test('each queue has its own journals', async () => {
    await sendMany(1, { queue: 'other' });
    expect(await read('sent')).toEqual([]);
    expect(await subject.broker.journal('other', 'sent', { limit: 10 })).toHaveLength(1);
    expect(await subject.broker.journal('never used', 'received', { limit: 10 })).toEqual([]);
  });

  for (const size of [1, 3, 100]) {
    test(`in pages of ${size}, each entry comes once, newest first`, async () => {
      const messages = await sendMany(10);
      const deliveries = await subject.claim();
      await subject.broker.settle(deliveries.map((delivery) => ({ ...attemptOf(delivery), ...ANSWERED })));
      for (const name of ['sent', 'received'] as const) {
        const all = await readAll((page) => subject.broker.journal('q', name, page), size);
        expect(idsOf(all)).toEqual(idsOf(messages).toReversed());
        const positions = all.map(({ position }) => position);
        expect(positions).toEqual(positions.toSorted((a, b) => b - a));
      }
    });
  }

  test('the oldest make room when there are more entries than the queue may hold', async () => {
    await subject.broker.limit('q', { maxJournalEntries: 5 });
    const messages = await sendMany(12);
    expect(idsOf(await read('sent'))).toEqual(idsOf(messages).slice(7).toReversed());
    const deliveries = await subject.claim({ limit: 12 });
    for (const delivery of deliveries) await subject.end(delivery, ANSWERED);
    expect(idsOf(await read('received'))).toEqual(idsOf(messages).slice(7).toReversed());
    expect(await read('sent')).toHaveLength(5);
  });

  test('a batch that is larger than the journal leaves its newest', async () => {
    await subject.broker.limit('q', { maxJournalEntries: 5 });
    const messages = Array.from({ length: 50 }, () => always());
    await subject.broker.send(messages);
    expect(idsOf(await read('sent'))).toEqual(idsOf(messages).slice(45).toReversed());
    expect(await subject.claim({ limit: 50 })).toHaveLength(50);
  });

  test('the oldest make room when there are more bytes than the queue may hold', async () => {
    await subject.broker.limit('q', { maxJournalBytes: 10_000 });
    const messages = await sendMany(40, { body: 'ä'.repeat(500) });
    const kept = await read('sent');
    expect(kept.length).toBeGreaterThan(4);
    expect(kept.length).toBeLessThanOrEqual(10);
    expect(idsOf(kept)).toEqual(idsOf(messages).slice(-kept.length).toReversed());
  });

  test('a call that is larger than the journal may be is accepted all the same', async () => {
    await subject.broker.limit('q', { maxJournalBytes: 100 });
    const message = always({ body: 'x'.repeat(1_000) });
    expect(await subject.broker.send([message])).toEqual(['accepted']);
    await sendMany(1, { body: 'y' });
    expect((await read('sent')).map(({ body }) => body)).toEqual(['y']);
    expect(await subject.claim()).toHaveLength(2);
  });

  test('entries make room when they are too old', async () => {
    await subject.broker.limit('q', { maxJournalAgeMs: 3_600_000 });
    await subject.answer(always());
    await subject.clock.advance('30m');
    const later = always();
    await subject.answer(later);
    await subject.clock.advance('31m');
    for (const name of ['sent', 'received'] as const) expect(idsOf(await read(name))).toEqual([later.id]);
    await subject.clock.advance('31m');
    for (const name of ['sent', 'received'] as const) expect(await read(name)).toEqual([]);
  });

  test('a journal that may hold nothing holds nothing', async () => {
    await subject.broker.limit('q', { maxJournalEntries: 0 });
    await subject.answer(always());
    expect([await read('sent'), await read('received')]).toEqual([[], []]);
  });

  test('a bound that was lowered holds from the next entry on, for everybody', async () => {
    await sendMany(5);
    await (await subject.connect()).limit('q', { maxJournalEntries: 2 });
    const [last] = await sendMany(1);
    const kept = await read('sent');
    expect(kept).toHaveLength(2);
    expect(kept[0]?.id).toBe(last?.id);
  });

  test('two connections write one journal, and no entry is lost or has the place of another', async () => {
    const other = await subject.connect();
    const messages = Array.from({ length: 100 }, () => always());
    await Promise.all(
      messages.map((message, index) => (index % 2 === 0 ? other : subject.broker).send([message])),
    );
    const all = await readAll((page) => subject.broker.journal('q', 'sent', page), 30);
    expect(idsOf(all).toSorted()).toEqual(idsOf(messages).toSorted());
  });

  test('bodies come out as they went in', async () => {
    const bodies = ['', '\u0001}{ not json', '😀\u2028', '{"a":"\\u0000"}', "'; DROP TABLE call; --"];
    for (const body of bodies) await subject.answer(always({ body }), body);
    expect((await read('sent')).map(({ body }) => body)).toEqual(bodies.toReversed());
    expect((await read('received')).map(({ outcome }) => outcome?.result)).toEqual(bodies.toReversed());
  });
}
