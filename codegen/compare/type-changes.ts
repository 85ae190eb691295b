// Finds the differences of two types, and where they are.

import { describeType } from '../extract/describe-type.js';
import type { TypeModel } from '../model.js';
import type { Difference } from './change.js';
import { checkChanges } from './check-changes.js';
import { type About, type Comparison, differenceOf } from './comparison.js';
import { objectChanges } from './object-changes.js';
import { type Side, somethingOf, unchecked } from './side.js';
import { tupleChanges } from './tuple-changes.js';
import { nothingChanges, unionChanges } from './union-changes.js';

/** One walk through two types. */
export interface Walk {
  readonly comparison: Comparison;
  /** The differences of two types at a path. `position` says how the values stand there. */
  readonly types: (before: TypeModel, after: TypeModel, path: string, position?: Position) => Difference[];
  /** The same of two types that are no unions. Those of named types come later. */
  readonly branches: (before: TypeModel, after: TypeModel, path: string) => Difference[];
}

/** How values stand: by themselves, as members and results, or as items of lists. */
export type Position = 'value' | 'item';

/** All differences of two types. Types that contain themselves are looked at once. */
export function typeChanges(
  comparison: Comparison,
  before: TypeModel,
  after: TypeModel,
  path: string,
): Difference[] {
  const { old, new: next } = comparison;
  const visited = new Set<string>();
  const waiting: (() => Difference[])[] = [];
  const isNews = (what: string, a: TypeModel, b: TypeModel): boolean => {
    const [first, second] = [old.idOf(a), next.idOf(b)];
    if (first === undefined || second === undefined) return true;
    if (a.kind === 'reference' && b.kind === 'reference' && old.hashOf(a.name) === next.hashOf(b.name))
      return false;
    const key = `${what} ${first} ${second}`;
    return !visited.has(key) && visited.add(key) !== undefined;
  };
  const walk: Walk = {
    comparison,
    types: (a, b, at, position = 'value') =>
      isNews(`type ${position}`, a, b)
        ? [...nothingChanges(walk, a, b, at, position), ...somethingChanges(walk, a, b, at)]
        : [],
    branches(a, b, at) {
      if (!isNews('branch', a, b)) return [];
      if (a.kind !== 'reference' || b.kind !== 'reference') return insideChanges(walk, a, b, at);
      const subject = `${a.name} ${b.name}`;
      // Later, and not by recursion: types can lead to each other in long chains.
      waiting.push(() =>
        insideChanges(walk, a, b, at).map((found) => ({
          subject: `${subject} ${found.path.slice(at.length)}`,
          ...found,
        })),
      );
      return [];
    },
  };
  const found = walk.types(before, after, path);
  // Reading the inside of one type adds others: the loop goes on until there are no more.
  for (const changes of waiting) found.push(...changes());
  return found;
}

/** Differences of what is neither null nor undefined. */
function somethingChanges(walk: Walk, before: TypeModel, after: TypeModel, path: string): Difference[] {
  const { comparison } = walk;
  const [olds, news] = [somethingOf(comparison.old, before), somethingOf(comparison.new, after)];
  const [old, next] = [olds[0], news[0]];
  const areSingle = olds.length === 1 && news.length === 1 && old !== undefined && next !== undefined;
  if (!areSingle || isBooleans(comparison, old, next)) return unionChanges(walk, olds, news, path);
  return walk.branches(old, next, path);
}

/** `true` became `boolean`, or an enum got a member: literals were added or removed. */
function isBooleans(comparison: Comparison, before: TypeModel, after: TypeModel): boolean {
  const [a, b] = [unchecked(comparison.old, before).type, unchecked(comparison.new, after).type];
  return (
    [a, b].every(({ kind }) => ['literal', 'enum', 'boolean'].includes(kind)) &&
    a.kind + b.kind !== 'booleanboolean'
  );
}

/** Differences of two types that are no unions. */
function insideChanges(walk: Walk, before: TypeModel, after: TypeModel, path: string): Difference[] {
  const { comparison } = walk;
  const [old, next] = [unchecked(comparison.old, before), unchecked(comparison.new, after)];
  return [...shapeChanges(walk, old.type, next.type, path), ...checkChanges(old, next, path)];
}

function shapeChanges(walk: Walk, a: TypeModel, b: TypeModel, path: string): Difference[] {
  if (a.kind === 'object' && b.kind === 'object') return objectChanges(walk, a, b, path);
  if (a.kind === 'array' && b.kind === 'array') return walk.types(a.item, b.item, `${path}[]`, 'item');
  if (a.kind === 'set' && b.kind === 'set') return walk.types(a.item, b.item, `${path}[]`, 'item');
  if (a.kind === 'tuple' && b.kind === 'tuple') return tupleChanges(walk, a.items, b.items, path);
  if (a.kind === 'map' && b.kind === 'map') {
    return [
      ...walk.types(a.key, b.key, `${path}.key`, 'item'),
      ...walk.types(a.value, b.value, `${path}[]`, 'item'),
    ];
  }
  // A schema may stand on a union.
  if (a.kind === 'union' || b.kind === 'union') return walk.types(a, b, path);
  return wholeChange(walk.comparison, a, b, path);
}

/** Two types of which no part is the same. */
export function wholeChange(comparison: Comparison, a: TypeModel, b: TypeModel, path: string): Difference[] {
  const message = `${path} was ${describe(comparison.old, a)} and is ${describe(comparison.new, b)}`;
  const found = differenceOf(comparison, { rule: 'type-changed', path, message }, [a, b]);
  const { isOldRead, isNewRead, isWritten, isLookedAt } = found;
  if (isOldRead && isNewRead && isWritten && isLookedAt) return [];
  return [{ ...found, rule: wholeRule(found) }];
}

/** A type that is neither wider nor narrower to a program, but readable, is another form of the same data. */
function wholeRule({ isOldRead, isNewRead, isWritten, isLookedAt }: Difference): About['rule'] {
  if (!isOldRead && !isNewRead) return 'type-changed';
  if (!isWritten && !isLookedAt) return 'form-changed';
  return isOldRead ? 'type-widened' : 'type-narrowed';
}

const describe = ({ graph }: Side, type: TypeModel): string => describeType(graph.shape(type));
