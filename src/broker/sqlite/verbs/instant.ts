// Instants as the tables have them: whole milliseconds that every driver can read back.

/** The largest instant of a `Date`. From 2^53 on, Node's SQLite would refuse to read the row, and so the queue. */
const MAX_INSTANT = 8.64e15;

export const toInstant = (at: number): number => Math.min(Math.round(at), MAX_INSTANT);
