// The parts of settlements that say which delivery they end.

import type { Delivery, Settlement } from './broker.js';

/** What every settlement says of its delivery. */
export const endOf = ({ queue, id, attempt, express }: Delivery) => ({ queue, id, attempt, express });

/** Gives a delivery back that nobody has started. */
export const released = (delivery: Delivery, delayMs?: number): Settlement => ({
  ...endOf(delivery),
  outcome: 'released',
  delayMs,
});
