// The ends that an attempt can have, short enough to be read in a test.

import type { Attempt, Settlement } from '#dist/src/broker/broker.js';

type Without<Kind, Names extends PropertyKey> = Kind extends unknown ? Omit<Kind, Names> : never;

/** A settlement without the attempt that it is for. */
export type Ending = Without<Settlement, keyof Attempt | 'express'>;

export const ANSWERED: Ending = { outcome: 'answered', result: '1' };
export const DEAD: Ending = { outcome: 'dead', reason: 'handler-failed', result: '"why"' };
export const CANCELLED: Ending = { outcome: 'cancelled' };
export const RETRY: Ending = { outcome: 'retry', delayMs: 0, result: '"failed"' };
export const RELEASED: Ending = { outcome: 'released' };
export const PARKED: Ending = { outcome: 'parked', needs: { minor: 2, contract: 'c2' } };

/** Whoever understands what {@link PARKED} needs, and hardly anything else. */
export const UNDERSTANDING = { minor: 2, contract: 'another' };
