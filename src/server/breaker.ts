// The circuit breaker of a worker: while a method fails again and again, as in an outage of what it depends on, its
// calls wait instead of using up their attempts.

import type { Delivery } from '../broker/broker.js';
import type { Clock } from '../clock.js';
import { checkInteger, checkOptionNames } from '../contract/options.js';
import { type Duration, parseDuration } from '../duration.js';

/** When a server stops starting calls of a method that fails. */
export interface BreakerOptions {
  /** So many failures in a row, of whatever calls of the method, that its contract does not declare. Default 5. */
  readonly failures?: number;
  /** How long its calls then wait before one of them is tried. Doubles each time that one fails. Default `1s`. */
  readonly pause?: Duration;
  /** The longest pause. Default `1m`. */
  readonly maxPause?: Duration;
}

const BREAKER_OPTIONS = Object.keys({
  failures: true,
  pause: true,
  maxPause: true,
} satisfies Record<keyof BreakerOptions, true>);

const MIN_PAUSE_MS = 10;

/** So many calls are given back to come again at the end of the pause, as many again a pause later, and so on. */
const BACK_PER_PAUSE = 100;

/** So often a call is tried in an outage without using up its attempts. Beyond that it may be the trouble itself. */
const FREE_TRIES = 20;

/** It then waits for so many pauses, in which others are tried. */
const PAUSES_AFTER_TRY = 4;

/** What breaker options come to. */
export interface BreakerTerms {
  readonly failures: number;
  readonly pauseMs: number;
  readonly maxPauseMs: number;
}

/** One method that has failed. */
interface Circuit {
  /** In a row. */
  failures: number;
  /** Set while it is open. */
  pause: { ms: number; untilAt: number; probe: Delivery | undefined; givenBack: number } | undefined;
  /** Calls that have failed since it last answered, and how often they were tried while it was open. */
  readonly tries: Map<string, number>;
  /** Whether calls wait that have not failed. */
  hasOthers: boolean;
}

export interface BreakerContext {
  readonly clock: Clock;
  /** Name of the service, for warnings. */
  readonly service: string;
  readonly onWarning: (message: string) => void;
}

/** The circuits of one worker, one per method. */
export class Breaker {
  readonly #terms: BreakerTerms;
  readonly #context: BreakerContext;
  /** Empty as long as nothing fails. */
  readonly #circuits = new Map<string, Circuit>();

  constructor(terms: BreakerTerms, context: BreakerContext) {
    this.#terms = terms;
    this.#context = context;
  }

  /** How long a call has to wait before it may start, in ms; 0 if it may start now. */
  waitMs(method: string, delivery: Delivery): number {
    if (this.#circuits.size === 0) return 0;
    const circuit = this.#circuits.get(method);
    if (circuit?.pause === undefined) return 0;
    const { pause } = circuit;
    const nowAt = this.#context.clock.now();
    // A clock that is set back makes no pause longer.
    pause.untilAt = Math.min(pause.untilAt, nowAt + pause.ms);
    if (nowAt < pause.untilAt) {
      circuit.hasOthers ||= !circuit.tries.has(delivery.id);
      return this.#giveBack(pause, pause.untilAt - nowAt);
    }
    // The next one is tried when this one has ended, or after another pause if it does not.
    Object.assign(pause, { probe: delivery, untilAt: nowAt + pause.ms, givenBack: 0 });
    return 0;
  }

  /**
   * A handler has thrown what its contract does not declare. If that is not to count as a failure of its call, the
   * answer is how long the call waits, in ms: for longer than others, so that one of them is tried next.
   */
  failed(method: string, delivery: Delivery): number | undefined {
    const circuit = this.#circuits.get(method) ?? {
      failures: 0,
      pause: undefined,
      tries: new Map(),
      hasOthers: false,
    };
    this.#circuits.set(method, circuit);
    circuit.failures++;
    const tries = circuit.tries.get(delivery.id) ?? 0;
    circuit.tries.set(delivery.id, tries);
    const { clock } = this.#context;
    if (circuit.pause === undefined) {
      if (circuit.failures >= this.#terms.failures) this.#open(method, circuit);
      return undefined;
    }
    if (circuit.pause.probe !== delivery) return undefined;
    const ms = Math.min(this.#terms.maxPauseMs, circuit.pause.ms * 2);
    circuit.pause = { ms, untilAt: clock.now() + ms, probe: undefined, givenBack: 0 };
    circuit.tries.set(delivery.id, tries + 1);
    // One call that fails alone is no outage.
    const isAlone = circuit.tries.size === 1 && !circuit.hasOthers;
    return isAlone || tries >= FREE_TRIES ? undefined : PAUSES_AFTER_TRY * ms;
  }

  /** A handler has answered. */
  answered(method: string): void {
    if (this.#circuits.size === 0) return;
    const circuit = this.#circuits.get(method);
    this.#circuits.delete(method);
    if (circuit?.pause === undefined) return;
    this.#context.onWarning(
      `${this.#context.service}.${method} answers again: its calls are started as they come`,
    );
  }

  #open(method: string, circuit: Circuit): void {
    const { clock, service, onWarning } = this.#context;
    const { pauseMs } = this.#terms;
    circuit.pause = { ms: pauseMs, untilAt: clock.now() + pauseMs, probe: undefined, givenBack: 0 };
    onWarning(
      `${service}.${method} has failed ${circuit.failures} times in a row: its calls wait, and one is tried after ${pauseMs} ms`,
    );
  }

  /** Many are spread over later pauses: they would all come at once, only to be given back again. */
  #giveBack(pause: NonNullable<Circuit['pause']>, leftMs: number): number {
    const pauses = Math.floor(pause.givenBack++ / BACK_PER_PAUSE);
    return Math.max(leftMs, Math.min(this.#terms.maxPauseMs, leftMs + pauses * pause.ms));
  }
}

/** The breaker that a server asks for; none for `false`. Throws a `TypeError` or `RangeError` for what makes no sense. */
export function resolveBreaker(options: BreakerOptions | false = {}): BreakerTerms | undefined {
  if (options === false) return undefined;
  checkOptionNames(options, 'breaker', BREAKER_OPTIONS);
  const pauseMs = parseDuration(options.pause ?? '1s', 'breaker.pause');
  const maxPauseMs = parseDuration(options.maxPause ?? Math.max(pauseMs, 60_000), 'breaker.maxPause');
  if (pauseMs < MIN_PAUSE_MS || maxPauseMs < pauseMs) {
    throw new RangeError(
      `breaker: expected a pause of at least ${MIN_PAUSE_MS} ms and a maxPause of at least that, got ${pauseMs} and ${maxPauseMs} ms`,
    );
  }
  const failures = checkInteger(options.failures ?? 5, 'breaker.failures', 1, 1_000_000);
  return { failures, pauseMs, maxPauseMs };
}
