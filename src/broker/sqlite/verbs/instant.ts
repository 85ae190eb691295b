// Instants as the tables have them: whole milliseconds that every driver can read back.

import { MAX_INSTANT } from '../../../clock.js';

/** From 2^53 on, Node's SQLite would refuse to read the row, and so the queue. */
export const toInstant = (at: number): number => Math.min(Math.round(at), MAX_INSTANT);
