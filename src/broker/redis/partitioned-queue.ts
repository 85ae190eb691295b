// A queue that can be split over several places of a cluster: knows how it is split, and where to look for a call.

import { RpcError } from '../../errors.js';
import type {
  Attempt,
  CallRecord,
  CancelStatus,
  ClaimRequest,
  ConsumeListener,
  ConsumeRequest,
  Consumer,
  DeadLetter,
  Delivery,
  ExtendStatus,
  Group,
  JournalEntry,
  JournalName,
  Message,
  Page,
  QueueCounts,
  QueueLimits,
  ReapReport,
  Replay,
  SendStatus,
  Settlement,
  SettleStatus,
  Unsubscribe,
  WaitingCall,
} from '../broker.js';
import { Keeper } from '../keeper.js';
import type { BrokerContext } from '../open-broker.js';
import { PartitionedConsumer } from './partitioned-consumer.js';
import { countOf, type History, olderPlaces, parseHistory, placeOf, placesOf } from './partitions.js';
import { monotonicNow, type PlacedStatus, type RedisQueue, type SendOptions } from './redis-queue.js';

/** How long a sender waits for a history that has been lost, and between two looks. */
const PATIENCE_MS = 15_000;
const AGAIN_MS = 100;

type OnOutcome = (records: readonly CallRecord[]) => void;

export interface PartitionedQueueOptions extends BrokerContext {
  readonly name: string;
  readonly openPlace: (place: number) => RedisQueue;
}

/**
 * How a queue is split stands with its first place, as its history: the numbers of places that it has had. It is read
 * when the queue is first used, then every second, and whenever something is not where it should be. Nothing below
 * depends on anybody having read the newest one in time.
 *
 * **Where a call is.** Each number of places puts a call at one of them (`placeOf`), and a call never moves. So it is
 * at the place of one of the numbers that its sender can have known: one of the history as it was when it was sent,
 * and histories only get longer. Whoever looks for a call asks these places, one after the other. If none knows it,
 * he reads the history again, because his own may be older than the sender's, and asks the places that he had not
 * heard of. Only then it is unknown.
 *
 * **Growing** is one write, of the new history, at the first place. Two senders may know different histories for any
 * time; a paused one for hours. Calls with an id of their own come to no harm by that: each is sent once, and found
 * by the rule above. A call that is sent again, with the id that its key gives it or because an answer was lost, must
 * not be accepted at two places. For that a sender asks the older places of the call first, and each that does not
 * have it is fenced in the same script: from then on it takes no call that it does not have from a sender who knows
 * fewer places, and none at all as an older place. Then it sends to the place where the call belongs. Of two senders,
 * A who knows [1] and B who knows [1, 4], either A's call came to place 0 before B asked there: B is told that the
 * call is there, and has what he sent compared with it. Or after: it is not taken, A reads the history and does as B
 * does. Both can ask before either sends: then both send to the same newer place, and one of them is the duplicate.
 * A call that was found at an older place and forgotten before it is sent there again is not taken either, so B does
 * not put at place 0 what C, who came just now, puts where it belongs. A sender who knows of three numbers asks
 * two places, and the same holds for each of them; a third one who knows only two is held off by whichever of the two
 * has been fenced, or was there first. The newer place is fenced in turn when somebody comes who knows a yet newer one.
 *
 * **Not asking for ever.** Once all older places are fenced, this is noted in the history. Calls that were made
 * after that cannot be at an older place, and their ids say when they were made, unless they come from a key. So
 * only calls with keys pay for a split for long, with one more round trip. A queue in which no call is when it is
 * first split pays nothing, because its history begins there.
 */
export class PartitionedQueue {
  readonly #options: PartitionedQueueOptions;
  readonly #places: (RedisQueue | undefined)[] = [];
  readonly #first: RedisQueue;
  #history: History | undefined;
  readonly #inboxes = new Map<string, OnOutcome>();
  readonly #consumers = new Set<PartitionedConsumer>();
  readonly #listeners = new Set<(places: readonly RedisQueue[]) => void>();
  readonly #keeper: Keeper;
  /** Where the next claim begins. */
  #turn = 0;
  #unfinished = 0;
  #firstRead: Promise<History> | undefined;
  readonly #onFinished: (() => void)[] = [];

  constructor(options: PartitionedQueueOptions) {
    this.#options = options;
    this.#first = this.#place(0);
    this.#keeper = new Keeper({ clock: options.clock, polls: true, task: () => this.#tick() });
  }

  /** Splits the queue. Rejects with a `RangeError` if it has more places than that. */
  async partition(count: number): Promise<void> {
    const history = this.#learn(parseHistory(await this.#first.partition(count)));
    if (countOf(history) > count) throw notMerged(this.#options.name, countOf(history), count);
    if (history.at(-1)?.sealedAt !== undefined) return;
    // Who fails here has split the queue all the same; the next one who asks for this number goes on.
    const before = history.at(-2)?.count ?? 1;
    await Promise.all(Array.from({ length: before }, (_, place) => this.#place(place).fence(count)));
    this.#learn(parseHistory(await this.#first.partition(count, { isFenced: true })));
  }

  send(messages: readonly Message[]): Promise<SendStatus[]> {
    if (!this.#isWhole) return this.#finish(() => this.#send(messages));
    return this.#first.send(messages, WHOLE).then((statuses) => {
      const hasMoved = statuses.includes('moved');
      return hasMoved ? this.#finish(() => this.#send(messages, statuses)) : (statuses as SendStatus[]);
    });
  }

  async #send(messages: readonly Message[], earlier?: PlacedStatus[]): Promise<SendStatus[]> {
    const since = monotonicNow(this.#options.clock);
    let history = this.#history ?? (await this.#readFirst());
    const statuses = earlier ?? (await this.#sendBy(history, messages, since));
    const startedAt = performance.now();
    while (statuses.includes('moved')) {
      const before = history;
      history = await this.#read();
      if (history === before) await this.#waitForHistory(startedAt);
      const left = placesIn(statuses, 'moved');
      const again = await this.#sendBy(
        history,
        left.map((index) => messages[index] as Message),
        since,
      );
      left.forEach((index, at) => {
        statuses[index] = again[at] as PlacedStatus;
      });
    }
    return statuses as SendStatus[];
  }

  /** Asks the places in turn, so that none is always the last. */
  async claim({ limit, ...how }: ClaimRequest): Promise<Delivery[]> {
    const places = await this.#all();
    const start = this.#turn++;
    const deliveries: Delivery[] = [];
    for (let index = 0; index < places.length && deliveries.length < limit; index++) {
      const place = places[(start + index) % places.length] as RedisQueue;
      deliveries.push(...(await place.claim({ ...how, limit: limit - deliveries.length })));
    }
    return deliveries;
  }

  consume(request: ConsumeRequest, listener: ConsumeListener): Consumer {
    const consumer = new PartitionedConsumer(this.#first, request, listener);
    this.#consumers.add(consumer);
    if (this.#history === undefined) this.#readSoon();
    else consumer.add(this.#range(1, countOf(this.#history)));
    return {
      grant: (slots) => consumer.grant(slots),
      stop: () => {
        this.#consumers.delete(consumer);
        return consumer.stop();
      },
    };
  }

  listen(onReady: () => void): Unsubscribe {
    const stops: Unsubscribe[] = [];
    const listen = (places: readonly RedisQueue[]): void => {
      for (const place of places) stops.push(place.subscriptions.listen(onReady));
    };
    const add = (places: readonly RedisQueue[]): void => {
      listen(places);
      // What was said there before was not heard.
      places[0]?.subscriptions.wake();
    };
    this.#listeners.add(add);
    listen(this.#range(0, this.#history === undefined ? 1 : countOf(this.#history)));
    if (this.#history === undefined) this.#readSoon();
    return () => {
      this.#listeners.delete(add);
      for (const stop of stops) stop();
    };
  }

  /** Has the outcomes for an inbox passed on, of all places that are used. */
  watch(inbox: string, onOutcome: OnOutcome): void {
    this.#inboxes.set(inbox, onOutcome);
    for (const place of this.#places) place?.subscriptions.watch(inbox, onOutcome);
  }

  extend(attempts: readonly Attempt[], leaseMs: number): Promise<ExtendStatus[]> {
    return this.#find(attempts, (place, part) => place.extend(part, leaseMs), isStale);
  }

  settle(settlements: readonly Settlement[]): Promise<SettleStatus[]> {
    return this.#find(settlements, (place, part) => place.settle(part), isStale);
  }

  fetch(calls: readonly Identified[], inbox?: string): Promise<(CallRecord | undefined)[]> {
    return this.#find(
      calls,
      (place, part) => place.fetch(part.map(idOf), inbox),
      (record) => record === undefined,
    );
  }

  cancel(calls: readonly Identified[]): Promise<CancelStatus[]> {
    return this.#find(
      calls,
      (place, part) => place.cancel(part.map(idOf)),
      (status) => status === 'unknown',
    );
  }

  /** At every place where they can be. What is at one that we have not heard of is kept until its `retain` is over. */
  confirm(calls: readonly Identified[]): Promise<void> {
    return this.#isWhole ? this.#first.confirm(calls.map(idOf)) : this.#finish(() => this.#confirm(calls));
  }

  async #confirm(calls: readonly Identified[]): Promise<void> {
    const history = this.#history ?? (await this.#read());
    if (countOf(history) === 1) return this.#first.confirm(calls.map(idOf));
    const ids = new Map<number, string[]>();
    for (const { id } of calls)
      for (const place of [placeOf(id, countOf(history)), ...olderPlaces(id, history)]) enter(ids, place, id);
    await Promise.all([...ids].map(([place, own]) => this.#place(place).confirm(own)));
  }

  async reap(): Promise<ReapReport> {
    const places = await this.#all();
    return sumOf(await Promise.all(places.map((place) => place.reap())));
  }

  /**
   * Each place gets an equal share, because none can know how much the others have: a place can be full before the
   * queue is. What is dead, and the limits of calls, is a matter of each place by itself as well.
   */
  async limit(limits: QueueLimits): Promise<void> {
    const places = this.#range(0, countOf(await this.#read()));
    await Promise.all(places.map((place) => place.limit(limits, places.length)));
  }

  async counts(): Promise<QueueCounts> {
    const places = this.#range(0, countOf(await this.#read()));
    return sumOf(await Promise.all(places.map((place) => place.counts())));
  }

  async deadLetters(page: Page): Promise<DeadLetter[]> {
    const places = this.#range(0, countOf(await this.#read()));
    return newestOf(await Promise.all(places.map(({ operations }) => operations.deadLetters(page))), page);
  }

  findDeadLetters(calls: readonly Identified[]): Promise<(DeadLetter | undefined)[]> {
    return this.#find(
      calls,
      (place, part) => place.operations.findDeadLetters(part.map(idOf)),
      (letter) => letter === undefined,
    );
  }

  replay(replays: readonly Replay[]): Promise<boolean[]> {
    return this.#find(replays, (place, part) => place.operations.replay(part), isMissing);
  }

  remove(calls: readonly Identified[]): Promise<boolean[]> {
    return this.#find(calls, (place, part) => place.operations.remove(part.map(idOf)), isMissing);
  }

  async peek(page: Page): Promise<WaitingCall[]> {
    const places = this.#range(0, countOf(await this.#read()));
    const calls = await Promise.all(places.map(({ operations }) => operations.peek(page)));
    return calls
      .flat()
      .sort((a, b) => a.position - b.position)
      .slice(0, page.limit);
  }

  async journal(name: JournalName, page: Page): Promise<JournalEntry[]> {
    const places = this.#range(0, countOf(await this.#read()));
    return newestOf(await Promise.all(places.map(({ operations }) => operations.journal(name, page))), page);
  }

  /** Groups are with the first place. */
  groups(): Promise<Group[]> {
    return this.#first.operations.groups();
  }

  join(group: Group): Promise<void> {
    return this.#first.operations.join(group);
  }

  leave(group: string): Promise<boolean> {
    return this.#first.operations.leave(group);
  }

  /** Finishes what was asked for. */
  async close(): Promise<void> {
    this.#keeper.stop();
    for (const place of this.#places) place?.hurry();
    if (this.#unfinished > 0) await new Promise<void>((resolve) => this.#onFinished.push(resolve));
    await Promise.all(this.#places.map((place) => place?.close()));
  }

  #place(place: number): RedisQueue {
    let queue = this.#places[place];
    if (queue === undefined) {
      queue = this.#options.openPlace(place);
      this.#places[place] = queue;
      for (const [inbox, onOutcome] of this.#inboxes) queue.subscriptions.watch(inbox, onOutcome);
    }
    return queue;
  }

  #range(start: number, end: number): RedisQueue[] {
    return Array.from({ length: Math.max(0, end - start) }, (_, index) => this.#place(start + index));
  }

  async #all(): Promise<RedisQueue[]> {
    const history = this.#history ?? (await this.#read());
    return countOf(history) === 1 ? [this.#first] : this.#range(0, countOf(history));
  }

  /** Together: who sends first is not to be overtaken by who sends next. */
  #readFirst(): Promise<History> {
    this.#firstRead ??= this.#read().finally(() => {
      this.#firstRead = undefined;
    });
    return this.#firstRead;
  }

  async #read(): Promise<History> {
    return this.#learn(parseHistory(await this.#first.partitions()));
  }

  /** Answers may overtake each other: what was known is never forgotten. */
  #learn(history: History): History {
    const known = this.#history;
    const before = known === undefined ? 1 : countOf(known);
    const isNewer = countOf(history) > before;
    if (known === undefined || isNewer || (countOf(history) === before && isSealed(history)))
      this.#history = history;
    if (isNewer) {
      const added = this.#range(before, countOf(history));
      for (const consumer of this.#consumers) consumer.add(added);
      for (const add of this.#listeners) add(added);
    }
    return this.#history ?? history;
  }

  #tick(): void {
    this.#readSoon();
    for (const consumer of this.#consumers) consumer.tick();
  }

  /** If the first place is away, its own clock says so, and here the next tick tries again. */
  #readSoon(): void {
    this.#refresh().catch(() => {});
  }

  /**
   * Reads the history, and puts back what it has lost: a replica that did not have its newest part yet may have taken
   * over the first place.
   */
  async #refresh(): Promise<void> {
    const known = this.#history;
    const found = parseHistory(await this.#first.partitions({ isInBackground: true }));
    this.#learn(found);
    if (known === undefined || countOf(found) >= countOf(known)) return;
    for (const { count } of known) await this.#first.partition(count);
  }

  /** Somebody knows more than the first place, which has lost it: whoever it is puts it back, see above. */
  async #waitForHistory(startedAt: number): Promise<void> {
    if (performance.now() - startedAt > PATIENCE_MS) throw historyLost(this.#options.name);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }

  /** What takes several steps is finished before the queue is closed. */
  async #finish<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#unfinished++;
    try {
      return await work();
    } finally {
      if (--this.#unfinished === 0) for (const resolve of this.#onFinished.splice(0)) resolve();
    }
  }

  /** Sends where a history says. */
  async #sendBy(history: History, messages: readonly Message[], startedAt: number): Promise<PlacedStatus[]> {
    const places = countOf(history);
    if (places === 1) return this.#first.send(messages, { places, isOlder: false, startedAt });
    const older = (message: Message) => olderPlaces(message.id, history);
    const send =
      (options: SendOptions) =>
      (place: RedisQueue, part: readonly Message[]): Promise<PlacedStatus[]> =>
        place.send(part, options);
    const isAbsent = (status: PlacedStatus | undefined) => status === undefined || status === 'absent';
    const statuses = await this.#ask(messages, older, send({ places, isOlder: true, startedAt }), isAbsent);
    const left = messages.filter((_, index) => isAbsent(statuses[index]));
    const newest = (message: Message) => [placeOf(message.id, places)];
    const sent = await this.#ask(left, newest, send({ places, isOlder: false, startedAt }), () => false);
    let at = 0;
    return statuses.map((status) => (isAbsent(status) ? sent[at++] : status) as PlacedStatus);
  }

  /** Asks for each item where it can be, and once more if the queue turns out to have been split since. */
  #find<Item extends Identified, Answer>(
    items: readonly Item[],
    ask: (place: RedisQueue, items: readonly Item[]) => Promise<Answer[]>,
    isMissing: (answer: Answer) => boolean,
  ): Promise<Answer[]> {
    if (!this.#isWhole) return this.#finish(() => this.#look(items, ask, isMissing));
    return ask(this.#first, items).then((answers) =>
      answers.some(isMissing) ? this.#finish(() => this.#look(items, ask, isMissing, answers)) : answers,
    );
  }

  /** Whether the queue is known to have one place: the shortest way is for this, the ordinary case. */
  get #isWhole(): boolean {
    return this.#history !== undefined && countOf(this.#history) === 1;
  }

  async #look<Item extends Identified, Answer>(
    items: readonly Item[],
    ask: (place: RedisQueue, items: readonly Item[]) => Promise<Answer[]>,
    isMissing: (answer: Answer) => boolean,
    earlier?: Answer[],
  ): Promise<Answer[]> {
    let history = this.#history ?? (await this.#read());
    const answers =
      earlier ??
      (countOf(history) === 1
        ? await ask(this.#first, items)
        : ((await this.#ask(items, ({ id }) => placesOf(id, history), ask, isMissing)) as Answer[]));
    while (answers.some(isMissing)) {
      const before = history;
      history = await this.#read();
      if (countOf(history) === countOf(before)) break;
      const missing = answers.flatMap((answer, index) => (isMissing(answer) ? [index] : []));
      const newPlaces = ({ id }: Item): number[] => {
        const asked = placesOf(id, before);
        return placesOf(id, history).filter((place) => !asked.includes(place));
      };
      const found = await this.#ask(
        missing.map((index) => items[index] as Item),
        newPlaces,
        ask,
        isMissing,
      );
      missing.forEach((index, at) => {
        const answer = found[at];
        if (answer !== undefined) answers[index] = answer;
      });
    }
    return answers;
  }

  /** Asks for each item at its places, one after the other as long as it is missing; those of one place together. */
  async #ask<Item, Answer>(
    items: readonly Item[],
    placesOfItem: (item: Item) => readonly number[],
    ask: (place: RedisQueue, items: readonly Item[]) => Promise<readonly Answer[]>,
    isMissing: (answer: Answer) => boolean,
  ): Promise<(Answer | undefined)[]> {
    const answers: (Answer | undefined)[] = new Array(items.length).fill(undefined);
    const places = items.map(placesOfItem);
    let left = items.map((_, index) => index);
    for (let round = 0; left.length > 0; round++) {
      const groups = new Map<number, number[]>();
      for (const index of left) {
        const place = places[index]?.[round];
        if (place !== undefined) enter(groups, place, index);
      }
      const asking = [...groups].map(async ([place, own]) => {
        const part = own.map((index) => items[index] as Item);
        const found = await ask(this.#place(place), part);
        own.forEach((index, at) => {
          answers[index] = found[at] as Answer;
        });
      });
      await Promise.all(asking);
      left = [...groups.values()].flat().filter((index) => isMissing(answers[index] as Answer));
    }
    return answers;
  }
}

/** How to send to a queue of one place. */
const WHOLE: SendOptions = { places: 1, isOlder: false };

interface Identified {
  readonly id: string;
}

const idOf = ({ id }: Identified): string => id;

interface Positioned {
  readonly position: number;
}

/** One page of what several places have. No two of them have one position. */
const newestOf = <Entry extends Positioned>(parts: readonly (readonly Entry[])[], { limit }: Page): Entry[] =>
  parts
    .flat()
    .sort((a, b) => b.position - a.position)
    .slice(0, limit);

const isMissing = (isFound: boolean): boolean => !isFound;

const isStale = (status: ExtendStatus): boolean => status === 'stale';

const isSealed = (history: History): boolean => history.at(-1)?.sealedAt !== undefined;

const placesIn = <T>(items: readonly T[], wanted: T): number[] =>
  items.flatMap((item, index) => (item === wanted ? [index] : []));

function enter<Key, Item>(lists: Map<Key, Item[]>, key: Key, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function sumOf<Numbers extends object>(parts: readonly Numbers[]): Numbers {
  const total: Record<string, number> = {};
  for (const part of parts)
    for (const [name, value] of Object.entries(part) as [string, number][])
      total[name] = (total[name] ?? 0) + value;
  return total as Numbers;
}

const historyLost = (queue: string): RpcError =>
  new RpcError(
    'UNAVAILABLE',
    `queue ${JSON.stringify(queue)} is split into more places than its first one knows, which has lost data: start a server with as many partitions as before (nothing was written)`,
  );

const notMerged = (queue: string, count: number, wanted: number): RangeError =>
  new RangeError(
    `partitions: expected at least ${count}, into which queue ${JSON.stringify(queue)} is split, got ${wanted}: partitions are never merged, because the calls in them would be stranded`,
  );
