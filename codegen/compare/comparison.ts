// What comparing the types of two contracts shares: both sides, and every question about them that can be asked.

import type { ServiceModel, TypeModel } from '../model.js';
import type { Difference } from './change.js';
import { createCompiles } from './compiles.js';
import { createReadable } from './readable.js';
import type { Relation } from './relation.js';
import type { RuleId } from './rules.js';
import { createSide, type Side } from './side.js';

export interface Comparison {
  readonly old: Side;
  readonly new: Side;
  /** Whether the old contract's JSON is data of the new one. */
  readonly oldRead: Relation;
  /** Whether the new contract's JSON is data of the old one. */
  readonly newRead: Relation;
  /** Whether code that makes values for the old contract makes values for the new one. */
  readonly written: Relation;
  /** Whether code that looks at values of the old contract can look at those of the new one. */
  readonly lookedAt: Relation;
}

export function createComparison(before: ServiceModel, after: ServiceModel): Comparison {
  const [old, next] = [createSide(before), createSide(after)];
  return {
    old,
    new: next,
    oldRead: createReadable(old, next),
    newRead: createReadable(next, old),
    written: createCompiles(old, next, 'write'),
    lookedAt: createCompiles(next, old, 'read'),
  };
}

/** What one relation says of a pair of types: the `new` ones are swapped by whoever asks them. */
type Question = Exclude<keyof Relation, 'member' | 'others' | 'parameters'>;

/** A difference of two types as a whole. */
export function differenceOf(
  { oldRead, newRead, written, lookedAt }: Comparison,
  about: Pick<Difference, 'rule' | 'path' | 'message'>,
  [before, after]: readonly [TypeModel, TypeModel],
  question: Question = 'value',
): Difference {
  return {
    ...about,
    isOldRead: oldRead[question](before, after),
    isNewRead: newRead[question](after, before),
    isWritten: written[question](before, after),
    isLookedAt: lookedAt[question](after, before),
  };
}

/** A difference that only one side of a type has: the old type as a whole takes, or does not take, what is new. */
export function additionOf(
  { newRead, lookedAt }: Comparison,
  about: Pick<Difference, 'rule' | 'path' | 'message'>,
  [before, added]: readonly [TypeModel, TypeModel],
  question: Question = 'value',
): Difference {
  return {
    ...about,
    isOldRead: true,
    isNewRead: newRead[question](added, before),
    isWritten: true,
    isLookedAt: lookedAt[question](added, before),
  };
}

/** The opposite: what the old type had and the new type as a whole may not take. */
export function removalOf(
  { oldRead, written }: Comparison,
  about: Pick<Difference, 'rule' | 'path' | 'message'>,
  [removed, after]: readonly [TypeModel, TypeModel],
  question: Question = 'value',
): Difference {
  return {
    ...about,
    isOldRead: oldRead[question](removed, after),
    isNewRead: true,
    isWritten: written[question](removed, after),
    isLookedAt: true,
  };
}

export type About = Readonly<{ rule: RuleId; path: string; message: string }>;
