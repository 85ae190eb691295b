// Calls a task when something is due, and every second where other processes can change what is due.

import type { Clock, Timer } from '../clock.js';

/** How late time-driven changes may be noticed that another process has caused. */
const TICK_MS = 1_000;

export interface KeeperOptions {
  readonly clock: Clock;
  /** Whether there are other processes, whose changes nobody tells. */
  readonly polls: boolean;
  readonly task: () => void;
}

export class Keeper {
  readonly #options: KeeperOptions;
  #tick: Timer | undefined;
  #next: Timer | undefined;
  #nextAt = Number.POSITIVE_INFINITY;

  constructor(options: KeeperOptions) {
    this.#options = options;
    if (options.polls) this.#scheduleTick();
  }

  /** Notes that the task will have work at an instant. */
  due(at: number): void {
    const { clock, task } = this.#options;
    const inMs = at - clock.now();
    if (at >= this.#nextAt || at === Number.POSITIVE_INFINITY) return;
    this.#next?.cancel();
    this.#nextAt = at;
    this.#next = clock.after(Math.max(1, inMs), () => {
      this.#nextAt = Number.POSITIVE_INFINITY;
      task();
    });
  }

  stop(): void {
    this.#tick?.cancel();
    this.#next?.cancel();
  }

  #scheduleTick(): void {
    const { clock, task } = this.#options;
    this.#tick = clock.after(TICK_MS, () => {
      // First the next tick: a task that throws or takes long must not be the last.
      this.#scheduleTick();
      task();
    });
  }
}
