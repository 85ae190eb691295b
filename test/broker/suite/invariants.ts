// Everything at once, by chance and with time: whatever happens to calls, some things always hold.

import { expect, test } from 'vitest';
import type { Broker, CallRecord, Delivery, Message } from '#dist/src/broker/broker.js';
import { createRandom } from '../../chaos/random.js';
import { createMessage } from '../message.js';
import { ANSWERED, CANCELLED, DEAD, type Ending, PARKED, RELEASED, RETRY, UNDERSTANDING } from './endings.js';
import { attemptOf, idsOf, readAll, type Subject, settlementOf } from './subject.js';

const STEPS = 150;

interface Known {
  readonly message: Message;
  /** Place in the order of acceptance. */
  order: number;
  /** Whether it may be gone by now: somebody has ended it, or it was not to be kept. */
  mayBeGone: boolean;
}

const WAITS: readonly (string | undefined)[] = ['scheduled', 'ready', 'parked', 'leased'];

export function invariantsSuite(subject: Subject): void {
  test.each([1, 2, 3, 4, 5, 6])('seed %i', async (seed) => {
    const random = createRandom(seed);
    const chance = (probability: number): boolean => random() < probability;
    const pick = <Item>(items: readonly Item[]): Item | undefined =>
      items[Math.floor(random() * items.length)];
    const brokers = [subject.broker, await subject.connect()] as const;
    const broker = (): Broker => pick(brokers) as Broker;
    const calls = new Map<string, Known>();
    let deliveries: Delivery[] = [];
    let accepted = 0;

    function randomMessage(): Message {
      const now = subject.clock.now();
      const common = {
        priority: Math.floor(random() * 8),
        wantsResult: chance(0.7),
        retainMs: 5_000,
        maxDeliveries: 3,
        body: 'x'.repeat(1 + Math.floor(random() * 50)),
        ...(chance(0.2) ? { notBefore: now + Math.floor(random() * 5_000) } : {}),
        ...(chance(0.2) ? { expiresAt: now + Math.floor(random() * 8_000) } : {}),
      };
      if (chance(0.1)) return createMessage({ ...common, isExpress: true, maxDeliveries: 1 });
      return createMessage({
        ...common,
        ...(chance(0.3) ? { journal: pick(['deadletter', 'always'] as const) } : {}),
        ...(chance(0.3) ? { digest: 'd' } : {}),
        ...(chance(0.5) ? { lane: `lane ${Math.floor(random() * 4)}` } : {}),
        ...(chance(0.5) ? { limits: [{ name: `kind ${Math.floor(random() * 2)}`, concurrency: 2 }] } : {}),
      });
    }

    async function send(messages: readonly Message[]): Promise<void> {
      const statuses = await broker().send(messages);
      messages.forEach((message, index) => {
        const known = calls.get(message.id);
        if (statuses[index] !== 'accepted') return;
        if (known !== undefined) Object.assign(known, { order: accepted++ });
        else calls.set(message.id, { message, order: accepted++, mayBeGone: message.isExpress === true });
      });
    }

    async function end(delivery: Delivery | undefined, ending: Ending): Promise<void> {
      if (delivery === undefined) return;
      const [status] = await broker().settle([settlementOf(delivery, ending)]);
      const known = calls.get(delivery.id);
      const isFinal = ending.outcome === 'answered' || ending.outcome === 'cancelled';
      if (known !== undefined && status === 'ok' && isFinal) known.mayBeGone = true;
    }

    /** What somebody does with calls that were ended can have them gone. */
    function someKnown(): Known | undefined {
      const known = pick([...calls.values()]);
      if (known !== undefined) known.mayBeGone = true;
      return known;
    }

    async function replay(): Promise<void> {
      const letter = pick(await broker().deadLetters('q', { limit: 20 }));
      const known = calls.get(letter?.id ?? '');
      if (letter === undefined || known === undefined) return;
      expect(await broker().replay([{ queue: 'q', id: letter.id }])).toEqual([true]);
      known.order = accepted++;
    }

    async function claim(): Promise<void> {
      const leaseMs = 500 + Math.floor(random() * 5_000);
      const understands = chance(0.5) ? UNDERSTANDING : undefined;
      const limit = 1 + Math.floor(random() * 8);
      const claimed = await broker().claim({ queue: 'q', worker: 'w', limit, leaseMs, understands });
      expect(claimed.length).toBeLessThanOrEqual(limit);
      deliveries = [...deliveries, ...claimed].slice(-30);
    }

    async function check(): Promise<void> {
      await subject.broker.reap();
      const known = [...calls.values()].toSorted((a, b) => a.order - b.order);
      const records = await subject.broker.fetch(known.map(({ message }) => message));
      const states = known.map((call, index) => ({ ...call, record: records[index] }));
      expect(
        idsOf(
          states
            .filter(
              ({ record, mayBeGone, message }) =>
                record === undefined && !mayBeGone && message.expiresAt === undefined,
            )
            .map(({ message }) => message),
        ),
      ).toEqual([]);
      checkLanes(states);
      checkLimits(states);
      await checkLists(states);
    }

    type Checked = Known & { readonly record: CallRecord | undefined };

    /** Only the first call of a lane is anything but held. */
    function checkLanes(states: readonly Checked[]): void {
      const isFirstSeen = new Set<string>();
      for (const { message, record } of states) {
        if (message.lane === undefined || !WAITS.includes(record?.state)) continue;
        if (isFirstSeen.has(message.lane)) expect(record?.state).toBe('scheduled');
        isFirstSeen.add(message.lane);
      }
    }

    function checkLimits(states: readonly Checked[]): void {
      const running = new Map<string, number>();
      for (const { message, record } of states) {
        if (record?.state !== 'leased') continue;
        for (const { name } of message.limits ?? []) running.set(name, (running.get(name) ?? 0) + 1);
      }
      expect([...running.values()].filter((count) => count > 2)).toEqual([]);
    }

    /** Counts, the list of what waits and the list of dead letters say what the calls themselves say. */
    async function checkLists(states: readonly Checked[]): Promise<void> {
      const isLetter = ({ message, record }: Checked): boolean =>
        record?.state === 'dead' || (record?.state === 'expired' && (message.journal ?? 'none') !== 'none');
      const idsWhere = (is: (call: Checked) => boolean): string[] =>
        states
          .filter(is)
          .map(({ message }) => message.id)
          .toSorted();
      const waiting = await readAll((page) => subject.broker.peek('q', page), 20);
      expect(idsOf(waiting).toSorted()).toEqual(idsWhere(({ record }) => WAITS.includes(record?.state)));
      const letters = await readAll((page) => subject.broker.deadLetters('q', page), 20);
      expect(idsOf(letters).toSorted()).toEqual(idsWhere(isLetter));
      const counts = await subject.broker.counts('q');
      for (const state of ['scheduled', 'ready', 'parked', 'leased', 'answered', 'cancelled'] as const) {
        expect([state, counts[state]]).toEqual([
          state,
          states.filter(({ record }) => record?.state === state).length,
        ]);
      }
      expect(counts.dead).toBe(letters.length);
      expect(counts.expired).toBe(
        states.filter((call) => call.record?.state === 'expired' && !isLetter(call)).length,
      );
    }

    const endings = [
      ANSWERED,
      DEAD,
      CANCELLED,
      RETRY,
      RELEASED,
      PARKED,
      { outcome: 'retry', delayMs: 2_000, result: '1' } as const,
    ];
    const steps: (() => Promise<unknown>)[] = [
      () => send(Array.from({ length: 1 + Math.floor(random() * 4) }, randomMessage)),
      () => send(Array.from({ length: 1 + Math.floor(random() * 4) }, randomMessage)),
      () => send([...calls.values()].slice(-3).map(({ message }) => message)),
      claim,
      claim,
      claim,
      () => end(pick(deliveries), pick(endings) as Ending),
      () => end(pick(deliveries), pick(endings) as Ending),
      () => end(pick(deliveries), ANSWERED),
      () => broker().extend(deliveries.slice(-3).map(attemptOf), 2_000),
      () => broker().cancel([someKnown()?.message ?? createMessage()]),
      () => broker().remove([someKnown()?.message ?? createMessage()]),
      () => broker().confirm([someKnown()?.message ?? createMessage()]),
      replay,
      () => subject.clock.advance(Math.floor(random() * 3_000)),
    ];
    for (let step = 0; step < STEPS; step++) {
      await pick(steps)?.();
      if (step % 5 === 0) await check();
    }

    // When everything is worked on, everything comes to an end.
    for (let round = 0; round < 400; round++) {
      const claimed = await subject.claim({ limit: 50, understands: UNDERSTANDING });
      await subject.broker.settle(claimed.map((delivery) => settlementOf(delivery, ANSWERED)));
      if (claimed.length === 0) await subject.clock.advance('1s');
      if ((await subject.broker.peek('q', { limit: 1 })).length === 0) break;
    }
    expect(await subject.broker.counts('q')).toMatchObject({ scheduled: 0, ready: 0, parked: 0, leased: 0 });
    const limits = [{ name: 'kind 0', concurrency: 2 }];
    await subject.broker.send(Array.from({ length: 4 }, () => createMessage({ limits, lane: undefined })));
    expect(await subject.claim()).toHaveLength(2);
  });
}
