// How long things may take in a run.

/** How long a caller waits for an outcome. */
export const CALL_TIMEOUT_MS = 30_000;

/** A caller who has heard nothing this long after his timeout is left hanging: timers are late on a busy machine. */
export const LATE_MS = 5_000;

/** A run without any completed call for so long stands still. */
export const STANDSTILL_MS = 20_000;

/** How long accepted calls may take to be settled, after the last fault and the last call. */
export const DRAIN_MS = 60_000;

/** By when every worker has to run at full rate again after the last fault, and for how long that is measured. */
export const RECOVERY_MS = 10_000;
export const MEASURE_MS = 10_000;
