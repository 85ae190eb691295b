// Parked calls: set aside for a worker whose contract understands them, and not worn out by waiting for it.

import { expect, test } from 'vitest';
import type { Delivery, Understanding } from '#dist/src/broker/broker.js';
import { createMessage } from '../message.js';
import { ANSWERED, type Ending, PARKED, RELEASED, UNDERSTANDING } from './endings.js';
import { attemptOf, eventually, idsOf, type Subject } from './subject.js';

/** Who understands what {@link PARKED} needs: the same minor version, a higher one, or the same contract. */
const UNDERSTANDS: Record<string, Understanding> = {
  'the same minor version': { minor: 2, contract: 'another' },
  'a higher minor version': { minor: 10, contract: 'another' },
  'the same contract': { minor: 0, contract: 'c2' },
};

export function parkedSuite(subject: Subject): void {
  const park = async (message = {}, ending: Ending = PARKED): Promise<Delivery> => {
    const delivery = await subject.deliver(message);
    expect(await subject.end(delivery, ending)).toBe('ok');
    return delivery;
  };
  const needing = (minor: number, contract: string): Ending => ({
    outcome: 'parked',
    needs: { minor, contract },
  });

  test('a parked call is given to nobody who does not understand it', async () => {
    const delivery = await park();
    expect(await subject.find(delivery)).toMatchObject({
      state: 'parked',
      failures: 0,
      settledAt: undefined,
    });
    expect(await subject.broker.counts('q')).toMatchObject({ parked: 1, ready: 0, leased: 0 });
    expect(await subject.claim()).toEqual([]);
    expect(await subject.claim({ understands: { minor: 1, contract: 'c1' } })).toEqual([]);
    await subject.clock.advance('1h');
    expect((await subject.find(delivery))?.state).toBe('parked');
  });

  for (const [name, understands] of Object.entries(UNDERSTANDS)) {
    test(`a worker with ${name} is given it`, async () => {
      const { id } = await park({ body: 'as it was' });
      const [delivery] = await subject.claim({ understands });
      expect(delivery).toMatchObject({ id, attempt: 2, failures: 0, body: 'as it was' });
      expect(await subject.end(delivery as Delivery, ANSWERED)).toBe('ok');
      expect((await subject.find({ queue: 'q', id }))?.state).toBe('answered');
    });
  }

  test('each is given to those who understand just it', async () => {
    const third = await park({}, needing(3, 'c3'));
    const second = await park({}, needing(2, 'c2'));
    const understand = (minor: number, contract: string) =>
      subject.claim({ understands: { minor, contract } });
    expect(idsOf(await understand(2, 'x'))).toEqual([second.id]);
    expect(await understand(2, 'x')).toEqual([]);
    expect(idsOf(await understand(1, 'c3'))).toEqual([third.id]);
  });

  test('ready calls come first, however urgent the parked ones are', async () => {
    const parked = await park({ priority: 7 });
    const ready = [await subject.send({ priority: 0 }), await subject.send({ priority: 0 })];
    expect(idsOf(await subject.claim({ limit: 1, understands: UNDERSTANDING }))).toEqual([ready[0]?.id]);
    expect(idsOf(await subject.claim({ understands: UNDERSTANDING }))).toEqual([ready[1]?.id, parked.id]);
  });

  test('no more are given than asked for, and those that nobody understands hide none', async () => {
    const messages = Array.from({ length: 300 }, () => createMessage());
    await subject.broker.send(messages);
    const deliveries = await subject.claim({ limit: 300 });
    await subject.broker.settle(
      deliveries.map((delivery, index) => ({
        ...attemptOf(delivery),
        ...(index < 290 ? needing(9, `c${index % 50}`) : PARKED),
      })),
    );
    expect(await subject.claim({ limit: 4, understands: UNDERSTANDING })).toHaveLength(4);
    expect(await subject.claim({ limit: 20, understands: UNDERSTANDING })).toHaveLength(6);
    expect((await subject.broker.counts('q')).parked).toBe(290);
  });

  test('being parked counts no delivery: a lost lease later does not end the call', async () => {
    await park({ maxDeliveries: 1 });
    for (let round = 0; round < 3; round++) {
      const [delivery] = await subject.claim({ understands: UNDERSTANDING });
      expect(await subject.end(delivery as Delivery, PARKED)).toBe('ok');
    }
    const [delivery] = await subject.claim({ understands: UNDERSTANDING });
    expect(delivery).toMatchObject({ attempt: 5, failures: 0 });
    await subject.clock.advance('11s');
    expect(await subject.find(delivery as Delivery)).toMatchObject({
      state: 'dead',
      reason: 'attempts-exhausted',
    });
  });

  test('a parked call that was taken and not started can be taken again', async () => {
    const { id } = await park();
    const [delivery] = await subject.claim({ understands: UNDERSTANDING });
    await subject.end(delivery as Delivery, RELEASED);
    expect(idsOf(await subject.claim({ understands: UNDERSTANDING }))).toEqual([id]);
  });

  test('an attempt that parked its call is over, and one that lost its lease cannot park it', async () => {
    const parked = await park();
    expect(await subject.end(parked, ANSWERED)).toBe('stale');
    expect(await subject.broker.extend([attemptOf(parked)], 10_000)).toEqual(['stale']);
    const lost = await subject.deliver();
    await subject.clock.advance('11s');
    expect(await subject.end(lost, PARKED)).toBe('stale');
    expect((await subject.find(lost))?.state).toBe('ready');
  });

  test('a parked call can be cancelled, expires, and is recognized', async () => {
    const message = createMessage({ expiresAt: subject.clock.now() + 60_000 });
    const [cancelled, expiring] = [await park({ retainMs: 600_000 }), await park(message)];
    expect(await subject.broker.send([message])).toEqual(['duplicate']);
    expect(await subject.broker.cancel([cancelled])).toEqual(['cancelled']);
    await subject.clock.advance('61s');
    const states = (await subject.broker.fetch([cancelled, expiring])).map((record) => record?.state);
    expect(states).toEqual(['cancelled', 'expired']);
    expect(await subject.claim({ understands: UNDERSTANDING })).toEqual([]);
    expect((await subject.broker.counts('q')).parked).toBe(0);
  });

  test('a call that expired while it was parked is not given to who understands it, also before a reap', async () => {
    const parked = await park({ expiresAt: subject.clock.now() + 4_000 });
    subject.clock.jump(subject.clock.now() + 4_000);
    expect(await subject.claim({ understands: UNDERSTANDING })).toEqual([]);
    await subject.broker.reap();
    expect((await subject.find(parked))?.state).toBe('expired');
  });

  test('a call that was to be cancelled is not parked, it is cancelled', async () => {
    const delivery = await subject.deliver();
    await subject.broker.cancel([delivery]);
    expect(await subject.end(delivery, PARKED)).toBe('ok');
    expect((await subject.find(delivery))?.state).toBe('cancelled');
  });

  for (const contract of ['', 'a\0b', '{q}:*', "';--", '\n', '__proto__', 'ü'.repeat(500)]) {
    test(`a contract may be called ${JSON.stringify(contract.slice(0, 12))}`, async () => {
      const { id } = await park({}, needing(5, contract));
      expect(await subject.claim({ understands: { minor: 4, contract: `${contract}x` } })).toEqual([]);
      expect(idsOf(await subject.claim({ understands: { minor: 4, contract } }))).toEqual([id]);
    });
  }

  test('of two workers that understand it, one is given it', async () => {
    await park();
    const other = await subject.connect();
    const request = { queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000, understands: UNDERSTANDING };
    const claims = await Promise.all([subject.broker, other].map((broker) => broker.claim(request)));
    expect(claims.flat()).toHaveLength(1);
  });

  test('a consumer that understands parked calls is given those that are there and those that follow', async () => {
    const first = await park();
    const deliveries: Delivery[] = [];
    const other = await subject.connect();
    const consumer = other.consume(
      { queue: 'q', worker: 'new', leaseMs: 10_000, understands: UNDERSTANDING },
      { onDeliveries: (arrived) => deliveries.push(...arrived) },
    );
    consumer.grant(1);
    await eventually(() => expect(idsOf(deliveries)).toEqual([first.id]));
    // The consumer has no free slot now, so that the second call comes to the claim.
    const second = await park();
    consumer.grant(1);
    await subject.clock.advance('2s');
    await eventually(() => expect(idsOf(deliveries)).toEqual([first.id, second.id]));
  });

  test('a consumer with free slots is given what it understands as soon as somebody parks it', async () => {
    const deliveries: Delivery[] = [];
    const other = await subject.connect();
    const consumer = other.consume(
      { queue: 'q', worker: 'new', leaseMs: 60_000, understands: UNDERSTANDING },
      { onDeliveries: (arrived) => deliveries.push(...arrived) },
    );
    // The call goes to the claim: the consumer has no slot yet.
    await subject.clock.advance('2s');
    const delivery = await subject.deliver();
    consumer.grant(3);
    await subject.clock.advance('2s');
    expect(await subject.end(delivery, PARKED)).toBe('ok');
    await subject.clock.advance('2s');
    await eventually(() => expect(idsOf(deliveries)).toEqual([delivery.id]));
  });

  test('a consumer that does not understand a parked call leaves it where it is', async () => {
    const parked = await park();
    const deliveries: Delivery[] = [];
    const consumer = subject.broker.consume(
      { queue: 'q', worker: 'old', leaseMs: 10_000, understands: { minor: 1, contract: 'c1' } },
      { onDeliveries: (arrived) => deliveries.push(...arrived) },
    );
    consumer.grant(5);
    await subject.clock.advance('5s');
    const ready = await subject.send();
    await eventually(() => expect(idsOf(deliveries)).toEqual([ready.id]));
    expect((await subject.find(parked))?.state).toBe('parked');
  });
}
