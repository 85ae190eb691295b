// A contract with every type that can be sent, each in a method of its own.

import { ServiceError } from 'mq-rpc';

export enum Colour {
  Red = 'red',
  Green = 'green',
}

export enum Level {
  Low,
  High = 5,
}

export interface Line {
  sku: string;
  quantity: number;
  note?: string;
}

/** Built-in values that travel as something else. */
export interface BuiltIns {
  at: Date;
  total: bigint;
  bytes: Uint8Array;
  home: URL;
  stock: Map<string, Date>;
  tags: Set<string>;
  seven: 7n;
}

export interface Address {
  street: string;
  zip?: string | undefined;
}

export interface Person {
  name: string;
  born: Date;
  address: Address;
}

export interface Circle {
  kind: 'circle';
  radius: number;
}
export interface Square {
  kind: 'square';
  side: number;
}
export interface Dated {
  kind: 'dated' | 'noted';
  at: Date;
}
export type Shape = Circle | Square | Dated;

/** Told apart by two members, one after the other. */
export type Change =
  | { target: 'order'; action: 'opened'; id: string }
  | { target: 'order'; action: 'closed'; at: number }
  | { target: 'item'; count: number };

export interface Cat {
  name: string;
  lives: number;
}
export interface Dog {
  name: string;
  tricks?: string[];
}

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

export interface Tree {
  value: number;
  children: Tree[];
}

/** Recursive, and nothing tells the branches apart but what is in them. */
export type Expression =
  | { all: Expression[]; name: string }
  | { all: Expression[]; weight: number }
  | { leaf: boolean };

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** @additionalProperties refuse */
export interface Strict {
  name: string;
  age?: number;
}

/** @additionalProperties keep */
export interface Loose {
  name: string;
}

export interface Settings {
  colour?: string;
  size?: number;
}

/** Members that have to be there, if only as undefined. */
export interface Present {
  text: string | undefined;
  list: number[] | undefined | null;
}

export interface Labels {
  main: string;
  [name: string]: string;
}

export interface Inherited {
  toString?: string;
  valueOf?: number;
  'content-type': string;
}

export class Refused extends ServiceError<{ at: Date; shape: Shape }> {}

/** @service every-type
 *  @version 2.3 */
export interface EveryType {
  text(value: string): Promise<string>;
  count(value: number): Promise<number>;
  flag(value: boolean): Promise<boolean>;
  nothing(value: null): Promise<null>;
  literal(value: 'a'): Promise<'a'>;
  literals(value: 'a' | 'b' | 3 | true | null): Promise<'a' | 'b' | 3 | true | null>;
  template(value: `sku-${number}`): Promise<`sku-${number}`>;
  colour(value: Colour): Promise<Colour>;
  level(value: Level): Promise<Level>;
  line(value: Line): Promise<Line>;
  lines(value: readonly Line[]): Promise<readonly Line[]>;
  nested(value: number[][]): Promise<number[][]>;
  pair(value: [name: string, count?: number]): Promise<[name: string, count?: number]>;
  row(value: [string, ...number[], boolean]): Promise<[string, ...number[], boolean]>;
  sparse(value: (string | undefined)[]): Promise<(string | undefined)[]>;
  date(value: Date): Promise<Date>;
  big(value: bigint): Promise<bigint>;
  bytes(value: Uint8Array): Promise<Uint8Array>;
  url(value: URL): Promise<URL>;
  builtIns(value: BuiltIns): Promise<BuiltIns>;
  people(value: Map<string, Person>): Promise<Map<string, Person>>;
  ids(value: Set<number>): Promise<Set<number>>;
  record(value: Record<string, number>): Promise<Record<string, number>>;
  labels(value: Labels): Promise<Labels>;
  maybe(value: string | null | undefined): Promise<string | null | undefined>;
  shape(value: Shape): Promise<Shape>;
  change(value: Change): Promise<Change>;
  pet(value: Cat | Dog): Promise<Cat | Dog>;
  mixed(value: string | number[] | Line | null): Promise<string | number[] | Line | null>;
  lists(value: string[] | { id: number }[]): Promise<string[] | { id: number }[]>;
  moment(value: Date | 'now' | number): Promise<Date | 'now' | number>;
  json(value: Json): Promise<Json>;
  tree(value: Tree): Promise<Tree>;
  expression(value: Expression): Promise<Expression>;
  page(value: Page<Line>): Promise<Page<Person>>;
  both(value: Address & { country: string }): Promise<Partial<Line> & Pick<Person, 'born'>>;
  strict(value: Strict): Promise<Strict>;
  loose(value: Loose): Promise<Loose>;
  settings(value: Settings): Promise<Settings>;
  inherited(value: Inherited): Promise<Inherited>;
  present(value: Present): Promise<Present | { id: number }>;
  // biome-ignore lint/complexity/noBannedTypes: the type under test
  empty(value: {}): Promise<{}>;
  // biome-ignore lint/complexity/noBannedTypes: the type under test
  orEmpty(value: Date | string[] | { a: string } | {} | null): Promise<void>;
  /** @throws {Refused} */
  opaque(/** @opaque */ value: unknown): Promise<void>;
  several(first: string, second?: number, third?: string | null): Promise<void>;
  /** @oneway */
  none(): void;
}
