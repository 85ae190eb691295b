// Attempts at express calls that this process was given: how they end need not be safe.

import type { Attempt } from '../broker.js';

/** More than that are not remembered: then their ends are written as safely as others. */
const MAX_ATTEMPTS = 100_000;

export class ExpressAttempts {
  readonly #keys = new Set<string>();

  add(attempt: Attempt): void {
    if (this.#keys.size >= MAX_ATTEMPTS) this.#keys.clear();
    this.#keys.add(keyOf(attempt));
  }

  /** Whether all of these are attempts at express calls. They are forgotten by that. */
  takeAll(attempts: readonly Attempt[]): boolean {
    if (this.#keys.size === 0) return false;
    return attempts.map((attempt) => this.#keys.delete(keyOf(attempt))).every((isKnown) => isKnown);
  }
}

const keyOf = ({ queue, id, attempt }: Attempt): string => `${id} ${attempt} ${queue}`;
