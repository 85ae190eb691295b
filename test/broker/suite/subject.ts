// What every test of the suite starts with: fresh queues, a clock to turn, and messages to send.

import { afterEach, beforeEach, vi } from 'vitest';
import type {
  Attempt,
  Broker,
  CallRecord,
  ClaimRequest,
  Delivery,
  Message,
  Page,
  Settlement,
  SettleStatus,
} from '#dist/src/broker/broker.js';
import { openBroker } from '#dist/src/broker/open-broker.js';
import { VirtualClock } from '#dist/src/testing/virtual-clock.js';
import { createMessage } from '../message.js';
import { DEAD, type Ending } from './endings.js';

/** Queues that nobody has used before, and how to get rid of them. */
export interface FreshQueues {
  readonly url: string;
  dispose(): void | Promise<void>;
  /** About how many bytes all that is stored takes, where that can be told. */
  readonly heldBytes?: () => Promise<number>;
}

/** The broker under test, opened anew for each test. */
export interface Subject {
  readonly broker: Broker;
  readonly clock: VirtualClock;
  /** What the connections warned of. */
  readonly warnings: readonly string[];
  /** Another connection to the same queues. */
  connect(): Promise<Broker>;
  /** Sends one call and says which. */
  send(message?: Partial<Message>): Promise<Message>;
  /** Claims up to ten calls of the queue `q` for ten seconds. */
  claim(request?: Partial<ClaimRequest>): Promise<Delivery[]>;
  /** Sends one call and claims it. */
  deliver(message?: Partial<Message>): Promise<Delivery>;
  /** Ends an attempt, on the first connection. */
  end(attempt: Delivery | Attempt, ending: Ending): Promise<SettleStatus>;
  /** Sends one call, claims it and has it fail for good. */
  kill(message?: Partial<Message>): Promise<Delivery>;
  /** Sends one call, claims it and answers it. */
  answer(message?: Partial<Message>, result?: string): Promise<Delivery>;
  /** The state of a call, or `undefined` if it is unknown. */
  find(call: { readonly queue: string; readonly id: string }): Promise<CallRecord | undefined>;
  /** About how many bytes all that is stored takes, or `undefined` where that cannot be told. */
  heldBytes(): Promise<number | undefined>;
}

/** Registers the hooks that open and close the broker, and gives what they open. */
export function useBroker(createQueues: () => FreshQueues): Subject {
  let queues: FreshQueues;
  let connections: Broker[];
  let clock: VirtualClock;
  let warnings: string[];

  async function connect(): Promise<Broker> {
    const connection = await openBroker(queues.url, {
      clock,
      onWarning: (message) => warnings.push(message),
    });
    connections.push(connection);
    return connection;
  }

  beforeEach(async () => {
    queues = createQueues();
    connections = [];
    warnings = [];
    clock = new VirtualClock();
    await connect();
  });

  afterEach(async () => {
    for (const connection of connections) await connection.close();
    await queues.dispose();
  });

  const first = (): Broker => connections[0] as Broker;

  const subject: Subject = {
    get broker() {
      return first();
    },
    get clock() {
      return clock;
    },
    get warnings() {
      return warnings;
    },
    connect,
    async send(message) {
      const sent = createMessage(message);
      await first().send([sent]);
      return sent;
    },
    claim: (request) => first().claim({ queue: 'q', worker: 'w', limit: 10, leaseMs: 10_000, ...request }),
    async deliver(message) {
      const { id, queue } = await subject.send(message);
      const delivery = (await subject.claim({ queue })).find((candidate) => candidate.id === id);
      if (delivery === undefined) throw new Error('the call was not delivered');
      return delivery;
    },
    async end(attempt, ending) {
      const [status] = await first().settle([settlementOf(attempt, ending)]);
      return status as SettleStatus;
    },
    async kill(message) {
      const delivery = await subject.deliver(message);
      await subject.end(delivery, DEAD);
      return delivery;
    },
    async answer(message, result = '"done"') {
      const delivery = await subject.deliver(message);
      await first().settle([{ ...attemptOf(delivery), outcome: 'answered', result }]);
      return delivery;
    },
    async find(call) {
      return (await first().fetch([call]))[0];
    },
    heldBytes: async () => queues.heldBytes?.(),
  };
  return subject;
}

/** Only what names the attempt, as a worker would pass it. */
export const attemptOf = ({ queue, id, attempt }: Attempt): Attempt => ({ queue, id, attempt });

/** The settlement that a worker would send. */
export const settlementOf = (attempt: Delivery | Attempt, ending: Ending): Settlement => ({
  ...attemptOf(attempt),
  ...('express' in attempt ? { express: attempt.express } : {}),
  ...ending,
});

/** Every entry of a list, read page by page. */
export async function readAll<Entry extends { readonly position: number }>(
  read: (page: Page) => Promise<readonly Entry[]>,
  limit = 3,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (;;) {
    const page = await read({ limit, after: entries.at(-1)?.position });
    if (page.length > limit) throw new Error(`a page of ${limit} has ${page.length} entries`);
    if (page.length === 0) return entries;
    const known = new Set(entries.map(({ position }) => position));
    if (page.some(({ position }) => known.has(position))) throw new Error('an entry came twice');
    entries.push(...page);
  }
}

export const idsOf = (calls: readonly { readonly id: string }[]): string[] => calls.map(({ id }) => id);

/** Waits until `check` stops throwing: for what another connection brings about in its own time. */
export const eventually = (check: () => void | Promise<void>): Promise<void> =>
  vi.waitFor(check, { timeout: 10_000, interval: 5 });
