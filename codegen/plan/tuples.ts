// Functions for tuples: reading them, and telling whether a value is one.

import type { TupleItem, TypeModel } from '../model.js';
import type { FunctionPlan, FunctionRef, ItemPlan, ItemTest } from './plan.js';
import { planItem, planItemRef } from './readers.js';
import { planItemGuard, planItemTest } from './tests.js';
import { guardPrefix, part, readerPrefix, type Use } from './use.js';

type TupleModel = TypeModel & { readonly kind: 'tuple' };

/** The function that reads a tuple. */
export function planTuple(use: Use, type: TupleModel): FunctionRef {
  const { before, rest, after, least } = partsOf(type);
  const planOne = (item: TupleItem, index: number): ItemPlan => ({
    optional: item.optional,
    reader: planItem(part(use, `${index}`), item.type),
  });
  const plan = (name: string): FunctionPlan => ({
    kind: 'tuple',
    name,
    least,
    before: before.map(planOne),
    rest: rest && planItemRef(part(use, 'Rest'), rest),
    after: after.map((item, index) => planOne(item, before.length + 1 + index)),
  });
  return use.planner.functionFor(JSON.stringify(type), readerPrefix(use, type), use.subject, plan);
}

/** The function that tells whether a value is such a tuple. */
export function planTupleGuard(use: Use, type: TupleModel): FunctionRef {
  const { before, rest, after, least } = partsOf(type);
  const planOne = (item: TupleItem, index: number): ItemTest => ({
    optional: item.optional,
    test: planItemTest(part(use, `${index}`), item.type),
  });
  const plan = (name: string): FunctionPlan => ({
    kind: 'tupleGuard',
    name,
    least,
    before: before.map(planOne),
    rest: rest && planItemGuard(part(use, 'Rest'), rest),
    after: after.map((item, index) => planOne(item, before.length + 1 + index)),
  });
  return use.planner.functionFor(JSON.stringify(type), guardPrefix(use, type), use.subject, plan);
}

interface Parts {
  readonly before: readonly TupleItem[];
  readonly rest: TypeModel | undefined;
  readonly after: readonly TupleItem[];
  /** How many items there are at least. */
  readonly least: number;
}

function partsOf({ items }: TupleModel): Parts {
  const at = items.findIndex((item) => item.rest);
  const before = at === -1 ? items : items.slice(0, at);
  const after = at === -1 ? [] : items.slice(at + 1);
  const least = before.filter((item) => !item.optional).length + after.length;
  return { before: before.map(orUndefined), rest: items[at]?.type, after, least };
}

const orUndefined = (item: TupleItem): TupleItem =>
  item.optional && item.exact !== true
    ? { ...item, type: { kind: 'union', members: [item.type, { kind: 'undefined' }], text: 'undefined' } }
    : item;
