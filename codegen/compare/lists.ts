// Lists on the wire: arrays, tuples, sets and maps are all JSON arrays.

import type { TupleItem, TypeModel } from '../model.js';
import { allOf, type Condition } from './conditions.js';
import type { Reading } from './readable.js';
import { unchecked } from './side.js';

type ListModel = TypeModel & { readonly kind: 'array' | 'tuple' | 'set' | 'map' };

/** Whether the JSON array of a list can be read as another type. */
export function listCondition(reading: Reading, from: ListModel, to: TypeModel): Condition {
  switch (to.kind) {
    case 'array':
      return allOf(itemsOf(from), (item) => reading.type(item, to.item, 'item'));
    case 'tuple':
      return tupleCondition(reading, asTuple(from), asTuple(to));
    case 'set':
      // Items that are equal as data can be different as values: only a set is sure to have none.
      return (
        from.kind === 'set' &&
        isDistinct(reading, from.item, to.item) &&
        reading.type(from.item, to.item, 'item')
      );
    case 'map':
      return (
        from.kind === 'map' &&
        isDistinct(reading, from.key, to.key) &&
        allOf([0, 1], (index) =>
          index === 0 ? reading.type(from.key, to.key, 'item') : reading.type(from.value, to.value, 'item'),
        )
      );
    default:
      return false;
  }
}

/** Types that are objects in a program and texts on the wire: two of them can differ, and their texts be equal. */
const TEXT_OBJECTS = [['date'], ['url'], ['bytes', 'buffer']] as const;

function isDistinct({ from, to }: Reading, written: TypeModel, read: TypeModel): boolean {
  const kinds = from.graph.branches(written).map((branch) => unchecked(from, branch).type.kind);
  return TEXT_OBJECTS.every(
    (forms) => !forms.some((kind) => kinds.includes(kind)) || forms.some((kind) => to.graph.has(read, kind)),
  );
}

function itemsOf(list: ListModel): readonly TypeModel[] {
  switch (list.kind) {
    case 'array':
    case 'set':
      return [list.item];
    case 'map':
      return [pairOf(list.key, list.value)];
    case 'tuple':
      return list.items.map(itemType);
  }
}

const pairOf = (key: TypeModel, value: TypeModel): TypeModel => ({
  kind: 'tuple',
  items: [key, value].map((type) => ({ type, optional: false, rest: false })),
});

/** An optional item may be `undefined` where others follow it. */
const itemType = ({ type, optional, exact }: TupleItem): TypeModel =>
  optional && exact !== true ? orNothing(type) : type;

const orNothing = (type: TypeModel): TypeModel => ({
  kind: 'union',
  members: [type, { kind: 'undefined' }],
  text: '',
});

interface Tuple {
  readonly before: readonly TupleItem[];
  readonly rest: TypeModel | undefined;
  readonly after: readonly TupleItem[];
  readonly least: number;
}

function asTuple(list: ListModel): Tuple {
  if (list.kind !== 'tuple') return { before: [], rest: itemsOf(list)[0], after: [], least: 0 };
  const at = list.items.findIndex((item) => item.rest);
  const before = at === -1 ? list.items : list.items.slice(0, at);
  const after = at === -1 ? [] : list.items.slice(at + 1);
  const least = before.filter((item) => !item.optional).length + after.length;
  return { before, rest: list.items[at]?.type, after, least };
}

function tupleCondition(reading: Reading, from: Tuple, to: Tuple): Condition {
  if (from.least < to.least) return false;
  if (from.rest === undefined) {
    const { length } = from.before;
    const isTooLong = to.rest === undefined && length > to.before.length + to.after.length;
    return !isTooLong && allOf(lengthsOf(from), (count) => prefixCondition(reading, from, to, count));
  }
  if (to.rest === undefined) return false;
  // Where both have items after the rest, each has to have as many: others would stand at several places.
  if (from.after.length !== to.after.length) return to.after.length === 0 && endsInRest(reading, from, to);
  const ends = [...from.after.keys()];
  return allOf([endsInRest(reading, { ...from, after: [] }, to), ...ends], (end) => {
    if (typeof end !== 'number') return end;
    return itemCondition(reading, from.after[end], to.after[end]);
  });
}

/** Every number of items that a tuple without a rest can have. */
const lengthsOf = ({ before, least }: Tuple): readonly number[] =>
  Array.from({ length: before.length - least + 1 }, (_, index) => least + index);

function prefixCondition(reading: Reading, from: Tuple, to: Tuple, count: number): Condition {
  return allOf(from.before.slice(0, count).entries(), ([index, item]) => {
    const fromEnd = count - index;
    if (fromEnd <= to.after.length) return itemCondition(reading, item, to.after[to.after.length - fromEnd]);
    return itemCondition(reading, item, to.before[index] ?? restItem(to));
  });
}

/** Of tuples with a rest: what stands before it, and the rest itself, where nothing follows that is counted from the end. */
function endsInRest(reading: Reading, from: Tuple, to: Tuple): Condition {
  const most = Math.max(from.before.length, to.before.length);
  const before = Array.from({ length: most }, (_, index) => [
    from.before[index] ?? restItem(from),
    to.before[index] ?? restItem(to),
  ]);
  const after = from.after.map((item) => [item, restItem(to)]);
  return allOf([...before, [restItem(from), restItem(to)], ...after], ([a, b]) =>
    itemCondition(reading, a, b),
  );
}

const restItem = ({ rest }: Tuple): TupleItem | undefined =>
  rest && { type: rest, optional: false, rest: false };

function itemCondition(reading: Reading, a: TupleItem | undefined, b: TupleItem | undefined): Condition {
  if (a === undefined || b === undefined) return a === undefined;
  return reading.type(itemType(a), itemType(b), 'item');
}
