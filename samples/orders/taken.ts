// The input: what two salespeople have sold on a day when the office was offline.

import { readFileSync } from 'node:fs';
import type { NewOrder } from './orders.contract.js';

/** An order as it stands in somebody's notebook. */
export interface Taken extends Omit<NewOrder, 'takenAt'> {
  readonly isUrgent: boolean;
}

export const SALESPEOPLE = ['Weber', 'Kaya'] as const;

/** A customer has called again and wants it no more. */
export const TAKEN_BACK = 'W-1007';

/** Sent twice: nobody knew whether the first time had worked. */
export const SENT_TWICE = 'K-2004';

/** Has an article number with a letter for a digit. */
export const MISSPELT = { orderId: 'W-1009', article: 'BND-1O', meant: 'BND-10' } as const;

/** More than its customer may owe. */
export const TOO_MUCH = 'K-2006';

/** All orders, as they were taken. */
export function ordersTaken(): Taken[] {
  const [_comment, _header, ...rows] = readFileSync(new URL('orders-taken.csv', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return rows.map(takenFrom);
}

function takenFrom(row: string): Taken {
  const [takenBy = '', id = '', customerId = '', urgent, lines = ''] = row.split(',');
  return { id, customerId, takenBy, isUrgent: urgent === 'urgent', lines: lines.split(' ').map(lineFrom) };
}

function lineFrom(line: string): NewOrder['lines'][number] {
  const [article = '', quantity] = line.split('*');
  return { article, quantity: Number(quantity) };
}
