// Time as the runtime sees it, so that tests can turn the clock by hand.

/** The largest instant that `Date` can hold, in ms. */
export const MAX_INSTANT = 8.64e15;

/** A timer that can be stopped. */
export interface Timer {
  cancel(): void;
}

/** Where the runtime takes its time from. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Runs `task` once, after `delayMs`, which may be infinite. A timer does not keep the process alive unless
   * `keepAlive` is true.
   */
  after(delayMs: number, task: () => void, keepAlive?: boolean): Timer;
}

/** The longest delay a Node timer takes; longer ones would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: Date.now,
  after(delayMs, task, keepAlive = false) {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const step = Math.min(leftMs, MAX_TIMER_MS);
      timer = setTimeout(() => (leftMs > step ? wait(leftMs - step) : task()), step);
      if (!keepAlive) timer.unref();
    };
    wait(Math.max(0, delayMs));
    return { cancel: () => clearTimeout(timer) };
  },
};
