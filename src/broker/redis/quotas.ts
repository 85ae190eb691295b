// How much a queue may hold, as the script `limit` is told. `lua/lib/quotas.lua` is the other side.

import type { QueueLimits } from '../broker.js';
import { MAX_INSTANT } from './packing.js';

/** In the order of the script. */
const NAMES = [
  'maxCalls',
  'maxBytes',
  'maxDeadLetters',
  'maxDeadLetterBytes',
  'maxJournalEntries',
  'maxJournalBytes',
  'maxJournalAgeMs',
] as const satisfies readonly (keyof QueueLimits)[];

/** What one of so many places is told: its share. Age is no amount. */
export const packQuotas = (limits: QueueLimits, places: number): string[] =>
  NAMES.map((name) => {
    const value = limits[name];
    if (value === undefined) return '';
    const share = name === 'maxJournalAgeMs' ? value : Math.ceil(value / places);
    return `${Math.min(share, MAX_INSTANT)}`;
  });
