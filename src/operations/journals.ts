// The journals of a queue: what was sent to it and what was handled, to look at and to replay.

import type { Broker, CallState, JournalEntry, JournalName, Message, Page } from '../broker/broker.js';
import { keyAt } from '../client/argument-path.js';
import { newCallId } from '../client/call-id.js';
import { createTarget } from '../client/call-plan.js';
import { laneOf } from '../client/outgoing.js';
import { checkOptionNames } from '../contract/options.js';
import { RpcError } from '../errors.js';
import { type Envelope, encodeEnvelope } from '../wire/envelope.js';
import { type ReadCall, type ReadError, readCall, readError, readValue } from './lenient.js';
import { checkAfter, checkLimit, readPages } from './pages.js';
import type { NamedQueue } from './queue-of.js';
import { envelopeIn } from './rewritten-body.js';

/** Says of a call that it is a copy, and of which. */
export const REPLAY_HEADER = 'mq-rpc-replay-of';

/** How often a copy can be delivered, where no contract says it: what was set for the original is not in the journal. */
const MAX_DELIVERIES = 30;

/** A copy keeps its own outcome for nobody. */
const RETAIN_MS = 0;

const PAGE = 100;

/** A call in a journal. What cannot be read of its body is `undefined`. */
export interface JournalledCall extends ReadCall {
  /** Where it is in the journal: what `replay` and `after` take. */
  readonly position: number;
  readonly id: string;
  readonly at: Date;
  /** As it was sent. */
  readonly body: string;
  readonly priority: number;
  /** How its handler ended it, in the journal of what was received: with a value as JSON data, or with an error. */
  readonly outcome: JournalledOutcome | undefined;
}

export interface JournalledOutcome {
  readonly state: CallState;
  readonly value: unknown;
  readonly error: ReadError | undefined;
}

export interface ListJournal {
  readonly name: JournalName;
  /** The most entries. Default 100. */
  readonly limit?: number;
  /** Goes on behind the entry with this `position`. */
  readonly after?: number;
}

export interface ReplayJournal {
  readonly name: JournalName;
  /** Which entries. */
  readonly positions: number | readonly number[];
}

export class Journal {
  readonly #of: NamedQueue;
  readonly #broker: Broker;

  constructor(of: NamedQueue, broker: Broker) {
    this.#of = of;
    this.#broker = broker;
  }

  /** Newest first. */
  async list(options: ListJournal): Promise<JournalledCall[]> {
    checkOptionNames(options, 'journal.list', ['name', 'limit', 'after']);
    const name = checkName(options.name);
    const limit = checkLimit(options.limit);
    const after = checkAfter(options.after);
    const calls: JournalledCall[] = [];
    for await (const entry of this.#entries(name, { limit: Math.min(limit, PAGE), after })) {
      if (calls.push(journalled(entry)) === limit) break;
    }
    return calls;
  }

  /**
   * Makes calls of entries once more: new calls, with new ids and no deadline, whose results nobody waits for. Their
   * header `mq-rpc-replay-of` has the id of the original. Order and limits are those of the contract, if the journal
   * was asked for by a client or a descriptor, and none otherwise; an idempotency key does not go for copies. Resolves
   * with their ids, in the order of the positions. Rejects, and sends nothing, if an entry is not there any more or
   * cannot be read; with `QUEUE_FULL`, and the positions that are left, if the queue takes only some of them.
   */
  async replay(options: ReplayJournal): Promise<string[]> {
    checkOptionNames(options, 'journal.replay', ['name', 'positions']);
    const positions = checkPositions(options.positions);
    const entries = await this.#find(checkName(options.name), positions);
    const copies = entries.map((entry) => copyOf(entry, this.#of));
    const statuses = copies.length === 0 ? [] : await this.#broker.send(copies);
    const left = positions.filter((_, index) => statuses[index] !== 'accepted');
    if (left.length === 0) return copies.map(({ id }) => id);
    const message = `journal.replay: ${this.#of.name} takes no more calls`;
    throw new RpcError('QUEUE_FULL', `${message}; these positions are left: ${left.join(', ')}`);
  }

  #entries(name: JournalName, page: Page): AsyncGenerator<JournalEntry, void> {
    return readPages((next) => this.#broker.journal(this.#of.queue, name, next), page);
  }

  async #find(name: JournalName, positions: readonly number[]): Promise<JournalEntry[]> {
    const found = new Map<number, JournalEntry>();
    const wanted = new Set(positions);
    const oldest = Math.min(...positions);
    for await (const entry of this.#entries(name, { limit: PAGE })) {
      if (entry.position < oldest) break;
      if (wanted.has(entry.position)) found.set(entry.position, entry);
      if (found.size === wanted.size) break;
    }
    return positions.map((position) => found.get(position) ?? notThere(name, position));
  }
}

function journalled({ position, id, at, body, priority, outcome }: JournalEntry): JournalledCall {
  const { state, result } = outcome ?? {};
  return {
    ...readCall(body),
    position,
    id,
    at: new Date(at),
    body,
    priority,
    outcome: state && { state, value: readValue(result), error: readError(result) },
  };
}

function copyOf({ id, position, body, priority }: JournalEntry, of: NamedQueue): Message {
  const envelope = envelopeIn(body);
  if (envelope === undefined)
    throw new RpcError('MALFORMED', `journal.replay: entry ${position} is no call that can be read`);
  const headers = { ...envelope.headers, [REPLAY_HEADER]: id };
  const terms = termsOf(of, envelope);
  return {
    ...terms,
    id: newCallId(terms.lane),
    queue: of.queue,
    body: encodeEnvelope({ ...envelope, deadlineAt: undefined, headers }),
    priority,
    // Only what was journalled is in a journal.
    journal: 'always',
    wantsResult: false,
    retainMs: RETAIN_MS,
  };
}

/** What the contract says of such calls, where it is known. */
function termsOf({ service }: NamedQueue, { method: name, args }: Envelope): Terms {
  const method = service && Object.hasOwn(service.methods, name) ? service.methods[name] : undefined;
  if (service === undefined || method === undefined || !Array.isArray(args)) {
    return { maxDeliveries: MAX_DELIVERIES };
  }
  const { orderPath, limitsOf, maxDeliveries } = createTarget(service, method, {}).resolved;
  const lane = laneOf(method, orderPath && keyAt(orderPath, args));
  return { lane, limits: limitsOf?.(args), maxDeliveries };
}

type Terms = Pick<Message, 'lane' | 'limits' | 'maxDeliveries'>;

function notThere(name: JournalName, position: number): never {
  throw new RangeError(
    `journal.replay: there is no entry ${position} in the journal ${name}; the oldest make room for new ones`,
  );
}

function checkName(name: unknown): JournalName {
  if (name === 'sent' || name === 'received') return name;
  throw new TypeError(`name: expected "sent" or "received", got ${JSON.stringify(name) ?? typeof name}`);
}

function checkPositions(positions: number | readonly number[]): readonly number[] {
  const all = typeof positions === 'number' ? [positions] : positions;
  if (Array.isArray(all) && all.every((position) => Number.isFinite(position))) return [...new Set(all)];
  throw new TypeError(
    `positions: expected positions of entries, got ${JSON.stringify(positions) ?? typeof positions}`,
  );
}
