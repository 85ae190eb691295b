// Conditions on pairs of types that may refer to themselves, and what they come to.

/** What has to hold: known already, or that which other pairs come to. */
export type Condition = boolean | Pair | AllOf | AnyOf;

interface AllOf {
  readonly all: readonly Condition[];
}

interface AnyOf {
  readonly any: readonly Condition[];
}

/** Two types and whether they agree. */
class Pair {
  readonly build: () => Condition;
  /** Pairs whose conditions name this one. */
  readonly users: Pair[] = [];
  condition: Condition = true;
  holds = true;

  constructor(build: () => Condition) {
    this.build = build;
  }
}

/** All of them; those after the first that is known to fail are not looked at. */
export function allOf<Item>(items: Iterable<Item>, condition: (item: Item) => Condition): Condition {
  const open: Condition[] = [];
  for (const item of items) {
    const next = condition(item);
    if (next === false) return false;
    if (next !== true) open.push(next);
  }
  return open.length === 0 ? true : open.length === 1 && open[0] !== undefined ? open[0] : { all: open };
}

/** One of them at least; those after the first that is known to hold are not looked at. */
export function anyOf<Item>(items: Iterable<Item>, condition: (item: Item) => Condition): Condition {
  const open: Condition[] = [];
  for (const item of items) {
    const next = condition(item);
    if (next === true) return true;
    if (next !== false) open.push(next);
  }
  return open.length === 0 ? false : open.length === 1 && open[0] !== undefined ? open[0] : { any: open };
}

/**
 * Solves conditions. Types that contain themselves lead back to pairs that are being looked at: such a pair holds
 * unless something speaks against it. So all pairs are assumed to hold, and those whose conditions fail are taken
 * back, and what rests on them, until nothing changes. Each pair is built once, by a list and not by recursion.
 */
export class Conditions {
  readonly #pairs = new Map<string, Pair>();
  #unbuilt: Pair[] = [];

  /** The pair of this name. Its condition is built later, when all that lead to it are known. */
  pair(name: string, build: () => Condition): Condition {
    const known = this.#pairs.get(name);
    if (known !== undefined) return known;
    const pair = new Pair(build);
    this.#pairs.set(name, pair);
    this.#unbuilt.push(pair);
    return pair;
  }

  /** What a condition comes to. */
  solve(condition: Condition): boolean {
    const built: Pair[] = [];
    for (let next = this.#unbuilt.pop(); next !== undefined; next = this.#unbuilt.pop()) {
      next.condition = next.build();
      for (const used of pairsIn(next.condition)) used.users.push(next);
      built.push(next);
    }
    takeBack(built);
    return isMet(condition);
  }
}

function takeBack(suspects: Pair[]): void {
  for (let pair = suspects.pop(); pair !== undefined; pair = suspects.pop()) {
    if (!pair.holds || isMet(pair.condition)) continue;
    pair.holds = false;
    for (const user of pair.users) suspects.push(user);
  }
}

function isMet(condition: Condition): boolean {
  if (typeof condition === 'boolean') return condition;
  if (condition instanceof Pair) return condition.holds;
  return 'all' in condition ? condition.all.every(isMet) : condition.any.some(isMet);
}

function pairsIn(condition: Condition): readonly Pair[] {
  if (typeof condition === 'boolean') return [];
  if (condition instanceof Pair) return [condition];
  return ('all' in condition ? condition.all : condition.any).flatMap(pairsIn);
}
