// Who in this process waits for ready calls and for outcomes of one queue, and how they are told.

import type { CallRecord, Unsubscribe } from '../broker.js';
import { tell } from '../listeners.js';
import { Reference } from './chunks.js';
import type { QueueLink } from './queue-link.js';
import { unpackViews } from './records.js';

type OnOutcome = (records: readonly CallRecord[]) => void;

export interface QueueSubscriptionsOptions {
  readonly queue: string;
  readonly link: QueueLink;
  /** Reads outcomes that are too long to be pushed. */
  readonly fetch: (ids: readonly string[]) => Promise<(CallRecord | undefined)[]>;
  readonly onWarning: (message: string) => void;
}

export class QueueSubscriptions {
  readonly #options: QueueSubscriptionsOptions;
  readonly #listeners = new Set<() => void>();
  #stopWake: Unsubscribe | undefined;
  #reading = Promise.resolve();

  constructor(options: QueueSubscriptionsOptions) {
    this.#options = options;
    // What became ready while nobody was connected was told to nobody.
    options.link.onRenewed(() => this.wake());
  }

  listen(onReady: () => void): Unsubscribe {
    const { link } = this.#options;
    const listener = (): void => onReady();
    this.#listeners.add(listener);
    this.#stopWake ??= link.subscribe(link.keys.wake, () => this.wake());
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
      this.#stopWake?.();
      this.#stopWake = undefined;
    };
  }

  /** Has the outcomes for an inbox passed on. One receiver an inbox. */
  watch(inbox: string, onOutcome: OnOutcome): Unsubscribe {
    const { link, queue } = this.#options;
    return link.subscribe(link.keys.inbox(inbox), (payload) => {
      const records: CallRecord[] = [];
      const unread: string[] = [];
      for (const view of unpackViews(payload, queue)) {
        if (view.kind === 'fetch') unread.push(view.id);
        if (view.kind !== 'record') continue;
        const { result } = view.record;
        // Only a damaged one is pushed without its result.
        if (result instanceof Reference) unread.push(view.record.id);
        else records.push({ ...view.record, result });
      }
      if (records.length > 0) onOutcome(records);
      // One after the other: Redis closes connections that listen and are sent too much at once.
      if (unread.length > 0) this.#reading = this.#reading.then(() => this.#read(unread, onOutcome));
    });
  }

  async #read(ids: readonly string[], onOutcome: OnOutcome): Promise<void> {
    try {
      onOutcome((await this.#options.fetch(ids)).filter((record) => record !== undefined));
    } catch {
      // A push is a hint: whoever waits looks by himself, too.
    }
  }

  /** Tells the listeners that calls may be ready. */
  wake(): void {
    for (const listener of this.#listeners) tell(listener, this.#options.onWarning);
  }
}
