// Quotas: a queue that holds as much as it may takes nothing more, tells the sender, and drops nothing.

import { expect, test } from 'vitest';
import type { Delivery, Message, QueueLimits } from '#dist/src/broker/broker.js';
import { createRandom } from '../../chaos/random.js';
import { createMessage } from '../message.js';
import { ANSWERED, CANCELLED, DEAD, type Ending, PARKED, RELEASED, RETRY, UNDERSTANDING } from './endings.js';
import { attemptOf, idsOf, type Subject } from './subject.js';

export function quotasSuite(subject: Subject): void {
  const limit = (limits: QueueLimits): Promise<void> => subject.broker.limit('q', limits);
  const send = async (message: Partial<Message> = {}) =>
    (await subject.broker.send([createMessage(message)]))[0];

  test('a queue with as many calls as it may have takes no more, and stores nothing of them', async () => {
    await limit({ maxCalls: 2 });
    const messages = [createMessage(), createMessage(), createMessage(), createMessage()];
    expect(await subject.broker.send(messages)).toEqual(['accepted', 'accepted', 'full', 'full']);
    expect(await subject.find(messages[2] as Message)).toBeUndefined();
    expect(await send({ queue: 'other' })).toBe('accepted');
    expect(idsOf(await subject.claim())).toEqual(idsOf(messages.slice(0, 2)));
  });

  test('the same holds for bytes, as they are stored', async () => {
    await limit({ maxBytes: 100 });
    expect(await send({ body: 'x'.repeat(60) })).toBe('accepted');
    expect(await send({ body: 'ä'.repeat(21) })).toBe('full');
    expect(await send({ body: 'ä'.repeat(20) })).toBe('accepted');
    expect(await send({ body: 'x' })).toBe('full');
    const [delivery] = await subject.claim({ limit: 1 });
    await subject.end(delivery as Delivery, ANSWERED);
    expect(await send({ body: 'x'.repeat(60) })).toBe('accepted');
  });

  test('a call that alone is larger than the queue may be is not taken', async () => {
    await limit({ maxBytes: 100 });
    expect(await send({ body: 'x'.repeat(101) })).toBe('full');
    expect(await send({ body: 'x'.repeat(200_000) })).toBe('full');
    expect(await send({ body: 'x'.repeat(100) })).toBe('accepted');
  });

  test('a call that is known is recognized, also by a full queue', async () => {
    await limit({ maxCalls: 1 });
    const message = createMessage({ digest: 'd' });
    expect(
      await subject.broker.send([message, message, { ...message, digest: 'e' }, createMessage()]),
    ).toEqual(['accepted', 'duplicate', 'conflict', 'full']);
  });

  test('every call that waits or runs counts, whatever it waits for', async () => {
    await limit({ maxCalls: 6 });
    await subject.end(await subject.deliver(), PARKED);
    await subject.deliver();
    await subject.send({ notBefore: subject.clock.now() + 60_000 });
    await subject.send({ lane: 'l' });
    await subject.send({ lane: 'l' });
    expect(await send()).toBe('accepted');
    expect(await send()).toBe('full');
  });

  const WAYS_OUT: Record<string, (delivery: Delivery) => Promise<unknown>> = {
    'is answered': (delivery) => subject.end(delivery, ANSWERED),
    dies: (delivery) => subject.end(delivery, DEAD),
    'is cancelled by its handler': (delivery) => subject.end(delivery, CANCELLED),
    'is given back and cancelled': async (delivery) => {
      await subject.end(delivery, RELEASED);
      await subject.broker.cancel([delivery]);
    },
    'loses its last lease': () => subject.clock.advance('11s'),
    'expires in its turn': async (delivery) => {
      await subject.end(delivery, RELEASED);
      await subject.clock.advance('61s');
    },
    'is removed while it runs': (delivery) => subject.broker.remove([delivery]),
    'is parked and removed': async (delivery) => {
      await subject.end(delivery, PARKED);
      await subject.broker.remove([delivery]);
    },
  };

  for (const [name, leave] of Object.entries(WAYS_OUT)) {
    test(`a call that ${name} makes room for one call of its size`, async () => {
      await limit({ maxCalls: 1, maxBytes: 50 });
      for (let round = 0; round < 3; round++) {
        const expiresAt = subject.clock.now() + 60_000;
        const delivery = await subject.deliver({ body: 'x'.repeat(50), maxDeliveries: 1, expiresAt });
        expect(await send({ body: '' })).toBe('full');
        await leave(delivery);
      }
      expect(await subject.broker.send([createMessage({ body: 'x'.repeat(50) }), createMessage()])).toEqual([
        'accepted',
        'full',
      ]);
    });
  }

  for (const [name, ending] of Object.entries({ RETRY, RELEASED, PARKED })) {
    test(`a call that ends with ${name.toLowerCase()} keeps its place in a full queue`, async () => {
      await limit({ maxCalls: 1 });
      const delivery = await subject.deliver();
      expect(await subject.end(delivery, ending)).toBe('ok');
      expect(await send()).toBe('full');
      expect(idsOf(await subject.claim({ understands: UNDERSTANDING }))).toEqual([delivery.id]);
    });
  }

  test('a queue with as many dead letters as it may have takes no calls until somebody has looked after them', async () => {
    await limit({ maxDeadLetters: 2 });
    const [first, second] = [await subject.kill(), await subject.kill()];
    expect(await send()).toBe('dead-letters-full');
    await subject.broker.remove([first]);
    expect(await send()).toBe('accepted');
    const third = (await subject.claim())[0] as Delivery;
    await subject.end(third, DEAD);
    expect(await send()).toBe('dead-letters-full');
    await subject.broker.replay([{ queue: 'q', id: second.id }]);
    expect(await send()).toBe('accepted');
  });

  test('the same holds for the bytes of dead letters', async () => {
    await limit({ maxDeadLetterBytes: 100 });
    const letter = await subject.kill({ body: 'ä'.repeat(50) });
    expect(await send()).toBe('dead-letters-full');
    await subject.broker.remove([letter]);
    expect(await send()).toBe('accepted');
  });

  test('what was accepted dies as it has to: no letter is dropped, nor its outcome', async () => {
    const messages = Array.from({ length: 5 }, () => createMessage());
    await subject.broker.send(messages);
    await limit({ maxDeadLetters: 1 });
    const deliveries = await subject.claim();
    for (const delivery of deliveries) expect(await subject.end(delivery, DEAD)).toBe('ok');
    expect(idsOf(await subject.broker.deadLetters('q', { limit: 10 }))).toEqual(idsOf(messages).toReversed());
    expect(await send()).toBe('dead-letters-full');
  });

  test('a call that expired counts as a dead letter if it is one', async () => {
    await limit({ maxDeadLetters: 1 });
    const expiresAt = subject.clock.now() + 1_000;
    await subject.send({ expiresAt });
    await subject.clock.advance('2s');
    await subject.send({ expiresAt: subject.clock.now() + 1_000, journal: 'deadletter' });
    await subject.clock.advance('2s');
    expect(await send()).toBe('dead-letters-full');
  });

  test('quotas do not hold up a replay', async () => {
    const letters = [await subject.kill(), await subject.kill()];
    await subject.send();
    await limit({ maxCalls: 1, maxBytes: 1, maxDeadLetters: 0 });
    const replays = letters.map(({ queue, id }) => ({ queue, id, body: 'x'.repeat(1_000) }));
    expect(await subject.broker.replay(replays)).toEqual([true, true]);
    expect(await subject.claim()).toHaveLength(3);
  });

  test('a member that is missing stays as it was', async () => {
    await limit({ maxCalls: 1 });
    await limit({ maxBytes: 1_000, maxCalls: undefined });
    await limit({});
    expect([await send(), await send()]).toEqual(['accepted', 'full']);
    await limit({ maxCalls: 2 });
    expect([await send(), await send()]).toEqual(['accepted', 'full']);
    await limit({ maxCalls: Number.MAX_SAFE_INTEGER });
    expect(await send()).toBe('accepted');
    expect(await send({ body: 'x'.repeat(1_000) })).toBe('full');
  });

  test('a limit that is lower than what is there drops nothing', async () => {
    for (let index = 0; index < 5; index++) await subject.send();
    await limit({ maxCalls: 2 });
    const deliveries = await subject.claim();
    expect(deliveries).toHaveLength(5);
    await subject.broker.settle(deliveries.slice(1).map((each) => ({ ...attemptOf(each), ...ANSWERED })));
    expect([await send(), await send()]).toEqual(['accepted', 'full']);
  });

  test('a limit holds for everybody, however long they have been connected', async () => {
    const other = await subject.connect();
    await other.send([createMessage()]);
    await limit({ maxCalls: 2 });
    expect(await other.send([createMessage(), createMessage()])).toEqual(['accepted', 'full']);
    expect(await (await subject.connect()).send([createMessage()])).toEqual(['full']);
  });

  test('of two that send at the same time, both together send as much as there is room for', async () => {
    const other = await subject.connect();
    await limit({ maxCalls: 10 });
    const statuses = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        (index % 2 === 0 ? other : subject.broker).send([createMessage()]),
      ),
    );
    expect(statuses.flat().filter((status) => status === 'accepted')).toHaveLength(10);
    expect(statuses.flat().filter((status) => status === 'full')).toHaveLength(20);
  });

  test('a queue that may hold nothing takes nothing', async () => {
    await limit({ maxCalls: 0 });
    expect(await send()).toBe('full');
    await limit({ maxCalls: 1, maxBytes: 0 });
    expect(await send()).toBe('full');
  });

  for (const bad of [-1, 1.5, Number.NaN]) {
    for (const name of [
      'maxCalls',
      'maxBytes',
      'maxDeadLetters',
      'maxDeadLetterBytes',
      'maxJournalEntries',
      'maxJournalBytes',
      'maxJournalAgeMs',
    ]) {
      test(`a ${name} of ${bad} is refused, and nothing changes`, async () => {
        await limit({ maxCalls: 1 });
        await expect(limit({ maxCalls: 5, [name]: bad })).rejects.toBeInstanceOf(RangeError);
        expect([await send(), await send()]).toEqual(['accepted', 'full']);
      });
    }
  }

  test.each([1, 2, 3])('whatever happens to calls, seed %i, none leaves its place taken', async (seed) => {
    const random = createRandom(seed);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
    await limit({ maxCalls: 8, maxBytes: 800 });
    const endings: Ending[] = [ANSWERED, DEAD, CANCELLED, RETRY, RELEASED, PARKED];
    const body = 'x'.repeat(100);
    for (let step = 0; step < 100; step++) {
      await send({
        body,
        digest: 'd',
        wantsResult: random() < 0.5,
        ...(random() < 0.5 ? { lane: `${step % 3}` } : {}),
        ...(random() < 0.3 ? { expiresAt: subject.clock.now() + 2_000 } : {}),
        ...(random() < 0.3 ? { journal: 'deadletter' } : {}),
      });
      for (const delivery of await subject.claim({ limit: 2, understands: UNDERSTANDING })) {
        if (random() < 0.8) await subject.end(delivery, pick(endings));
      }
      const waiting = await subject.broker.peek('q', { limit: 100 });
      expect(waiting.length).toBeLessThanOrEqual(8);
      if (random() < 0.2 && waiting.length > 0) await subject.broker.cancel([pick(waiting)]);
      if (random() < 0.2 && waiting.length > 0) await subject.broker.remove([pick(waiting)]);
      if (random() < 0.2) await subject.clock.advance('1s');
    }
    const left = await subject.broker.peek('q', { limit: 100 });
    const statuses = await subject.broker.send(Array.from({ length: 9 }, () => createMessage({ body })));
    expect(statuses.filter((status) => status === 'accepted')).toHaveLength(8 - left.length);
    await subject.broker.remove(await subject.broker.peek('q', { limit: 100 }));
    const again = await subject.broker.send(Array.from({ length: 9 }, () => createMessage({ body })));
    expect(again).toEqual([...Array(8).fill('accepted'), 'full']);
  });
}
