// JSON data with one thing changed somewhere in it.

type Pick = <Item>(items: readonly Item[]) => Item;

const OTHERS: readonly unknown[] = [
  null,
  true,
  0,
  -1.5,
  '',
  'x',
  '5',
  '-0',
  'k-1',
  'k-',
  '1970-01-01T00:00:00.000Z',
  '1970-02-30T00:00:00.000Z',
  '1970-01-01',
  [],
  [1, 1],
  ['1970-01-01T00:00:00.000Z'],
  {},
  { a: 1 },
  { kind: 'x' },
];

/** Several of them: with another value in the place of each part, with parts left out, and with more of them. */
export function mutations(data: unknown, pick: Pick): unknown[] {
  if (Array.isArray(data)) {
    return [
      pick(OTHERS),
      data.slice(0, -1),
      [...data, pick([null, ...data])],
      ...data.flatMap((item, index) =>
        mutations(item, pick).map((other) => data.map((each, at) => (at === index ? other : each))),
      ),
    ];
  }
  if (typeof data === 'object' && data !== null) {
    const names = Object.keys(data);
    return [
      pick(OTHERS),
      { ...data, [pick(['a', 'w', 'extra'])]: pick(OTHERS) },
      ...names
        .map((name) => ({ ...data, [name]: undefined }))
        .map((each) => JSON.parse(JSON.stringify(each))),
      ...Object.entries(data).flatMap(([name, member]) =>
        mutations(member, pick).map((other) => ({ ...data, [name]: other })),
      ),
    ];
  }
  return [pick(OTHERS), pick(OTHERS), pick(OTHERS)];
}
