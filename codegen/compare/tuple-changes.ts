// Differences of tuples, item by item.

import { describeType } from '../extract/describe-type.js';
import type { TupleItem, TypeModel } from '../model.js';
import type { Difference } from './change.js';
import { differenceOf } from './comparison.js';
import type { Walk } from './type-changes.js';

export function tupleChanges(
  walk: Walk,
  before: readonly TupleItem[],
  after: readonly TupleItem[],
  path: string,
): Difference[] {
  const isSameForm =
    before.length === after.length &&
    before.every(
      ({ optional, rest }, index) => after[index]?.optional === optional && after[index]?.rest === rest,
    );
  if (isSameForm) {
    return before.flatMap(({ type }, index) =>
      walk.types(type, after[index]?.type ?? type, `${path}[${index}]`, 'item'),
    );
  }
  const [old, next]: [TypeModel, TypeModel] = [
    { kind: 'tuple', items: before },
    { kind: 'tuple', items: after },
  ];
  const rule =
    after.length > before.length
      ? 'item-added'
      : after.length < before.length
        ? 'item-removed'
        : 'type-changed';
  const message = `${path} was ${describeType(old)} and is ${describeType(next)}`;
  return [differenceOf(walk.comparison, { rule, path, message }, [old, next])];
}
