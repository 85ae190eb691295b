// Values that look like those of a type, and are not: each is made of a value, with one of its containers changed.

type Pick = <Item>(items: readonly Item[]) => Item;
type Members = Record<string, unknown>;

const define = (value: object, name: string, attributes: PropertyDescriptor): object =>
  Object.defineProperty(value, name, { configurable: true, ...attributes });

const toJSON = (): string => 'something else';

/** What can be wrong with an object. */
const ODD_OBJECTS: readonly ((value: Members) => unknown)[] = [
  (value) => ({ ...value, extra: 1 }),
  (value) => ({ ...value, extra: undefined }),
  (value) => Object.assign(Object.create(null), value),
  (value) => Object.create(value),
  (value) => Object.assign(Object.create({ inherited: 1 }), value),
  (value) => Object.assign(new (class Instance {})(), value),
  (value) => Object.assign(new Date(0), value),
  (value) => ({ ...value, toJSON }),
  (value) => define({ ...value }, 'toJSON', { value: toJSON, enumerable: false }),
  (value) => define({ ...value }, '__proto__', { value: 1, enumerable: true }),
  (value) => define({ ...value }, 'constructor', { value: 1, enumerable: true }),
  (value) => ({ ...value, [Symbol('s')]: 1 }),
  (value) => Object.fromEntries(Object.entries(value).reverse()),
  (value) => Object.freeze({ ...value }),
  (value) => new Proxy({ ...value }, {}),
  (value) => Object.values(value),
  // A member is read from a getter, is `undefined`, or is not there.
  (value) => lastMember(value, (member) => ({ get: () => member, enumerable: true })),
  (value) => lastMember(value, () => ({ value: undefined, enumerable: true })),
  (value) => Object.fromEntries(Object.entries(value).slice(0, -1)),
];

function lastMember(value: Members, change: (member: unknown) => PropertyDescriptor): object {
  const name = Object.keys(value).at(-1);
  return name === undefined ? value : define({ ...value }, name, change(value[name]));
}

/** What can be wrong with an array. */
const ODD_ARRAYS: readonly ((value: readonly unknown[]) => unknown)[] = [
  (value) => [...value, undefined],
  (value) => [...value, ...new Array(1)],
  (value) => [...value, Symbol('s')],
  (value) => value.slice(0, -1),
  (value) => [...value, value[0]],
  (value) => Object.assign([...value], { extra: 1 }),
  (value) => Object.assign([...value], { toJSON }),
  (value) => define([...value], 'toJSON', { value: toJSON, enumerable: false }),
  (value) => Object.assign(new (class List extends Array {})(), value),
  (value) => ({ ...value, length: value.length }),
  (value) => new Set(value),
];

const ODD_SCALARS: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -0,
  undefined,
  null,
  1n,
  Symbol('s'),
  () => 1,
  new String('x'),
  new Number(1),
  new Boolean(true),
  '',
  true,
  {},
  [],
];

/** The value, with one odd thing for each part of it and a few for the whole. */
export function oddValues(value: unknown, pick: Pick): unknown[] {
  const scalars = [pick(ODD_SCALARS), pick(ODD_SCALARS)];
  if (Array.isArray(value)) {
    const items = value.flatMap((item, at) =>
      oddValues(item, pick).map((odd) => value.map((each, index) => (index === at ? odd : each))),
    );
    return [...scalars, ...items, ...ODD_ARRAYS.map((change) => change(value))];
  }
  if (typeof value !== 'object' || value === null) return scalars;
  const members = Object.entries(value).flatMap(([name, member]) =>
    oddValues(member, pick).map((odd) => ({ ...value, [name]: odd })),
  );
  return [...scalars, ...members, ...ODD_OBJECTS.map((change) => change(value as Members))];
}
