// Calls that have only so long to reach their queue: those that have equally long go together, and nothing else with
// them.

import type { Message } from '../broker.js';
import { Batch } from './batch.js';
import { type Unread, weightOf } from './chunks.js';

/** How long the calls of a batch have, and since when. */
export interface Urgency {
  readonly withinMs: number;
  /** By the clock that {@link UrgentBatches} was given. */
  readonly startedAt: number;
}

export interface UrgentBatchesOptions<Options, Status> {
  readonly now: () => number;
  readonly send: (
    messages: readonly Unread<Message>[],
    options: Options,
    urgency: Urgency,
  ) => Promise<Status[]>;
}

export class UrgentBatches<Options extends object, Status> {
  readonly #options: UrgentBatchesOptions<Options, Status>;
  /** Those that wait to be sent, by how and how soon. */
  readonly #waiting = new Map<string, Batch<Unread<Message>, Status>>();
  readonly #all = new Set<Batch<Unread<Message>, Status>>();

  constructor(options: UrgentBatchesOptions<Options, Status>) {
    this.#options = options;
  }

  /** `startedAt`: since when they are under way, if that is not now. */
  async add(
    messages: readonly Unread<Message>[],
    withinMs: number,
    options: Options,
    startedAt = this.#options.now(),
  ): Promise<Status[]> {
    const key = JSON.stringify([withinMs, options]);
    const batch = this.#waiting.get(key) ?? this.#open(key, options, { withinMs, startedAt });
    try {
      return await batch.add(messages);
    } finally {
      if (this.#waiting.get(key) !== batch) this.#all.delete(batch);
    }
  }

  async drained(): Promise<void> {
    for (const batch of this.#all) await batch.drained();
  }

  /** Once it is on its way, others are late for it. */
  #open(key: string, options: Options, urgency: Urgency): Batch<Unread<Message>, Status> {
    const batch: Batch<Unread<Message>, Status> = new Batch({
      run: (messages) => {
        if (this.#waiting.get(key) === batch) this.#waiting.delete(key);
        return this.#options.send(messages, options, urgency);
      },
      sizeOf: ({ body }) => weightOf(body),
    });
    this.#waiting.set(key, batch);
    this.#all.add(batch);
    return batch;
  }
}
