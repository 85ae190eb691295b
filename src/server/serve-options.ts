// The options of `serve` and `subscribe`, checked and with their defaults.

import type { QueueLimits } from '../broker/broker.js';
import { checkInteger, checkOptionNames } from '../contract/options.js';
import { type Duration, parseDuration } from '../duration.js';
import { type BreakerOptions, type BreakerTerms, resolveBreaker } from './breaker.js';
import type { HandlerFailure } from './dispatch.js';
import type { Upcasts } from './upcasts.js';

const DEFAULT_CONCURRENCY = 16;
const DEFAULT_LEASE = '10s';
const MIN_LEASE_MS = 100;
const MAX_PARTITIONS = 1_024;

/** How much a queue may hold. It goes for everybody and for good; what is left out stays as it was. */
export interface QueueLimitOptions {
  /** Calls that wait or run. Whoever sends one more gets `QUEUE_FULL`. Default: any number. */
  readonly calls?: number;
  /** Bytes of their bodies. Default: any number. */
  readonly bytes?: number;
  /** Dead letters. With so many of them, the queue takes no calls: nothing is ever dropped. Default 100,000. */
  readonly deadLetters?: number;
  /** Bytes of their bodies. Default 1 GiB. */
  readonly deadLetterBytes?: number;
  /** Entries of each of the two journals: the oldest make room. Default 10,000. */
  readonly journalEntries?: number;
  /** Bytes of their bodies. Default 64 MiB. */
  readonly journalBytes?: number;
  /** How old they may become. Default `7d`. */
  readonly journalAge?: Duration;
}

export interface ServeOptions {
  /** The most handlers that run at a time. Default 16. */
  readonly concurrency?: number;
  /**
   * How long a call stays with this server after its last sign of life. It is renewed while a handler runs, so it
   * bounds how fast another server takes over after a crash, not how long a handler may take. Default `10s`.
   */
  readonly lease?: Duration;
  /**
   * Splits the queue of the service over so many partitions, 1 to 1024, which land on different nodes of a Redis
   * cluster; elsewhere it makes no difference. Clients and other servers find the number with the broker. It can
   * grow at any time, and never shrinks: fewer than there are is a `RangeError`. Priorities and order hold within a
   * partition. A server does best with at least as much `concurrency`. Default: as many as there are, which is one
   * until somebody asks for more.
   */
  readonly partitions?: number;
  /** How much the queue may hold. Default: as was set before. */
  readonly limits?: QueueLimitOptions;
  /** Upcasters: how calls that older minor versions of the contract have made reach its present methods. */
  readonly upcast?: Upcasts;
  /** Has the calls of a method wait while it fails again and again. `false`: they do not. */
  readonly breaker?: BreakerOptions | false;
  /** Told when a handler throws what its contract does not declare. Default: writes it to stderr. */
  readonly onFailure?: (failure: HandlerFailure) => void;
}

const SERVE_OPTIONS = Object.keys({
  concurrency: true,
  lease: true,
  partitions: true,
  limits: true,
  upcast: true,
  breaker: true,
  onFailure: true,
} satisfies Record<keyof ServeOptions, true>);

export interface ResolvedServeOptions {
  readonly concurrency: number;
  readonly leaseMs: number;
  readonly partitions: number | undefined;
  readonly limits: QueueLimits | undefined;
  readonly breaker: BreakerTerms | undefined;
  readonly onFailure: (failure: HandlerFailure) => void;
}

/** Throws a `TypeError` or `RangeError` that names the option which makes no sense. */
export function resolveServeOptions(
  options: ServeOptions,
  where: string,
  others: readonly string[] = [],
): ResolvedServeOptions {
  checkOptionNames(options, where, [...others, ...SERVE_OPTIONS]);
  const { partitions, limits, breaker, onFailure = reportFailure } = options;
  const leaseMs = parseDuration(options.lease ?? DEFAULT_LEASE, 'lease');
  if (leaseMs < MIN_LEASE_MS) {
    throw new RangeError(`lease: expected at least ${MIN_LEASE_MS} ms, got ${leaseMs}`);
  }
  return {
    concurrency: checkInteger(options.concurrency ?? DEFAULT_CONCURRENCY, 'concurrency', 1, 10_000),
    leaseMs,
    partitions:
      partitions === undefined ? undefined : checkInteger(partitions, 'partitions', 1, MAX_PARTITIONS),
    limits: limits === undefined ? undefined : queueLimits(limits),
    breaker: resolveBreaker(breaker),
    onFailure,
  };
}

const LIMITS = Object.keys({
  calls: true,
  bytes: true,
  deadLetters: true,
  deadLetterBytes: true,
  journalEntries: true,
  journalBytes: true,
  journalAge: true,
} satisfies Record<keyof QueueLimitOptions, true>);

function queueLimits(limits: QueueLimitOptions): QueueLimits {
  checkOptionNames(limits, 'limits', LIMITS);
  const count = (name: Exclude<keyof QueueLimitOptions, 'journalAge'>): number | undefined => {
    const value = limits[name];
    return value === undefined
      ? undefined
      : checkInteger(value, `limits.${name}`, 1, Number.MAX_SAFE_INTEGER);
  };
  return {
    maxCalls: count('calls'),
    maxBytes: count('bytes'),
    maxDeadLetters: count('deadLetters'),
    maxDeadLetterBytes: count('deadLetterBytes'),
    maxJournalEntries: count('journalEntries'),
    maxJournalBytes: count('journalBytes'),
    maxJournalAgeMs: limits.journalAge === undefined ? undefined : journalAge(limits.journalAge),
  };
}

function journalAge(age: Duration): number {
  const ms = parseDuration(age, 'limits.journalAge');
  if (ms > 0) return ms;
  throw new RangeError(`limits.journalAge: expected a duration that is not zero, got ${JSON.stringify(age)}`);
}

/** A failing handler must not go unnoticed, however little was configured. */
function reportFailure({ error, id, service, method, attempt, retryInMs }: HandlerFailure): void {
  const next = retryInMs === undefined ? 'the call is dead' : `next attempt in ${retryInMs} ms`;
  console.error(`mq-rpc: ${service}.${method} ${id} failed (attempt ${attempt}; ${next}):`, error);
}
