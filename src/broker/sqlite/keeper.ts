// Calls a task every second and whenever something is due earlier.

import type { Clock, Timer } from '../../clock.js';

/** How late time-driven changes may be noticed that another process has caused. */
const TICK_MS = 1_000;

export class Keeper {
  readonly #clock: Clock;
  readonly #task: () => void;
  #tick: Timer | undefined;
  #early: Timer | undefined;
  #earlyAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, task: () => void) {
    this.#clock = clock;
    this.#task = task;
  }

  start(): void {
    this.#tick = this.#clock.after(TICK_MS, () => {
      // First the next tick: a task that throws or takes long must not be the last.
      this.start();
      this.#task();
    });
  }

  /** Notes that the task will have work at an instant. */
  due(at: number): void {
    const inMs = at - this.#clock.now();
    // What is later than the next tick is noted again by a tick before it is due.
    if (inMs > TICK_MS || at >= this.#earlyAt) return;
    this.#early?.cancel();
    this.#earlyAt = at;
    this.#early = this.#clock.after(Math.max(1, inMs), () => {
      this.#earlyAt = Number.POSITIVE_INFINITY;
      this.#task();
    });
  }

  stop(): void {
    this.#tick?.cancel();
    this.#early?.cancel();
  }
}
