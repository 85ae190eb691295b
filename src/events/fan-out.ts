// Passes events on: each to the queue of every group that wants it.

import type { Broker, Delivery, Group, Message, SendStatus, Settlement } from '../broker/broker.js';
import { keyedCallId } from '../client/call-id.js';
import type { Clock } from '../clock.js';
import { parseObject } from '../operations/lenient.js';
import { endOf, released, SystemConsumer } from '../system-consumer.js';
import { decodeEnvelope, type Envelope, EnvelopeError, WIRE_VERSION } from '../wire/envelope.js';
import type { EventCopies } from '../wire/event-copies.js';
import { encodeFailure } from '../wire/outcome.js';
import { groupQueue } from './event-queue.js';

/** The most events that are passed on at a time. */
const SLOTS = 64;

/** A copy that a crash sends again within this time is recognized, also when it was handled meanwhile. */
const REMEMBERED_MS = 3_600_000;

/** How often a worker can be lost with a copy, if the event does not say. */
const MAX_DELIVERIES = 13;

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

/** An event, and the copies that have to be sent. */
interface Passing {
  readonly delivery: Delivery;
  readonly groups: readonly string[];
  readonly copies: readonly Message[];
  /** Groups that have got it before. */
  readonly reached: readonly string[];
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
  const all = deliveries.map((delivery, index) => prepare(options, delivery, groups, reached[index] ?? []));
  const work = all.filter((passing) => !isExpress(passing));
  await passExpress(broker, all.filter(isExpress));
  const copies = work.flatMap((passing) => ('copies' in passing ? passing.copies : []));
  const statuses = copies.length === 0 ? [] : await broker.send(copies);
  let sent = 0;
  return work.map((passing) => {
    if (!('copies' in passing)) return passing;
    const from = sent;
    sent += passing.copies.length;
    return settle(options, passing, statuses.slice(from, sent));
  });
}

/** What is express reaches nobody twice: it is settled first, and lost if this process ends then. */
async function passExpress(broker: Broker, events: readonly Passing[]): Promise<void> {
  if (events.length === 0) return;
  const statuses = await broker.settle(events.map(({ delivery }) => passed(delivery)));
  const copies = events.flatMap(({ copies }, index) => (statuses[index] === 'ok' ? copies : []));
  if (copies.length > 0) await broker.send(copies).catch(() => {});
}

const isExpress = (passing: Passing | Settlement): passing is Passing =>
  'copies' in passing && passing.copies.some((copy) => copy.isExpress);

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

function prepare(
  { serviceQueue }: FanOutOptions,
  delivery: Delivery,
  all: readonly Group[],
  reached: readonly string[],
): Passing | Settlement {
  try {
    const event = decodeEnvelope(delivery.body);
    const wanting = all.filter(
      ({ name, events }) => events.includes(event.method) && !reached.includes(name),
    );
    const groups = wanting.map(({ name }) => name);
    const copies = groups.map((group) => copyFor(groupQueue(serviceQueue, group), delivery, event));
    return { delivery, groups, copies, reached };
  } catch (error) {
    if (!(error instanceof EnvelopeError)) throw error;
    const code = error.problem === 'malformed' ? 'MALFORMED' : 'UNSUPPORTED_VERSION';
    const result = encodeFailure(code, error.message);
    return { ...endOf(delivery), outcome: 'dead', reason: error.problem, result };
  }
}

function copyFor(
  queue: string,
  { id, body, priority, expiresAt, express }: Delivery,
  event: Envelope,
): Message {
  const said: Partial<EventCopies> = event.copies ?? {};
  const { isExpress = express !== undefined, maxDeliveries = MAX_DELIVERIES, lane } = said;
  return {
    ...said,
    id: keyedCallId(queue, event.method, id, lane),
    queue,
    body,
    priority,
    expiresAt,
    expiryClock: expiresAt !== undefined && expiresAt === event.deadlineAt ? 'deadline' : undefined,
    isExpress: isExpress || undefined,
    maxDeliveries,
    wantsResult: false,
    retainMs: REMEMBERED_MS,
    // With a digest it is remembered.
    digest: isExpress ? undefined : id,
  };
}

/** A group whose queue takes no more keeps the event waiting for itself alone. */
function settle(options: FanOutOptions, passing: Passing, statuses: readonly SendStatus[]): Settlement {
  const { delivery, groups, reached } = passing;
  const full = groups.filter((_, index) => FULL.includes(statuses[index]));
  if (full.length === 0) return passed(delivery);
  const message = `events wait, because groups take no more of them: ${full.join(', ')}`;
  options.onWarning(`${options.queue}: ${message}`);
  const done = [...reached, ...groups.filter((group) => !full.includes(group))];
  const failure = JSON.parse(encodeFailure('QUEUE_FULL', message));
  const delayMs = Math.min(MAX_FULL_MS, FULL_MS * 2 ** Math.min(delivery.failures, 10));
  return {
    ...endOf(delivery),
    outcome: 'retry',
    delayMs,
    result: JSON.stringify({ ...failure, reached: done }),
  };
}

const FULL: readonly (SendStatus | undefined)[] = ['full', 'dead-letters-full'];
