// A contract whose data are classes with the decorators of class-validator.

import { ServiceError } from 'mq-rpc';
import type {
  Account,
  Asking,
  Card,
  Email,
  Everything,
  GiftOrder,
  Grumpy,
  Line,
  Order,
  Parcel,
  Phone,
  Tree,
} from './goods.js';

export class NotSold extends ServiceError<Line> {}

/** @service shop */
export interface Shop {
  /** @throws {NotSold} */
  place(order: Order): Promise<Order>;
  give(order: GiftOrder): Promise<GiftOrder>;
  everything(value: Everything): Promise<Everything>;
  many(lines: Line[], byName?: Record<string, Line>): Promise<(Line | null)[]>;
  pay(how: Card | Account | null): Promise<Card | Account>;
  contact(how: Email | Phone): Promise<Email | Phone>;
  plant(tree: Tree<Line>): Promise<Tree<Line>>;
  either(value: Line | string | { plain: true }): Promise<Line | string | { plain: true }>;
  send(parcel: Parcel): Promise<Parcel>;
  ask(asking: Asking): Promise<void>;
  grumble(grumpy: Grumpy): Promise<void>;
}
