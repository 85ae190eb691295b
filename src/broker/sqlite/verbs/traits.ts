// What else there is to do when a call moves on, and how it was sent: bits of the column `traits`.

/** Calls of its lane come after it. */
export const HAS_LANE = 1;
/** It may use up limits. */
export const HAS_LIMITS = 2;
/** It is counted in its queue, because the queue may hold only so much. */
export const IS_COUNTED = 4;
/** It becomes a dead letter if it expires. */
export const HAS_LETTER = 8;
/** Journals have it. */
export const HAS_JOURNAL = 16;
/** Attempts have failed before. */
export const HAS_HISTORY = 32;

/** Without any of these, nothing but its outcome has to be written when a call ends. */
export const NEEDS_CARE = HAS_LANE | HAS_LIMITS | IS_COUNTED | HAS_LETTER | HAS_JOURNAL | HAS_HISTORY;

/** It may be lost. */
export const IS_EXPRESS = 64;
/** What it expires by is its deadline. */
export const HAS_DEADLINE = 128;
/** Nobody wants its result, though it may be kept for its digest. */
export const IS_UNWANTED = 256;
/** Its first start was counted by its rates. */
export const IS_STARTED = 512;
