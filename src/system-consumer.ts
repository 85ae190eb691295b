// A consumer of a queue of the system's own: takes what comes, a batch at a time, and settles it.

import type { Broker, Consumer, Delivery, Settlement, Understanding } from './broker/broker.js';
import { released } from './broker/end-of.js';
import type { Clock, Timer } from './clock.js';
import { isClosed, messageOf } from './errors.js';

/** What is under way takes some answers of the broker; a process that dies keeps it for so long. */
const LEASE_MS = 10_000;

/** Wait after a batch that could not be handled: a broker is away. */
const AGAIN_MS = 1_000;

/** How long a broker that is away keeps a connection from closing. */
const CLOSING_MS = 2_000;

export interface SystemConsumerOptions {
  readonly broker: Broker;
  readonly clock: Clock;
  readonly queue: string;
  /** Name of the worker, for operators. */
  readonly worker: string;
  /** The most deliveries at a time. */
  readonly slots: number;
  readonly understands?: Understanding | undefined;
  /** Says how deliveries end. May be called again with the same one: after a crash, or a lost lease. */
  readonly handle: (deliveries: readonly Delivery[]) => Promise<readonly Settlement[]>;
  readonly onWarning: (message: string) => void;
}

/** Does not keep its process alive. */
export class SystemConsumer {
  readonly #options: SystemConsumerOptions;
  readonly #consumer: Consumer;
  readonly #running = new Set<Promise<void>>();
  #closed: Promise<void> | undefined;

  constructor(options: SystemConsumerOptions) {
    this.#options = options;
    const { broker, queue, worker, slots, understands } = options;
    const request = { queue, worker, leaseMs: LEASE_MS, understands };
    this.#consumer = broker.consume(request, { onDeliveries: (deliveries) => this.#take(deliveries) });
    this.#consumer.grant(slots);
  }

  /** Takes nothing new; resolves when what it had is settled, or given back. May be called twice. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    let timer: Timer | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = this.#options.clock.after(CLOSING_MS, resolve, true);
    });
    // If it does not end in time, leases run out.
    await Promise.race([this.#consumer.stop().then(() => Promise.all(this.#running)), timeUp]);
    timer?.cancel();
  }

  #take(deliveries: readonly Delivery[]): void {
    const isClosing = this.#closed !== undefined;
    const work = isClosing
      ? this.#settle(deliveries.map((delivery) => released(delivery)))
      : this.#run(deliveries);
    this.#running.add(work);
    void work.finally(() => this.#running.delete(work));
  }

  async #run(deliveries: readonly Delivery[]): Promise<void> {
    const settled = this.#settle(await this.#handle(deliveries));
    // The broker hears of free slots together with the settlements.
    if (this.#closed === undefined) this.#consumer.grant(deliveries.length);
    await settled;
  }

  async #handle(deliveries: readonly Delivery[]): Promise<readonly Settlement[]> {
    const { queue, handle, onWarning } = this.#options;
    try {
      return await handle(deliveries);
    } catch (error) {
      if (!isClosed(error)) onWarning(`${queue}: trying again: ${messageOf(error)}`);
      return deliveries.map((delivery) => released(delivery, AGAIN_MS));
    }
  }

  /** What cannot be settled is delivered again when its lease has run out. */
  async #settle(settlements: readonly Settlement[]): Promise<void> {
    const { broker, queue, onWarning } = this.#options;
    try {
      await broker.settle(settlements);
    } catch (error) {
      if (!isClosed(error)) onWarning(`${queue}: a settlement could not be recorded: ${messageOf(error)}`);
    }
  }
}
