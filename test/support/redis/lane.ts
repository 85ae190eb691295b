// One direction of a connection through the proxy: what came in one order leaves in the same, however long it is held.

interface Held {
  readonly dueAt: number;
  readonly forward: () => void;
}

/** Forwards in order, each not before its time, and nothing while it is closed. */
export class Lane {
  readonly #held: Held[] = [];
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  add(forward: () => void, delayMs: number): void {
    this.#held.push({ dueAt: performance.now() + delayMs, forward });
    this.#drain();
  }

  /** Holds everything from now on, or lets it go. */
  close(isClosed: boolean): void {
    this.#isClosed = isClosed;
    this.#drain();
  }

  clear(): void {
    this.#held.length = 0;
    clearTimeout(this.#timer);
  }

  #drain(): void {
    clearTimeout(this.#timer);
    for (let next = this.#held[0]; next !== undefined && !this.#isClosed; next = this.#held[0]) {
      const waitMs = next.dueAt - performance.now();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.#drain(), Math.ceil(waitMs));
        return;
      }
      this.#held.shift();
      next.forward();
    }
  }
}
