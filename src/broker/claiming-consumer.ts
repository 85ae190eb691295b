// A consumer made of claims: for brokers that cannot hand calls to a worker by themselves.

import { AsyncResource } from 'node:async_hooks';
import type { Clock, Timer } from '../clock.js';
import { isClosed, messageOf } from '../errors.js';
import type { Broker, ConsumeListener, ConsumeRequest, Consumer, Unsubscribe } from './broker.js';

/** Wait after a claim that the broker could not take, doubled each time up to the maximum. */
const BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 10_000;

export interface ClaimingConsumerOptions {
  readonly broker: Pick<Broker, 'claim' | 'listen'> & {
    /** Calls `onCancel` when somebody asks for the end of calls that are leased. */
    listenForCancel(queue: string, onCancel: () => void): Unsubscribe;
  };
  readonly clock: Clock;
  readonly request: ConsumeRequest;
  readonly listener: ConsumeListener;
  readonly onWarning: (message: string) => void;
}

export class ClaimingConsumer implements Consumer {
  readonly #options: ClaimingConsumerOptions;
  readonly #stopListening: Unsubscribe;
  #slots = 0;
  /** A claim under way. */
  #claiming: Promise<void> | undefined;
  /** Whether the queue may have calls that were not claimed yet. */
  #mayHaveMore = true;
  #isStopped = false;
  #backoffMs = BACKOFF_MS;
  #backoff: Timer | undefined;

  constructor(options: ClaimingConsumerOptions) {
    this.#options = options;
    const { broker, request, listener } = options;
    // Whoever sends a call wakes the consumer; handlers must not run in the async context of a request that did.
    const onReady = AsyncResource.bind(() => {
      this.#mayHaveMore = true;
      this.#claim();
    });
    const stops = [broker.listen(request.queue, onReady)];
    if (listener.onCancel !== undefined) {
      const onCancel = AsyncResource.bind(() => listener.onCancel?.());
      stops.push(broker.listenForCancel(request.queue, onCancel));
    }
    this.#stopListening = () => {
      for (const stop of stops) stop();
    };
  }

  grant(slots: number): void {
    this.#slots += slots;
    this.#claim();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stopListening();
    this.#backoff?.cancel();
    await this.#claiming;
  }

  #claim(): void {
    const { broker, request } = this.#options;
    const limit = this.#slots;
    if (this.#claiming || this.#isStopped || !this.#mayHaveMore || limit <= 0 || this.#backoff) return;
    this.#mayHaveMore = false;
    this.#claiming = broker
      .claim({ ...request, limit })
      .then((deliveries) => {
        this.#backoffMs = BACKOFF_MS;
        this.#slots -= deliveries.length;
        if (deliveries.length === limit) this.#mayHaveMore = true;
        if (deliveries.length > 0) this.#options.listener.onDeliveries(deliveries);
      })
      .catch((error: unknown) => {
        this.#mayHaveMore = true;
        this.#backOff(error);
      })
      .finally(() => {
        this.#claiming = undefined;
        this.#claim();
      });
  }

  #backOff(error: unknown): void {
    const { clock, onWarning } = this.#options;
    if (this.#isStopped || isClosed(error)) return;
    onWarning(`calls cannot be claimed, trying again: ${messageOf(error)}`);
    this.#backoff = clock.after(this.#backoffMs, () => {
      this.#backoff = undefined;
      this.#claim();
    });
    this.#backoffMs = Math.min(MAX_BACKOFF_MS, this.#backoffMs * 2);
  }
}
