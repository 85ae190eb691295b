// Idempotency: the same key is the same call, in whatever state it is, and a key whose call came to nothing is free.

import { expect, test } from 'vitest';
import type { Message } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, CANCELLED, DEAD, type Ending, PARKED, RETRY } from './endings.js';
import { idsOf, type Subject } from './subject.js';

export function idempotencySuite(subject: Subject): void {
  const keyed = (message: Partial<Message> = {}): Message => createMessage({ digest: 'd', ...message });
  const send = async (message: Message) => (await subject.broker.send([message]))[0];
  const endedWith = (ending: Ending) => async (message: Message) => {
    await subject.end(await subject.deliver(message), ending);
  };

  /** How a call comes into each state in which its key is taken. */
  const TAKEN: Record<string, (message: Message) => Promise<unknown>> = {
    ready: send,
    scheduled: (message) => send({ ...message, notBefore: subject.clock.now() + 60_000 }),
    running: (message) => subject.deliver(message),
    parked: endedWith(PARKED),
    'waiting for a retry': endedWith({ outcome: 'retry', delayMs: 60_000, result: '1' }),
    answered: endedWith(ANSWERED),
    confirmed: async (message) => {
      await endedWith(ANSWERED)(message);
      await subject.broker.confirm([message]);
    },
    'held by its lane': async (message) => {
      await subject.send({ lane: 'l' });
      await send({ ...message, lane: 'l' });
    },
  };

  for (const [name, bring] of Object.entries(TAKEN)) {
    test(`the key of a call that is ${name} finds it, and with another body it is refused`, async () => {
      const message = keyed();
      await bring(message);
      const before = await subject.find(message);
      const other = await subject.connect();
      expect(await other.send([{ ...message, body: 'another text of the same' }])).toEqual(['duplicate']);
      expect(await other.send([{ ...message, digest: 'e' }])).toEqual(['conflict']);
      expect(await subject.find(message)).toEqual(before);
    });
  }

  /** How a call comes to nothing. */
  const FREE: Record<string, (message: Message) => Promise<unknown>> = {
    dead: endedWith(DEAD),
    'cancelled by its handler': endedWith(CANCELLED),
    'cancelled while it waited': async (message) => {
      await send(message);
      await subject.broker.cancel([message]);
    },
    expired: async (message) => {
      await send({ ...message, expiresAt: subject.clock.now() + 1_000 });
      await subject.clock.advance('2s');
    },
    'expired, and a letter': async (message) => {
      await send({ ...message, journal: 'deadletter', expiresAt: subject.clock.now() + 1_000 });
      await subject.clock.advance('2s');
    },
  };

  for (const [name, bring] of Object.entries(FREE)) {
    test(`a call that is ${name} is made again, once, with what is asked for now`, async () => {
      const message = keyed({ wantsResult: true });
      await bring(message);
      const attempt = (await subject.find(message))?.attempt ?? 0;
      await subject.clock.advance('5s');
      expect(await send({ ...message, digest: 'e' })).toBe('conflict');
      const again = { ...message, expiresAt: subject.clock.now() + 60_000 };
      expect(await subject.broker.send([again, again])).toEqual(['accepted', 'duplicate']);
      expect(await subject.find(message)).toMatchObject({
        state: 'ready',
        failures: 0,
        acceptedAt: subject.clock.now(),
        settledAt: undefined,
        reason: undefined,
        expiredBy: undefined,
        result: undefined,
      });
      expect(await subject.broker.counts('q')).toMatchObject({ ready: 1, dead: 0, cancelled: 0, expired: 0 });
      expect(await subject.broker.deadLetters('q', { limit: 1 })).toEqual([]);
      const [delivery] = await subject.claim();
      expect(delivery).toMatchObject({ id: message.id, attempt: attempt + 1, expiresAt: again.expiresAt });
    });
  }

  test('of two that send with the same key at the same time, one makes the call', async () => {
    const other = await subject.connect();
    const message = keyed();
    const statuses = await Promise.all(
      [subject.broker, other, subject.broker, other].map((broker) => broker.send([message])),
    );
    expect(statuses.flat().toSorted()).toEqual(['accepted', 'duplicate', 'duplicate', 'duplicate']);
    expect(idsOf(await subject.claim())).toEqual([message.id]);
  });

  test('of two that send different bodies with one key, the first one has it', async () => {
    const other = await subject.connect();
    const message = keyed();
    const bodies = ['first', 'second', 'third', 'fourth'];
    const statuses = await Promise.all(
      bodies.map((body, index) =>
        (index % 2 === 0 ? other : subject.broker).send([{ ...message, body, digest: body }]),
      ),
    );
    expect(statuses.flat().toSorted()).toEqual(['accepted', 'conflict', 'conflict', 'conflict']);
    const winner = bodies[statuses.findIndex(([status]) => status === 'accepted')];
    expect((await subject.claim()).map(({ body }) => body)).toEqual([winner]);
  });

  test('of two that make a dead call again, one does', async () => {
    const other = await subject.connect();
    const message = keyed();
    await endedWith(DEAD)(message);
    const statuses = await Promise.all(
      [subject.broker, other, other].map((broker) => broker.send([message])),
    );
    expect(statuses.flat().toSorted()).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect(await subject.claim()).toMatchObject([{ id: message.id, attempt: 2 }]);
  });

  for (const wantsResult of [true, false]) {
    test(`a key is remembered for as long as was asked${wantsResult ? '' : ', also of a one-way call'}, and then it is free`, async () => {
      const message = keyed({ retainMs: 60_000, wantsResult });
      await endedWith(ANSWERED)(message);
      if (wantsResult) await subject.broker.confirm([message]);
      await subject.clock.advance('59s');
      expect(await send(message)).toBe('duplicate');
      await subject.clock.advance('2s');
      expect(await send({ ...message, digest: 'e' })).toBe('accepted');
      expect((await subject.claim())[0]).toMatchObject({ attempt: 1 });
    });
  }

  test('the time for which a key is remembered begins with the outcome', async () => {
    const message = keyed({ retainMs: 10_000 });
    await send(message);
    await subject.clock.advance('1h');
    const [delivery] = await subject.claim();
    if (delivery !== undefined) await subject.end(delivery, ANSWERED);
    await subject.clock.advance('9s');
    expect(await send(message)).toBe('duplicate');
  });

  test('a key that was tried in vain starts its failures anew', async () => {
    const message = keyed();
    await endedWith(RETRY)(message);
    const [delivery] = await subject.claim();
    if (delivery !== undefined) await subject.end(delivery, DEAD);
    await send(message);
    expect((await subject.claim())[0]).toMatchObject({ attempt: 3, failures: 0 });
  });

  test('a letter whose key was used again cannot be replayed as well', async () => {
    const message = keyed();
    await endedWith(DEAD)(message);
    await send(message);
    expect(await subject.broker.replay([{ queue: 'q', id: message.id }])).toEqual([false]);
    expect(await subject.claim()).toHaveLength(1);
  });

  test('digests hold whatever they hold', async () => {
    for (const digest of ['a\0b', '\n', '0', "';--", '{q}', '😀', 'd'.repeat(10_000)]) {
      const message = keyed({ digest });
      expect(await send(message)).toBe('accepted');
      expect(await send({ ...message, digest: `${digest}x` })).toBe('conflict');
      expect(await send(message)).toBe('duplicate');
    }
  });
}
