// What positions of one argument list or result share: which way it goes, and what was already tried on it.

import type { At, Key } from './at.js';

/** Tells whether a value agrees with a type. It throws only for what is nested too deeply. */
export type Guard = (value: unknown, at: At, key: Key) => boolean;

/** Instances that are complete, and how to check each, as soon as the outermost value around them is complete. */
export type Unchecked = Map<object, () => void>;

interface Found {
  readonly depth: number;
  readonly result: unknown;
}

/** Made anew for every argument list and every result, and forgotten with it. */
export class Trials {
  /** Whether a value is encoded, and everything that tsc knows about it has to hold. */
  readonly isSending: boolean;
  /** Whether the branches of a union are being read to find out why none of them matches. */
  isExplaining = false;
  #results: Map<unknown, WeakMap<object, Found>> | undefined;
  #unchecked: Unchecked | undefined;

  constructor(isSending: boolean) {
    this.isSending = isSending;
  }

  /**
   * What `compute` gives for the object, computed once for each `subject`. In a recursive union, every branch of
   * every level would otherwise look at all levels below again: a value of 64 levels would take for ever. An object that
   * is sent can stand in several places: in a deeper one it is computed again, since it may stand too deep there.
   */
  once<Result>(subject: unknown, value: object, depth: number, compute: () => Result): Result {
    this.#results ??= new Map();
    let results = this.#results.get(subject);
    if (results === undefined) {
      results = new WeakMap();
      this.#results.set(subject, results);
    }
    const found = results.get(value);
    if (found !== undefined && depth <= found.depth) return found.result as Result;
    const result = compute();
    results.set(value, { depth, result });
    return result;
  }

  /** Reads a value that others' code checks. The outermost one of them sees to it that all are checked, once. */
  within<Result>(read: (unchecked: Unchecked, isOutermost: boolean) => Result): Result {
    const outer = this.#unchecked;
    this.#unchecked = outer ?? new Map();
    try {
      return read(this.#unchecked, outer === undefined);
    } finally {
      this.#unchecked = outer;
    }
  }

  /** Reads a branch of a union: whether it is the right one must not wait for what stands around it. */
  apart<Result>(read: () => Result): Result {
    const outer = this.#unchecked;
    this.#unchecked = undefined;
    try {
      return read();
    } finally {
      this.#unchecked = outer;
    }
  }
}

/** Runs the guard of a recursive type, once for each object. */
export const matches = (guard: Guard, value: unknown, at: At, key: Key): boolean =>
  typeof value === 'object' && value !== null
    ? at.trials.once(guard, value, at.depth, () => guard(value, at, key))
    : guard(value, at, key);
