// A clock that stands still until a test turns it.

import type { Clock, Timer } from '../clock.js';
import { type Duration, parseDuration } from '../duration.js';

/** Real turns of the event loop that everything gets to react before virtual time goes on. */
const TURNS = 10;

interface VirtualTimer {
  readonly dueAt: number;
  readonly order: number;
  readonly task: () => void;
}

export class VirtualClock implements Clock {
  #nowAt: number;
  #order = 0;
  readonly #timers = new Set<VirtualTimer>();

  /** Starts at an instant, by default the first of January 2026, 00:00 UTC. */
  constructor(startAt: Date | number = Date.UTC(2026, 0, 1)) {
    this.#nowAt = Number(startAt);
  }

  now(): number {
    return this.#nowAt;
  }

  after(delayMs: number, task: () => void): Timer {
    const timer = { dueAt: this.#nowAt + Math.max(0, Math.ceil(delayMs)), order: this.#order++, task };
    this.#timers.add(timer);
    return { cancel: () => this.#timers.delete(timer) };
  }

  /**
   * Turns the clock. Timers fire in their order, each at its own time, and whatever they set off gets some turns
   * of the event loop before the next one fires.
   */
  async advance(duration: Duration): Promise<void> {
    const targetAt = this.#nowAt + parseDuration(duration, 'advance');
    await this.settle();
    for (let timer = this.#nextUntil(targetAt); timer !== undefined; timer = this.#nextUntil(targetAt)) {
      this.#timers.delete(timer);
      this.#nowAt = Math.max(this.#nowAt, timer.dueAt);
      timer.task();
      await this.settle();
    }
    // Another turn may have gone further meanwhile.
    this.#nowAt = Math.max(this.#nowAt, targetAt);
    await this.settle();
  }

  /** Sets the clock without firing anything: what a jump of the machine's clock looks like. */
  jump(to: Date | number): void {
    this.#nowAt = Number(to);
  }

  /** Lets everything that is under way react, without time passing. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  #nextUntil(targetAt: number): VirtualTimer | undefined {
    let next: VirtualTimer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt > targetAt) continue;
      if (
        next === undefined ||
        timer.dueAt < next.dueAt ||
        (timer.dueAt === next.dueAt && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    return next;
  }
}
