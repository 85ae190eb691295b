// Functions for tuples: reading them, and telling whether a value is one.

import type { TupleItem, TypeModel } from '../model.js';
import { type CodecPlanner, guardPrefix, readerPrefix } from './codec-planner.js';
import type { FunctionRef } from './plan.js';
import { planItem, planItemRef } from './readers.js';
import { planItemGuardRef, planItemTest } from './tests.js';
import type { Direction } from './type-graph.js';

type TupleModel = TypeModel & { readonly kind: 'tuple' };

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
  return {
    before: before.map(orUndefined),
    rest: items[at]?.type,
    after,
    least: before.filter((item) => !item.optional).length + after.length,
  };
}

const orUndefined = (item: TupleItem): TupleItem =>
  item.optional
    ? { ...item, type: { kind: 'union', members: [item.type, { kind: 'undefined' }], text: 'undefined' } }
    : item;

export function planTuple(
  planner: CodecPlanner,
  type: TupleModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  return planner.functionFor(
    JSON.stringify(type),
    readerPrefix(planner.graph, type, direction),
    subject,
    (name) => {
      const { before, rest, after, least } = partsOf(type);
      const plan = (item: TupleItem, index: number) => ({
        optional: item.optional,
        reader: planItem(planner, item.type, direction, `${subject}${index}`),
      });
      return {
        kind: 'tuple',
        name,
        least,
        before: before.map(plan),
        rest: rest === undefined ? undefined : planItemRef(planner, rest, direction, `${subject}Rest`),
        after: after.map((item, index) => plan(item, before.length + 1 + index)),
      };
    },
  );
}

export function planTupleGuard(
  planner: CodecPlanner,
  type: TupleModel,
  direction: Direction,
  subject: string,
): FunctionRef {
  return planner.functionFor(
    JSON.stringify(type),
    guardPrefix(planner.graph, type, direction),
    subject,
    (name) => {
      const { before, rest, after, least } = partsOf(type);
      const plan = (item: TupleItem, index: number) =>
        planItemTest(planner, item.type, direction, `${subject}${index}`);
      return {
        kind: 'tupleGuard',
        name,
        least,
        before: before.map(plan),
        rest: rest === undefined ? undefined : planItemGuardRef(planner, rest, direction, `${subject}Rest`),
        after: after.map((item, index) => plan(item, before.length + 1 + index)),
      };
    },
  );
}
