// What an event says of the copies that its groups are sent: the event itself has been given something else.

import type { Journalling, Limit, Message } from '../broker/broker.js';

/** How the copies of an event are sent; the rest is as with the event. */
export type EventCopies = Pick<Message, 'isExpress' | 'journal' | 'lane' | 'limits' | 'maxDeliveries'>;

/** The member `e` of an envelope. */
export interface EventCopiesJson {
  readonly n: number;
  readonly x?: true;
  readonly j?: Journalling;
  readonly l?: string;
  readonly t?: readonly Limit[];
}

export const encodeCopies = ({ maxDeliveries, isExpress, journal, lane, limits }: EventCopies) => ({
  n: maxDeliveries,
  ...(isExpress === true && { x: true as const }),
  ...(journal !== undefined && { j: journal }),
  ...(lane !== undefined && { l: lane }),
  ...(limits !== undefined && { t: limits }),
});

/** Reads the member; `undefined` if it is not what it has to be. */
export function decodeCopies(json: unknown): EventCopies | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { n, x, j, l, t } = json as Record<string, unknown>;
  const isFine =
    isCount(n) &&
    (x === undefined || x === true) &&
    (j === undefined || j === 'none' || j === 'deadletter' || j === 'always') &&
    (l === undefined || typeof l === 'string') &&
    (t === undefined || (Array.isArray(t) && t.every(isLimit)));
  return isFine ? { maxDeliveries: n, isExpress: x, journal: j, lane: l, limits: t } : undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;

function isLimit(value: unknown): value is Limit {
  if (typeof value !== 'object' || value === null) return false;
  const { name, concurrency, rate, periodMs } = value as Record<string, unknown>;
  if (typeof name !== 'string') return false;
  return concurrency === undefined ? isCount(rate) && isCount(periodMs) : isCount(concurrency);
}
