// Who in this process waits for what, and how they are told.

import type { CallRecord, Unsubscribe } from '../broker.js';
import { tell } from '../listeners.js';
import type { Signals, Topic } from './signals.js';
import { ARRIVALS_LIMIT, type Cursor, type Results } from './verbs/results.js';

type OnOutcome = (records: readonly CallRecord[]) => void;

interface QueueTopic {
  readonly listeners: Set<() => void>;
  readonly stop: () => void;
}

interface InboxTopic {
  readonly listeners: Set<OnOutcome>;
  readonly stop: () => void;
  /** How far its outcomes were handed out. */
  cursor: Cursor;
}

export interface SubscriptionsOptions {
  readonly signals: Signals;
  /** Reads in turn with everything else. */
  readonly readArrivals: (inbox: string, after: Cursor) => Promise<ReturnType<Results['arrivals']>>;
  readonly onWarning: (message: string) => void;
  /** The system refused to watch a file, so that only polling finds what other processes did. */
  readonly onDeaf: (reason: Error) => void;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #queues = new Map<string, QueueTopic>();
  readonly #cancels = new Map<string, QueueTopic>();
  readonly #inboxes = new Map<string, InboxTopic>();
  /** Inboxes that are being read, and whether there was another signal meanwhile. */
  readonly #reading = new Map<InboxTopic, boolean>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  listen(queue: string, onReady: () => void): Unsubscribe {
    let topic = this.#queues.get(queue);
    if (topic === undefined) {
      const stop = this.#wait(`queue:${queue}`, () => this.wakeQueue(queue));
      topic = { listeners: new Set(), stop };
      this.#queues.set(queue, topic);
    }
    return addListener(this.#queues, queue, topic, () => onReady());
  }

  /** Calls `onCancel` when the end of leased calls of a queue was asked for. */
  listenForCancel(queue: string, onCancel: () => void): Unsubscribe {
    let topic = this.#cancels.get(queue);
    if (topic === undefined) {
      const stop = this.#wait(`cancel:${queue}`, () => this.wakeCancelled(queue));
      topic = { listeners: new Set(), stop };
      this.#cancels.set(queue, topic);
    }
    return addListener(this.#cancels, queue, topic, () => onCancel());
  }

  subscribe(inbox: string, onOutcome: OnOutcome): Unsubscribe {
    let topic = this.#inboxes.get(inbox);
    if (topic === undefined) {
      const stop = this.#wait(`inbox:${inbox}`, () => this.wakeInbox(inbox));
      topic = { listeners: new Set(), stop, cursor: { settledSeq: 0, seq: 0 } };
      this.#inboxes.set(inbox, topic);
    }
    return addListener(this.#inboxes, inbox, topic, (records: readonly CallRecord[]) => onOutcome(records));
  }

  /** Whether anybody waits for anything. */
  get isEmpty(): boolean {
    return this.#queues.size === 0 && this.#inboxes.size === 0;
  }

  has(inbox: string): boolean {
    return this.#inboxes.has(inbox);
  }

  wakeQueue(queue: string): void {
    for (const onReady of this.#queues.get(queue)?.listeners ?? []) tell(onReady, this.#options.onWarning);
  }

  wakeCancelled(queue: string): void {
    for (const onCancel of this.#cancels.get(queue)?.listeners ?? []) tell(onCancel, this.#options.onWarning);
  }

  wakeInbox(inbox: string): void {
    const topic = this.#inboxes.get(inbox);
    if (topic === undefined) return;
    if (this.#reading.has(topic)) this.#reading.set(topic, true);
    else void this.#read(inbox, topic);
  }

  /** Wakes everybody: something was written by somebody else. */
  wakeAll(): void {
    for (const queue of this.#queues.keys()) this.wakeQueue(queue);
    for (const inbox of this.#inboxes.keys()) this.wakeInbox(inbox);
  }

  close(): void {
    const topics = [...this.#queues.values(), ...this.#cancels.values(), ...this.#inboxes.values()];
    for (const { stop } of topics) stop();
    this.#queues.clear();
    this.#cancels.clear();
    this.#inboxes.clear();
  }

  /** Hands out what has come for an inbox, in order, until there is no more. */
  async #read(inbox: string, topic: InboxTopic): Promise<void> {
    let isMore = true;
    while (isMore) {
      this.#reading.set(topic, false);
      try {
        const { records, cursor } = await this.#options.readArrivals(inbox, topic.cursor);
        if (cursor !== undefined) topic.cursor = { settledSeq: cursor.settledSeq, seq: cursor.seq };
        if (records.length > 0)
          for (const onOutcome of topic.listeners) tell(() => onOutcome(records), this.#options.onWarning);
        isMore = records.length === ARRIVALS_LIMIT || this.#reading.get(topic) === true;
      } catch {
        // The outcome is not lost: the next signal, poll or fetch finds it.
        isMore = false;
      }
    }
    this.#reading.delete(topic);
  }

  #wait(topic: Topic, onSignal: () => void): () => void {
    try {
      return this.#options.signals.wait(topic, onSignal);
    } catch (error) {
      this.#options.onDeaf(error as Error);
      return () => undefined;
    }
  }
}

function addListener<Listener>(
  topics: Map<string, { readonly listeners: Set<Listener>; readonly stop: () => void }>,
  name: string,
  topic: { readonly listeners: Set<Listener>; readonly stop: () => void },
  listener: Listener,
): Unsubscribe {
  topic.listeners.add(listener);
  return () => {
    const isLast = topic.listeners.delete(listener) && topic.listeners.size === 0;
    if (!isLast) return;
    topic.stop();
    topics.delete(name);
  };
}
