// Calls that chance sends, claims and ends, checked against a small model of what may run and what has to.

import { expect } from 'vitest';
import type { Broker, Delivery, Limit, Message } from '#dist/src/broker/broker.js';
import { createRandom, type Random } from '../../chaos/random.js';
import { createMessage } from '../message.js';
import { ANSWERED, CANCELLED, DEAD, type Ending, RELEASED, RETRY } from './endings.js';
import { idsOf, type Subject, settlementOf } from './subject.js';

/** What the model knows of a call. */
interface Known {
  readonly message: Message;
  state: 'waiting' | 'leased' | 'dead' | 'gone';
  /** Place in the order of acceptance. */
  order: number;
  delivery: Delivery | undefined;
}

const STEPS = 200;

/** Whether calls wait for the same limits, or for none. */
const isOfKind = (limits: readonly Limit[] = [], others: readonly Limit[] = []): boolean =>
  JSON.stringify(limits) === JSON.stringify(others);

/** Does many things by chance and holds each claim to the model; at the end every call can be worked on. */
export async function runRandomCalls(
  subject: Subject,
  seed: number,
  choose: (random: Random) => Partial<Message>,
): Promise<void> {
  const random = createRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined => items[Math.floor(random() * items.length)];
  const brokers = [subject.broker, await subject.connect()] as const;
  const broker = (): Broker => pick(brokers) as Broker;
  const calls = new Map<string, Known>();
  let accepted = 0;

  const inState = (state: Known['state']): Known[] =>
    [...calls.values()].filter((call) => call.state === state);

  const blocks =
    ({ message: { lane }, order }: Known) =>
    (other: Known): boolean =>
      lane !== undefined &&
      other.message.lane === lane &&
      other.order < order &&
      (other.state === 'waiting' || other.state === 'leased');

  const running = ({ name }: Limit): number =>
    inState('leased').filter(({ message }) => message.limits?.some((limit) => limit.name === name)).length;

  const isUsedUp = (limit: Limit): boolean => 'concurrency' in limit && running(limit) >= limit.concurrency;

  const canStart = (call: Known): boolean =>
    call.state === 'waiting' &&
    ![...calls.values()].some(blocks(call)) &&
    !(call.message.limits ?? []).some(isUsedUp);

  async function send(): Promise<void> {
    const messages = Array.from({ length: 1 + Math.floor(random() * 4) }, () =>
      createMessage({ maxDeliveries: 1_000, priority: Math.floor(random() * 8), ...choose(random) }),
    );
    expect(await broker().send(messages)).toEqual(messages.map(() => 'accepted'));
    for (const message of messages) {
      calls.set(message.id, { message, state: 'waiting', order: accepted++, delivery: undefined });
    }
  }

  async function claim(limit: number): Promise<number> {
    const deliveries = await broker().claim({ queue: 'q', worker: 'w', limit, leaseMs: 3_600_000 });
    for (const delivery of deliveries) {
      const call = calls.get(delivery.id) as Known;
      expect(canStart(call)).toBe(true);
      Object.assign(call, { state: 'leased', delivery });
    }
    const left = inState('waiting').filter(canStart);
    // Whoever gets fewer calls than asked for has got all that can start.
    if (deliveries.length < limit) expect(left).toEqual([]);
    // Of one kind the most urgent go first; of several, a limit can be found to have room a little later.
    for (const { id, priority } of deliveries) {
      const { limits } = (calls.get(id) as Known).message;
      const isPassedOver = ({ message }: Known): boolean =>
        message.priority > priority && isOfKind(message.limits, limits);
      expect(left.filter(isPassedOver)).toEqual([]);
    }
    return deliveries.length;
  }

  async function end(call: Known | undefined, ending: Ending): Promise<void> {
    if (call?.delivery === undefined) return;
    expect(await broker().settle([settlementOf(call.delivery, ending)])).toEqual(['ok']);
    const next = { retry: 'waiting', released: 'waiting', dead: 'dead' } as Record<string, Known['state']>;
    Object.assign(call, { state: next[ending.outcome] ?? 'gone', delivery: undefined });
  }

  async function cancel(call: Known | undefined): Promise<void> {
    if (call === undefined) return;
    expect(await broker().cancel([call.message])).toEqual(['cancelled']);
    call.state = 'gone';
  }

  async function remove(call: Known | undefined): Promise<void> {
    if (call === undefined) return;
    expect(await broker().remove([call.message])).toEqual([true]);
    Object.assign(call, { state: 'gone', delivery: undefined });
  }

  async function replay(call: Known | undefined): Promise<void> {
    if (call === undefined) return;
    const { queue, id } = call.message;
    expect(await broker().replay([{ queue, id }])).toEqual([true]);
    Object.assign(call, { state: 'waiting', order: accepted++ });
  }

  const steps: (() => Promise<unknown>)[] = [
    send,
    send,
    () => claim(1 + Math.floor(random() * 5)),
    () => claim(1 + Math.floor(random() * 5)),
    () => claim(100),
    () => end(pick(inState('leased')), ANSWERED),
    () => end(pick(inState('leased')), pick([ANSWERED, DEAD, CANCELLED, RETRY, RELEASED]) as Ending),
    () => end(pick(inState('leased')), pick([RETRY, RELEASED]) as Ending),
    () => cancel(pick(inState('waiting'))),
    () => remove(pick([...inState('waiting'), ...inState('leased')])),
    () => replay(pick(inState('dead'))),
  ];
  for (let step = 0; step < STEPS; step++) await (pick(steps) as () => Promise<unknown>)();

  while (inState('waiting').length + inState('leased').length > 0) {
    for (const call of inState('leased')) await end(call, ANSWERED);
    // Nothing runs, so that something can start.
    if (inState('waiting').length > 0) expect(await claim(50)).toBeGreaterThan(0);
  }
  const counts = await subject.broker.counts('q');
  expect(counts).toMatchObject({ scheduled: 0, ready: 0, leased: 0, dead: inState('dead').length });
  expect(idsOf(await subject.broker.peek('q', { limit: 10 }))).toEqual([]);
}
