// Values with one thing changed, anywhere in them.

import fc from 'fast-check';

const OTHERS: readonly unknown[] = [
  null,
  undefined,
  0,
  1.5,
  '',
  'other',
  true,
  false,
  [],
  {},
  5n,
  new Date(0),
  new Map(),
];

/** The same in JSON. */
const OTHER_DATA: readonly unknown[] = [
  null,
  0,
  1.5,
  '',
  'other',
  '1970-01-01T00:00:00.000Z',
  '5',
  true,
  [],
  {},
  [[]],
];

interface Choices {
  /** Where: a fraction of all places. */
  readonly where: number;
  readonly what: number;
  readonly how: 'replace' | 'remove' | 'add';
}

/** What is to be changed, whatever the value. */
export const choices: fc.Arbitrary<Choices> = fc.record({
  where: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  what: fc.nat(),
  how: fc.constantFrom('replace', 'replace', 'remove', 'add'),
});

/** A copy of the value with one thing changed; members and items of it that did not change are shared. */
export const mutate = (value: unknown, choice: Choices): unknown => mutated(value, choice, OTHERS);

export const mutateData = (data: unknown, choice: Choices): unknown => mutated(data, choice, OTHER_DATA);

function mutated(value: unknown, { where, what, how }: Choices, others: readonly unknown[]): unknown {
  const other = others[what % others.length];
  const target = Math.floor(where * countOf(value));
  let place = -1;
  const visit = (each: unknown): unknown => {
    place++;
    if (place === target) return changed(each, how, other);
    if (Array.isArray(each)) return each.map(visit);
    if (each instanceof Set) return new Set([...each].map(visit));
    if (each instanceof Map) return new Map([...each].map(([key, item]) => [key, visit(item)]));
    return isPlain(each)
      ? Object.fromEntries(Object.entries(each).map(([name, member]) => [name, visit(member)]))
      : each;
  };
  return visit(value);
}

function changed(value: unknown, how: Choices['how'], other: unknown): unknown {
  if (how === 'replace') return other;
  if (Array.isArray(value)) return how === 'add' ? [...value, other] : value.slice(1);
  if (!isPlain(value)) return other;
  return how === 'add' ? { ...value, other } : Object.fromEntries(Object.entries(value).slice(1));
}

const countOf = (value: unknown): number =>
  1 + partsOf(value).reduce<number>((sum, part) => sum + countOf(part), 0);

const partsOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  if (value instanceof Set || value instanceof Map) return [...value.values()];
  return isPlain(value) ? Object.values(value) : [];
};

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
