// The shapes of typia's own benchmark, by the names that it publishes them under: simple, hierarchical and recursive
// objects and arrays, and unions with and without a member that tells their branches apart.

export interface Point3 {
  x: number;
  y: number;
  z: number;
}

export interface ObjectSimple {
  scale: Point3;
  position: Point3;
  rotate: Point3;
  pivot: Point3;
}

export interface Instant {
  time: number;
  zone: number;
}

export interface ObjectHierarchical {
  id: number;
  channel: Channel;
  member: Member | null;
  account: Account | null;
  href: string;
  referrer: string;
  ip: [number, number, number, number];
  created_at: Instant;
}

export interface Channel {
  id: number;
  code: string;
  name: string;
  sequence: number;
  exclusive: boolean;
  priority: number;
  created_at: Instant;
}

export interface Member {
  id: number;
  account: Account;
  enterprise: Enterprise | null;
  emails: string[];
  created_at: Instant;
  authorized: boolean;
}

export interface Account {
  id: number;
  code: string;
  created_at: Instant;
}

export interface Enterprise {
  id: number;
  account: Account;
  name: string;
  grade: number;
  created_at: Instant;
}

/** A department with those above it. */
export interface ObjectRecursive {
  parent: ObjectRecursive | null;
  id: number;
  code: string;
  name: string;
  sequence: number;
  created_at: Instant;
}

export interface Point {
  x: number;
  y: number;
}

export interface Line {
  p1: Point;
  p2: Point;
}

export interface Triangle {
  p1: Point;
  p2: Point;
  p3: Point;
}

export interface Rectangle {
  p1: Point;
  p2: Point;
  p3: Point;
  p4: Point;
}

export interface Polyline {
  points: Point[];
}

export interface Polygon {
  outer: Polyline;
  inner: Polyline[];
}

export interface Circle {
  centroid: Point;
  radius: number;
}

export type ObjectUnionExplicit = (
  | ({ type: 'point' } & Point)
  | ({ type: 'line' } & Line)
  | ({ type: 'triangle' } & Triangle)
  | ({ type: 'rectangle' } & Rectangle)
  | ({ type: 'polyline' } & Polyline)
  | ({ type: 'polygon' } & Polygon)
  | ({ type: 'circle' } & Circle)
)[];

/** Told apart by what they require; each also has a figure that may be absent or unknown. */
export type ObjectUnionImplicit = (
  | (Point & { slope?: number | null })
  | (Line & { distance?: number | null })
  | (Triangle & { width?: number | null; height?: number | null; area?: number | null })
  | (Rectangle & { width?: number | null; height?: number | null; area?: number | null })
  | (Polyline & { length?: number | null })
  | (Polygon & { area?: number | null })
  | (Circle & { area?: number | null })
)[];

export interface Hobby {
  name: string;
  rank: number;
  body: string;
}

export type ArraySimple = { name: string; email: string; hobbies: Hobby[] }[];

export interface Employee {
  id: number;
  name: string;
  age: number;
  grade: number;
  employed_at: Instant;
}

export interface Department {
  id: number;
  code: string;
  sales: number;
  created_at: Instant;
  employees: Employee[];
}

export type ArrayHierarchical = {
  id: number;
  serial: number;
  name: string;
  established_at: Instant;
  departments: Department[];
}[];

/** A category with those below it. */
export interface ArrayRecursive {
  children: ArrayRecursive[];
  id: number;
  code: string;
  sequence: number;
  created_at: Instant;
}

export interface File {
  id: number;
  name: string;
  path: string;
}

export interface Directory extends File {
  type: 'directory';
  children: Bucket[];
}

export interface ImageFile extends File {
  type: 'file';
  extension: 'jpg';
  width: number;
  height: number;
  url: string;
  size: number;
}

export interface TextFile extends File {
  type: 'file';
  extension: 'txt';
  size: number;
  content: string;
}

export interface ZipFile extends File {
  type: 'file';
  extension: 'zip';
  size: number;
  count: number;
}

export interface Shortcut extends File {
  type: 'shortcut';
  target: Bucket;
}

export type Bucket = Directory | ImageFile | TextFile | ZipFile | Shortcut;
export type ArrayRecursiveUnionExplicit = Bucket[];

export type ImplicitBucket =
  | (File & { children: ImplicitBucket[] })
  | { id: number; name: string; access: 'read' | 'write'; children: ImplicitBucket[] }
  | (File & { width: number; height: number; url: string; size: number })
  | (File & { size: number; content: string })
  | (File & { size: number; count: number })
  | (File & { target: ImplicitBucket });
export type ArrayRecursiveUnionImplicit = ImplicitBucket[];
