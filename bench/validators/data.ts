// Random values of the shapes, the same in every run.

import type * as Shapes from './shapes.js';

/** A linear congruential generator: the figures are those of the C standard's example. */
let state = 5;
const below = (limit: number): number => {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return (state >> 8) % limit;
};
const pick = <Item>(...makers: readonly (() => Item)[]): Item =>
  (makers[below(makers.length)] as () => Item)();
const list = <Item>(most: number, make: () => Item): Item[] =>
  Array.from({ length: 1 + below(most) }, () => make());
const maybe = <Item>(make: () => Item): Item | null => (below(3) === 0 ? null : make());

const LETTERS = 'abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const text = (length: number): string =>
  Array.from({ length }, () => LETTERS[below(LETTERS.length)]).join('');
const id = (): number => below(1_000_000);
const real = (): number => below(1_000_000) / 1_000;
const instant = (): Shapes.Instant => ({ time: 1_700_000_000_000 + id(), zone: below(24) });

const point3 = (): Shapes.Point3 => ({ x: real(), y: real(), z: real() });

const account = (): Shapes.Account => ({ id: id(), code: text(8), created_at: instant() });

const enterprise = (): Shapes.Enterprise => ({
  id: id(),
  account: account(),
  name: text(12),
  grade: below(10),
  created_at: instant(),
});

const member = (): Shapes.Member => ({
  id: id(),
  account: account(),
  enterprise: maybe(enterprise),
  emails: list(3, () => `${text(8)}@example.org`),
  created_at: instant(),
  authorized: below(2) === 0,
});

const channel = (): Shapes.Channel => ({
  id: id(),
  code: text(8),
  name: text(16),
  sequence: below(100),
  exclusive: below(2) === 0,
  priority: below(10),
  created_at: instant(),
});

const objectHierarchical = (): Shapes.ObjectHierarchical => ({
  id: id(),
  channel: channel(),
  member: maybe(member),
  account: maybe(account),
  href: `https://example.org/${text(16)}`,
  referrer: `https://example.org/${text(16)}`,
  ip: [below(256), below(256), below(256), below(256)],
  created_at: instant(),
});

const objectRecursive = (depth = 4): Shapes.ObjectRecursive => ({
  parent: depth === 0 ? null : objectRecursive(depth - 1),
  id: id(),
  code: text(8),
  name: text(16),
  sequence: below(100),
  created_at: instant(),
});

const point = (): Shapes.Point => ({ x: real(), y: real() });
const line = (): Shapes.Line => ({ p1: point(), p2: point() });
const triangle = (): Shapes.Triangle => ({ ...line(), p3: point() });
const rectangle = (): Shapes.Rectangle => ({ ...triangle(), p4: point() });
const polyline = (): Shapes.Polyline => ({ points: list(5, point) });
const polygon = (): Shapes.Polygon => ({ outer: polyline(), inner: list(2, polyline) });
const circle = (): Shapes.Circle => ({ centroid: point(), radius: real() });

const objectUnionExplicit = (): Shapes.ObjectUnionExplicit =>
  list<Shapes.ObjectUnionExplicit[number]>(8, () =>
    pick<Shapes.ObjectUnionExplicit[number]>(
      () => ({ type: 'point', ...point() }),
      () => ({ type: 'line', ...line() }),
      () => ({ type: 'triangle', ...triangle() }),
      () => ({ type: 'rectangle', ...rectangle() }),
      () => ({ type: 'polyline', ...polyline() }),
      () => ({ type: 'polygon', ...polygon() }),
      () => ({ type: 'circle', ...circle() }),
    ),
  );

/** A figure that may be absent or null. */
const figure = <Name extends string>(name: Name): { [key in Name]?: number | null } =>
  (below(2) === 0 ? {} : { [name]: maybe(real) }) as { [key in Name]?: number | null };

const objectUnionImplicit = (): Shapes.ObjectUnionImplicit =>
  list<Shapes.ObjectUnionImplicit[number]>(8, () =>
    pick<Shapes.ObjectUnionImplicit[number]>(
      () => ({ ...point(), ...figure('slope') }),
      () => ({ ...line(), ...figure('distance') }),
      () => ({ ...triangle(), ...figure('area') }),
      () => ({ ...rectangle(), ...figure('area') }),
      () => ({ ...polyline(), ...figure('length') }),
      () => ({ ...polygon(), ...figure('area') }),
      () => ({ ...circle(), ...figure('area') }),
    ),
  );

const hobby = (): Shapes.Hobby => ({ name: text(10), rank: below(10), body: text(40) });

const arraySimple = (): Shapes.ArraySimple =>
  list(6, () => ({ name: text(12), email: `${text(8)}@example.org`, hobbies: list(4, hobby) }));

const employee = (): Shapes.Employee => ({
  id: id(),
  name: text(12),
  age: below(80),
  grade: below(10),
  employed_at: instant(),
});

const department = (): Shapes.Department => ({
  id: id(),
  code: text(8),
  sales: real(),
  created_at: instant(),
  employees: list(4, employee),
});

const arrayHierarchical = (): Shapes.ArrayHierarchical =>
  list(3, () => ({
    id: id(),
    serial: below(1_000),
    name: text(12),
    established_at: instant(),
    departments: list(3, department),
  }));

const arrayRecursive = (depth = 3): Shapes.ArrayRecursive => ({
  children: depth === 0 ? [] : list(3, () => arrayRecursive(depth - 1)),
  id: id(),
  code: text(8),
  sequence: below(100),
  created_at: instant(),
});

const file = (): Shapes.File => ({ id: id(), name: text(10), path: `/${text(10)}/${text(10)}` });

const bucket = (depth: number): Shapes.Bucket =>
  pick<Shapes.Bucket>(
    () => ({
      ...file(),
      type: 'directory',
      children: depth === 0 ? [] : list(4, () => bucket(depth - 1)),
    }),
    () => ({
      ...file(),
      type: 'file',
      extension: 'jpg',
      width: id(),
      height: id(),
      url: text(20),
      size: id(),
    }),
    () => ({ ...file(), type: 'file', extension: 'txt', size: id(), content: text(40) }),
    () => ({ ...file(), type: 'file', extension: 'zip', size: id(), count: below(100) }),
    () => (depth === 0 ? bucket(0) : { ...file(), type: 'shortcut', target: bucket(depth - 1) }),
  );

const implicitBucket = (depth: number): Shapes.ImplicitBucket => {
  const children = (): Shapes.ImplicitBucket[] =>
    depth === 0 ? [] : list(4, () => implicitBucket(depth - 1));
  return pick<Shapes.ImplicitBucket>(
    () => ({ ...file(), children: children() }),
    () => ({
      id: id(),
      name: text(10),
      access: pick<'read' | 'write'>(
        () => 'read',
        () => 'write',
      ),
      children: children(),
    }),
    () => ({ ...file(), width: id(), height: id(), url: text(20), size: id() }),
    () => ({ ...file(), size: id(), content: text(40) }),
    () => ({ ...file(), size: id(), count: below(100) }),
    () => (depth === 0 ? implicitBucket(0) : { ...file(), target: implicitBucket(depth - 1) }),
  );
};

const makers = {
  objectSimple: (): Shapes.ObjectSimple => ({
    scale: point3(),
    position: point3(),
    rotate: point3(),
    pivot: point3(),
  }),
  objectHierarchical,
  objectRecursive: () => objectRecursive(),
  objectUnionExplicit,
  objectUnionImplicit,
  arraySimple,
  arrayHierarchical,
  arrayRecursive: () => arrayRecursive(),
  arrayRecursiveUnionExplicit: (): Shapes.ArrayRecursiveUnionExplicit => list(4, () => bucket(3)),
  arrayRecursiveUnionImplicit: (): Shapes.ArrayRecursiveUnionImplicit => list(4, () => implicitBucket(3)),
};

export type ShapeName = keyof typeof makers;
export const shapeNames = Object.keys(makers) as readonly ShapeName[];

/** So many values of a shape, as they come out of JSON. */
export const valuesOf = (shape: ShapeName, count: number): readonly unknown[] =>
  JSON.parse(JSON.stringify(Array.from({ length: count }, () => makers[shape]())));
