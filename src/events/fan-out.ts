// Passes events on: each to the queue of every group that wants it.

import type { Broker, Delivery, SendStatus, Settlement } from '../broker/broker.js';
import { endOf, released } from '../broker/end-of.js';
import type { Clock } from '../clock.js';
import { RpcError } from '../errors.js';
import { parseObject } from '../operations/lenient.js';
import { SystemConsumer } from '../system-consumer.js';
import { WIRE_VERSION } from '../wire/envelope.js';
import { encodeFailure } from '../wire/outcome.js';
import { isExpress, malformed, type Passing, preparePassing } from './passing.js';

/** The most events that are passed on at a time. */
const SLOTS = 64;

/** Wait for a group, when there is none any more. */
const NO_GROUP_MS = 5_000;

/** Wait for a group whose queue is full, doubled each time up to the maximum. */
const FULL_MS = 1_000;
const MAX_FULL_MS = 60_000;

export interface FanOutOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  /** Where the events are. */
  readonly queue: string;
  /** Of the service whose events they are. */
  readonly serviceQueue: string;
  /** Name of the worker, for operators. */
  readonly worker: string;
  readonly onWarning: (message: string) => void;
}

/** Begins to pass events on. Any number of processes can: each event is passed on once. */
export function createFanOut(options: FanOutOptions): SystemConsumer {
  return new SystemConsumer({
    ...options,
    slots: SLOTS,
    handle: (deliveries) => passOn(options, deliveries),
  });
}

/**
 * Sends first and settles then: if this process ends in between, another one sends the same copies, which are known
 * by their ids.
 */
async function passOn(options: FanOutOptions, deliveries: readonly Delivery[]): Promise<Settlement[]> {
  const { broker, queue } = options;
  const groups = await broker.groups(queue);
  if (groups.length === 0) return deliveries.map((delivery) => released(delivery, NO_GROUP_MS));
  const reached = await reachedBefore(broker, deliveries);
  const all = deliveries.map((delivery, index) =>
    preparePassing(options.serviceQueue, delivery, groups, reached[index] ?? []),
  );
  const work = all.filter((passing) => !isExpress(passing));
  await passExpress(broker, all.filter(isExpress));
  const isCopied = (passing: Passing | Settlement): passing is Passing => 'copies' in passing;
  const statuses = await sendCopies(broker, work.filter(isCopied));
  const full = new Set<string>();
  const settlements = work.map((passing) =>
    isCopied(passing) ? settle(passing, statuses.get(passing) ?? [], full) : passing,
  );
  if (full.size > 0) options.onWarning(`${queue}: ${holdUp([...full])}`);
  return settlements;
}

/** What became of the copies of each event: an error if the broker refuses them. */
type Sent = ReadonlyMap<Passing, readonly SendStatus[] | Error>;

/** All at once; one event at a time if what one of them says is refused, which must not keep the others. */
async function sendCopies(broker: Broker, events: readonly Passing[]): Promise<Sent> {
  const copies = events.flatMap(({ copies }) => copies);
  try {
    const statuses = copies.length === 0 ? [] : await broker.send(copies);
    return shared(events, statuses);
  } catch (error) {
    if (error instanceof RpcError || !(error instanceof Error)) throw error;
    const only = events[0];
    if (only !== undefined && events.length === 1) return new Map([[only, error]]);
    const parts = await Promise.all(events.map((event) => sendCopies(broker, [event])));
    return new Map(parts.flatMap((part) => [...part]));
  }
}

/** Which statuses are those of which event. */
function shared(events: readonly Passing[], statuses: readonly SendStatus[]): Sent {
  const sent = new Map<Passing, readonly SendStatus[]>();
  let at = 0;
  for (const event of events) {
    sent.set(event, statuses.slice(at, at + event.copies.length));
    at += event.copies.length;
  }
  return sent;
}

/** What is express reaches nobody twice: it is settled first, and lost if this process ends then. */
async function passExpress(broker: Broker, events: readonly Passing[]): Promise<void> {
  if (events.length === 0) return;
  const statuses = await broker.settle(events.map(({ delivery }) => passed(delivery)));
  const copies = events.flatMap(({ copies }, index) => (statuses[index] === 'ok' ? copies : []));
  if (copies.length > 0) await broker.send(copies).catch(() => {});
}

const passed = (delivery: Delivery): Settlement => ({
  ...endOf(delivery),
  outcome: 'answered',
  result: PASSED,
});

/** The outcome of an event that was passed on. */
const PASSED = JSON.stringify({ v: WIRE_VERSION });

/** Which groups have got an event when the queue of another one was full. */
async function reachedBefore(broker: Broker, deliveries: readonly Delivery[]): Promise<string[][]> {
  const isAgain = ({ failures }: Delivery): boolean => failures > 0;
  const again = deliveries.filter(isAgain);
  if (again.length === 0) return [];
  const records = await broker.fetch(again);
  const reached = (delivery: Delivery): string[] => {
    const { reached = [] } = parseObject(records[again.indexOf(delivery)]?.result ?? '');
    return Array.isArray(reached) ? reached.filter((name) => typeof name === 'string') : [];
  };
  return deliveries.map((delivery) => (isAgain(delivery) ? reached(delivery) : []));
}

const holdUp = (groups: readonly string[]): string =>
  `events wait, because groups take no more of them: ${groups.join(', ')}`;

/** A group whose queue takes no more keeps the event waiting for itself alone, and is added to `allFull`. */
function settle(
  { delivery, groups, reached }: Passing,
  statuses: readonly SendStatus[] | Error,
  allFull: Set<string>,
): Settlement {
  if (statuses instanceof Error) return malformed(delivery, statuses.message);
  const full = groups.filter((_, index) => FULL.includes(statuses[index]));
  if (full.length === 0) return passed(delivery);
  for (const group of full) allFull.add(group);
  const done = [...reached, ...groups.filter((group) => !full.includes(group))];
  const failure = JSON.parse(encodeFailure('QUEUE_FULL', holdUp(full)));
  const delayMs = Math.min(MAX_FULL_MS, FULL_MS * 2 ** Math.min(delivery.failures, 10));
  return {
    ...endOf(delivery),
    outcome: 'retry',
    delayMs,
    result: JSON.stringify({ ...failure, reached: done }),
  };
}

const FULL: readonly (SendStatus | undefined)[] = ['full', 'dead-letters-full'];
