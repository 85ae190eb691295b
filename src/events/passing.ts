// One event on its way to its groups: which of them want it, and the copies for them.

import type { Delivery, Group, Message, Settlement } from '../broker/broker.js';
import { endOf } from '../broker/end-of.js';
import { keyedCallId } from '../client/call-id.js';
import { decodeEnvelope, type Envelope, EnvelopeError } from '../wire/envelope.js';
import type { EventCopies } from '../wire/event-copies.js';
import { encodeFailure } from '../wire/outcome.js';
import { groupQueue } from './event-queue.js';

/** A copy that a crash sends again within this time is recognized, also when it was handled meanwhile. */
const REMEMBERED_MS = 3_600_000;

/** How often a worker can be lost with a copy, if the event does not say. */
const MAX_DELIVERIES = 13;

/** An event, and the copies that have to be sent. */
export interface Passing {
  readonly delivery: Delivery;
  readonly groups: readonly string[];
  readonly copies: readonly Message[];
  /** Groups that have got it before. */
  readonly reached: readonly string[];
}

/** What has to be done with an event; its end, if it cannot be read. `reached` are groups that have got it before. */
export function preparePassing(
  serviceQueue: string,
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
    if (error.problem === 'malformed') return malformed(delivery, error.message);
    const result = encodeFailure('UNSUPPORTED_VERSION', error.message);
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

export const isExpress = (passing: Passing | Settlement): passing is Passing =>
  'copies' in passing && passing.copies.some((copy) => copy.isExpress);

/** To the dead letters, with what is wrong with it. */
export const malformed = (delivery: Delivery, message: string): Settlement => ({
  ...endOf(delivery),
  outcome: 'dead',
  reason: 'malformed',
  result: encodeFailure('MALFORMED', message),
});
