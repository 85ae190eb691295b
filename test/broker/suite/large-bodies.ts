// Large bodies and results: as many bytes as there are, they come out as they went in, and go when their call goes.

import { expect, test } from 'vitest';
import type { CallRecord, Delivery, Message } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, DEAD, RELEASED, RETRY } from './endings.js';
import { eventually, idsOf, readAll, type Subject } from './subject.js';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const SIZES = [64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 128 * KIB, MIB, 2 * MIB, 8 * MIB];

/** A text of so many bytes whose characters have all lengths, so that whoever cuts it cuts some of them. */
function textOf(bytes: number, start = ''): string {
  const period = 'aä€😀';
  const size = Buffer.byteLength(period);
  const left = bytes - Buffer.byteLength(start);
  return start + period.repeat(Math.floor(left / size)) + 'x'.repeat(left % size);
}

export function largeBodiesSuite(subject: Subject): void {
  /** All that can be claimed; a broker may give few of them at a time. */
  async function claimAll(count: number): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    for (let claims = 0; claims < count && deliveries.length < count; claims++) {
      deliveries.push(...(await subject.claim({ leaseMs: 3_600_000 })));
    }
    return deliveries;
  }

  // Comparing long texts with `toEqual` takes long to print when they differ.
  const expectSame = (actual: string | undefined, expected: string): void =>
    expect(actual === expected).toBe(true);
  const expectBodies = (calls: readonly { readonly body: string }[], messages: readonly Message[]): void =>
    expect(calls.map(({ body }, index) => body === messages[index]?.body)).toEqual(messages.map(() => true));

  for (const size of SIZES) {
    test(`a body and a result of ${size} bytes come out as they went in`, async () => {
      const [body, result] = [textOf(size, 'body'), textOf(size, 'result')];
      expect(Buffer.byteLength(body)).toBe(size);
      const other = await subject.connect();
      const message = await subject.send({ body });
      const [delivery] = await other.claim({ queue: 'q', worker: 'w', limit: 1, leaseMs: 10_000 });
      expectSame(delivery?.body, body);
      await subject.end(delivery as Delivery, { outcome: 'answered', result });
      expectSame((await other.fetch([message]))[0]?.result, result);
      await other.confirm([message]);
      expect(await subject.find(message)).toBeUndefined();
    });
  }

  test('a large body comes again after a retry, a lost lease, and having been given back', async () => {
    const body = textOf(200 * KIB);
    let delivery = await subject.deliver({ body, maxDeliveries: 9 });
    for (const ending of [RETRY, RELEASED, undefined]) {
      if (ending !== undefined) await subject.end(delivery, ending);
      else await subject.clock.advance('30s');
      [delivery] = (await subject.claim()) as [Delivery];
      expectSame(delivery.body, body);
    }
  });

  test('many large calls are all delivered, each with its own body', async () => {
    const messages = Array.from({ length: 12 }, (_, index) =>
      createMessage({ body: textOf(MIB, `${index};`) }),
    );
    for (const message of messages) await subject.broker.send([message]);
    const deliveries = await claimAll(12);
    expect(idsOf(deliveries)).toEqual(idsOf(messages));
    expectBodies(deliveries, messages);
  });

  test('large and small calls of one batch keep their order', async () => {
    const messages = [10, 100 * KIB, 20, 300 * KIB, 30].map((size) => createMessage({ body: textOf(size) }));
    expect(await subject.broker.send(messages)).toEqual(Array(5).fill('accepted'));
    const deliveries = await claimAll(5);
    expect(deliveries.map(({ body }) => Buffer.byteLength(body))).toEqual([10, 100 * KIB, 20, 300 * KIB, 30]);
  });

  test('a large call that is known is a duplicate or a conflict, and what is stored stays', async () => {
    const message = createMessage({ body: textOf(MIB, 'first'), digest: 'd' });
    expect(await subject.broker.send([message, message])).toEqual(['accepted', 'duplicate']);
    const second = { ...message, body: textOf(2 * MIB, 'second') };
    expect(await (await subject.connect()).send([second, { ...second, digest: 'e' }])).toEqual([
      'duplicate',
      'conflict',
    ]);
    expectSame((await subject.claim())[0]?.body, message.body);
  });

  test('a large result reaches who waits for it', async () => {
    const records: CallRecord[] = [];
    const caller = await subject.connect();
    caller.subscribe('inbox', (arrived) => records.push(...arrived));
    const message = createMessage({ inbox: 'inbox' });
    await caller.send([message]);
    const result = textOf(2 * MIB);
    await subject.end((await subject.claim())[0] as Delivery, { outcome: 'answered', result });
    await eventually(() => expect(idsOf(records)).toEqual([message.id]));
    // A push may say only that there is something to fetch.
    expectSame(records[0]?.result ?? (await caller.fetch([message]))[0]?.result, result);
  });

  test('a large failure is kept whole, and its history is short', async () => {
    const failure = textOf(300 * KIB);
    const delivery = await subject.deliver();
    await subject.end(delivery, { outcome: 'retry', delayMs: 0, result: failure });
    expectSame((await subject.find(delivery))?.result, failure);
    await subject.end((await subject.claim())[0] as Delivery, {
      outcome: 'dead',
      reason: 'handler-failed',
      result: failure,
    });
    const [letter] = await subject.broker.findDeadLetters([delivery]);
    expectSame(letter?.result, failure);
    expect(letter?.history[0]?.failure).toBe(failure.slice(0, 4_096));
  });

  test('large dead letters are listed with their bodies, and replayed with them or with other ones', async () => {
    const messages = Array.from({ length: 5 }, (_, index) =>
      createMessage({ body: textOf(MIB, `${index};`) }),
    );
    for (const message of messages) await subject.kill(message);
    const letters = await readAll((page) => subject.broker.deadLetters('q', page), 100);
    expect(idsOf(letters)).toEqual(idsOf(messages).toReversed());
    expectBodies(letters, messages.toReversed());
    const mended = textOf(2 * MIB, 'mended');
    const [first, second, third] = messages as [Message, Message, Message];
    const replays = [{ id: first.id }, { id: second.id, body: mended }, { id: third.id, body: 'small' }];
    expect(await subject.broker.replay(replays.map((replay) => ({ queue: 'q', ...replay })))).toEqual([
      true,
      true,
      true,
    ]);
    const bodies = (await claimAll(3)).map(({ body }) => body);
    expect([first.body, mended, 'small'].map((body, index) => body === bodies[index])).not.toContain(false);
  });

  test('a small letter may be replayed with a large body', async () => {
    const { id } = await subject.kill();
    const body = textOf(MIB);
    await subject.broker.replay([{ queue: 'q', id, body }]);
    expectSame((await subject.claim())[0]?.body, body);
  });

  test('large calls are journalled, and the copies outlive them', async () => {
    const [body, result] = [textOf(300 * KIB, 'body'), textOf(300 * KIB, 'result')];
    const message = createMessage({ body, journal: 'always', wantsResult: false });
    await subject.answer(message, result);
    await subject.clock.advance('1h');
    const [sent] = await subject.broker.journal('q', 'sent', { limit: 10 });
    const [received] = await subject.broker.journal('q', 'received', { limit: 10 });
    expectSame(sent?.body, body);
    expectSame(received?.body, body);
    expectSame(received?.outcome?.result, result);
  });

  test('large calls that wait are shown with their bodies', async () => {
    const body = textOf(300 * KIB);
    await subject.send({ body });
    expectSame((await subject.broker.peek('q', { limit: 10 }))[0]?.body, body);
  });

  test('a consumer is given large calls', async () => {
    const deliveries: Delivery[] = [];
    const consumer = subject.broker.consume(
      { queue: 'q', worker: 'w', leaseMs: 60_000 },
      { onDeliveries: (arrived) => deliveries.push(...arrived) },
    );
    consumer.grant(4);
    const messages = [MIB, 100, 4 * MIB, 64 * KIB].map((size) => createMessage({ body: textOf(size) }));
    for (const message of messages) await subject.broker.send([message]);
    await eventually(() => expect(idsOf(deliveries)).toEqual(idsOf(messages)));
    expectBodies(deliveries, messages);
  });

  /** Ways in which a call of a megabyte, with a result of a megabyte, goes and takes all of it along. */
  const large = (message: Partial<Message> = {}): Message => createMessage({ body: textOf(MIB), ...message });
  const WAYS_OUT: Record<string, () => Promise<unknown>> = {
    'an answer that was confirmed': async () => {
      const message = large();
      await subject.answer(message, textOf(MIB));
      await subject.broker.confirm([message]);
    },
    'an answer that was forgotten': async () => {
      await subject.answer(large({ retainMs: 1_000 }), textOf(MIB));
      await subject.clock.advance('5s');
    },
    'the answer to a one-way call': () => subject.answer(large({ wantsResult: false }), textOf(MIB)),
    'an express call': () => subject.answer(large({ isExpress: true, maxDeliveries: 1, wantsResult: false })),
    'a letter that was removed': async () => {
      await subject.broker.remove([await subject.kill(large())]);
    },
    'a letter that was replayed with a small body and answered': async () => {
      const { id } = await subject.kill(large({ wantsResult: false }));
      await subject.broker.replay([{ queue: 'q', id, body: 'small' }]);
      await subject.end((await subject.claim())[0] as Delivery, ANSWERED);
    },
    'a call that was removed while it waited': async () => {
      await subject.broker.remove([await subject.send(large())]);
    },
    'a call that was removed while it ran': async () => {
      await subject.broker.remove([await subject.deliver(large())]);
    },
    'a call that was cancelled and forgotten': async () => {
      await subject.broker.cancel([await subject.send(large({ retainMs: 1_000 }))]);
      await subject.clock.advance('5s');
    },
    'a call that expired and was forgotten': async () => {
      await subject.send(large({ retainMs: 1_000, expiresAt: subject.clock.now() + 1_000 }));
      await subject.clock.advance('10s');
    },
    'a call that was never taken': async () => {
      await subject.broker.limit('q', { maxBytes: 1_000 });
      expect(await subject.broker.send([large()])).toEqual(['full']);
      await subject.clock.advance('1h');
    },
    'a message that was sent again': async () => {
      const message = large();
      await subject.broker.send([message, message]);
      await subject.broker.send([message]);
      await subject.end((await subject.claim())[0] as Delivery, { outcome: 'answered', result: textOf(MIB) });
      await subject.broker.send([message]);
      await subject.broker.confirm([message]);
      await subject.clock.advance('1h');
    },
    'a large failure that was followed by an answer': async () => {
      const message = createMessage();
      const delivery = await subject.deliver(message);
      await subject.end(delivery, { outcome: 'retry', delayMs: 0, result: textOf(MIB) });
      await subject.end((await subject.claim())[0] as Delivery, ANSWERED);
      await subject.broker.confirm([message]);
    },
    'entries of journals that made room': async () => {
      await subject.broker.limit('q', { maxJournalEntries: 1 });
      await subject.answer(large({ journal: 'always', wantsResult: false }), textOf(MIB));
      await subject.answer({ journal: 'always', wantsResult: false });
    },
    'a letter whose key was used again': async () => {
      const message = large({ digest: 'd', retainMs: 1_000 });
      await subject.end(await subject.deliver(message), { ...DEAD, result: textOf(MIB) } as typeof DEAD);
      await subject.broker.send([{ ...message, body: 'small' }]);
      await subject.end((await subject.claim())[0] as Delivery, ANSWERED);
      await subject.clock.advance('10s');
    },
  };

  for (const [name, leave] of Object.entries(WAYS_OUT)) {
    test(`${name} leaves nothing behind`, async () => {
      await leave();
      // What is not needed any more may go in its own time.
      await subject.clock.advance('1m');
      await subject.broker.reap();
      expect((await subject.heldBytes()) ?? 0).toBeLessThan(32 * KIB);
    });
  }
}
