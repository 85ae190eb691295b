// How large the types of one service may grow before the generator says so instead of going on.

/** Named types; GitHub's webhook events, 8,600 lines of declarations, have about 900. */
export const MAX_TYPES = 5_000;

/** Steps of reading types, the repeated ones included: what a bomb of nested tuples runs into. */
export const MAX_STEPS = 200_000;

/** Levels of data within data: a call is refused at run time if it has more. */
export const MAX_DEPTH = 64;

/** Generic types within type arguments, as in `Page<Page<Order>>`, which has one. */
export const MAX_ARGUMENT_DEPTH = 12;
