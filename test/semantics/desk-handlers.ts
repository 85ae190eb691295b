// Handlers for the desk contract, with the parts that a test wants to change.

import type { Handlers } from 'mq-rpc';
import type { Desk, Order } from './contracts/desk.contract.js';

/** The methods of the contract that a server answers: all but the events. */
export type DeskHandlers = Handlers<Desk, 'stockChanged' | 'priceChanged'>;

const same = (text: string): string => text;
const idOf = ({ id }: Order): string => id;

/** Answers every method in the plainest way; `changes` replace single handlers. */
export const deskHandlers = (changes: Partial<DeskHandlers> = {}): DeskHandlers => ({
  work: same,
  hurry: same,
  peek: same,
  soon: same,
  record: same,
  keep: same,
  place: idOf,
  pay: idOf,
  pack: idOf,
  ship: idOf,
  write: idOf,
  once: same,
  again: same,
  later: same,
  climb: same,
  reserve: same,
  store: same,
  note: () => {},
  ...changes,
});

/** An order of a customer. */
export const anOrder = (id: string, customerId = 'c-1'): Order => ({ id, customerId });
