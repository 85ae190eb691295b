// A contract whose data have to agree with schemas.

import { ServiceError } from 'mq-rpc';
import type { InferOutput } from 'valibot';
import type { z } from 'zod';
import type { Line } from './goods.js';
import type { accountSchema, orderSchema, shapeSchema, treeSchema } from './schemas.js';

export {
  accountSchema,
  brokenSchema,
  emailSchema,
  evenSchema,
  orderSchema,
  personSchema,
  shapeSchema,
  slowSchema,
  treeSchema,
} from './schemas.js';

/** @schema orderSchema */
export type Order = z.infer<typeof orderSchema>;

/** @schema treeSchema */
export type Tree = z.infer<typeof treeSchema>;

/** @schema shapeSchema */
export type Shape = z.infer<typeof shapeSchema>;

/** @schema accountSchema */
export type Account = InferOutput<typeof accountSchema>;

/** @schema personSchema */
export interface Person {
  name: string;
  age?: number;
  born?: Date;
}

/** @schema emailSchema */
export type Email = string;

export interface Page<Item> {
  items: Item[];
  /** @schema evenSchema */
  size: number;
  /** @schema emailSchema */
  contact?: string;
}

/** A schema within a class, and a class within what a schema looks at. */
export interface Mixed {
  line: Line;
  person: Person | null;
  either: Email | number;
}

export class NotYours extends ServiceError<{ person: Person }> {}

/** @service desk */
export interface Desk {
  place(order: Order): Promise<Order>;
  orders(page: Page<Order>): Promise<Page<Order>>;
  people(people: Person[], byName?: Map<string, Person>): Promise<(Person | undefined)[]>;
  plant(tree: Tree): Promise<Tree>;
  draw(shape: Shape | null, more?: Shape[]): Promise<Shape>;
  open(account: Account): Promise<Account>;
  /** @throws {NotYours} */
  mail(/** @schema emailSchema */ to: string, cc?: Email): Promise<Email>;
  mixed(mixed: Mixed): Promise<Mixed>;
  slow(/** @schema slowSchema */ name: string): Promise<void>;
  broken(/** @schema brokenSchema */ name: string): Promise<void>;
}
