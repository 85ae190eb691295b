// The options of a call: what can be set, and where.

import type { Duration } from '../duration.js';

/**
 * How a failed call is tried again.
 * - `none`: not at all.
 * - `immediate`: at once.
 * - `exponential` (default): after a wait that doubles each time, and of which up to a half is left to chance.
 * - `ladder`: a rung at a time, with several tries on each, as COM+ did: one failure after another makes the waits
 *   longer, and everybody can see how far up a call is.
 */
export type RetryStrategy = 'none' | 'immediate' | 'exponential' | 'ladder';

/** How a handler's failure is retried. */
export interface RetryOptions {
  /** Default `exponential`; `ladder` if there are `rungs`. */
  readonly strategy?: RetryStrategy;
  /**
   * How often a handler may fail before the call is dead, the first failure included. Default 3; 1 is no retry. Not
   * for ladders, whose rungs say it.
   */
  readonly attempts?: number;
  /** `exponential`: the wait before the first retry; each later one doubles it. Default `1s`. */
  readonly delay?: Duration;
  /** `exponential`: the longest wait between two attempts. Default `5m`. */
  readonly maxDelay?: Duration;
  /** `ladder`: the wait before each try on a rung, from the lowest rung to the highest. Default 1, 2, 4, 8, 16 minutes. */
  readonly rungs?: readonly Duration[];
  /** `ladder`: the tries on each rung, after the first attempt. Default 3. */
  readonly tries?: number;
  /** Declared errors that are retried as if they were not declared; the last one is the answer. Default: none. */
  readonly declared?: 'all' | readonly string[];
}

/** The most calls of a method that run at a time, on all servers together. */
export interface ConcurrencyLimit {
  /** From 1 on. */
  readonly calls: number;
  /** Path in the arguments, as in `order.customerId`: the limit is for each value there by itself. */
  readonly per?: string;
}

/** The most calls of a method that start per period, on all servers together. */
export interface RateLimit {
  /** As in `100/s`: a number of calls per `s`, `m`, `h` or `d`. */
  readonly calls: string;
  /** As for {@link ConcurrencyLimit}. */
  readonly per?: string;
}

/** What a contract may say of a method, in either spelling. */
export interface MethodOptions {
  /** 0 to 7, higher first. Default 3. */
  readonly priority?: number;
  /**
   * `recoverable` (default): the call is stored, delivered until it has an outcome, and the outcome is stored.
   * `express`: faster; the call may be lost with the broker or a server, and is delivered once at most.
   */
  readonly delivery?: 'express' | 'recoverable';
  /** How long the call may take to reach its queue. Default: for as long as the broker is waited for. */
  readonly timeToReachQueue?: Duration;
  /** How long the call may wait for a handler to start. Default: for ever. */
  readonly timeToBeReceived?: Duration;
  /** How long the caller waits for the outcome. Default `30s`. The call itself goes on. */
  readonly timeout?: Duration;
  /** What happens after a failure of the handler. */
  readonly retry?: RetryStrategy | RetryOptions;
  /**
   * `none` (default): nothing. `deadletter`: a call that expires becomes a dead letter. `always`: the same, and the
   * journals of its queue get a copy when it is sent and another when it was handled.
   */
  readonly journal?: 'none' | 'deadletter' | 'always';
  /** Path of the key, as in `order.customerId`: calls with an equal key run in order, one at a time. */
  readonly ordered?: string;
  /** Path of the idempotency key in the arguments, as in `order.id`: the same key is the same call. */
  readonly idempotencyKey?: string;
  /** How long an uncollected result is kept. Default `7d`. */
  readonly retain?: Duration;
  /** The most calls of this method that run at a time, on all servers together; several limits hold together. */
  readonly concurrency?: number | ConcurrencyLimit | readonly (number | ConcurrencyLimit)[];
  /** The most calls of this method that start per period, as in `100/s`, on all servers together. */
  readonly rate?: string | RateLimit | readonly (string | RateLimit)[];
  /** The contract version that brought the method in its present form: older servers of that version can run its calls. */
  readonly since?: string;
  /** Whether every group of subscribers gets the call, once each. */
  readonly event?: boolean;
  /** Why not to use it any more. */
  readonly deprecated?: string | boolean;
}

/** Options of a client, and of single calls by `with(options)`. */
export interface CallOptions {
  readonly priority?: number;
  readonly delivery?: 'express' | 'recoverable';
  readonly timeToReachQueue?: Duration;
  readonly timeToBeReceived?: Duration;
  readonly timeout?: Duration;
  readonly retry?: RetryStrategy | RetryOptions;
  readonly retain?: Duration;
  readonly journal?: 'none' | 'deadletter' | 'always';
  /** How long the call waits before it can be started. Its `timeToBeReceived` begins after that. */
  readonly delay?: Duration;
  /** The instant before which the call is not started, instead of `delay`. */
  readonly at?: Date;
  /** The key itself: calls of this method with an equal one run in order, one at a time. */
  readonly orderKey?: string;
  /**
   * The key itself: the same key is the same call, for as long as its result is kept. A call that came to nothing,
   * as dead, cancelled or expired, is made again.
   */
  readonly idempotencyKey?: string;
  /** The instant after which no handler may start, and at which the signal of a running one aborts. */
  readonly deadline?: Date;
  /** Text that travels with the call: `ctx.headers` at the server. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Stops waiting; a call that no handler has started is revoked. */
  readonly signal?: AbortSignal;
}

/** Throws a `TypeError` for anything but an object of options with these names: whoever has no compiler misspells. */
export function checkOptionNames(options: unknown, where: string, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(
      `${where}: expected an object of options, got ${options === null ? 'null' : typeof options}`,
    );
  }
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(
    `${where}: there is no option ${JSON.stringify(unknown)}; there are ${names.join(', ')}`,
  );
}

/** The number itself, if it is a whole one within the bounds. Throws a `RangeError` that names the option. */
export function checkInteger(value: number, option: string, min: number, max: number): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${option}: expected a whole number from ${min} to ${max}, got ${String(value)}`);
}

/** The value itself, if it is one of the choices. Throws a `TypeError` that names the option. */
export function checkChoice<Choice extends string>(
  value: Choice,
  option: string,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value;
  throw new TypeError(`${option}: expected ${choices.join(', ')}, got ${JSON.stringify(value)}`);
}
