// What was already tried on one argument or result, so that a union within a union costs no more than a union.

import type { At, Key } from './at.js';

/** Tells whether a value agrees with a type. It throws only for what is nested too deeply. */
export type Guard = (value: unknown, at: At, key: Key) => boolean;

/**
 * Remembers failures. Without it, a value that fails at the bottom of a recursive union would be tried again by
 * every branch of every level above.
 */
export class Trials {
  /** Whether the branches of a union are being read to find out why none of them matches. */
  isExplaining = false;
  private failures: Map<Guard, WeakSet<object>> | undefined;

  hasFailed(guard: Guard, value: object): boolean {
    return this.failures?.get(guard)?.has(value) ?? false;
  }

  addFailure(guard: Guard, value: object): void {
    this.failures ??= new Map();
    const values = this.failures.get(guard);
    if (values === undefined) this.failures.set(guard, new WeakSet([value]));
    else values.add(value);
  }
}

/** Runs the guard of a recursive type, at most once for each value that fails. */
export function matches(guard: Guard, value: unknown, at: At, key: Key): boolean {
  if (typeof value !== 'object' || value === null) return guard(value, at, key);
  if (at.trials.hasFailed(guard, value)) return false;
  if (guard(value, at, key)) return true;
  at.trials.addFailure(guard, value);
  return false;
}
