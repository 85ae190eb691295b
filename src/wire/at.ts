// Where a value stands in an argument or a result: a linked position, made for containers only.

import { Refusal } from './refusal.js';
import { Trials } from './trials.js';

/** A member's name or an item's index. */
export type Key = string | number;

/** How deeply values may be nested: a call's arguments and its result stand at level 1. */
export const MAX_DEPTH = 64;

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const LONGEST_KEY = 64;

/** The position of a container. A value is found by its container's position and its key there. */
export class At {
  readonly parent: At | undefined;
  readonly key: Key;
  readonly depth: number;
  /** What was tried on this argument or result, for all its positions. */
  readonly trials: Trials;

  constructor(parent: At | undefined, key: Key, depth: number, trials: Trials) {
    this.parent = parent;
    this.key = key;
    this.depth = depth;
    this.trials = trials;
  }

  /** The position of the container at `key`. Refuses what is nested too deeply, and so everything cyclic. */
  enter(key: Key): At {
    if (this.depth < MAX_DEPTH) return new At(this, key, this.depth + 1, this.trials);
    throw new Refusal(this.path(key), `at most ${MAX_DEPTH} levels`, 'more', this.depth);
  }

  /** The path of the value at `key`, as in `order.lines[3].sku`. */
  path(key: Key): string {
    return this.parent === undefined ? String(key) : this.parent.path(this.key) + step(key);
  }
}

/** Where arguments or a result stand that are encoded. Made anew for every one of them. */
export const sending = (): At => new At(undefined, '', 0, new Trials(true));

/** Where arguments or a result stand that are decoded. Made anew for every one of them. */
export const receiving = (): At => new At(undefined, '', 0, new Trials(false));

/** The same place in what a receiver will have: of a value that is being sent, to see what its receiver will see. */
export const asReceived = (at: At): At => new At(at.parent, at.key, at.depth, new Trials(false));

function step(key: Key): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = key.length > LONGEST_KEY ? `${key.slice(0, LONGEST_KEY)}…` : key;
  return IDENTIFIER.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
